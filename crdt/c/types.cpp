// Shared types. A handle is taken as whatever the function edits: the engine refuses what does not
// fit.
#include <weft/delta.hpp>
#include <weft/relative_position.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::Array;
using weft::Element;
using weft::Map;
using weft::Result;
using weft::SharedType;
using weft::Text;
using weft::TypeKind;
using weft::Value;
using weft::ValueArray;
using weft::ValueObject;
using weft::XmlFragment;

namespace {

TypeKind kind_of(weft_kind kind) { return static_cast<TypeKind>(kind); }

template <typename T>
bool is(weft_type handle) {
  const auto kind = type(handle).kind();
  return kind && T::holds(*kind);
}

template <typename T>
Result<T> parsed(const char* json, size_t size) {
  auto value = Value::from_json(view(json, size));
  if (!value) return std::unexpected(value.error());
  if (T* const wanted = std::get_if<T>(&value->variant())) return std::move(*wanted);
  return std::unexpected(weft::Error{weft::Errc::invalid_json});
}

weft_status give_value(const Element& element, weft_bytes* json) {
  if (std::holds_alternative<std::monostate>(element)) return WEFT_NOT_FOUND;
  const auto* value = std::get_if<Value>(&element);
  if (value == nullptr) return WEFT_WRONG_TYPE;
  *json = give(value->to_json());
  return WEFT_OK;
}

weft_status give_type(const Element& element, weft_type* out) {
  if (std::holds_alternative<std::monostate>(element)) return WEFT_NOT_FOUND;
  const auto* found = std::get_if<SharedType>(&element);
  if (found == nullptr) return WEFT_WRONG_TYPE;
  *out = handle(*found);
  return WEFT_OK;
}

weft_status give_type(const Result<SharedType>& made, weft_type* out) {
  if (made) *out = handle(*made);
  return status(made);
}

Element element_at(weft_type list, uint32_t index) {
  return is<XmlFragment>(list) ? as<XmlFragment>(list).get(index) : as<Array>(list).get(index);
}

}  // namespace

