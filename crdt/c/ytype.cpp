// The one type of @y/y 14.
#include <weft/ytype.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::Attributes;
using weft::Content;
using weft::Result;
using weft::SharedType;
using weft::Value;
using weft::ValueArray;
using weft::YType;

namespace {

// Null says none.
Result<Attributes> format_of(const char* json, size_t size) {
  return json == nullptr ? Attributes{} : formats_of(json, size);
}

std::optional<std::string_view> name_of(const char* name, size_t size) {
  return name == nullptr ? std::nullopt : std::optional(view(name, size));
}

}  // namespace

extern "C" {

weft_type weft_ytype_root(weft_doc* doc, const char* name, size_t size) {
  return handle(doc->doc.get(view(name, size)));
}

weft_status weft_ytype_name(weft_type type, weft_bytes* out) {
  const auto name = as<YType>(type).name();
  if (!name) return WEFT_NOT_FOUND;
  *out = give(*name);
  return WEFT_OK;
}

uint32_t weft_ytype_length(weft_type type) { return as<YType>(type).length(); }
weft_bytes weft_ytype_to_json(weft_type type) { return give(as<YType>(type).to_json().to_json()); }
weft_bytes weft_ytype_to_string(weft_type type) { return give(as<YType>(type).to_string()); }

weft_bytes weft_ytype_to_delta(weft_type type, int deep) {
  return give(as<YType>(type).to_delta(nullptr, deep != 0).to_json());
}

weft_status weft_ytype_get(weft_type type, uint32_t index, weft_bytes* json) {
  return give_value(as<YType>(type).get(index), json);
}

weft_status weft_ytype_get_type(weft_type type, uint32_t index, weft_type* out) {
  return give_handle<SharedType>(as<YType>(type).get(index), out);
}

weft_status weft_ytype_get_attr(weft_type type, const char* key, size_t key_size,
                                weft_bytes* json) {
  return give_value(as<YType>(type).get_attr(view(key, key_size)), json);
}

weft_status weft_ytype_get_attr_type(weft_type type, const char* key, size_t key_size,
                                     weft_type* out) {
  return give_handle<SharedType>(as<YType>(type).get_attr(view(key, key_size)), out);
}

weft_status weft_ytype_insert_text(weft_transaction* transaction, weft_type type, uint32_t index,
                                   const char* text, size_t size, const char* format,
                                   size_t format_size) {
  if (!covers(transaction, type)) return WEFT_WRONG_TYPE;
  const auto formats = format_of(format, format_size);
  if (!formats) return status(formats);
  return status(as<YType>(type).insert(transaction->txn, index, view(text, size), *formats));
}

weft_status weft_ytype_insert(weft_transaction* transaction, weft_type type, uint32_t index,
                              const char* json, size_t size, const char* format,
                              size_t format_size) {
  if (!covers(transaction, type)) return WEFT_WRONG_TYPE;
  const auto formats = format_of(format, format_size);
  if (!formats) return status(formats);
  const auto values = Value::from_json(view(json, size));
  if (!values) return status(values);
  const auto* array = values->get_if<ValueArray>();
  if (array == nullptr) return WEFT_INVALID_JSON;
  const std::vector<Content> contents(array->begin(), array->end());
  return status(as<YType>(type).insert(transaction->txn, index, contents, *formats));
}

weft_status weft_ytype_insert_type(weft_transaction* transaction, weft_type type, uint32_t index,
                                   const char* name, size_t size, const char* format,
                                   size_t format_size, weft_type* out) {
  if (!covers(transaction, type)) return WEFT_WRONG_TYPE;
  const auto formats = format_of(format, format_size);
  if (!formats) return status(formats);
  return give_handle(
      as<YType>(type).insert_type(transaction->txn, index, name_of(name, size), *formats), out);
}

weft_status weft_ytype_format(weft_transaction* transaction, weft_type type, uint32_t index,
                              uint32_t length, const char* format, size_t format_size) {
  if (!covers(transaction, type)) return WEFT_WRONG_TYPE;
  const auto formats = format_of(format, format_size);
  if (!formats) return status(formats);
  return status(as<YType>(type).format(transaction->txn, index, length, *formats));
}

weft_status weft_ytype_remove(weft_transaction* transaction, weft_type type, uint32_t index,
                              uint32_t length) {
  if (!covers(transaction, type)) return WEFT_WRONG_TYPE;
  return status(as<YType>(type).remove(transaction->txn, index, length));
}

weft_status weft_ytype_set_attr(weft_transaction* transaction, weft_type type, const char* key,
                                size_t key_size, const char* json, size_t size) {
  if (!covers(transaction, type)) return WEFT_WRONG_TYPE;
  const auto value = Value::from_json(view(json, size));
  if (!value) return status(value);
  return status(as<YType>(type).set_attr(transaction->txn, view(key, key_size), *value));
}

weft_status weft_ytype_set_attr_type(weft_transaction* transaction, weft_type type, const char* key,
                                     size_t key_size, const char* name, size_t size,
                                     weft_type* out) {
  if (!covers(transaction, type)) return WEFT_WRONG_TYPE;
  return give_handle(
      as<YType>(type).set_attr_type(transaction->txn, view(key, key_size), name_of(name, size)),
      out);
}

weft_status weft_ytype_delete_attr(weft_transaction* transaction, weft_type type, const char* key,
                                   size_t key_size) {
  if (!covers(transaction, type)) return WEFT_WRONG_TYPE;
  return status(as<YType>(type).delete_attr(transaction->txn, view(key, key_size)));
}

weft_status weft_ytype_apply_delta(weft_transaction* transaction, weft_type type, const char* json,
                                   size_t size) {
  if (!covers(transaction, type)) return WEFT_WRONG_TYPE;
  const auto delta = weft::YDelta::from_json(view(json, size));
  if (!delta) return status(delta);
  return status(as<YType>(type).apply_delta(transaction->txn, *delta));
}

}  // extern "C"
