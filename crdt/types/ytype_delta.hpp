// Contents and changes of a YType as a delta. Source: @y/y 14 YType.toDelta, typeMapGetDelta.
#pragma once

#include <map>
#include <vector>

#include <weft/id_set.hpp>
#include <weft/ytype.hpp>

#include "types/attributed_piece.hpp"

namespace weft::types {

/// For types: which of their lists shall be looked at, in the order in which they changed.
using ModifiedTypes = std::map<TypeIx, std::vector<store::ListIx>>;

struct DeltaOptions {
  const AttributionManager* attributions = nullptr;
  /// Where given: what does not stand in it is only stepped over. Normalized.
  const IdSet* items_to_render = nullptr;
  bool retain_inserts = false;
  bool retain_deletes = false;
  const ModifiedTypes* modified = nullptr;
  bool deep = false;
};

/// Recursion is bounded by limits::depth_max: deeper types are empty.
YDelta render_delta(const SharedType& type, const DeltaOptions& options);

}  // namespace weft::types
