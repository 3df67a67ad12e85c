// Deletion and collection. Source: Yjs Item.delete, Item.gc, ContentType.delete, ContentType.gc.
#include <algorithm>

#include "document/doc_state.hpp"
#include "document/redo.hpp"

namespace weft::document {

namespace {

// Content that is only bytes.
bool is_plain(Kind kind) {
  return kind == Kind::string || kind == Kind::any || kind == Kind::json || kind == Kind::binary ||
         kind == Kind::embed;
}

}  // namespace

void DocState::drop_content(Item& item) {
  store.pool.abandon(item);
  item.kind = static_cast<std::uint8_t>(Kind::deleted);
  item.data = 0;
}

void DocState::restore_content(Handle handle, const NewContent& content) {
  Item& item = store.items[handle];
  assert(item.content() == Kind::deleted && item.length == content.length);
  if (!store.pool.room_for(content.key.size() + content.bytes.size() + 16)) return;
  item.kind = static_cast<std::uint8_t>(content.kind);
  item.clear(Item::kAscii | Item::kJson);
  item.set(content.flags);
  integrate_content(handle, content);
}

void DocState::mark_deleted(Handle handle) {
  Item& item = store.items[handle];
  const store::List& list = store.types.list(item.list);
  if (list.is_sequence() && item.counts()) store.types[list.type].length -= item.length;
  if (item.content() == Kind::format) ++store.types[list.type].format_version;
  item.set(Item::kDeleted);
  if (store::OrderIndex* order = store.order_of(item)) order->set_visible(handle, 0);
  txn_->add_delete({item.client, item.clock, item.length});
  record_change(item.list);
}

bool DocState::remove_at_once(Handle handle) {
  Item& item = store.items[handle];
  if (!txn_->collecting || !is_plain(item.content())) {
    remove(handle);
    return false;
  }
  mark_deleted(handle);
  if (!item.has(Item::kKeep)) drop_content(item);
  return true;
}

// Inside a deleted type, what was deleted before this transaction may now join its neighbours when
// all of it is collected.
void DocState::remove_one(Handle handle, bool inside) {
  const Item& item = store.items[handle];
  if (!item.deleted()) {
    mark_deleted(handle);
    txn_->content_deleted = true;
    store.clients[item.client].joins = true;
    if (item.content() == Kind::type) {
      const store::Type& type = store.types[item.data];
      store::List& sequence = store.types.list(type.sequence);
      sequence.changed_in = 0;  // of a type that is gone nobody is told
      removal_stack_.push_back({sequence.first, type.first_key});
    } else if (item.content() == Kind::doc) {
      delete_subdoc(handle);
    }
  } else if (inside) {
    const std::uint32_t before = store.clients[item.client].state_before();
    if (item.clock < before) txn_->merge_candidates.push_back({item.client, item.clock});
  }
}

// The newest value of a key that goes with its type. Parts that others put something between were
// not replaced (see check.cpp); Yjs throws when it collects such.
void DocState::remove_value(Handle newest) {
  Handle older = store.items[newest].left;
  remove_one(newest, true);
  for (; older != kNoHandle; older = store.items[older].left) {
    if (!store.items[older].deleted()) remove_one(older, true);
  }
}

void DocState::remove(Handle handle) {
  assert(in_transaction());
  const std::size_t base = removal_stack_.size();
  remove_one(handle, false);
  while (removal_stack_.size() > base) {
    RemovalFrame& frame = removal_stack_.back();
    if (frame.item != kNoHandle) {
      const Handle child = frame.item;
      frame.item = store.items[child].right;
      remove_one(child, true);
    } else if (frame.next_key != store::kNoIndex) {
      store::List& list = store.types.list(frame.next_key);
      list.changed_in = 0;
      frame.next_key = list.next_key;
      if (list.last != kNoHandle) remove_value(list.last);
    } else {
      removal_stack_.pop_back();
    }
  }
}

// The item stays as a tombstone that knows its neighbours; what was inside becomes GC structs.
void DocState::collect_content(TransactionState& txn, Handle handle) {
  Item& top = store.items[handle];
  if (top.content() == Kind::type) {
    std::vector<TypeIx> inside{top.data};
    while (!inside.empty()) {
      const TypeIx type = inside.back();
      inside.pop_back();
      const auto collect_list = [&](ListIx list) {
        for (Handle at = store.types.list(list).first; at != kNoHandle;) {
          const Item& item = store.items[at];
          assert(item.deleted());
          if (item.content() == Kind::type) inside.push_back(item.data);
          const Handle next = item.right;
          txn.collected_inside = true;
          // From 14 on Yjs tries to join each GC struct that it makes.
          if (options.compat == Compat::v14) {
            txn.merge_candidates.push_back({item.client, item.clock});
          }
          store.collect(at);
          at = next;
        }
      };
      collect_list(store.types[type].sequence);
      for (ListIx key = store.types[type].first_key; key != store::kNoIndex;
           key = store.types.list(key).next_key) {
        collect_list(key);
      }
      store.types.collect(type);
    }
  }
  drop_content(top);
}

void DocState::collect_ids(const std::vector<DenseRange>& ranges,
                           const std::function<bool(Handle)>& filter) {
  std::vector<DenseId> found;
  for (const DenseRange& range : ranges) {
    for_each_item(store, *txn_, range, [&](Handle handle) {
      const Item& item = store.items[handle];
      if (item.deleted() && !item.has(Item::kKeep) && item.content() != Kind::deleted &&
          filter(handle)) {
        found.push_back({item.client, item.clock});
      }
    });
  }
  for (const DenseId id : found) {
    // What it stands in may have been collected before it.
    const store::ClockIndex& structs = store.clients[id.client].structs;
    const Handle handle = structs.handle(structs.find(id.clock));
    if (store::is_item(handle)) collect_content(*txn_, handle);
  }
  TransactionState joined;
  joined.deletes = ranges;
  std::sort(joined.deletes.begin(), joined.deletes.end(),
            [](const DenseRange& a, const DenseRange& b) {
              return a.client != b.client ? a.client < b.client : a.clock < b.clock;
            });
  join_deleted(joined);
}

}  // namespace weft::document
