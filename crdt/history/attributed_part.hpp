// A part of a piece of content, of which a map says something of its own.
#pragma once

#include <weft/id_map.hpp>

#include "types/attributed_piece.hpp"

namespace weft::history {

/// The part of `content` that a slice of its ids speaks of.
inline types::AttributedPiece part_of(const types::AttributedPiece& content,
                                      const AttributedSlice& slice) {
  types::AttributedPiece part = content;
  part.clock = slice.clock;
  part.from = content.from + static_cast<std::uint32_t>(slice.clock - content.clock);
  part.to = part.from + static_cast<std::uint32_t>(slice.length);
  part.attributes = slice.attributes;
  return part;
}

}  // namespace weft::history
