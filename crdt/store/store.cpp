#include "store/store.hpp"

#include "encoding/any.hpp"
#include "encoding/reader.hpp"
#include "encoding/utf.hpp"

namespace weft::store {

std::size_t skip_values(std::string_view content, Kind kind, std::uint64_t count) {
  encoding::Reader reader(as_bytes(content));
  bool canonical = true;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (kind == Kind::any) {
      encoding::scan_any(reader, canonical);
    } else {
      reader.varbytes();
    }
  }
  assert(reader.ok());
  return reader.offset();
}

Store::Cursor Store::split(ClientIx client, Cursor at, std::uint32_t clock) {
  ClockIndex& structs = clients[client].structs;
  const Handle left_handle = structs.handle(at);
  const Handle right_handle = items.allocate();
  Item& left = items[left_handle];
  Item& right = items[right_handle];
  const std::uint32_t units = clock - left.clock;
  assert(units > 0 && units < left.length);
  right = left;
  right.left = left_handle;
  right.origin_client = client & kNoClient;
  right.origin_clock = clock - 1;
  right.clock = clock;
  right.length = left.length - units;
  split_content(left, right, units);
  left.length = units;
  left.right = right_handle;
  if (right.right != kNoHandle) {
    items[right.right].left = right_handle;
  } else {
    types.list(right.list).last = right_handle;
  }
  if (left.has(Item::kRedone)) {
    const DenseId by = redone(left_handle);
    set_redone(right_handle, {by.client, by.clock + units});
  }
  if (OrderIndex* order = order_of(left)) {
    order->set_visible(left_handle, left.visible());
    order->insert_after(left_handle, right_handle, right.visible());
  }
  const Cursor right_at = structs.split(at, clock, right_handle);
  ConflictIndex* conflicts = find_conflicts(left.list);
  if (conflicts != nullptr && !conflicts->insert_rest(right_handle)) conflicts_[left.list].reset();
  return right_at;
}

void Store::index_conflicts(ListIx list) {
  const auto [at, added] = conflicts_.try_emplace(list);
  if (!added) return;
  auto index = std::make_unique<ConflictIndex>(items, clients, seed_);
  if (index->build(types.list(list).first)) at->second = std::move(index);
}

OrderIndex& Store::order(TypeIx type) {
  std::unique_ptr<OrderIndex>& order = types[type].order;
  if (!order) {
    ordered_ = true;
    order = std::make_unique<OrderIndex>(leaf_of_);
    for (Handle at = types.list(types[type].sequence).first; at != kNoHandle;
         at = items[at].right) {
      order->append(at, items[at].visible());
    }
  }
  return *order;
}

void Store::split_content(Item& left, Item& right, std::uint32_t units) {
  if (left.content() == Kind::deleted) return;
  left.slot = right.slot = 0;  // the room behind the content belongs to nobody now
  if (left.content() == Kind::string) {
    split_text(left, right, units);
    return;
  }
  const auto bytes = static_cast<std::uint32_t>(skip_values(content(left), left.content(), units));
  right.data = left.data + bytes;
  right.size = left.size - bytes;
  left.size = bytes;
}

// A cut between the halves of a surrogate pair leaves U+FFFD on both sides (Yjs
// ContentString.splice); so does one after an unpaired high half.
void Store::split_text(Item& left, Item& right, std::uint32_t units) {
  if (left.has(Item::kAscii)) {
    right.data = left.data + units;
    right.size = left.size - units;
    left.size = units;
    return;
  }
  const std::string_view text = content(left);
  const encoding::TextCut cut = encoding::cut_text(text, units);
  const auto left_size = static_cast<std::uint32_t>(cut.left);
  const auto rest = static_cast<std::uint32_t>(cut.right);
  if (cut.head.empty()) {
    right.data = left.data + left_size;
    right.size = left.size - left_size;
    left.size = left_size;
    return;
  }
  // What there is has no room for both; the shorter part moves, so that cutting a text at every
  // place copies no more than its size times a logarithm.
  if (left.size - rest < left_size) {
    const std::string right_text = cut.head + std::string(text.substr(rest));
    std::memcpy(pool.at(left.data + left_size), encoding::kReplacement.data(), 3);
    left.size = left_size + 3;
    right.data = pool.append(right_text);
    right.size = static_cast<std::uint32_t>(right_text.size());
    return;
  }
  std::string left_text(text.substr(0, left_size));
  left_text.append(encoding::kReplacement);
  const auto head_size = static_cast<std::uint32_t>(cut.head.size());
  right.data = left.data + rest - head_size;
  right.size = left.size - rest + head_size;
  std::memcpy(pool.at(right.data), cut.head.data(), head_size);
  left.data = pool.append(left_text);
  left.size = static_cast<std::uint32_t>(left_text.size());
}

