#include "types/sequence.hpp"

#include "encoding/any.hpp"
#include "encoding/reader.hpp"

namespace weft::types {

std::pair<Handle, std::uint32_t> item_at(DocState& doc, TypeIx type, std::uint32_t index) {
  if (index >= doc.store.types[type].length) return {kNoHandle, 0};
  const auto [item, offset] = doc.store.order(type).find(index);
  return {item, offset};
}

Gap open_gap(DocState& doc, TypeIx type, std::uint32_t index) {
  store::Store& store = doc.store;
  const Handle first = store.types.list(store.types[type].sequence).first;
  if (index == 0) return {kNoHandle, first};
  const auto [handle, offset] = item_at(doc, type, index - 1);
  assert(handle != kNoHandle);
  const Item& item = store.items[handle];
  if (offset + 1 < item.length) doc.clean_start({item.client, item.clock + offset + 1});
  return {handle, store.items[handle].right};
}

Gap end_gap(const DocState& doc, TypeIx type) {
  return {doc.store.types.list(doc.store.types[type].sequence).last, kNoHandle};
}

void remove_range(DocState& doc, Gap gap, std::uint32_t length) {
  store::Store& store = doc.store;
  for (Handle at = gap.right; length > 0; at = store.items[at].right) {
    assert(at != kNoHandle);
    const Item& item = store.items[at];
    if (item.visible() == 0) continue;
    if (length < item.length) doc.clean_start({item.client, item.clock + length});
    length -= item.length;
    doc.remove(at);
  }
}

bool is_live(const DocState& doc, TypeIx type) {
  const store::Type& entry = doc.store.types[type];
  if (entry.collected) return false;
  return entry.item == kNoHandle || !doc.store.items[entry.item].deleted();
}

NewContent value_content(const Value& value, Bytes& buffer) {
  if (const Bytes* bytes = value.get_if<Bytes>()) {
    return {.kind = Kind::binary, .bytes = as_text(*bytes), .key = {}};
  }
  buffer = value.encode();
  return {.kind = Kind::any, .bytes = as_text(buffer), .key = {}};
}

namespace {

Value json_value(std::string_view content, std::uint32_t offset) {
  encoding::Reader reader(
      as_bytes(content.substr(store::skip_values(content, Kind::json, offset))));
  const std::string_view text = as_text(reader.varbytes());
  if (text == "undefined") return Undefined{};
  return Value::from_json(text).value_or(Value{});
}

}  // namespace

Element element_of(DocState& doc, Handle handle, std::uint32_t offset) {
  const Item& item = doc.store.items[handle];
  const std::string_view content = doc.store.content(item);
  switch (item.content()) {
    case Kind::any: {
      const std::size_t at = store::skip_values(content, Kind::any, offset);
      return Value::decode(as_bytes(content.substr(at))).value_or(Value{});
    }
    case Kind::json:
      return json_value(content, offset);
    case Kind::binary: {
      const ByteView bytes = as_bytes(content);
      return Value(Bytes(bytes.begin(), bytes.end()));
    }
    case Kind::embed:
      if (item.has(Item::kJson)) return Value::from_json(content).value_or(Value{});
      return Value::decode(as_bytes(content)).value_or(Value{});
    case Kind::type:
      return SharedType(&doc, item.data);
    case Kind::string:
      return Value(content);
    case Kind::doc:
      return Value(ValueObject{});  // a subdocument that is not loaded has no contents
    default:
      return std::monostate{};
  }
}

}  // namespace weft::types
