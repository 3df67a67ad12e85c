// Backspace and Delete: the end (or the beginning) of a text item is deleted beside a tombstone of
// the same client. The general way splits the item, collects the part and joins it with the
// tombstone; here the boundary between the two moves, and the same pairs are joined after. A
// transaction that does nothing else has nothing more to join.
#include "document/doc_state.hpp"

namespace weft::document {

namespace {

bool is_plain_tombstone(const Item& item) {
  return item.content() == Kind::deleted && !item.has(Item::kRedone);
}

}  // namespace

// True when the deletion is done. REQUIRES: the transaction has done nothing else.
bool DocState::move_boundary(ClientId owner, ClockRange range) {
  if (!options.gc || options.gc_filter || observing() || !txn_->touched.empty() ||
      !txn_->deletes.empty() || !txn_->merge_candidates.empty()) {
    return false;
  }
  const ClientIx client = store.clients.find(owner);
  if (client == store::kNoClient) return false;
  const store::ClockIndex& structs = store.clients[client].structs;
  const auto [begin, length] = range;
  if (begin + length > structs.state()) return false;
  const auto clock = static_cast<std::uint32_t>(begin);
  Store::Cursor at = structs.find(clock);
  if (!shift_boundary(client, at, clock, clock + static_cast<std::uint32_t>(length))) return false;
  txn_->joined = true;
  return true;
}

bool DocState::shift_boundary(ClientIx client, Store::Cursor& at, std::uint32_t clock,
                              std::uint32_t end) {
  const Handle handle = store.clients[client].structs.handle(at);
  if (!store::is_item(handle)) return false;
  const Item& item = store.items[handle];
  if (item.content() != Kind::string || !item.has(Item::kAscii) ||
      item.has(Item::kDeleted | Item::kKeep | Item::kRedone) || end > item.end() ||
      end - clock >= item.length || store.conflicts_of(item.list) != nullptr ||
      store.types[store.types.list(item.list).type].has_formatting) {
    return false;
  }
  if (end == item.end()) return delete_tail(client, at, end - clock);
  if (clock == item.clock) return delete_head(client, at, end - clock);
  return false;
}

bool DocState::delete_tail(ClientIx client, Store::Cursor at, std::uint32_t units) {
  store::ClockIndex& structs = store.clients[client].structs;
  const Handle handle = structs.handle(at);
  const Store::Cursor behind = structs.next(at);
  if (structs.is_end(behind) || !store::is_item(structs.handle(behind))) return false;
  Item& item = store.items[handle];
  Item& tombstone = store.items[structs.handle(behind)];
  if (!is_plain_tombstone(tombstone) || item.right != structs.handle(behind) ||
      tombstone.origin() != item.last_id() || tombstone.right_origin() != item.right_origin()) {
    return false;
  }
  store.pool.shrink(item, units);
  item.length -= units;
  tombstone.clock -= units;
  tombstone.length += units;
  tombstone.origin_clock = tombstone.clock - 1;
  structs.set_clock(behind, tombstone.clock);
  store.types[store.types.list(item.list).type].length -= units;
  if (store::OrderIndex* order = store.order_of(item)) order->set_visible(handle, item.length);
  txn_->add_delete({client, tombstone.clock, units});
  if (Store::Cursor next = structs.next(behind); !structs.is_end(next)) {
    store.join_lefts(client, next);
  }
  return true;
}

bool DocState::delete_head(ClientIx client, Store::Cursor& at, std::uint32_t units) {
  store::ClockIndex& structs = store.clients[client].structs;
  const Handle handle = structs.handle(at);
  if (structs.is_begin(at)) return false;
  Store::Cursor before = structs.prev(at);
  if (!store::is_item(structs.handle(before))) return false;
  Item& item = store.items[handle];
  Item& tombstone = store.items[structs.handle(before)];
  if (!is_plain_tombstone(tombstone) || tombstone.right != handle ||
      item.origin() != tombstone.last_id() || tombstone.right_origin() != item.right_origin()) {
    return false;
  }
  txn_->add_delete({client, item.clock, units});
  tombstone.length += units;
  item.clock += units;
  item.length -= units;
  item.origin_clock = item.clock - 1;
  item.data += units;
  item.size -= units;
  item.slot = 0;  // it would begin in the middle
  structs.set_clock(at, item.clock);
  store.types[store.types.list(item.list).type].length -= units;
  if (store::OrderIndex* order = store.order_of(item)) order->set_visible(handle, item.length);
  const std::uint32_t clock = item.clock;
  store.join_lefts(client, before);
  at = structs.find(clock);
  if (Store::Cursor next = structs.next(at); !structs.is_end(next)) store.join_lefts(client, next);
  return true;
}

}  // namespace weft::document
