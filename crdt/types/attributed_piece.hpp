// A piece of content while a YType is read. Source: @y/y 14 AttributedContent.
#pragma once

#include <optional>
#include <vector>

#include <weft/attribution.hpp>
#include <weft/id_map.hpp>

#include "types/sequence.hpp"

namespace weft::types {

struct AttributedPiece {
  /// How content appears that nothing is said about (Yjs shouldRender).
  enum class Show : std::uint8_t {
    retained,  // as a step along the type, when it is not deleted
    present,   // as it is, when it is not deleted
    changed,   // as it is, or as a deletion
  };

  ClientId client = 0;
  Clock clock = 0;
  bool deleted = false;
  Show show = Show::present;
  std::optional<ContentAttributes> attributes;

  // Where the content stands: units [from, to) of an item, perhaps of another document.
  DocState* doc = nullptr;
  Handle item = kNoHandle;
  std::uint32_t from = 0;
  std::uint32_t to = 0;

  std::uint32_t length() const { return to - from; }
  bool rendered() const {
    return show == Show::changed || (show == Show::present && (!deleted || attributes));
  }
};

/// What `attributions` say of an item, piece by piece, as Yjs reads it to walk over it. `deleted`:
/// whether it is asked for as deleted.
std::vector<AttributedPiece> pieces_of(DocState& doc, Handle item, bool deleted,
                                       const AttributionManager& attributions);

/// Whether a walk over a type counts the piece, all of it or nothing.
bool counts(const AttributedPiece& piece);

/// The units of an item that a reader with `attributions` sees (@y/y 14 contentLength).
std::uint32_t shown_length(DocState& doc, Handle item, const AttributionManager& attributions);

}  // namespace weft::types
