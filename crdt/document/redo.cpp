#include "document/redo.hpp"

namespace weft::document {

ItemOffset find_unit(const Store& store, DenseId id) {
  const store::ClockIndex& structs = store.clients[id.client].structs;
  const Store::Cursor at = structs.find(id.clock);
  return {structs.handle(at), id.clock - structs.clock(at)};
}

ItemOffset follow_redone(const Store& store, DenseId id) {
  for (;;) {
    const ItemOffset found = find_unit(store, id);
    if (!store::is_item(found.item) || !store.items[found.item].has(Item::kRedone)) return found;
    id = store.redone(found.item);
    id.clock += found.offset;
  }
}

}  // namespace weft::document