bool Store::fit(Handle left_handle, Handle right_handle) const {
  const Item& right = items[right_handle];
  if (!joinable(right.content())) return false;
  const Item& left = items[left_handle];
  return left.right == right_handle && right.origin_client == right.client &&
         right.origin_clock + 1 == right.clock && left.right_origin() == right.right_origin() &&
         left.kind == right.kind && left.deleted() == right.deleted() && !left.has(Item::kRedone) &&
         !right.has(Item::kRedone);
}

std::uint32_t Store::join_lefts(ClientIx client, Cursor& at) {
  ClockIndex& structs = clients[client].structs;
  std::uint32_t count = 0;
  Cursor first = at;
  for (Handle right = structs.handle(at); !structs.is_begin(first); ++count) {
    const Cursor before = structs.prev(first);
    const Handle left = structs.handle(before);
    if (!joins(left, right)) break;
    first = before;
    right = left;
  }
  at = first;
  if (count == 0) return 0;
  if (is_item(structs.handle(first))) join_items(client, first, count);
  structs.absorb(first, count);
  return count;
}

void Store::join_items(ClientIx client, Cursor first, std::uint32_t count) {
  const ClockIndex& structs = clients[client].structs;
  const Handle joined = structs.handle(first);
  Item& left = items[joined];
  OrderIndex* order = order_of(left);
  ConflictIndex* conflicts = find_conflicts(left.list);
  Cursor at = first;
  for (std::uint32_t i = 0; i < count; ++i) {
    at = structs.next(at);
    const Handle handle = structs.handle(at);
    Item& right = items[handle];
    join_content(left, right);
    left.length += right.length;
    left.right = right.right;
    if (right.has(Item::kKeep)) left.set(Item::kKeep);
    if (order != nullptr) order->erase(handle);
    if (conflicts != nullptr) conflicts->erase(handle);
    items.release(handle);
  }
  if (order != nullptr) order->set_visible(joined, left.visible());
  if (left.right != kNoHandle) {
    items[left.right].left = joined;
  } else {
    types.list(left.list).last = joined;
  }
}

void Store::join_content(Item& left, Item& right) {
  if (left.content() == Kind::deleted) return;
  if (!right.has(Item::kAscii)) left.clear(Item::kAscii);
  if (left.data + left.size == right.data && left.slot == 0) {
    left.size += right.size;
    return;
  }
  pool.extend(left, content(right));
  pool.abandon(right);
}

void Store::collect(Handle handle) {
  Item& item = items[handle];
  ClockIndex& structs = clients[item.client].structs;
  structs.set_handle(structs.find(item.clock), kGc);
  if (!conflicts_.empty()) conflicts_.erase(item.list);
  pool.abandon(item);
  if (item.has(Item::kRedone)) redone_.erase(handle);
  items.release(handle);
}

void Store::set_redone(Handle item, DenseId by) {
  items[item].set(Item::kRedone);
  redone_.erase(item);
  redone_.insert(item, static_cast<std::uint32_t>(redone_ids_.size()));
  redone_ids_.push_back(by);
}

DenseId Store::redone(Handle item) const {
  const std::uint32_t place = redone_.find(item);
  return place == FlatMap::kNone ? DenseId{} : redone_ids_[place];
}

void Store::share_object(Handle item, Handle from) {
  const Item& format = items[item];
  shared_.insert((std::uint64_t{format.client} << 32) | format.clock,
                 static_cast<std::uint32_t>(shared_ids_.size()));
  shared_ids_.push_back(object_of(from));
}

DenseId Store::object_of(Handle item) const {
  const Item& format = items[item];
  const std::uint32_t place = shared_.find((std::uint64_t{format.client} << 32) | format.clock);
  return place == FlatMap::kNone ? DenseId{format.client, format.clock} : shared_ids_[place];
}

}  // namespace weft::store
