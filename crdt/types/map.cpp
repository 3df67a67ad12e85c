// Map. Source: Yjs YMap, typeMapSet, typeMapDelete.
#include "types/sequence.hpp"

namespace weft {

using namespace types;

namespace {

// The item that holds the value of `key`, or kNoHandle.
Handle value_item(const DocState& doc, TypeIx type, std::string_view key) {
  const std::uint32_t name = doc.store.strings.find(key);
  if (name == store::kNoIndex) return kNoHandle;
  const store::ListIx list = doc.store.types.find_key(type, name);
  if (list == store::FlatMap::kNone) return kNoHandle;
  const Handle last = doc.store.types.list(list).last;
  return last != kNoHandle && !doc.store.items[last].deleted() ? last : kNoHandle;
}

Handle set_content(DocState& doc, TypeIx type, std::string_view key, const NewContent& content) {
  const store::ListIx list = doc.store.types.key_list(type, doc.store.strings.intern(key));
  return doc.insert_local(list, doc.store.types.list(list).last, kNoHandle, content);
}

}  // namespace

std::uint32_t Map::size() const { return static_cast<std::uint32_t>(keys().size()); }

bool Map::has(std::string_view key) const { return value_item(*doc_, type_, key) != kNoHandle; }

Element Map::get(std::string_view key) const {
  const Handle item = value_item(*doc_, type_, key);
  if (item == kNoHandle) return std::monostate{};
  return element_of(*doc_, item, doc_->store.items[item].length - 1);
}

std::vector<std::string> Map::keys() const {
  const store::Store& store = doc_->store;
  std::vector<std::string> keys;
  for (store::ListIx at = store.types[type_].first_key; at != store::kNoIndex;
       at = store.types.list(at).next_key) {
    const store::List& list = store.types.list(at);
    if (list.last != kNoHandle && !store.items[list.last].deleted()) {
      keys.emplace_back(store.strings[list.key]);
    }
  }
  return keys;
}

Result<void> Map::set(Transaction&, std::string_view key, const Value& value) {
  if (!is_live(*doc_, type_)) return std::unexpected(Error{Errc::wrong_type});
  Bytes buffer;
  set_content(*doc_, type_, key, value_content(value, buffer));
  return {};
}

Result<SharedType> Map::set_type(Transaction&, std::string_view key, TypeKind kind) {
  if (!is_live(*doc_, type_)) return std::unexpected(Error{Errc::wrong_type});
  const Handle item = set_content(
      *doc_, type_, key,
      {.kind = Kind::type, .bytes = {}, .key = {}, .type_ref = static_cast<std::uint32_t>(kind)});
  return SharedType(doc_, doc_->store.items[item].data);
}

Result<void> Map::remove(Transaction&, std::string_view key) {
  if (!is_live(*doc_, type_)) return std::unexpected(Error{Errc::wrong_type});
  if (const Handle item = value_item(*doc_, type_, key); item != kNoHandle) doc_->remove(item);
  return {};
}

}  // namespace weft
