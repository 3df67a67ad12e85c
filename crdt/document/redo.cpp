#include "document/redo.hpp"

#include <weft/limits.hpp>

#include "document/formats.hpp"
#include "encoding/reader.hpp"

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

void keep_item(Store& store, Handle item, bool keep) {
  while (item != kNoHandle && store.items[item].has(Item::kKeep) != keep) {
    Item& entry = store.items[item];
    if (keep) {
      entry.set(Item::kKeep);
    } else {
      entry.clear(Item::kKeep);
    }
    item = store.types[store.types.list(entry.list).type].item;
  }
}

void cut_before(Store& store, TransactionState& txn, ClientIx client, std::uint32_t clock) {
  const store::ClockIndex& structs = store.clients[client].structs;
  const Store::Cursor at = structs.find(clock);
  if (!store::is_item(structs.handle(at)) || structs.clock(at) == clock) return;
  store.split(client, at, clock);
  txn.merge_candidates.push_back({client, clock});
}

// From the outermost type that has to come back inwards: nesting is bounded by memory, not by the
// stack.
bool Redo::redo(Handle item) {
  std::vector<Handle> waiting{item};
  for (;;) {
    const Item& inner = doc_.store.items[waiting.back()];
    if (inner.has(Item::kRedone)) break;
    const Handle owner = owner_of(waiting.back());
    if (owner == kNoHandle) break;
    const Item& outer = doc_.store.items[owner];
    if (!outer.deleted() || outer.has(Item::kRedone)) break;
    if (!items_.contains(owner)) return false;
    waiting.push_back(owner);
  }
  for (auto at = waiting.rbegin(); at != waiting.rend(); ++at) {
    if (!redo_one(*at)) return false;
  }
  return true;
}

bool Redo::redo_one(Handle item) {
  if (doc_.store.items[item].has(Item::kRedone)) {
    step(item);
    return true;
  }
  const auto target = target_of(item);
  if (!target || !has_room(doc_.store.items[item])) return false;
  const store::List& list = doc_.store.types.list(doc_.store.items[item].list);
  Place place;
  if (list.is_sequence()) {
    place.list = doc_.store.types[target->type].sequence;
    find_sequence_place(item, target->owner, place);
  } else {
    const std::uint32_t key = list.key;
    const ListIx values = doc_.store.types.find_key(target->type, key);
    if (!find_map_place(item, *target, values, place)) return false;
    place.list = doc_.store.types.key_list(target->type, key);
  }
  const Handle made = copy(item, place);
  const Item& entry = doc_.store.items[made];
  doc_.store.set_redone(item, {entry.client, entry.clock});
  keep_item(doc_.store, made, true);
  return true;
}

// The type that the copy goes into: the item's own, or what redid it.
std::optional<Redo::Target> Redo::target_of(Handle item) {
  const TypeIx type = doc_.store.types.list(doc_.store.items[item].list).type;
  Handle owner = doc_.store.types[type].item;
  if (owner == kNoHandle) return Target{type, kNoHandle};
  if (doc_.store.items[owner].deleted()) {
    while (owner != kNoHandle && doc_.store.items[owner].has(Item::kRedone)) owner = step(owner);
  }
  if (owner == kNoHandle || doc_.store.items[owner].content() != Kind::type) return std::nullopt;
  return Target{doc_.store.items[owner].data, owner};
}

Handle Redo::owner_of(Handle item) const {
  return doc_.store.types[doc_.store.types.list(doc_.store.items[item].list).type].item;
}

// The item that redid `item`, which has one; kNoHandle where that was collected.
Handle Redo::step(Handle item) {
  const Handle by = doc_.clean_start(doc_.store.redone(item));
  return store::is_item(by) ? by : kNoHandle;
}

// The first that stands for `item` inside `owner`, itself or one that redid it.
Handle Redo::trace(Handle item, Handle owner) {
  while (item != kNoHandle && owner_of(item) != owner) {
    item = doc_.store.items[item].has(Item::kRedone) ? step(item) : kNoHandle;
  }
  return item;
}

// Between what stands for the item's left and for the item or its right.
void Redo::find_sequence_place(Handle item, Handle owner, Place& place) {
  for (Handle at = doc_.store.items[item].left; at != kNoHandle; at = doc_.store.items[at].left) {
    place.left = trace(at, owner);
    if (place.left != kNoHandle) break;
  }
  for (Handle at = item; at != kNoHandle; at = doc_.store.items[at].right) {
    place.right = trace(at, owner);
    if (place.right != kNoHandle) break;
  }
}

// Behind the values that are undone, too. False where another one came after them.
bool Redo::find_map_place(Handle item, const Target& target, ListIx list, Place& place) {
  Store& store = doc_.store;
  const auto newest = [&] {
    return list == store::kNoIndex ? kNoHandle : store.types.list(list).last;
  };
  if (store.items[item].right == kNoHandle || ignore_remote_map_changes_) {
    place.left = newest();
    return true;
  }
  Handle left = item;
  while (left != kNoHandle && store.items[left].right != kNoHandle) {
    const Item& next = store.items[store.items[left].right];
    if (!next.has(Item::kRedone) && !undone_({next.client, next.clock})) return false;
    left = store.items[left].right;
    while (left != kNoHandle && store.items[left].has(Item::kRedone)) left = step(left);
  }
  // One of another type would mislead other replicas.
  place.left = left != kNoHandle && owner_of(left) != target.owner ? newest() : left;
  return true;
}

bool Redo::has_room(const Item& item) {
  const std::uint64_t state = doc_.store.clients[doc_.own_client()].structs.state();
  return state + item.length <= limits::clock_max &&
         doc_.store.pool.room_for(4 * std::uint64_t{item.size} + 16);
}

Handle Redo::copy(Handle item, const Place& place) {
  Store& store = doc_.store;
  NewContent content = content_of(store, item);
  const std::string bytes(content.bytes);  // the pool may move
  const std::string key(content.key);
  content.bytes = bytes;
  content.key = key;
  const Handle made = doc_.insert_local(place.list, place.left, place.right, content);
  if (content.kind == Kind::format && Formats(doc_).is_object({.item = item})) {
    store.share_object(made, item);
  }
  return made;
}

NewContent content_of(const Store& store, Handle item) {
  const Item& source = store.items[item];
  NewContent content{.kind = source.content(),
                     .length = source.length,
                     .flags = source.flags & (Item::kAscii | Item::kJson),
                     .bytes = store.content(source),
                     .key = {}};
  if (content.kind == Kind::type) {
    const store::Type& type = store.types[source.data];
    content.type_ref = type.kind;
    content.bytes = {};
    if (type.name != store::kNoIndex) content.key = store.strings[type.name];
  } else if (content.kind == Kind::format || content.kind == Kind::doc) {
    encoding::Reader body(as_bytes(content.bytes));
    content.key = as_text(body.varbytes());
    content.bytes.remove_prefix(body.offset());
  }
  return content;
}

}  // namespace weft::document
