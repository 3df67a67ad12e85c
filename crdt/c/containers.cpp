// Arrays, XML and maps. What has elements takes the functions of arrays, what has keys or
// attributes those of maps.
#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::Array;
using weft::Content;
using weft::Element;
using weft::Map;
using weft::Prelim;
using weft::Result;
using weft::SharedType;
using weft::SubDoc;
using weft::SubDocOptions;
using weft::Value;
using weft::ValueArray;
using weft::XmlElement;
using weft::XmlFragment;

namespace {

bool is_list(const weft_transaction* transaction, weft_type list) {
  return covers(transaction, list) && has_elements(list);
}
bool is_map(const weft_transaction* transaction, weft_type map) {
  return covers(transaction, map) && has_keys(map);
}

Result<ValueArray> values_of(const char* json, size_t size) {
  auto value = Value::from_json(view(json, size));
  if (!value) return std::unexpected(value.error());
  if (auto* values = std::get_if<ValueArray>(&value->variant())) return std::move(*values);
  return std::unexpected(weft::Error{weft::Errc::invalid_json});
}

Result<SubDocOptions> subdoc_of(const char* guid, size_t guid_size, const char* meta,
                                size_t meta_size) {
  SubDocOptions options{.guid = std::string(view(guid, guid_size))};
  if (meta == nullptr) return options;
  auto value = Value::from_json(view(meta, meta_size));
  if (!value) return std::unexpected(value.error());
  options.meta = std::move(*value);
  return options;
}

Result<SubDocOptions> subdoc_of(const weft_subdoc_options& given) {
  auto options = subdoc_of(given.guid, given.guid_size, given.meta, given.meta_size);
  if (!options) return options;
  options->gc = given.keeps_deleted == 0;
  options->auto_load = given.auto_load != 0;
  options->should_load = given.not_loaded == 0;
  return options;
}

weft_status give_any(const Element& element, weft_bytes* out) {
  return give_as<Value>(element, [out](const Value& value) {
    *out = give(value.encode());
    return WEFT_OK;
  });
}

weft_status give_bytes(const Element& element, weft_bytes* out) {
  return give_as<Value>(element, [out](const Value& value) {
    const auto* bytes = value.get_if<weft::Bytes>();
    if (bytes == nullptr) return WEFT_WRONG_TYPE;
    *out = give(*bytes);
    return WEFT_OK;
  });
}

weft_status give_node(const std::optional<SharedType>& node, weft_type* out) {
  if (!node) return WEFT_NOT_FOUND;
  *out = handle(*node);
  return WEFT_OK;
}

}  // namespace

