// The keys of a map, which are also the attributes of an XML element or a text. Source: Yjs
// typeMapGet, typeMapGetAll, createMapIterator.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "types/sequence.hpp"

namespace weft::types {

/// The nodeName of an XmlElement, the hookName of an XmlHook: "UNDEFINED" for a root, as in Yjs;
/// nothing for other types.
std::string name_of(const DocState& doc, TypeIx type);

/// The item that holds the value of `key`, or kNoHandle.
Handle key_item(const DocState& doc, TypeIx type, std::string_view key);

/// What such an item holds.
inline Element key_element(DocState& doc, Handle item) {
  return element_of(doc, item, doc.store.items[item].length - 1);
}

/// Calls visit(key, item) for each key that has a value, keys as StringTable numbers, in the order
/// in which they were first seen. `visit` may delete the item.
template <typename Visit>
void for_each_key(const DocState& doc, TypeIx type, Visit visit) {
  const store::Store& store = doc.store;
  for (store::ListIx at = store.types[type].first_key; at != store::kNoIndex;
       at = store.types.list(at).next_key) {
    const Handle last = store.types.list(at).last;
    if (last != kNoHandle && !store.items[last].deleted()) visit(store.types.list(at).key, last);
  }
}

/// In that order.
std::vector<std::pair<std::string, Element>> entries_of(DocState& doc, TypeIx type);

/// In the order of a JavaScript object that is given these entries one by one.
std::vector<std::pair<std::string, Element>> object_entries_of(DocState& doc, TypeIx type);

/// Deletes the value of a live type's key, if it has one. Errors: wrong_type.
Result<void> remove_key(DocState& doc, TypeIx type, std::string_view key);

}  // namespace weft::types
