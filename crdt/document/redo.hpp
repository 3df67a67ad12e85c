// Items that were deleted and brought back as copies: who stands for whom. Source: Yjs Item.redone,
// followRedone, redoItem, keepItem.
#pragma once

#include "document/doc_state.hpp"

namespace weft::document {

/// An item and a unit in it; kGc where it was collected, `offset` then counts in the GC struct.
struct ItemOffset {
  Handle item = kNoHandle;
  std::uint32_t offset = 0;
};

/// Where the unit `id` lies. REQUIRES: store.known(id). O(log structs).
ItemOffset find_unit(const Store& store, DenseId id);

/// The same for what redid it, and what redid that, to the last (Yjs followRedone).
/// REQUIRES: store.known(id). O(log structs) for each redo.
ItemOffset follow_redone(const Store& store, DenseId id);

}  // namespace weft::document
