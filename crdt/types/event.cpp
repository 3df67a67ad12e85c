// What happened to a type, read from the store before it is collected. Source: Yjs YEvent.
#include <algorithm>

#include <weft/event.hpp>

#include "types/sequence.hpp"

namespace weft {

using namespace types;

std::uint64_t Event::origin() const { return txn_->origin; }
bool Event::local() const { return txn_->local; }

std::uint32_t Event::depth() const {
  const store::Store& store = doc_->store;
  std::uint32_t depth = 0;
  for (TypeIx type = target_; type != current_ && store.types[type].item != kNoHandle; ++depth) {
    type = store.types.list(store.items[store.types[type].item].list).type;
  }
  return depth;
}

Path Event::path() const {
  store::Store& store = doc_->store;
  Path path;
  for (TypeIx type = target_; type != current_;) {
    const Handle owner = store.types[type].item;
    if (owner == kNoHandle) break;
    const store::List& list = store.types.list(store.items[owner].list);
    if (list.is_sequence()) {
      path.emplace_back(store.order(list.type).index_of(owner));
    } else {
      path.emplace_back(std::string(store.strings[list.key]));
    }
    type = list.type;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

bool Event::children_changed() const {
  return std::any_of(lists_.begin(), lists_.end(), [this](store::ListIx list) {
    return doc_->store.types.list(list).is_sequence();
  });
}

std::vector<std::string> Event::keys_changed() const {
  std::vector<std::string> keys;
  for (const store::ListIx at : lists_) {
    const store::List& list = doc_->store.types.list(at);
    if (!list.is_sequence()) keys.emplace_back(doc_->store.strings[list.key]);
  }
  return keys;
}

std::vector<KeyChange> Event::keys() const {
  const store::Store& store = doc_->store;
  std::vector<KeyChange> changes;
  for (const store::ListIx at : lists_) {
    const store::List& list = store.types.list(at);
    if (list.is_sequence() || list.last == kNoHandle) continue;
    const Item& item = store.items[list.last];
    const bool deleted = txn_->deletes_item(item);
    Handle old = list.last;
    if (txn_->adds(item)) {
      do {
        old = store.items[old].left;
      } while (old != kNoHandle && txn_->adds(store.items[old]));
      if (old != kNoHandle && !txn_->deletes_item(store.items[old])) old = kNoHandle;
      if (deleted && old == kNoHandle) continue;
    } else if (!deleted) {
      continue;
    }
    KeyChange change{.key = std::string(store.strings[list.key]),
                     .action = deleted            ? KeyChange::Action::remove
                               : old == kNoHandle ? KeyChange::Action::add
                                                  : KeyChange::Action::update,
                     .old_value = {}};
    if (old != kNoHandle) {
      change.old_value = element_of(*doc_, old, store.items[old].length - 1);
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

std::vector<SequenceChange> Event::delta() const {
  using Action = SequenceChange::Action;
  const store::Store& store = doc_->store;
  std::vector<SequenceChange> delta;
  if (!children_changed()) return delta;
  const auto step = [&delta](Action action, std::uint32_t length) -> SequenceChange& {
    if (delta.empty() || delta.back().action != action) {
      delta.push_back({.action = action, .length = 0, .inserted = {}});
    }
    delta.back().length += length;
    return delta.back();
  };
  for (Handle at = store.types.list(store.types[target_].sequence).first; at != kNoHandle;
       at = store.items[at].right) {
    const Item& item = store.items[at];
    const bool added = txn_->adds(item);
    if (item.deleted()) {
      if (!added && txn_->deletes_item(item)) step(Action::remove, item.length);
    } else if (added) {
      SequenceChange& insert = step(Action::insert, item.visible());
      append_elements(*doc_, at, 0, item.visible(), insert.inserted);
    } else {
      step(Action::retain, item.length);
    }
  }
  if (!delta.empty() && delta.back().action == Action::retain) delta.pop_back();
  return delta;
}

}  // namespace weft
