// Relative positions from indices and back. Source: Yjs RelativePosition.
#include <cassert>

#include <weft/relative_position.hpp>

#include "document/redo.hpp"
#include "types/attributed_piece.hpp"

namespace weft {

using document::DocState;
using document::ItemOffset;
using store::DenseId;
using store::Handle;
using store::Item;
using store::kNoHandle;
using store::TypeIx;
using types::shown_length;

namespace {

DenseId dense_id(const DocState& doc, Id id) {
  const store::ClientIx client = doc.store.clients.find(id.client);
  if (client == store::kNoClient || id.clock >= doc.store.clients[client].structs.state()) {
    return {};
  }
  return {client, static_cast<std::uint32_t>(id.clock)};
}

ItemOffset find(const DocState& doc, DenseId id, bool follow) {
  return follow ? document::follow_redone(doc.store, id) : document::find_unit(doc.store, id);
}

// The unit that the place at `index` clings to; none for an end of the type.
DenseId unit_at(DocState& doc, TypeIx type, std::uint32_t index, bool before) {
  if (before && index-- == 0) return {};
  const store::Type& entry = doc.store.types[type];
  if (index < entry.length) {
    const auto [handle, offset] = doc.store.order(type).find(index);
    const Item& item = doc.store.items[handle];
    return {item.client, item.clock + offset};
  }
  const Handle last = doc.store.types.list(entry.sequence).last;
  return before && last != kNoHandle ? doc.store.items[last].last_id() : DenseId{};
}

// As unit_at.
DenseId shown_unit_at(DocState& doc, TypeIx type, std::uint32_t index, bool before,
                      const AttributionManager& attributions) {
  if (before && index-- == 0) return {};
  const store::Store& store = doc.store;
  const Handle first = store.types.list(store.types[type].sequence).first;
  for (Handle at = first; at != kNoHandle; at = store.items[at].right) {
    const Item& item = store.items[at];
    const std::uint32_t length = shown_length(doc, at, attributions);
    if (length > index) return {item.client, item.clock + index};
    index -= length;
    if (before && item.right == kNoHandle) return item.last_id();
  }
  return {};
}

std::optional<AbsolutePosition> place_of_unit(DocState& doc, const RelativePosition& position,
                                              bool follow, const AttributionManager* attributions) {
  assert(position.item);
  const DenseId id = dense_id(doc, *position.item);
  if (!id.exists()) return std::nullopt;
  const auto [handle, offset] = find(doc, id, follow);
  if (!store::is_item(handle)) return std::nullopt;
  const Item& item = doc.store.items[handle];
  const store::List& list = doc.store.types.list(item.list);
  AbsolutePosition place{SharedType(&doc, list.type), 0, position.assoc};
  const Handle owner = doc.store.types[list.type].item;
  if (owner != kNoHandle && doc.store.items[owner].deleted()) return place;
  if (attributions != nullptr) {
    if (shown_length(doc, handle, *attributions) > 0) {
      place.index = offset + (position.assoc < 0 ? 1 : 0);
    }
    for (Handle at = item.left; at != kNoHandle; at = doc.store.items[at].left) {
      place.index += shown_length(doc, at, *attributions);
    }
    return place;
  }
  if (item.visible() > 0) place.index = offset + (position.assoc < 0 ? 1 : 0);
  // All values of a key but the last are deleted: nothing is counted before it.
  if (list.is_sequence()) place.index += doc.store.order(list.type).index_of(handle);
  return place;
}

RelativePosition place_in(const DocState& doc, const SharedType& type, std::int64_t assoc) {
  const store::Type& entry = doc.store.types[type.type()];
  RelativePosition position;
  position.assoc = assoc;
  if (entry.is_root()) {
    position.tname = doc.store.strings[entry.name];
  } else {
    const Item& owner = doc.store.items[entry.item];
    position.type = doc.store.id_of({owner.client, owner.clock});
  }
  return position;
}

std::optional<AbsolutePosition> place_of(DocState& state, const RelativePosition& position,
                                         bool follow, const AttributionManager* attributions) {
  if (position.item) return place_of_unit(state, position, follow, attributions);
  TypeIx type = 0;
  if (position.tname) {
    type = state.root(*position.tname);
  } else {
    const DenseId id = position.type ? dense_id(state, *position.type) : DenseId{};
    if (!id.exists()) return std::nullopt;
    const Handle holder = find(state, id, follow).item;
    if (!store::is_item(holder) || state.store.items[holder].content() != store::Kind::type) {
      return std::nullopt;
    }
    type = state.store.items[holder].data;
  }
  const std::uint32_t index = position.assoc < 0 ? 0 : state.store.types[type].length;
  return AbsolutePosition{SharedType(&state, type), index, position.assoc};
}

}  // namespace

Result<RelativePosition> create_relative_position(const SharedType& type, std::uint32_t index,
                                                  std::int64_t assoc) {
  DocState& doc = *type.doc();
  if (doc.store.types[type.type()].collected) return std::unexpected(Error{Errc::wrong_type});
  RelativePosition position = place_in(doc, type, assoc);
  const DenseId unit = unit_at(doc, type.type(), index, assoc < 0);
  if (unit.exists()) position.item = doc.store.id_of(unit);
  return position;
}

Result<RelativePosition> create_relative_position(const SharedType& type, std::uint32_t index,
                                                  std::int64_t assoc,
                                                  const AttributionManager& attributions) {
  DocState& doc = *type.doc();
  if (doc.store.types[type.type()].collected) return std::unexpected(Error{Errc::wrong_type});
  RelativePosition position = place_in(doc, type, assoc);
  const DenseId unit = shown_unit_at(doc, type.type(), index, assoc < 0, attributions);
  if (unit.exists()) position.item = doc.store.id_of(unit);
  return position;
}

std::optional<AbsolutePosition> create_absolute_position(Doc& doc, const RelativePosition& position,
                                                         bool follow_undone_deletions) {
  return place_of(doc.state(), position, follow_undone_deletions, nullptr);
}

std::optional<AbsolutePosition> create_absolute_position(Doc& doc, const RelativePosition& position,
                                                         bool follow_undone_deletions,
                                                         const AttributionManager& attributions) {
  return place_of(doc.state(), position, follow_undone_deletions, &attributions);
}

}  // namespace weft