extern "C" {

weft_status weft_array_insert(weft_transaction* transaction, weft_type array, uint32_t index,
                              const char* json, size_t size) {
  if (!is_list(transaction, array)) return WEFT_WRONG_TYPE;
  const auto values = values_of(json, size);
  if (!values) return status(values);
  return status(as<Array>(array).insert(transaction->txn, index, std::span<const Value>(*values)));
}

weft_status weft_array_push(weft_transaction* transaction, weft_type array, const char* json,
                            size_t size) {
  if (!is_list(transaction, array)) return WEFT_WRONG_TYPE;
  const auto values = values_of(json, size);
  if (!values) return status(values);
  return status(as<Array>(array).push(transaction->txn, std::span<const Value>(*values)));
}

weft_status weft_array_insert_bytes(weft_transaction* transaction, weft_type array, uint32_t index,
                                    const uint8_t* data, size_t size) {
  if (!is_list(transaction, array)) return WEFT_WRONG_TYPE;
  const Value value(weft::Bytes(data, data + size));
  return status(as<Array>(array).insert(transaction->txn, index, std::span(&value, 1)));
}

weft_status weft_array_insert_any(weft_transaction* transaction, weft_type array, uint32_t index,
                                  const uint8_t* any, size_t size) {
  if (!is_list(transaction, array)) return WEFT_WRONG_TYPE;
  const auto value = Value::decode(view(any, size));
  if (!value) return status(value);
  return status(as<Array>(array).insert(transaction->txn, index, std::span(&*value, 1)));
}

weft_status weft_array_insert_subdoc_with(weft_transaction* transaction, weft_type array,
                                          uint32_t index, const weft_subdoc_options* given,
                                          weft_subdoc* out) {
  if (!is_list(transaction, array)) return WEFT_WRONG_TYPE;
  const auto options = subdoc_of(*given);
  if (!options) return status(options);
  return give_handle(as<Array>(array).insert_subdoc(transaction->txn, index, *options), out);
}

weft_status weft_map_set_subdoc_with(weft_transaction* transaction, weft_type map, const char* key,
                                     size_t key_size, const weft_subdoc_options* given,
                                     weft_subdoc* out) {
  if (!is_map(transaction, map)) return WEFT_WRONG_TYPE;
  const auto options = subdoc_of(*given);
  if (!options) return status(options);
  return give_handle(as<Map>(map).set_subdoc(transaction->txn, view(key, key_size), *options), out);
}

weft_status weft_array_insert_type(weft_transaction* transaction, weft_type array, uint32_t index,
                                   weft_kind kind, const char* name, size_t size, weft_type* out) {
  if (!is_list(transaction, array)) return WEFT_WRONG_TYPE;
  const Prelim made(kind_of(kind), view(name, size));
  return give_handle(as<Array>(array).insert_type(transaction->txn, index, made), out);
}

weft_status weft_array_insert_subdoc(weft_transaction* transaction, weft_type array, uint32_t index,
                                     const char* guid, size_t guid_size, const char* meta,
                                     size_t meta_size, weft_subdoc* out) {
  if (!is_list(transaction, array)) return WEFT_WRONG_TYPE;
  const auto options = subdoc_of(guid, guid_size, meta, meta_size);
  if (!options) return status(options);
  return give_handle(as<Array>(array).insert_subdoc(transaction->txn, index, *options), out);
}

weft_status weft_array_remove(weft_transaction* transaction, weft_type array, uint32_t index,
                              uint32_t length) {
  if (!is_list(transaction, array)) return WEFT_WRONG_TYPE;
  return status(as<Array>(array).remove(transaction->txn, index, length));
}

weft_status weft_array_get(weft_type array, uint32_t index, weft_bytes* json) {
  return give_value(as<Array>(array).get(index), json);
}
weft_status weft_array_get_bytes(weft_type array, uint32_t index, weft_bytes* out) {
  return give_bytes(as<Array>(array).get(index), out);
}
weft_status weft_array_get_any(weft_type array, uint32_t index, weft_bytes* out) {
  return give_any(as<Array>(array).get(index), out);
}
weft_status weft_array_get_type(weft_type array, uint32_t index, weft_type* out) {
  return give_handle<SharedType>(as<Array>(array).get(index), out);
}
weft_status weft_array_get_subdoc(weft_type array, uint32_t index, weft_subdoc* out) {
  return give_handle<SubDoc>(as<Array>(array).get(index), out);
}

weft_status weft_xml_insert_after(weft_transaction* transaction, weft_type parent,
                                  weft_type reference, weft_kind kind, const char* name,
                                  size_t size, weft_type* out) {
  if (!covers(transaction, parent) || !is<XmlFragment>(parent)) return WEFT_WRONG_TYPE;
  const Prelim made(kind_of(kind), view(name, size));
  const auto done = as<XmlFragment>(parent).insert_after(transaction->txn, type(reference), {made});
  if (!done) return status(done);
  return give_node(as<XmlElement>(reference).next_sibling(), out);
}

weft_status weft_xml_next_sibling(weft_type node, weft_type* out) {
  return give_node(as<XmlElement>(node).next_sibling(), out);
}
weft_status weft_xml_prev_sibling(weft_type node, weft_type* out) {
  return give_node(as<XmlElement>(node).prev_sibling(), out);
}

size_t weft_xml_query_all(weft_type fragment, const char* name, size_t size, weft_type* out,
                          size_t capacity) {
  if (!is<XmlFragment>(fragment)) return 0;
  const auto found = as<XmlFragment>(fragment).query_selector_all(view(name, size));
  for (size_t i = 0; i < found.size() && i < capacity; ++i) out[i] = handle(found[i]);
  return found.size();
}

weft_status weft_xml_name(weft_type node, weft_bytes* out) {
  if (is<weft::XmlHook>(node)) {
    *out = give(as<weft::XmlHook>(node).hook_name());
  } else if (is<XmlElement>(node)) {
    *out = give(as<XmlElement>(node).node_name());
  } else {
    return WEFT_WRONG_TYPE;
  }
  return WEFT_OK;
}

weft_status weft_map_set(weft_transaction* transaction, weft_type map, const char* key,
                         size_t key_size, const char* json, size_t size) {
  if (!is_map(transaction, map)) return WEFT_WRONG_TYPE;
  const auto value = Value::from_json(view(json, size));
  if (!value) return status(value);
  return status(as<Map>(map).set(transaction->txn, view(key, key_size), *value));
}

weft_status weft_map_set_bytes(weft_transaction* transaction, weft_type map, const char* key,
                               size_t key_size, const uint8_t* data, size_t size) {
  if (!is_map(transaction, map)) return WEFT_WRONG_TYPE;
  const Value value(weft::Bytes(data, data + size));
  return status(as<Map>(map).set(transaction->txn, view(key, key_size), value));
}

weft_status weft_map_set_any(weft_transaction* transaction, weft_type map, const char* key,
                             size_t key_size, const uint8_t* any, size_t size) {
  if (!is_map(transaction, map)) return WEFT_WRONG_TYPE;
  const auto value = Value::decode(view(any, size));
  if (!value) return status(value);
  return status(as<Map>(map).set(transaction->txn, view(key, key_size), *value));
}

weft_status weft_map_set_type(weft_transaction* transaction, weft_type map, const char* key,
                              size_t key_size, weft_kind kind, const char* name, size_t size,
                              weft_type* out) {
  if (!is_map(transaction, map)) return WEFT_WRONG_TYPE;
  const Prelim made(kind_of(kind), view(name, size));
  return give_handle(as<Map>(map).set_type(transaction->txn, view(key, key_size), made), out);
}

weft_status weft_map_set_subdoc(weft_transaction* transaction, weft_type map, const char* key,
                                size_t key_size, const char* guid, size_t guid_size,
                                const char* meta, size_t meta_size, weft_subdoc* out) {
  if (!is_map(transaction, map)) return WEFT_WRONG_TYPE;
  const auto options = subdoc_of(guid, guid_size, meta, meta_size);
  if (!options) return status(options);
  return give_handle(as<Map>(map).set_subdoc(transaction->txn, view(key, key_size), *options), out);
}

weft_status weft_map_remove(weft_transaction* transaction, weft_type map, const char* key,
                            size_t key_size) {
  if (!is_map(transaction, map)) return WEFT_WRONG_TYPE;
  return status(as<Map>(map).remove(transaction->txn, view(key, key_size)));
}

weft_status weft_map_clear(weft_transaction* transaction, weft_type map) {
  if (!is_map(transaction, map)) return WEFT_WRONG_TYPE;
  return status(as<Map>(map).clear(transaction->txn));
}

weft_status weft_map_get(weft_type map, const char* key, size_t key_size, weft_bytes* json) {
  return give_value(as<Map>(map).get(view(key, key_size)), json);
}
weft_status weft_map_get_bytes(weft_type map, const char* key, size_t key_size, weft_bytes* out) {
  return give_bytes(as<Map>(map).get(view(key, key_size)), out);
}
weft_status weft_map_get_any(weft_type map, const char* key, size_t key_size, weft_bytes* out) {
  return give_any(as<Map>(map).get(view(key, key_size)), out);
}
weft_status weft_map_get_type(weft_type map, const char* key, size_t key_size, weft_type* out) {
  return give_handle<SharedType>(as<Map>(map).get(view(key, key_size)), out);
}
weft_status weft_map_get_subdoc(weft_type map, const char* key, size_t key_size, weft_subdoc* out) {
  return give_handle<SubDoc>(as<Map>(map).get(view(key, key_size)), out);
}

weft_bytes weft_map_keys(weft_type map) { return give_names(as<Map>(map).keys()); }

}  // extern "C"
