// Relative positions as bytes and as JSON. Source: Yjs writeRelativePosition, readRelativePosition,
// relativePositionToJSON, createRelativePositionFromJSON.
#include <cassert>
#include <cmath>

#include <weft/relative_position.hpp>

#include "encoding/reader.hpp"
#include "encoding/utf.hpp"
#include "encoding/writer.hpp"

namespace weft {

namespace {

enum class Tag : std::uint8_t { item, root, type };

void write_id(encoding::Writer& out, Id id) {
  out.varuint(id.client);
  out.varuint(id.clock);
}

Id read_id(encoding::Reader& in) {
  const ClientId client = in.varuint();
  return {client, in.varuint()};
}

std::string read_name(encoding::Reader& in) {
  const std::string_view name = as_text(in.varbytes());
  if (!encoding::scan_utf8(name).valid) in.fail(Errc::invalid_utf8);
  return std::string(name);
}

std::int64_t read_assoc(encoding::Reader& in) {
  if (in.at_end()) return 0;
  bool negative = false;
  const auto magnitude = static_cast<std::int64_t>(in.varint_magnitude(negative));
  return negative ? -magnitude : magnitude;
}

Value id_to_json(Id id) {
  return ValueObject{{"client", static_cast<double>(id.client)},
                     {"clock", static_cast<double>(id.clock)}};
}

bool is_missing(const Value* value) {
  return value == nullptr || value->is<Undefined>() || value->is<Null>();
}

std::optional<std::int64_t> safe_integer(const Value* value) {
  const double* number = value == nullptr ? nullptr : value->get_if<double>();
  if (number == nullptr || std::trunc(*number) != *number ||
      std::abs(*number) > static_cast<double>(kSafeInteger)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*number);
}

std::optional<Id> id_from_json(const Value& json) {
  const auto client = safe_integer(json.find("client"));
  const auto clock = safe_integer(json.find("clock"));
  if (!client || !clock || *client < 0 || *clock < 0) return std::nullopt;
  return Id{static_cast<ClientId>(*client), static_cast<Clock>(*clock)};
}

}  // namespace

Bytes encode_relative_position(const RelativePosition& position) {
  encoding::Writer out;
  if (position.item) {
    out.u8(static_cast<std::uint8_t>(Tag::item));
    write_id(out, *position.item);
  } else if (position.tname) {
    out.u8(static_cast<std::uint8_t>(Tag::root));
    out.varstring(*position.tname);
  } else {
    assert(position.type);
    out.u8(static_cast<std::uint8_t>(Tag::type));
    write_id(out, position.type.value_or(Id{}));
  }
  const bool negative = position.assoc < 0;
  const auto bits = static_cast<std::uint64_t>(position.assoc);
  out.varint(negative ? 0 - bits : bits, negative);
  return out.take();
}

Result<RelativePosition> decode_relative_position(ByteView bytes) {
  encoding::Reader in(bytes);
  RelativePosition position;
  switch (in.varuint()) {
    case static_cast<std::uint64_t>(Tag::item):
      position.item = read_id(in);
      break;
    case static_cast<std::uint64_t>(Tag::root):
      position.tname = read_name(in);
      break;
    case static_cast<std::uint64_t>(Tag::type):
      position.type = read_id(in);
      break;
    default:
      in.fail_at(Errc::invalid_message, 0);
  }
  position.assoc = read_assoc(in);
  if (!in.ok()) return std::unexpected(in.error());
  return position;
}

Value relative_position_to_json(const RelativePosition& position) {
  ValueObject json;
  if (position.type) json.emplace_back("type", id_to_json(*position.type));
  if (position.tname && (!position.tname->empty() || !position.item)) {
    json.emplace_back("tname", *position.tname);
  }
  if (position.item) json.emplace_back("item", id_to_json(*position.item));
  json.emplace_back("assoc", position.assoc);
  return json;
}

Result<RelativePosition> relative_position_from_json(const Value& json) {
  const std::unexpected<Error> wrong(Error{Errc::wrong_type});
  RelativePosition position;
  if (const Value* type = json.find("type"); !is_missing(type)) {
    position.type = id_from_json(*type);
    if (!position.type) return wrong;
  }
  if (const Value* tname = json.find("tname"); !is_missing(tname)) {
    const std::string* name = tname->get_if<std::string>();
    if (name == nullptr) return wrong;
    position.tname = *name;
  }
  if (const Value* item = json.find("item"); !is_missing(item)) {
    position.item = id_from_json(*item);
    if (!position.item) return wrong;
  }
  if (const Value* assoc = json.find("assoc"); !is_missing(assoc)) {
    const auto number = safe_integer(assoc);
    if (!number) return wrong;
    position.assoc = *number;
  }
  if (!position.type && !position.tname && !position.item) return wrong;
  return position;
}

}  // namespace weft
