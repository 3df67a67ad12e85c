// Edits at places that count deleted content, too, where attributions show it. Source: @y/y 14
// ItemTextListPosition.formatText, deleteText.
#include "types/attributed_piece.hpp"
#include "types/text_editor.hpp"

namespace weft::types {

std::uint32_t TextEditor::shown(Handle item) const {
  return attributions_ == nullptr ? store_.items[item].visible()
                                  : shown_length(doc_, item, *attributions_);
}

// Passes over up to `units` of what is shown of a deleted item, and cuts it there. Gives how many
// units are left.
std::uint32_t TextEditor::cut_shown(Handle handle, std::uint32_t units) {
  if (units == 0) return 0;
  const store::ClientIx client = store_.items[handle].client;
  const std::vector<AttributedPiece> pieces = pieces_of(doc_, handle, true, *attributions_);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!counts(pieces[i])) continue;
    const std::uint32_t passed = std::min(units, pieces[i].length());
    units -= passed;
    if (units > 0) continue;
    if (passed < pieces[i].length() || i + 1 < pieces.size()) {
      doc_.clean_start({client, static_cast<std::uint32_t>(pieces[i].clock) + passed});
    }
    break;
  }
  return units;
}

// Notes what of a deleted item is deleted once more: all that is shown of it is passed over.
// Gives how many units are left.
std::uint32_t TextEditor::remove_shown(Handle handle, std::uint32_t units) {
  const Item& item = store_.items[handle];
  const store::ClientIx client = item.client;
  const std::vector<AttributedPiece> pieces = pieces_of(doc_, handle, true, *attributions_);
  for (const AttributedPiece& piece : pieces) {
    if (!piece.attributes || !counts(piece)) continue;
    const std::uint32_t removed = std::min(units, piece.length());
    if (removed == 0) break;
    doc_.transaction().attributed_deletes.push_back(
        {client, static_cast<std::uint32_t>(piece.clock), removed});
    units -= removed;
  }
  if (pieces.empty()) return units;
  const auto end = static_cast<std::uint32_t>(pieces.back().clock) + pieces.back().length();
  if (end < item.end()) doc_.clean_start({client, end});
  return units;
}

}  // namespace weft::types
