// The end of a transaction. Source: Yjs cleanupTransactions.
//
// Which structs are joined is visible in every later encoding, so exactly the pairs that Yjs tries
// are tried, in its order: around what was deleted, around what was inserted, around what was
// split. Pairs do not depend on each other, so what is new and so among the inserted anyway is
// passed over in the other two.
#include <algorithm>

#include <xxhash.h>

#include "document/doc_state.hpp"
#include "document/format_cleanup.hpp"

namespace weft::document {

namespace {

// Ranges come client by client, and mostly in order within each.
void sort_ranges(std::vector<DenseRange>& ranges) {
  const auto before = [](const DenseRange& a, const DenseRange& b) {
    return a.client != b.client ? a.client < b.client : a.clock < b.clock;
  };
  if (std::is_sorted(ranges.begin(), ranges.end(), before)) return;
  struct Run {
    std::size_t begin;
    std::size_t end;
  };
  std::vector<Run> runs;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (i == 0 || before(ranges[i], ranges[i - 1]) || ranges[i].client != ranges[i - 1].client) {
      runs.push_back({i, i});
    }
    runs.back().end = i + 1;
  }
  const auto run_before = [&](const Run& a, const Run& b) {
    return before(ranges[a.begin], ranges[b.begin]);
  };
  std::sort(runs.begin(), runs.end(), run_before);
  std::vector<DenseRange> sorted;
  sorted.reserve(ranges.size());
  for (const Run& run : runs) {
    const auto at = ranges.begin();
    sorted.insert(sorted.end(), at + static_cast<std::ptrdiff_t>(run.begin),
                  at + static_cast<std::ptrdiff_t>(run.end));
  }
  ranges = std::move(sorted);
  if (!std::is_sorted(ranges.begin(), ranges.end(), before)) {
    std::sort(ranges.begin(), ranges.end(), before);
  }
}

void sort_and_join(std::vector<DenseRange>& ranges) {
  if (ranges.size() < 2) return;
  sort_ranges(ranges);
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

}  // namespace

void DocState::begin(std::uint64_t origin, bool local) {
  if (txn_->depth++ > 0) return;
  if (++serial_ == 0) ++serial_;
  txn_->serial = serial_;
  txn_->origin = origin;
  txn_->local = local;
  if (!observers_) return;
  const TransactionEvent event(this, txn_.get());
  if (ended_.empty()) observers_->of(DocEvent::before_all_transactions).call(event);
  observers_->of(DocEvent::before_transaction).call(event);
}

void DocState::end() {
  assert(txn_->depth > 0);
  if (txn_->depth > 1) {
    --txn_->depth;
    return;
  }
  close_body();
  txn_->depth = 0;
  if (ended_.empty() && !observers_ && txn_->changed.empty() && !txn_->subdocs) {
    finish(*txn_);
    txn_->clear();
    return;
  }
  ended_.push_back(std::exchange(txn_, spare_transaction()));
  if (ended_.size() == 1) run_ended();
}

std::unique_ptr<TransactionState> DocState::spare_transaction() {
  if (spare_.empty()) return std::make_unique<TransactionState>();
  std::unique_ptr<TransactionState> spare = std::move(spare_.back());
  spare_.pop_back();
  return spare;
}

// From here on the clients' own notes are those of the next transaction.
void DocState::close_body() {
  auto& touched = txn_->touched;
  if (!pending_.empty()) note_states(*txn_);
  if (!pending_deletes_.empty() && options.compat == Compat::v13) note_due_deletes();
  for (Touched& entry : touched) {
    store::Client& client = store.clients[entry.client];
    client.touched = false;
    entry.joins = client.joins;
  }
  if (touched.size() > 1) {
    std::sort(touched.begin(), touched.end(),
              [](const Touched& a, const Touched& b) { return a.client < b.client; });
  }
  if (!txn_->joined) {
    // Only observers and the cleaning of formats ask.
    if (observing() || (!txn_->local && !txn_->changed.empty())) txn_->note_delete_order();
    if (observers_ || !txn_->collecting || txn_->content_deleted || !txn_->changed.empty()) {
      sort_and_join(txn_->deletes);
    }
  }
  if (!txn_->changed.empty()) group_changes(*txn_);
}

// Observers open transactions of their own: those wait in line and are run one after another.
void DocState::run_ended() {
  for (std::size_t i = 0; i < ended_.size(); ++i) {
    TransactionState& txn = *ended_[i];
    for (Touched& entry : txn.touched) entry.after = store.clients[entry.client].structs.state();
    const bool formats_changed = needs_format_cleanup(txn);
    call_observers(txn);
    if (formats_changed) clean_formats_after(*this, txn);
    // Others may have cut what is new here.
    if (observing() || formats_changed || i + 1 < ended_.size()) {
      for (Touched& entry : txn.touched) entry.joins = true;
    }
    finish(txn);
    const TransactionEvent event(this, &txn);
    if (observers_) {
      observers_->of(DocEvent::after_transaction_cleanup).call(event);
      emit_updates(txn);
    }
    if (txn.subdocs) finish_subdocs(*txn.subdocs);
    if (observers_ && i + 1 == ended_.size()) {
      // What an observer of this event opens is a new round.
      std::vector<std::unique_ptr<TransactionState>> round = std::exchange(ended_, {});
      observers_->of(DocEvent::after_all_transactions).call(event);
      recycle(std::move(round));
      return;
    }
  }
  recycle(std::exchange(ended_, {}));
}

void DocState::recycle(std::vector<std::unique_ptr<TransactionState>> ended) {
  for (std::unique_ptr<TransactionState>& txn : ended) {
    if (spare_.size() == kSpareMax) break;
    txn->clear();
    spare_.push_back(std::move(txn));
  }
}

void DocState::finish(TransactionState& txn) {
  if (!txn.joined) {
    if (options.gc && txn.content_deleted) collect_deleted(txn);
    if (!txn.collecting || txn.content_deleted) join_deleted(txn);
  }
  join_inserted(txn);
  if (txn.pairs_left || txn.content_deleted) {
    txn.merge_candidates.insert(txn.merge_candidates.end(), txn.delete_splits.begin(),
                                txn.delete_splits.end());
  }
  join_candidates(txn);
  renew_client_id(txn);
  if (!txn.touched.empty() || !txn.deletes.empty()) ++revision_;
}

void DocState::collect_deleted(TransactionState& txn) {
  ClientIx client = store::kNoClient;
  Store::Cursor at;
  for (const DenseRange& range : txn.deletes) {
    const store::ClockIndex& structs = store.clients[range.client].structs;
    if (range.client != client) at = store::ClockIndex::begin();
    client = range.client;
    const std::uint32_t end = range.clock + range.length;
    at = structs.find_near(at, range.clock);
    for (;;) {
      const Handle handle = structs.handle(at);
      if (store::is_item(handle)) {
        const Item& item = store.items[handle];
        if (item.deleted() && !item.has(Item::kKeep) && item.content() != Kind::deleted &&
            (!options.gc_filter || options.gc_filter(info(handle)))) {
          collect_content(txn, handle);
        }
      }
      const Store::Cursor next = structs.next(at);
      if (structs.is_end(next) || structs.clock(next) >= end) break;
      at = next;
    }
  }
}

void DocState::join_deleted(const TransactionState& txn) {
  ClientIx client = store::kNoClient;
  std::uint32_t before = 0;
  Store::Cursor at;
  for (auto range = txn.deletes.rbegin(); range != txn.deletes.rend(); ++range) {
    const store::ClockIndex& structs = store.clients[range->client].structs;
    if (range->client != client) {
      client = range->client;
      before = txn.before(client, store::kNoIndex);
      at = structs.last();
    }
    if (range->clock >= before) continue;
    at = structs.find_near(at, range->clock + range->length - 1);
    if (const Store::Cursor next = structs.next(at); !structs.is_end(next)) at = next;
    while (!structs.is_begin(at) && structs.clock(at) >= range->clock) {
      if (store.may_join_left(client, at)) {
        store.join_lefts(client, at);
        if (structs.is_begin(at)) break;
      }
      at = structs.prev(at);
    }
  }
}

void DocState::join_inserted(const TransactionState& txn) {
  for (const auto& [client, before, after, joins] : txn.touched) {
    if (!joins && !txn.collected_inside) continue;
    const store::ClockIndex& structs = store.clients[client].structs;
    std::uint32_t begin = before;
    if (const auto fill = txn.fills.lower_bound({client, 0});
        fill != txn.fills.end() && fill->first.client == client) {
      begin = std::min(begin, fill->first.clock);
    }
    const std::uint32_t first = structs.clock(structs.find(begin));
    Store::Cursor at = structs.last();
    while (!structs.is_begin(at) && structs.clock(at) >= first) {
      if (store.may_join_left(client, at)) {
        store.join_lefts(client, at);
        if (structs.is_begin(at)) break;
      }
      at = structs.prev(at);
    }
  }
  // What was cut, and has nothing new between its parts.
  for (const DenseId right : txn.new_splits) {
    Store::Cursor at = store.clients[right.client].structs.find(right.clock);
    if (!store.clients[right.client].structs.is_begin(at) &&
        store.may_join_left(right.client, at)) {
      store.join_lefts(right.client, at);
    }
  }
}

void DocState::join_candidates(const TransactionState& txn) {
  ClientIx client = store::kNoClient;
  std::uint32_t before = 0;
  Store::Cursor at;
  for (auto id = txn.merge_candidates.rbegin(); id != txn.merge_candidates.rend(); ++id) {
    const store::ClockIndex& structs = store.clients[id->client].structs;
    if (id->client != client) {
      client = id->client;
      before = txn.before(client, store::kNoIndex);
      at = structs.last();
    }
    if (id->clock >= before) continue;
    at = structs.find_near(at, id->clock);
    if (Store::Cursor next = structs.next(at);
        !structs.is_end(next) && store.may_join_left(client, next)) {
      const std::uint32_t joined = store.join_lefts(client, next);
      if (joined > 0) at = next;
      if (joined > 1) continue;
    }
    if (!structs.is_begin(at) && store.may_join_left(client, at)) store.join_lefts(client, at);
  }
}

// Somebody else wrote as us: their clocks and ours would collide (Yjs draws a new client id, too).
void DocState::renew_client_id(const TransactionState& txn) {
  if (txn.local) return;
  const auto own = std::find_if(
      txn.touched.begin(), txn.touched.end(),
      [this](const Touched& entry) { return store.clients[entry.client].id == options.client_id; });
  if (own == txn.touched.end()) return;
  std::uint64_t seed = options.client_id ^ options.hash_seed;
  do {
    seed = XXH3_64bits_withSeed(&seed, sizeof seed, store.clients[own->client].structs.state());
    options.client_id = seed & (options.compat == Compat::v13 ? 0xFFFF'FFFFU : kSafeInteger);
  } while (store.clients.find(options.client_id) != store::kNoClient);
  own_client_ = store::kNoClient;
}

}  // namespace weft::document
