// The end of a transaction. Source: Yjs cleanupTransactions.
//
// Which structs are joined is visible in every later encoding, so exactly the pairs that Yjs tries
// are tried, in its order: around what was deleted, around what was inserted, around what was
// split.
#include <algorithm>

#include <xxhash.h>

#include "document/doc_state.hpp"

namespace weft::document {

void DocState::begin(std::uint64_t origin, bool local) {
  if (txn_.depth++ > 0) return;
  txn_.origin = origin;
  txn_.local = local;
}

void DocState::end() {
  assert(txn_.depth > 0);
  if (--txn_.depth > 0) return;
  if (!txn_.joined) {
    sort_deletes();
    if (options.gc) collect_deleted();
    join_deleted();
  }
  join_inserted();
  join_candidates();
  renew_client_id();
  const bool changed = !txn_.touched.empty() || !txn_.deletes.empty();
  if (changed) ++revision_;
  if (changed && !update_observers_.empty()) {
    outbox_.push_back({encode_transaction(), txn_.origin, txn_.local});
  }
  for (const ClientIx client : txn_.touched) store.clients[client].touched = false;
  txn_.touched.clear();
  txn_.deletes.clear();
  txn_.merge_candidates.clear();
  txn_.joined = false;
  emit_updates();
}

void DocState::sort_deletes() {
  auto& ranges = txn_.deletes;
  if (ranges.size() < 2) return;
  const auto before = [](const DenseRange& a, const DenseRange& b) {
    return a.client != b.client ? a.client < b.client : a.clock < b.clock;
  };
  if (!std::is_sorted(ranges.begin(), ranges.end(), before)) {
    std::sort(ranges.begin(), ranges.end(), before);
  }
  std::size_t kept = 0;
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    DenseRange& last = ranges[kept];
    const DenseRange& range = ranges[i];
    if (last.client == range.client && last.clock + last.length >= range.clock) {
      last.length = std::max(last.length, range.clock + range.length - last.clock);
    } else {
      ranges[++kept] = range;
    }
  }
  ranges.resize(kept + 1);
}

void DocState::collect_deleted() {
  for (auto range = txn_.deletes.rbegin(); range != txn_.deletes.rend(); ++range) {
    const store::ClockIndex& structs = store.clients[range->client].structs;
    const std::uint32_t end = range->clock + range->length;
    for (Store::Cursor at = structs.find(range->clock);
         !structs.is_end(at) && structs.clock(at) < end; at = structs.next(at)) {
      const Handle handle = structs.handle(at);
      if (!store::is_item(handle)) continue;
      const Item& item = store.items[handle];
      if (item.deleted() && !item.has(Item::kKeep) && item.content() != Kind::deleted) {
        collect_content(handle);
      }
    }
  }
}

void DocState::join_deleted() {
  for (auto range = txn_.deletes.rbegin(); range != txn_.deletes.rend(); ++range) {
    const store::ClockIndex& structs = store.clients[range->client].structs;
    Store::Cursor at = structs.find(range->clock + range->length - 1);
    if (const Store::Cursor next = structs.next(at); !structs.is_end(next)) at = next;
    while (!structs.is_begin(at) && structs.clock(at) >= range->clock) {
      store.join_lefts(range->client, at);
      if (structs.is_begin(at)) break;
      at = structs.prev(at);
    }
  }
}

void DocState::join_inserted() {
  for (const ClientIx client : txn_.touched) {
    const store::Client& entry = store.clients[client];
    const store::ClockIndex& structs = entry.structs;
    const std::uint32_t first = structs.clock(structs.find(entry.before));
    Store::Cursor at = structs.last();
    while (!structs.is_begin(at) && structs.clock(at) >= first) {
      store.join_lefts(client, at);
      if (structs.is_begin(at)) break;
      at = structs.prev(at);
    }
  }
}

void DocState::join_candidates() {
  for (auto id = txn_.merge_candidates.rbegin(); id != txn_.merge_candidates.rend(); ++id) {
    const store::ClockIndex& structs = store.clients[id->client].structs;
    Store::Cursor at = structs.find(id->clock);
    if (Store::Cursor next = structs.next(at); !structs.is_end(next)) {
      const std::uint32_t joined = store.join_lefts(id->client, next);
      if (joined > 1) continue;
      if (joined == 1) at = next;
    }
    if (!structs.is_begin(at)) store.join_lefts(id->client, at);
  }
}

// An observer may open transactions of its own: their events follow when all have seen this one.
void DocState::emit_updates() {
  if (emitting_) return;
  emitting_ = true;
  while (!outbox_.empty()) {
    const Emission emission = std::move(outbox_.front());
    outbox_.pop_front();
    const UpdateEvent event{
        .update = emission.update, .origin = emission.origin, .local = emission.local};
    const auto observers = update_observers_;  // one of them may unsubscribe
    for (const auto& [number, observer] : observers) observer(event);
  }
  emitting_ = false;
}

// Somebody else wrote as us: their clocks and ours would collide (Yjs draws a new client id, too).
void DocState::renew_client_id() {
  if (txn_.local) return;
  const auto own = std::find_if(txn_.touched.begin(), txn_.touched.end(), [this](ClientIx client) {
    return store.clients[client].id == options.client_id;
  });
  if (own == txn_.touched.end()) return;
  std::uint64_t seed = options.client_id ^ options.hash_seed;
  do {
    seed = XXH3_64bits_withSeed(&seed, sizeof seed, store.clients[*own].structs.state());
    options.client_id = seed & 0xFFFF'FFFF;
  } while (store.clients.find(options.client_id) != store::kNoClient);
  own_client_ = store::kNoClient;
}

}  // namespace weft::document
