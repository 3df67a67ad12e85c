#include "types/attributed_piece.hpp"

namespace weft::types {

std::vector<AttributedPiece> pieces_of(DocState& doc, Handle handle, bool deleted,
                                       const AttributionManager& attributions) {
  const Item& item = doc.store.items[handle];
  AttributedPiece whole;
  whole.client = doc.store.clients[item.client].id;
  whole.clock = item.clock;
  whole.deleted = deleted;
  whole.show = AttributedPiece::Show::retained;
  whole.doc = &doc;
  whole.item = handle;
  whole.to = item.length;
  std::vector<AttributedPiece> pieces;
  attributions.read_content(pieces, whole);
  return pieces;
}

bool counts(const AttributedPiece& piece) {
  return (!piece.deleted || piece.attributes) && piece.doc->store.items[piece.item].counts();
}

std::uint32_t shown_length(DocState& doc, Handle handle, const AttributionManager& attributions) {
  const Item& item = doc.store.items[handle];
  if (!item.deleted()) return item.visible();
  std::uint32_t length = 0;
  for (const AttributedPiece& piece : pieces_of(doc, handle, true, attributions)) {
    if (counts(piece)) length += piece.length();
  }
  return length;
}

}  // namespace weft::types
