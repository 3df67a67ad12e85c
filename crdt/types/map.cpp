// Map. Source: Yjs YMap, typeMapSet, typeMapDelete.
#include <weft/map.hpp>

#include "types/insert.hpp"
#include "types/keys.hpp"

namespace weft {

using namespace types;

std::uint32_t Map::size() const {
  std::uint32_t size = 0;
  for_each_key(*doc_, type_, [&](std::uint32_t, Handle) { ++size; });
  return size;
}

bool Map::has(std::string_view key) const { return key_item(*doc_, type_, key) != kNoHandle; }

Element Map::get(std::string_view key) const {
  const Handle item = key_item(*doc_, type_, key);
  return item == kNoHandle ? Element() : key_element(*doc_, item);
}

std::vector<std::string> Map::keys() const {
  std::vector<std::string> keys;
  for_each_key(*doc_, type_,
               [&](std::uint32_t key, Handle) { keys.emplace_back(doc_->store.strings[key]); });
  return keys;
}

std::vector<std::pair<std::string, Element>> Map::entries() const {
  return entries_of(*doc_, type_);
}

Result<void> Map::set(Transaction&, std::string_view key, const Content& content) {
  return without_value(set_checked(*doc_, type_, key, content));
}

Result<SharedType> Map::set_type(Transaction&, std::string_view key, const Prelim& type) {
  return as_type(*doc_, set_checked(*doc_, type_, key, type));
}

Result<SubDoc> Map::set_subdoc(Transaction&, std::string_view key, const SubDocOptions& options) {
  return as_subdoc(*doc_, set_checked(*doc_, type_, key, options));
}

Result<void> Map::remove(Transaction&, std::string_view key) {
  return remove_key(*doc_, type_, key);
}

Result<void> Map::clear(Transaction&) {
  if (!doc_->store.is_live(type_)) return std::unexpected(Error{Errc::wrong_type});
  for_each_key(*doc_, type_, [&](std::uint32_t, Handle item) { doc_->remove(item); });
  return {};
}

}  // namespace weft
