// The formats in force where a text was last edited: most edits come near the last one, and need
// not walk there from the begin of the text as Yjs does.
#pragma once

#include <weft/value.hpp>

#include "document/ordered_map.hpp"
#include "store/item.hpp"

namespace weft::document {

/// Where a value stands: in a format item or in an argument of the edit; null if in neither.
struct FormatRef {
  store::Handle item = store::kNoHandle;
  const Value* given = nullptr;
};

/// Attribute names, as numbers of the string table, and their values.
using FormatMap = OrderedMap<FormatRef>;

/// The gap before `right` in a type's sequence (at its end where that does not exist), and what is
/// in force there for as long as no format comes or goes (Type::format_version).
struct FormatPlace {
  explicit FormatPlace(std::uint64_t seed) : current(seed) {}

  std::uint32_t type = store::kNoIndex;
  std::uint32_t version = 0;
  store::DenseId right;
  FormatMap current;
};

}  // namespace weft::document
