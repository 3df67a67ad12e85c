// Who is told what of a transaction. Source: Yjs addChangedTypeToTransaction, callTypeObservers,
// cleanupTransactions.
#include <algorithm>
#include <unordered_map>

#include "document/doc_state.hpp"

namespace weft::document {

const std::shared_ptr<Observers>& DocState::observers() {
  if (!observers_) observers_ = std::make_shared<Observers>();
  return observers_;
}

// Types that are new themselves have nobody who could ask what changed in them.
void DocState::note_change(ListIx list) {
  store::List& entry = store.types.list(list);
  if (entry.changed_in == txn_->serial) return;
  const store::Type& type = store.types[entry.type];
  if (type.item != kNoHandle) {
    const Item& owner = store.items[type.item];
    const std::uint32_t before = store.clients[owner.client].state_before();
    if (owner.deleted() || owner.clock >= before || txn_->fills_id({owner.client, owner.clock})) {
      return;
    }
  }
  entry.changed_in = txn_->serial;
  txn_->changed.push_back(list);
}

// Brings the lists of one type together, types in the order of their first change. Now, not when
// observers are called: until then other transactions may have put their numbers on the lists.
void DocState::group_changes(TransactionState& txn) {
  std::erase_if(txn.changed,
                [&](ListIx list) { return store.types.list(list).changed_in != txn.serial; });
  if (txn.changed.size() < 2) return;
  std::unordered_map<TypeIx, std::size_t> ranks;
  std::vector<std::pair<std::size_t, ListIx>> ranked;  // by type, then in the order of recording
  for (const ListIx list : txn.changed) {
    const std::size_t rank = ranks.emplace(store.types.list(list).type, ranks.size()).first->second;
    ranked.emplace_back((rank << 32) | ranked.size(), list);
  }
  std::sort(ranked.begin(), ranked.end());
  for (std::size_t i = 0; i < ranked.size(); ++i) txn.changed[i] = ranked[i].second;
}

bool DocState::needs_format_cleanup(const TransactionState& txn) const {
  if (txn.local || !options.cleanup_formatting) return false;
  return std::any_of(txn.changed.begin(), txn.changed.end(), [this](ListIx list) {
    const TypeIx type = store.types.list(list).type;
    // In 14 any type can hold text.
    const bool is_cleaned =
        options.compat == Compat::v14 || Text::holds(static_cast<TypeKind>(store.types[type].kind));
    return store.types[type].has_formatting && is_cleaned && store.is_live(type);
  });
}

void DocState::call_observers(TransactionState& txn) {
  if (!observing()) return;
  const TransactionEvent info(this, &txn);
  observers_->of(DocEvent::before_observer_calls).call(info);

  std::vector<Event> events;
  for (std::size_t i = 0; i < txn.changed.size();) {
    const TypeIx type = store.types.list(txn.changed[i]).type;
    const std::size_t begin = i;
    while (i < txn.changed.size() && store.types.list(txn.changed[i]).type == type) ++i;
    // A root that was never asked for is nobody's type yet.
    if (!store.is_live(type) || store.types[type].kind == store::Type::kUnknown) continue;
    const std::span lists(txn.changed.data() + begin, i - begin);
    events.emplace_back(this, &txn, lists, type, type);
    if (const auto of = observers_->types.find(type); of != observers_->types.end()) {
      of->second.plain.call(Event(events.back()));
    }
  }
  call_deep_observers(txn, events);
  observers_->of(DocEvent::after_transaction).call(info);
}

void DocState::call_deep_observers(TransactionState& txn, const std::vector<Event>& events) {
  std::vector<std::vector<std::uint32_t>> inside;  // for each of changed_parents: events
  std::unordered_map<TypeIx, std::size_t> places;
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    for (TypeIx type = events[i].target().type();;) {
      const auto [at, added] = places.emplace(type, inside.size());
      if (added) {
        txn.changed_parents.push_back(type);
        inside.emplace_back();
      }
      inside[at->second].push_back(i);
      const Handle owner = store.types[type].item;
      if (owner == kNoHandle) break;
      type = store.types.list(store.items[owner].list).type;
    }
  }
  const auto observer_of = [this](TypeIx type) -> Observers::OfType* {
    const auto found = observers_->types.find(type);
    return found == observers_->types.end() || found->second.deep.empty() || !store.is_live(type)
               ? nullptr
               : &found->second;
  };
  std::vector<std::pair<Observers::OfType*, std::size_t>> calls;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (auto* observer = observer_of(txn.changed_parents[i])) calls.emplace_back(observer, i);
  }
  for (const auto& [observer, place] : calls) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> order;  // depth, event
    for (const std::uint32_t i : inside[place]) {
      if (!store.is_live(events[i].target().type())) continue;
      order.emplace_back(events[i].seen_from(txn.changed_parents[place]).depth(), i);
    }
    std::sort(order.begin(), order.end());
    std::vector<Event> seen;
    seen.reserve(order.size());
    for (const auto& [depth, i] : order) {
      seen.push_back(events[i].seen_from(txn.changed_parents[place]));
    }
    observer->deep.call(seen);
  }
}

void DocState::emit_updates(const TransactionState& txn) {
  if (txn.touched.empty() && txn.deletes.empty()) return;
  const auto emit = [&](Callbacks<const UpdateEvent&>& callbacks, Encoding encoding) {
    if (callbacks.empty()) return;
    const Bytes update = encode_transaction(txn, encoding);
    callbacks.call({.update = update, .origin = txn.origin, .local = txn.local});
  };
  emit(observers_->update, Encoding::v1);
  emit(observers_->update_v2, Encoding::v2);
}

}  // namespace weft::document
