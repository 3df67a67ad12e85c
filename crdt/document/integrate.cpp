// Structs join the store. Source: Yjs Item.integrate, getItemCleanStart, getItemCleanEnd.
#include "document/doc_state.hpp"
#include "encoding/writer.hpp"

namespace weft::document {

void DocState::touch(ClientIx client) {
  store::Client& entry = store.clients[client];
  if (entry.touched) return;
  if (entry.structs.empty()) entry.rank = ++client_rank_;
  entry.touched = true;
  entry.joins = false;
  entry.before = entry.structs.state();
  txn_->touched.push_back({client, entry.before, entry.before});
}

void DocState::append_struct(ClientIx client, Handle handle, std::uint32_t length) {
  touch(client);
  store::Client& entry = store.clients[client];
  entry.structs.append(handle, length);
  if (!store::is_item(handle)) {
    entry.joins = true;
  } else if (!entry.joins && store.items[handle].follows_own()) {
    entry.joins = may_join(client, handle);
  }
}

// Whether the client's last struct may join the one before it; what is deleted later says so then.
bool DocState::may_join(ClientIx client, Handle last) const {
  const store::ClockIndex& structs = store.clients[client].structs;
  const Store::Cursor at = structs.last();
  return store.may_join_left(client, at) &&
         store.items[structs.handle(structs.prev(at))].right_origin() ==
             store.items[last].right_origin();
}

// Where many of what is new were cut, all that is new is tried.
void DocState::note_split(DenseId right) {
  constexpr std::size_t kMany = 1024;
  store::Client& entry = store.clients[right.client];
  if (right.clock < entry.state_before()) {
    txn_->merge_candidates.push_back(right);
    return;
  }
  ++new_splits_;
  if (txn_->new_splits.size() < kMany) {
    txn_->new_splits.push_back(right);
  } else {
    entry.joins = true;
  }
}

void DocState::extend(ClientIx client, Handle handle, std::uint32_t flags, std::string_view text,
                      std::uint32_t units) {
  Item& last = store.items[handle];
  touch(client);
  store.pool.extend(last, text);
  if ((flags & Item::kAscii) == 0) last.clear(Item::kAscii);
  last.length += units;
  store.types[store.types.list(last.list).type].length += units;
  store.clients[client].structs.extend(units);
  if (last.follows_own() && !store.clients[client].joins) {
    store.clients[client].joins = may_join(client, handle);
  }
  if (store::OrderIndex* order = store.order_of(last)) order->set_visible(handle, last.length);
}

// A struct where `place.clock` says.
void DocState::store_struct(ClientIx client, const Place& place, Handle handle,
                            std::uint32_t length) {
  if (place.clock == store::kNoIndex) [[likely]] {
    append_struct(client, handle, length);
  } else {
    fill_struct(client, place.clock, handle, length);
  }
}

Handle DocState::clean_start(DenseId id) {
  const store::ClockIndex& structs = store.clients[id.client].structs;
  Store::Cursor at = structs.find(id.clock);
  const Handle found = structs.handle(at);
  if (!store::is_item(found) || structs.clock(at) == id.clock) return found;
  at = store.split(id.client, at, id.clock);
  note_split(id);
  return structs.handle(at);
}

Handle DocState::clean_end(DenseId id) {
  const store::ClockIndex& structs = store.clients[id.client].structs;
  const Store::Cursor at = structs.find(id.clock);
  const Handle found = structs.handle(at);
  if (!store::is_item(found) || store.items[found].end() == id.clock + 1) return found;
  store.split(id.client, at, id.clock + 1);
  note_split({id.client, id.clock + 1});
  return found;
}

Handle DocState::make_item(ClientIx client, const Place& place, const NewContent& content) {
  const Handle handle = store.items.allocate();
  Item& item = store.items[handle];
  item.left = place.left;
  item.right = place.right;
  item.origin_client = place.origin.client & store::kNoClient;
  item.origin_clock = place.origin.clock;
  item.right_origin_client = place.right_origin.client & store::kNoClient;
  item.right_origin_clock = place.right_origin.clock;
  item.slot = 0;
  item.client = client & store::kNoClient;
  item.clock = place.clock == store::kNoIndex ? store.clients[client].structs.state() : place.clock;
  item.length = content.length;
  item.kind = static_cast<std::uint8_t>(content.kind);
  item.flags = content.flags & 0xFFU;
  item.list = place.list;
  item.data = 0;
  item.size = 0;
  return handle;
}

Handle DocState::integrate(ClientIx client, const Place& place, const NewContent& content) {
  if (place.list == store::kNoIndex) {
    if (options.compat == Compat::v14) {
      const std::uint32_t state = store.clients[client].structs.state();
      const std::uint32_t clock = place.clock == store::kNoIndex ? state : place.clock;
      txn_->deletes.push_back({client, clock, content.length});
    }
    store_struct(client, place, store::kGc, content.length);
    return store::kGc;
  }
  const Handle handle = make_item(client, place, content);
  Item& item = store.items[handle];
  Handle left = place.left;
  const Handle right = place.right;
  const bool conflict = left == kNoHandle
                            ? right == kNoHandle || store.items[right].left != kNoHandle
                            : store.items[left].right != right;
  if (conflict) left = resolve_conflict(handle, left, right);
  link(handle, left);
  store_struct(client, place, handle, item.length);
  integrate_content(handle, content);

  const store::List& list = store.types.list(item.list);
  const Handle owner = store.types[list.type].item;
  const bool in_deleted = owner != kNoHandle && store.items[owner].deleted();
  if (in_deleted || (!list.is_sequence() && item.right != kNoHandle)) remove(handle);
  return handle;
}

// Yjs keeps two sets of items; here they are one list of what the scan has passed, and the position
// from which on it counts as conflicting.
Handle DocState::resolve_conflict(Handle handle, Handle left, Handle right) {
  const Item& item = store.items[handle];
  const ClientId own = store.clients[item.client].id;
  if (const store::ConflictIndex* index = store.conflicts_of(item.list)) {
    return index->place(item, own, left, right);
  }
  Handle at = left == kNoHandle ? store.types.list(item.list).first : store.items[left].right;
  scanned_.clear();
  std::uint32_t conflicting_from = 0;
  while (at != kNoHandle && at != right) {
    scanned_.push(at);
    const Item& other = store.items[at];
    if (item.origin() == other.origin()) {
      if (store.clients[other.client].id < own) {
        left = at;
        conflicting_from = scanned_.size();
      } else if (item.right_origin() == other.right_origin()) {
        break;
      }
    } else {
      if (!other.origin().exists()) break;
      const std::uint32_t position = scanned_.position(store.containing(other.origin()));
      if (position == ScanSet::kAbsent) break;
      if (position < conflicting_from) {
        left = at;
        conflicting_from = scanned_.size();
      }
    }
    at = other.right;
  }
  if (scanned_.size() >= kLongScan) note_long_scan(item.list);
  return left;
}

// Where scans have taken four times the steps that the list has items, an index is worth building.
void DocState::note_long_scan(ListIx list) {
  LongScans& scans = long_scans_[list];
  scans.steps += scanned_.size();
  if (scans.steps < scans.look_at) return;
  scans.look_at = 2 * scans.steps;
  Handle at = store.types.list(list).first;
  for (std::uint64_t most = scans.steps / 4; most > 0 && at != kNoHandle; --most) {
    at = store.items[at].right;
  }
  if (at == kNoHandle) store.index_conflicts(list);
}

void DocState::link(Handle handle, Handle left) {
  Item& item = store.items[handle];
  store::List& list = store.types.list(item.list);
  item.left = left;
  if (left == kNoHandle) {
    item.right = list.first;
    list.first = handle;
  } else {
    item.right = store.items[left].right;
    store.items[left].right = handle;
  }
  if (item.right != kNoHandle) {
    store.items[item.right].left = handle;
  } else {
    list.last = handle;
    // The newest value of a map key replaces the one before.
    if (!list.is_sequence() && left != kNoHandle) remove(left);
  }
  if (list.is_sequence() && item.counts()) store.types[list.type].length += item.length;
  if (store::OrderIndex* order = store.order_of(item)) {
    order->insert_after(left, handle, item.visible());
  }
  store.note_linked(handle);
  record_change(item.list);
}

void DocState::integrate_content(Handle handle, const NewContent& content) {
  Item& item = store.items[handle];
  switch (content.kind) {
    case Kind::deleted:
      item.set(Item::kDeleted);
      txn_->add_delete({item.client, item.clock, item.length});
      break;
    case Kind::type: {
      const bool named =
          update::type_has_key(content.type_ref) || content.type_ref == update::kWeakLink;
      const std::uint32_t name = named ? store.strings.intern(content.key) : store::kNoIndex;
      item.data = store.types.make(handle, static_cast<std::uint8_t>(content.type_ref), name);
      break;
    }
    case Kind::format:
      store.types[store.types.list(item.list).type].has_formatting = true;
      ++store.types[store.types.list(item.list).type].format_version;
      record_change(item.list);  // which the first format of a type makes worth knowing
      [[fallthrough]];
    case Kind::doc: {
      encoding::Writer body(content.key.size() + content.bytes.size() + 8);
      body.varstring(content.key);
      body.raw(content.bytes);
      item.data = store.pool.append(as_text(body.bytes()));
      item.size = static_cast<std::uint32_t>(body.size());
      if (content.kind == Kind::doc) integrate_subdoc(handle, content.should_load);
      break;
    }
    default:
      item.data = store.pool.append(content.bytes);
      item.size = static_cast<std::uint32_t>(content.bytes.size());
  }
}

Handle DocState::insert_local(ListIx list, Handle left, Handle right, const NewContent& content) {
  assert(in_transaction());
  Place place;
  place.left = left;
  place.right = right;
  place.list = list;
  if (left != kNoHandle) place.origin = store.items[left].last_id();
  if (right != kNoHandle) {
    place.right_origin = {store.items[right].client, store.items[right].clock};
  }
  return integrate(own_client(), place, content);
}

bool DocState::continue_local(Handle left, Handle right, const NewContent& content) {
  if (left == kNoHandle || content.kind != Kind::string || observing()) return false;
  const Item& item = store.items[left];
  const ClientIx own = own_client();
  if (item.client != own || item.content() != Kind::string || item.right != right ||
      item.has(Item::kDeleted | Item::kRedone) ||
      item.end() != store.clients[own].structs.state()) {
    return false;
  }
  const DenseId right_id =
      right == kNoHandle ? DenseId{} : DenseId{store.items[right].client, store.items[right].clock};
  const store::List& list = store.types.list(item.list);
  if (item.right_origin() != right_id || !list.is_sequence() ||
      store.types[list.type].has_formatting) {
    return false;
  }
  extend(own, left, content.flags, content.bytes, content.length);
  return true;
}

ClientIx DocState::own_client() {
  if (own_client_ == store::kNoClient) own_client_ = store.clients.intern(options.client_id);
  return own_client_;
}

TypeIx DocState::root(std::string_view name) {
  return store.types.make_root(store.strings.intern(name));
}

}  // namespace weft::document
