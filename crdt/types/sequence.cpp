#include "types/sequence.hpp"

#include <algorithm>

#include "encoding/any_walk.hpp"
#include "encoding/reader.hpp"
#include "encoding/sinks.hpp"
#include "encoding/utf.hpp"

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
  // In a large document neither is in a cache: ask for both at once.
  store.items.prefetch(handle);
  store.items.prefetch(store.order(type).behind_found());
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

NewContent value_content(const Value& value, Bytes& buffer) {
  if (const Bytes* bytes = value.get_if<Bytes>()) {
    return {.kind = Kind::binary, .bytes = as_text(*bytes), .key = {}};
  }
  buffer = value.encode();
  return {.kind = Kind::any, .bytes = as_text(buffer), .key = {}};
}

namespace {

Value json_value(std::string_view text) {
  if (text == "undefined") return Undefined{};
  return Value::from_json(text).value_or(Value{});
}

// Reads the values of one item from the front.
class ContentWalk {
 public:
  ContentWalk(const Item& item, std::string_view content)
      : item_(item), content_(content), rest_(as_bytes(content)) {}

  void skip(std::uint32_t count) {
    if (item_.content() == Kind::string) {
      skip_text(count);
    } else {
      rest_ = rest_.subspan(store::skip_values(content_, item_.content(), count));
    }
  }

  Value next() {
    if (item_.content() == Kind::string) return next_unit();
    encoding::Reader reader(rest_);
    Value value;
    if (item_.content() == Kind::any) {
      encoding::ValueSink sink;
      encoding::walk_any(reader, sink);
      value = sink.take();
    } else {
      value = json_value(as_text(reader.varbytes()));
    }
    rest_ = rest_.subspan(reader.offset());
    return value;
  }

 private:
  // JavaScript takes a string for the list of its UTF-16 units.
  void skip_text(std::uint32_t units) {
    const auto at = encoding::find_utf16(content_, units);
    rest_ = as_bytes(content_.substr(at.byte));
    inside_pair_ = at.inside_pair;
  }

  Value next_unit() {
    const std::string_view text = as_text(rest_);
    const auto first = static_cast<std::uint8_t>(text[0]);
    const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (size < 4) {
      rest_ = rest_.subspan(size);
      return text.substr(0, size);
    }
    if (inside_pair_) rest_ = rest_.subspan(size);
    inside_pair_ = !inside_pair_;
    return encoding::kReplacement;  // half a pair
  }

  const Item& item_;
  std::string_view content_;
  ByteView rest_;
  bool inside_pair_ = false;
};

}  // namespace

Element element_of(DocState& doc, Handle handle, std::uint32_t offset) {
  const Item& item = doc.store.items[handle];
  switch (item.content()) {
    case Kind::any:
    case Kind::json:
    case Kind::string: {
      ContentWalk walk(item, doc.store.content(item));
      walk.skip(offset);
      return walk.next();
    }
    case Kind::binary: {
      const ByteView bytes = as_bytes(doc.store.content(item));
      return Value(Bytes(bytes.begin(), bytes.end()));
    }
    case Kind::embed: {
      const std::string_view content = doc.store.content(item);
      if (item.has(Item::kJson)) return Value::from_json(content).value_or(Value{});
      return Value::decode(as_bytes(content)).value_or(Value{});
    }
    case Kind::type:
      return SharedType(&doc, item.data);
    case Kind::doc:
      return doc.subdoc_at(handle);
    default:
      return std::monostate{};
  }
}

void append_elements(DocState& doc, Handle handle, std::uint32_t from, std::uint32_t to,
                     std::vector<Element>& elements) {
  if (from >= to) return;
  const Item& item = doc.store.items[handle];
  const Kind kind = item.content();
  if (kind != Kind::any && kind != Kind::json && kind != Kind::string) {
    elements.push_back(element_of(doc, handle, 0));
    return;
  }
  ContentWalk walk(item, doc.store.content(item));
  walk.skip(from);
  for (; from < to; ++from) elements.emplace_back(walk.next());
}

Element element_at(DocState& doc, TypeIx type, std::uint32_t index) {
  const auto [item, offset] = item_at(doc, type, index);
  return item == kNoHandle ? Element() : element_of(doc, item, offset);
}

std::vector<Element> elements_of(DocState& doc, TypeIx type) {
  std::vector<Element> elements;
  const store::Store& store = doc.store;
  elements.reserve(store.types[type].length);
  for (Handle at = store.types.list(store.types[type].sequence).first; at != kNoHandle;
       at = store.items[at].right) {
    append_elements(doc, at, 0, store.items[at].visible(), elements);
  }
  return elements;
}

std::vector<Element> slice_of(DocState& doc, TypeIx type, std::int64_t start,
                              std::optional<std::int64_t> end_place) {
  const std::int64_t length = doc.store.types[type].length;
  std::vector<Element> elements;
  if (start < 0) start += length;
  std::int64_t end = end_place.value_or(length);
  if (end < 0) end += length;
  if (length == 0) return elements;
  for (; start < 0 && start < end; ++start) elements.emplace_back();
  if (start >= end || start >= length) return elements;
  auto [item, offset] = item_at(doc, type, static_cast<std::uint32_t>(start));
  for (; start < end && item != kNoHandle; item = doc.store.items[item].right, offset = 0) {
    const std::int64_t visible = doc.store.items[item].visible();
    const std::int64_t to = std::min(visible, offset + (end - start));
    append_elements(doc, item, offset, static_cast<std::uint32_t>(to), elements);
    start += std::max(to - offset, std::int64_t{0});
  }
  return elements;
}

}  // namespace weft::types
