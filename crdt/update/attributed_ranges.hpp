// Ranges with attributes, sorted and joined. Source: @y/y 14 AttrRanges.getIds.
#pragma once

#include <vector>

#include <weft/id_map.hpp>

namespace weft::update {

inline AttributedRange part(const AttributedRange& range, Clock clock, Clock length) {
  return {clock, length, range.attributes};
}

/// Sorts by clock, splits where ranges overlap, adds up the attributes of those at one place, and
/// joins neighbours that say the same. The order in which attributes add up is that of Yjs.
/// REQUIRES: no range is empty. O(n log n) in the pieces.
void sort_and_join(std::vector<AttributedRange>& ranges);

}  // namespace weft::update
