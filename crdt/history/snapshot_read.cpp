// Types at a snapshot. Source: Yjs typeListToArraySnapshot, typeMapGetSnapshot,
// typeMapGetAllSnapshot.
#include "encoding/utf.hpp"
#include "history/snapshot_view.hpp"
#include "types/sequence.hpp"

namespace weft {

using history::SnapshotView;
using store::Handle;
using store::Item;
using store::kNoHandle;

namespace {

// Calls `body(handle, from, to)` for each run of units that the sequence showed.
template <typename Body>
void for_each_run(const SharedType& type, const Snapshot& snapshot, Body body) {
  const store::Store& store = type.doc()->store;
  const SnapshotView view(store, snapshot);
  for (Handle at = store.types.list(store.types[type.type()].sequence).first; at != kNoHandle;
       at = store.items[at].right) {
    const Item& item = store.items[at];
    if (!item.counts()) continue;
    view.for_each_run(item, [&](std::uint32_t from, std::uint32_t to) { body(at, from, to); });
  }
}

// What the newest value was that had been inserted, if it was not deleted.
Element value_of_list(document::DocState& doc, const SnapshotView& view, store::ListIx list) {
  for (Handle at = doc.store.types.list(list).last; at != kNoHandle;
       at = doc.store.items[at].left) {
    const Item& item = doc.store.items[at];
    const std::uint32_t units = view.inserted(item);
    if (units == 0) continue;
    if (view.deleted({item.client, item.clock + units - 1})) return std::monostate{};
    return types::element_of(doc, at, units - 1);
  }
  return std::monostate{};
}

// Units [from, to) of a text. A surrogate pair that is cut leaves U+FFFD.
void append_units(std::string& out, const Item& item, std::string_view text, std::uint32_t from,
                  std::uint32_t to) {
  if (item.has(Item::kAscii)) {
    out.append(text.substr(from, to - from));
    return;
  }
  const auto begin = encoding::find_utf16(text, from);
  const auto end = encoding::find_utf16(text, to);
  if (begin.inside_pair) out.append(encoding::kReplacement);
  const std::size_t first = begin.byte + (begin.inside_pair ? 4 : 0);
  if (end.byte > first) encoding::append_well_formed(out, text.substr(first, end.byte - first));
  if (end.inside_pair) out.append(encoding::kReplacement);
}

}  // namespace

std::vector<Element> elements_at(const SharedType& type, const Snapshot& snapshot) {
  std::vector<Element> elements;
  for_each_run(type, snapshot, [&](Handle item, std::uint32_t from, std::uint32_t to) {
    types::append_elements(*type.doc(), item, from, to, elements);
  });
  return elements;
}

Element value_at(const SharedType& type, std::string_view key, const Snapshot& snapshot) {
  document::DocState& doc = *type.doc();
  const std::uint32_t name = doc.store.strings.find(key);
  if (name == store::kNoIndex) return std::monostate{};
  const store::ListIx list = doc.store.types.find_key(type.type(), name);
  if (list == store::kNoIndex) return std::monostate{};
  return value_of_list(doc, SnapshotView(doc.store, snapshot), list);
}

std::vector<std::pair<std::string, Element>> values_at(const SharedType& type,
                                                       const Snapshot& snapshot) {
  document::DocState& doc = *type.doc();
  const SnapshotView view(doc.store, snapshot);
  std::vector<std::pair<std::string, Element>> values;
  for (store::ListIx at = doc.store.types[type.type()].first_key; at != store::kNoIndex;
       at = doc.store.types.list(at).next_key) {
    Element value = value_of_list(doc, view, at);
    if (std::holds_alternative<std::monostate>(value)) continue;
    values.emplace_back(doc.store.strings[doc.store.types.list(at).key], std::move(value));
  }
  return values;
}

std::string text_at(const Text& text, const Snapshot& snapshot) {
  std::string out;
  const store::Store& store = text.doc()->store;
  for_each_run(text, snapshot, [&](Handle handle, std::uint32_t from, std::uint32_t to) {
    const Item& item = store.items[handle];
    if (item.content() != store::Kind::string) return;
    append_units(out, item, store.content(item), from, to);
  });
  return out;
}

}  // namespace weft
