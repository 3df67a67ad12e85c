// Array. Source: Yjs YArray, typeListGet, typeListSlice, typeListPushGenerics.
#include <weft/array.hpp>

#include "types/insert.hpp"

namespace weft {

using namespace types;

std::uint32_t Array::length() const { return doc_->store.types[type_].length; }

Element Array::get(std::uint32_t index) const { return element_at(*doc_, type_, index); }

std::vector<Element> Array::elements() const { return elements_of(*doc_, type_); }

std::vector<Element> Array::slice(std::int64_t start, std::optional<std::int64_t> end) const {
  return slice_of(*doc_, type_, start, end);
}

Result<void> Array::insert(Transaction&, std::uint32_t index, std::span<const Value> values) {
  return without_value(insert_contents(*doc_, type_, index, values));
}

Result<void> Array::insert(Transaction&, std::uint32_t index,
                           const std::vector<Content>& contents) {
  return without_value(insert_contents(*doc_, type_, index, std::span(contents)));
}

namespace {

template <typename T>
Result<void> push_contents(DocState& doc, TypeIx type, std::span<const T> contents) {
  if (!doc.store.is_live(type)) return std::unexpected(Error{Errc::wrong_type});
  if (auto checked = check_contents(doc, contents, Place::list); !checked) return checked;
  ListWriter writer(doc, type, end_gap(doc, type));
  for (const T& content : contents) writer.add(content);
  writer.finish();
  return {};
}

}  // namespace

Result<void> Array::push(Transaction&, std::span<const Value> values) {
  return push_contents(*doc_, type_, values);
}

Result<void> Array::push(Transaction&, const std::vector<Content>& contents) {
  return push_contents(*doc_, type_, std::span(contents));
}

Result<SharedType> Array::insert_type(Transaction&, std::uint32_t index, const Prelim& type) {
  const Content content = type;
  return as_type(*doc_, insert_contents(*doc_, type_, index, std::span(&content, 1)));
}

Result<SubDoc> Array::insert_subdoc(Transaction&, std::uint32_t index,
                                    const SubDocOptions& options) {
  const Content subdoc = options;
  return as_subdoc(*doc_, insert_contents(*doc_, type_, index, std::span(&subdoc, 1)));
}

Result<void> Array::remove(Transaction&, std::uint32_t index, std::uint32_t length) {
  return remove_checked(*doc_, type_, index, length);
}

}  // namespace weft
