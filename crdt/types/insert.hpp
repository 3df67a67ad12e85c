// Content on its way into a type: checked as a whole, then packed into items. Source: Yjs
// typeListInsertGenericsAfter, typeMapSet, the _integrate functions of the types.
#pragma once

#include <span>

#include <weft/content.hpp>

#include "types/sequence.hpp"

namespace weft::types {

/// What stands in a list may be neither undefined nor BigInt; a map takes both.
enum class Place : std::uint8_t { list, map };

/// Checks that all of it can be inserted, so that nothing is inserted when it cannot. Errors:
/// wrong_type, invalid_utf8, too_deep, too_large.
Result<void> check_contents(DocState& doc, std::span<const Content> contents, Place place);
Result<void> check_contents(DocState& doc, std::span<const Value> values, Place place);
/// Errors: invalid_utf8.
Result<void> check_text(std::string_view text);

/// What a type to be made comes to, itself included, or other contents: upper bounds.
struct TypeCost {
  std::uint64_t units = 1;
  std::uint64_t bytes = 0;
};
/// Errors: wrong_type, invalid_utf8, too_deep, too_large.
Result<TypeCost> measure_type(const Prelim& type);
/// Of a YType, which may hold undefined and BigInt.
Result<TypeCost> measure_contents(std::span<const Content> contents);

/// The item of a type to be made. In a document of @y/y 14 only whether it has a name is written.
NewContent type_content(const DocState& doc, const Prelim& type);
/// That of a subdocument, and the options in it.
Bytes subdoc_options(const SubDocOptions& options);
NewContent subdoc_content(const SubDocOptions& options, const Bytes& encoded);
/// Fills a type that was just made. REQUIRES: an open transaction; it was measured.
void fill_type(DocState& doc, TypeIx type, const Prelim& contents);

/// Writes checked content into a sequence: runs of plain values share an item. REQUIRES: an open
/// transaction.
class ListWriter {
 public:
  ListWriter(DocState& doc, TypeIx type, Gap gap)
      : doc_(doc), list_(doc.store.types[type].sequence), gap_(gap) {}

  void add(const Value& value);
  void add(const Content& content);
  /// Writes what is still waiting. Gives the last item written.
  Handle finish();

 private:
  void put(const NewContent& content);

  DocState& doc_;
  store::ListIx list_;
  Gap gap_;
  Bytes packed_;
  std::uint32_t count_ = 0;
};

/// Writes checked content as the value of `key`; gives its item. REQUIRES: an open transaction.
Handle set_key(DocState& doc, TypeIx type, std::string_view key, const Content& content);

/// Checks and inserts into a live sequence. Errors: those of check_contents, out_of_range,
/// wrong_type for a deleted type. Gives the last item written.
template <typename T>
Result<Handle> insert_contents(DocState& doc, TypeIx type, std::uint32_t index,
                               std::span<const T> contents) {
  if (!doc.store.is_live(type)) return std::unexpected(Error{Errc::wrong_type});
  if (index > doc.store.types[type].length) return std::unexpected(Error{Errc::out_of_range});
  if (auto checked = check_contents(doc, contents, Place::list); !checked) {
    return std::unexpected(checked.error());
  }
  if (contents.empty()) return kNoHandle;
  ListWriter writer(doc, type, open_gap(doc, type, index));
  for (const T& content : contents) writer.add(content);
  return writer.finish();
}

/// Checks and sets one key of a live type. Errors: those of check_contents, wrong_type.
Result<Handle> set_checked(DocState& doc, TypeIx type, std::string_view key,
                           const Content& content);

/// Deletes a range. Errors: out_of_range, wrong_type for a deleted type.
Result<void> remove_checked(DocState& doc, TypeIx type, std::uint32_t index, std::uint32_t length);

inline Result<void> without_value(const Result<Handle>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

inline Result<SharedType> as_type(DocState& doc, const Result<Handle>& result) {
  if (!result) return std::unexpected(result.error());
  return SharedType(&doc, doc.store.items[*result].data);
}

inline Result<SubDoc> as_subdoc(DocState& doc, const Result<Handle>& result) {
  if (!result) return std::unexpected(result.error());
  return doc.subdoc_at(*result);
}

}  // namespace weft::types