extern "C" {

weft_type weft_root(weft_doc* doc, const char* name, size_t size, weft_kind kind) {
  weft::Doc& in = doc->doc;
  switch (kind_of(kind)) {
    case TypeKind::array:
      return handle(in.array(view(name, size)));
    case TypeKind::map:
      return handle(in.map(view(name, size)));
    case TypeKind::xml_element:
      return handle(in.xml_element(view(name, size)));
    case TypeKind::xml_fragment:
      return handle(in.xml_fragment(view(name, size)));
    case TypeKind::xml_text:
      return handle(in.xml_text(view(name, size)));
    default:
      return handle(in.text(view(name, size)));
  }
}

weft_bytes weft_type_to_json(weft_type handle) { return give(type(handle).to_json().to_json()); }

weft_bytes weft_type_to_string(weft_type handle) {
  if (is<Text>(handle)) return give(as<Text>(handle).to_string());
  const Value json = type(handle).to_json();
  const auto* text = json.get_if<std::string>();
  return give(text != nullptr ? *text : json.to_json());
}

uint32_t weft_type_length(weft_type handle) {
  if (is<Text>(handle)) return as<Text>(handle).length();
  if (is<XmlFragment>(handle)) return as<XmlFragment>(handle).length();
  if (is<Map>(handle)) return as<Map>(handle).size();
  return as<Array>(handle).length();
}

int weft_type_equal(weft_type a, weft_type b) { return type(a) == type(b) ? 1 : 0; }

weft_status weft_text_insert(weft_transaction* transaction, weft_type text, uint32_t index,
                             const char* insert, size_t size, const char* attributes,
                             size_t attributes_size) {
  Text to = as<Text>(text);
  if (attributes == nullptr) return status(to.insert(transaction->txn, index, view(insert, size)));
  const auto formats = parsed<ValueObject>(attributes, attributes_size);
  if (!formats) return status(formats);
  return status(to.insert(transaction->txn, index, view(insert, size), *formats));
}

weft_status weft_text_insert_embed(weft_transaction* transaction, weft_type text, uint32_t index,
                                   const char* json, size_t size, const char* attributes,
                                   size_t attributes_size) {
  const auto embed = Value::from_json(view(json, size));
  if (!embed) return status(embed);
  Result<ValueObject> formats;
  if (attributes != nullptr) formats = parsed<ValueObject>(attributes, attributes_size);
  if (!formats) return status(formats);
  return status(as<Text>(text).insert_embed(transaction->txn, index, *embed, *formats));
}

weft_status weft_text_remove(weft_transaction* transaction, weft_type text, uint32_t index,
                             uint32_t length) {
  return status(as<Text>(text).remove(transaction->txn, index, length));
}

weft_status weft_text_format(weft_transaction* transaction, weft_type text, uint32_t index,
                             uint32_t length, const char* attributes, size_t attributes_size) {
  const auto formats = parsed<ValueObject>(attributes, attributes_size);
  if (!formats) return status(formats);
  return status(as<Text>(text).format(transaction->txn, index, length, *formats));
}

weft_status weft_text_apply_delta(weft_transaction* transaction, weft_type text, const char* delta,
                                  size_t size) {
  const auto operations = weft::Delta::from_json(view(delta, size));
  if (!operations) return status(operations);
  return status(as<Text>(text).apply_delta(transaction->txn, *operations));
}

weft_bytes weft_text_to_delta(weft_type text) { return give(as<Text>(text).to_delta().to_json()); }

weft_status weft_array_insert(weft_transaction* transaction, weft_type array, uint32_t index,
                              const char* json, size_t size) {
  const auto values = parsed<ValueArray>(json, size);
  if (!values) return status(values);
  return status(as<Array>(array).insert(transaction->txn, index, std::span<const Value>(*values)));
}

weft_status weft_array_insert_bytes(weft_transaction* transaction, weft_type array, uint32_t index,
                                    const uint8_t* data, size_t size) {
  const Value value(weft::Bytes(data, data + size));
  return status(as<Array>(array).insert(transaction->txn, index, std::span(&value, 1)));
}

weft_status weft_array_insert_type(weft_transaction* transaction, weft_type array, uint32_t index,
                                   weft_kind kind, const char* name, size_t size, weft_type* out) {
  return give_type(as<Array>(array).insert_type(transaction->txn, index, kind_of(kind),
                                                name == nullptr ? "" : view(name, size)),
                   out);
}

weft_status weft_array_remove(weft_transaction* transaction, weft_type array, uint32_t index,
                              uint32_t length) {
  return status(as<Array>(array).remove(transaction->txn, index, length));
}

weft_status weft_array_get(weft_type array, uint32_t index, weft_bytes* json) {
  return give_value(element_at(array, index), json);
}

weft_status weft_array_get_type(weft_type array, uint32_t index, weft_type* out) {
  return give_type(element_at(array, index), out);
}

weft_status weft_map_set(weft_transaction* transaction, weft_type map, const char* key,
                         size_t key_size, const char* json, size_t size) {
  const auto value = Value::from_json(view(json, size));
  if (!value) return status(value);
  return status(as<Map>(map).set(transaction->txn, view(key, key_size), *value));
}

weft_status weft_map_set_bytes(weft_transaction* transaction, weft_type map, const char* key,
                               size_t key_size, const uint8_t* data, size_t size) {
  return status(as<Map>(map).set(transaction->txn, view(key, key_size),
                                 Value(weft::Bytes(data, data + size))));
}

weft_status weft_map_set_type(weft_transaction* transaction, weft_type map, const char* key,
                              size_t key_size, weft_kind kind, weft_type* out) {
  return give_type(as<Map>(map).set_type(transaction->txn, view(key, key_size), kind_of(kind)),
                   out);
}

weft_status weft_map_remove(weft_transaction* transaction, weft_type map, const char* key,
                            size_t key_size) {
  return status(as<Map>(map).remove(transaction->txn, view(key, key_size)));
}

weft_status weft_map_get(weft_type map, const char* key, size_t key_size, weft_bytes* json) {
  return give_value(as<Map>(map).get(view(key, key_size)), json);
}

weft_status weft_map_get_type(weft_type map, const char* key, size_t key_size, weft_type* out) {
  return give_type(as<Map>(map).get(view(key, key_size)), out);
}

weft_bytes weft_map_keys(weft_type map) {
  ValueArray keys;
  for (std::string& key : as<Map>(map).keys()) keys.emplace_back(std::move(key));
  return give(Value(std::move(keys)).to_json());
}

weft_status weft_position_create(weft_type handle, uint32_t index, int assoc, weft_bytes* out) {
  const auto position = weft::create_relative_position(type(handle), index, assoc);
  if (!position) return status(position);
  *out = give(weft::encode_relative_position(*position));
  return WEFT_OK;
}

weft_status weft_position_resolve(weft_doc* doc, const uint8_t* position, size_t size,
                                  weft_type* out, uint32_t* index) {
  const auto decoded = weft::decode_relative_position(view(position, size));
  if (!decoded) return status(decoded);
  const auto place = weft::create_absolute_position(doc->doc, *decoded);
  if (!place) return WEFT_NOT_FOUND;
  *out = handle(place->type);
  *index = place->index;
  return WEFT_OK;
}

}  // extern "C"
