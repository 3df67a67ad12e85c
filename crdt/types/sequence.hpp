// Places in a sequence, as Text and Array share them. Source: Yjs findPosition,
// typeListInsertGenerics, typeListDelete.
#pragma once

#include "document/doc_state.hpp"

namespace weft::types {

using document::DocState;
using document::NewContent;
using store::Handle;
using store::Item;
using store::Kind;
using store::kNoHandle;
using store::TypeIx;

/// Between two neighbours of one sequence.
struct Gap {
  Handle left = kNoHandle;
  Handle right = kNoHandle;
};

/// The gap after `index` visible units, split open where it lies inside an item; left of tombstones
/// that follow. REQUIRES: index <= length, an open transaction.
Gap open_gap(DocState& doc, TypeIx type, std::uint32_t index);

/// The gap at the sequence's physical end, tombstones included.
Gap end_gap(const DocState& doc, TypeIx type);

/// Deletes `length` visible units from `gap` on. REQUIRES: they are there.
void remove_range(DocState& doc, Gap gap, std::uint32_t length);

/// The item that holds visible unit `index` and the offset in it; kNoHandle beyond the end. Builds
/// the order index when there is none.
std::pair<Handle, std::uint32_t> item_at(DocState& doc, TypeIx type, std::uint32_t index);

/// Content for a value that stands alone, as Yjs packs it: bytes as Binary, all else as Any.
/// `buffer` holds the encoded value.
NewContent value_content(const Value& value, Bytes& buffer);

/// The value or type that unit `offset` of an item holds.
Element element_of(DocState& doc, Handle item, std::uint32_t offset);

/// Appends what the visible units [from, to) of an item hold. O(content).
void append_elements(DocState& doc, Handle item, std::uint32_t from, std::uint32_t to,
                     std::vector<Element>& elements);

/// The element at `index` of a sequence; nothing beyond its end. O(log items).
Element element_at(DocState& doc, TypeIx type, std::uint32_t index);

/// All elements of a sequence. O(items).
std::vector<Element> elements_of(DocState& doc, TypeIx type);

/// Yjs typeListSlice: negative places count from the end, and those before the first element read
/// as nothing. O(items up to the end).
std::vector<Element> slice_of(DocState& doc, TypeIx type, std::int64_t start,
                              std::optional<std::int64_t> end);

}  // namespace weft::types
