#include "document/plain_rows.hpp"

namespace weft::document {

std::uint32_t DocState::PlainRows::run(ClientIx client, std::uint32_t from, std::uint32_t to,
                                       bool may_continue) {
  const store::ClockIndex& structs = store_.clients[client].structs;
  if (in_.records[from].clock != structs.state()) return from;
  last_ = structs.empty() ? kNoHandle : structs.handle(structs.last());
  std::uint32_t at = from;
  for (; at < to; ++at) {
    const Record& record = in_.records[at];
    if (record.origin_client == store::kNoClient || (record.flags & Record::kExtra) != 0) break;
    const Handle left = find_left(client, record);
    if (!store::is_item(left)) break;
    const Item& before = store_.items[left];
    if (before.end() != record.origin_clock + 1) break;
    if (before.list != list_ && !enter(before.list)) break;
    const Handle right = before.right;
    if (right == kNoHandle) {
      if (record.right_origin_client != store::kNoClient) break;
    } else {
      const Item& behind = store_.items[right];
      if (behind.client != record.right_origin_client || behind.clock != record.right_origin_clock)
        break;
    }
    const bool follows = left == last_ && before.client == client;
    // The two would be one item: see Integrator::continue_last.
    if (follows && may_continue && record.kind() == Kind::string &&
        before.content() == Kind::string && !before.has(Item::kDeleted | Item::kRedone) &&
        before.right_origin() == record.right_origin()) {
      break;
    }
    if (at == from) doc_.touch(client);
    if (!changed_) note_change();
    insert(client, record, left, right);
  }
  leave();
  return at;
}

inline Handle DocState::PlainRows::find_left(ClientIx client, const Record& record) const {
  if (record.origin_client == client && record.origin_clock + 1 == record.clock) return last_;
  const store::ClockIndex& structs = store_.clients[record.origin_client].structs;
  if (record.origin_clock >= structs.state()) return kNoHandle;
  return structs.handle(structs.find(record.origin_clock));
}

// False where each item needs a look of its own.
bool DocState::PlainRows::enter(ListIx list) {
  leave();
  if (list == store::kNoIndex) return false;
  if (store_.conflicts_of(list) != nullptr) return false;
  const store::List& entry = store_.types.list(list);
  if (!entry.is_sequence()) return false;
  const store::Type& type = store_.types[entry.type];
  if (type.order || (type.item != kNoHandle && store_.items[type.item].deleted())) return false;
  list_ = list;
  return true;
}

void DocState::PlainRows::note_change() {
  changed_ = true;
  doc_.record_change(list_);
}

void DocState::PlainRows::leave() {
  if (list_ != store::kNoIndex) store_.types[store_.types.list(list_).type].length += visible_;
  list_ = store::kNoIndex;
  visible_ = 0;
  changed_ = false;
}

inline void DocState::PlainRows::insert(ClientIx client, const Record& record, Handle left,
                                        Handle right) {
  const Handle handle = store_.items.allocate();
  Item& item = store_.items[handle];
  const bool deleted = record.kind() == Kind::deleted;
  item.left = left;
  item.right = right;
  item.origin_client = record.origin_client;
  item.flags = deleted ? Item::kDeleted : record.flags;
  item.origin_clock = record.origin_clock;
  item.right_origin_client = record.right_origin_client;
  item.slot = 0;
  item.right_origin_clock = record.right_origin_clock;
  item.client = client & store::kNoClient;
  item.kind = record.kind_bits;
  item.clock = record.clock;
  item.length = record.length;
  item.list = list_;
  item.data = 0;
  item.size = 0;
  if (deleted) {
    doc_.txn_->add_delete({client, record.clock, record.length});
  } else {
    const Piece piece = record.content;
    const std::string_view text = in_.text(piece);
    const bool slack = piece.begin + store::BytePool::kSlack <= in_.update.size();
    item.data =
        store_.pool.append_from(text.data(), static_cast<std::uint32_t>(text.size()), slack);
    item.size = piece.size;
    visible_ += record.length;
  }
  store_.items[left].right = handle;
  if (right == kNoHandle) {
    store_.types.list(list_).last = handle;
  } else {
    store_.items[right].left = handle;
  }
  store::Client& entry = store_.clients[client];
  entry.structs.append(handle, record.length);
  const Item& before = store_.items[left];
  entry.joins |= item.follows_own() && item.kind == before.kind &&
                 item.right_origin() == before.right_origin();
  last_ = handle;
}

}  // namespace weft::document
