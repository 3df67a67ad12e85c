// Bytes and statuses.
#include <algorithm>

#include "c/handles.hpp"

namespace weft::c {

weft_status status(Errc code) {
  switch (code) {
    case Errc::unexpected_end:
      return WEFT_UNEXPECTED_END;
    case Errc::number_too_large:
      return WEFT_NUMBER_TOO_LARGE;
    case Errc::invalid_utf8:
      return WEFT_INVALID_UTF8;
    case Errc::invalid_json:
      return WEFT_INVALID_JSON;
    case Errc::too_deep:
      return WEFT_TOO_DEEP;
    case Errc::too_large:
    case Errc::too_many_clients:
      return WEFT_TOO_LARGE;
    case Errc::out_of_range:
      return WEFT_OUT_OF_RANGE;
    case Errc::wrong_type:
      return WEFT_WRONG_TYPE;
    case Errc::collected:
      return WEFT_COLLECTED;
    default:
      return WEFT_INVALID_DATA;
  }
}

weft_bytes give(std::string_view text) {
  auto data = std::make_unique<uint8_t[]>(text.size() + 1);
  std::copy(text.begin(), text.end(), data.get());
  return {data.release(), text.size()};
}

Result<Attributes> formats_of(const char* json, size_t size) {
  auto value = Value::from_json(view(json, size));
  if (!value) return std::unexpected(value.error());
  if (auto* formats = std::get_if<Attributes>(&value->variant())) return std::move(*formats);
  return std::unexpected(Error{Errc::invalid_json});
}

weft_status give_value(const Element& element, weft_bytes* json) {
  return give_as<Value>(element, [json](const Value& value) {
    *json = give(value.to_json());
    return WEFT_OK;
  });
}

Value range_of(ClientId client, const ClockRange& range) {
  return ValueArray{client, range.clock, range.length};
}

ValueArray ranges_of(const IdSet& ids) {
  ValueArray ranges;
  for (const auto& [client, of] : ids.clients()) {
    for (const ClockRange& range : of) ranges.push_back(range_of(client, range));
  }
  return ranges;
}

weft_bytes give_names(std::span<const std::string> names) {
  ValueArray values;
  for (const std::string& name : names) values.emplace_back(name);
  return give(Value(std::move(values)).to_json());
}

}  // namespace weft::c

extern "C" {

void weft_bytes_free(weft_bytes* bytes) {
  std::unique_ptr<uint8_t[]>(bytes->data).reset();
  *bytes = {nullptr, 0};
}

const char* weft_message(weft_status status) {
  switch (status) {
    case WEFT_OK:
      return "no error";
    case WEFT_NOT_FOUND:
      return "there is nothing";
    case WEFT_UNEXPECTED_END:
      return "the input ends inside a value";
    case WEFT_NUMBER_TOO_LARGE:
      return "a number is too large";
    case WEFT_INVALID_UTF8:
      return "a string is not well-formed UTF-8";
    case WEFT_INVALID_JSON:
      return "the text is not JSON of the expected form";
    case WEFT_INVALID_DATA:
      return "the bytes are not what Yjs writes";
    case WEFT_TOO_DEEP:
      return "values are nested too deep";
    case WEFT_TOO_LARGE:
      return "more than a document can hold";
    case WEFT_OUT_OF_RANGE:
      return "an index or length lies beyond the end";
    case WEFT_WRONG_TYPE:
      return "the type is gone, of another kind or of another document";
    case WEFT_COLLECTED:
      return "the old content was collected";
  }
  return "unknown status";
}

const char* weft_version(void) { return WEFT_VERSION; }

}  // extern "C"
