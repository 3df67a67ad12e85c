// Text, without formatting. Source: Yjs YText insert, delete.
#include <weft/limits.hpp>

#include "encoding/utf.hpp"
#include "types/sequence.hpp"

namespace weft {

using namespace types;

std::uint32_t Text::length() const { return doc_->store.types[type_].length; }

std::string Text::to_string() const {
  const store::Store& store = doc_->store;
  std::string text;
  for (Handle at = store.types.list(store.types[type_].sequence).first; at != kNoHandle;
       at = store.items[at].right) {
    const Item& item = store.items[at];
    if (item.deleted() || item.content() != Kind::string) continue;
    if (item.has(Item::kAscii)) {
      text.append(store.content(item));
    } else {
      encoding::append_well_formed(text, store.content(item));
    }
  }
  return text;
}

Result<void> Text::insert(Transaction&, std::uint32_t index, std::string_view text) {
  if (!is_live(*doc_, type_)) return std::unexpected(Error{Errc::wrong_type});
  if (index > length()) return std::unexpected(Error{Errc::out_of_range});
  const auto scan = encoding::scan_utf8(text);
  if (!scan.valid) return std::unexpected(Error{Errc::invalid_utf8});
  if (text.empty()) return {};
  const std::uint64_t state = doc_->store.clients[doc_->own_client()].structs.state();
  if (state + scan.length_utf16 > limits::clock_max ||
      !doc_->store.pool.room_for(4 * text.size())) {
    return std::unexpected(Error{Errc::too_large});
  }
  Gap gap = open_gap(*doc_, type_, index);
  // Yjs minimizeAttributeChanges: to the right of tombstones.
  while (gap.right != kNoHandle && doc_->store.items[gap.right].deleted()) {
    gap = {gap.right, doc_->store.items[gap.right].right};
  }
  doc_->insert_local(doc_->store.types[type_].sequence, gap.left, gap.right,
                     {.kind = Kind::string,
                      .length = static_cast<std::uint32_t>(scan.length_utf16),
                      .flags = scan.ascii ? Item::kAscii : 0,
                      .bytes = text,
                      .key = {}});
  return {};
}

Result<void> Text::remove(Transaction&, std::uint32_t index, std::uint32_t length) {
  if (!is_live(*doc_, type_)) return std::unexpected(Error{Errc::wrong_type});
  if (index > this->length() || length > this->length() - index) {
    return std::unexpected(Error{Errc::out_of_range});
  }
  if (length > 0) remove_range(*doc_, open_gap(*doc_, type_, index), length);
  return {};
}

}  // namespace weft
