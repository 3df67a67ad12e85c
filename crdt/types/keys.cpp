#include "types/keys.hpp"

#include "encoding/any_walk.hpp"
#include "encoding/key_order.hpp"

namespace weft::types {

std::string name_of(const DocState& doc, TypeIx type) {
  const store::Type& entry = doc.store.types[type];
  if (entry.item == kNoHandle) return "UNDEFINED";
  return update::type_has_key(entry.kind) ? std::string(doc.store.strings[entry.name]) : "";
}

Handle key_item(const DocState& doc, TypeIx type, std::string_view key) {
  const std::uint32_t name = doc.store.strings.find(key);
  if (name == store::kNoIndex) return kNoHandle;
  const store::ListIx list = doc.store.types.find_key(type, name);
  if (list == store::FlatMap::kNone) return kNoHandle;
  const Handle last = doc.store.types.list(list).last;
  return last != kNoHandle && !doc.store.items[last].deleted() ? last : kNoHandle;
}

std::vector<std::pair<std::string, Element>> entries_of(DocState& doc, TypeIx type) {
  std::vector<std::pair<std::string, Element>> entries;
  for_each_key(doc, type, [&](std::uint32_t key, Handle item) {
    entries.emplace_back(doc.store.strings[key], key_element(doc, item));
  });
  return entries;
}

std::vector<std::pair<std::string, Element>> object_entries_of(DocState& doc, TypeIx type) {
  std::vector<std::pair<std::string, Element>> entries = entries_of(doc, type);
  std::erase_if(entries, [](const auto& entry) { return entry.first == encoding::kProto; });
  std::vector<std::string_view> keys;
  keys.reserve(entries.size());
  for (const auto& [key, element] : entries) keys.push_back(key);
  if (encoding::in_own_key_order(keys)) return entries;
  std::vector<std::pair<std::string, Element>> ordered;
  ordered.reserve(entries.size());
  for (const encoding::OwnKey& own : encoding::own_key_order(keys)) {
    ordered.push_back(std::move(entries[own.last]));
  }
  return ordered;
}

Result<void> remove_key(DocState& doc, TypeIx type, std::string_view key) {
  if (!doc.store.is_live(type)) return std::unexpected(Error{Errc::wrong_type});
  if (const Handle item = key_item(doc, type, key); item != kNoHandle) doc.remove(item);
  return {};
}

}  // namespace weft::types
