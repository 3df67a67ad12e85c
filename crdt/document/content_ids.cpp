// Source: @y/y 14 createContentIdsFromDoc.
#include <weft/content_ids.hpp>
#include <weft/doc.hpp>

#include "document/doc_state.hpp"

namespace weft {

ContentIds content_ids_from_doc(const Doc& doc) {
  ContentIds ids;
  const store::Store& store = doc.state().store;
  for (const store::ClientIx client : store.clients.descending()) {
    const store::ClockIndex& structs = store.clients[client].structs;
    for (auto at = store::ClockIndex::begin(); !structs.is_end(at); at = structs.next(at)) {
      if (structs.handle(at) == store::kSkip) continue;
      const std::uint32_t clock = structs.clock(at);
      ids.inserts.add(store.clients[client].id, clock, structs.end(at) - clock);
    }
  }
  ids.deletes = doc.delete_set();
  return ids;
}

}  // namespace weft
