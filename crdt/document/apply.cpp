// Updates from outside. Source: Yjs readUpdateV2, integrateStructs, Item.getMissing,
// readAndApplyDeleteSet.
#include <algorithm>
#include <numeric>

#include <weft/update.hpp>

#include "document/doc_state.hpp"
#include "document/placing.hpp"
#include "document/plain_rows.hpp"
#include "document/single_struct.hpp"
#include "update/content_writer.hpp"
#include "update/encoder_v1.hpp"

namespace weft::document {

namespace {

// Bytes from which on an update's scratch memory may have grown.
constexpr std::size_t kLargeUpdate = 4096;

// Deleted ranges from which on room is made for all at once.
constexpr std::size_t kManyDeletes = 1024;

}  // namespace

// Integrates the records of one update, each after its causes; what lacks a cause is set aside with
// everything that follows it.
class DocState::Integrator {
 public:
  /// `alone`: one struct is all that comes.
  explicit Integrator(DocState& doc, DecodedUpdate& decoded, bool alone = false)
      : doc_(doc),
        store_(doc.store),
        in_(decoded),
        placing_(doc, decoded),
        plain_rows_(doc, decoded),
        splits_before_(doc.new_splits_),
        alone_(alone) {}

  void run() {
    if (in_.sections.size() == 1) return run_section(0);
    for (const std::uint32_t section : order()) run_section(section);
  }

  /// Lets one struct in of which the first `known` units are there. REQUIRES: its causes are there.
  void integrate(ClientIx client, const Record& record, std::uint32_t known);

  /// Moves what was set aside to the pending structs; true if any of it is new there.
  bool keep_rest() {
    if (!has_rest_) return false;
    std::vector<PendingStructs::Row>& rows = doc_.rest_;
    rows.clear();
    if (in_.sections.size() == 1) {
      find_rest(0, rows);
    } else {
      for (const std::uint32_t section : order()) find_rest(section, rows);
    }
    const bool news = doc_.pending_.make_room(rows);
    for (const PendingStructs::Row& row : rows) {
      if (row.begin < row.end) keep_row(row);
    }
    if (rows.size() > kRowsKept) rows = {};
    return news;
  }

 private:
  struct Head {
    std::uint32_t record;
    std::uint32_t section;
  };

  static constexpr std::size_t kRowsKept = 256;

  // What was set aside of a section, without its Skips.
  void find_rest(std::uint32_t section, std::vector<PendingStructs::Row>& rows) const {
    const Section& own = in_.sections[section];
    for (std::uint32_t at = own.rest; at < own.end;) {
      std::uint32_t to = at;
      while (to < own.end && in_.records[to].kind() != Kind::skip) ++to;
      if (to > at) {
        const Record& first = in_.records[at];
        const Record& last = in_.records[to - 1];
        rows.push_back({own.client, store_.clients[own.client].id, first.clock,
                        last.clock + last.length, first.kind() == Kind::gc, at, to});
      }
      at = std::max(to, at + 1);
    }
  }

  // The records from the beginning of `row` on.
  void keep_row(PendingStructs::Row row) {
    std::uint32_t from = row.from;
    while (in_.records[from].clock + in_.records[from].length <= row.begin) ++from;
    const std::uint32_t offset = row.begin - in_.records[from].clock;
    row.starts_gc = in_.records[from].kind() == Kind::gc;
    // Own ids were checked when the update was decoded: they lie before the struct.
    PendingStructs::Causes causes = PendingStructs::causes_of(row.client, in_, in_.records[from]);
    if (offset > 0) causes = {.origin = {}, .right_origin = causes.right_origin, .parent = {}};
    update::EncoderV1 encoder;
    encoder.write_rest_varuint(1);
    encoder.write_rest_varuint(row.to - from);
    encoder.write_client(row.id);
    encoder.write_rest_varuint(row.begin);
    for (std::uint32_t i = from; i < row.to; ++i) {
      update::write_struct(encoder, to_struct(in_, store_.clients, row.client, in_.records[i]),
                           i == from ? offset : 0);
    }
    encoder.write_rest_varuint(0);
    doc_.pending_.add(row, causes, encoder.finish());
  }

  void run_section(std::uint32_t section) {
    Section& own = in_.sections[section];
    Head head{};
    for (;;) {
      if (own.end - own.next >= PlainRows::kMany) {
        own.next = plain_rows_.run(own.client, own.next, own.end, may_continue());
      }
      if (!next(section, head)) return;
      process(head);
    }
  }

  // The section's next record, and in the end what was pending before it. False where it has none.
  bool next(std::uint32_t section, Head& head) {
    Section& own = in_.sections[section];
    if (own.next < own.end) [[likely]] {
      head = {own.next++, section};
      return true;
    }
    if (own.waiting == store::kNoIndex) return false;
    head = {std::exchange(own.waiting, store::kNoIndex), section};
    return true;
  }

  // Higher client ids first, as their structs least often conflict.
  std::vector<std::uint32_t> order() const {
    std::vector<std::uint32_t> order(in_.sections.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
      return store_.clients[in_.sections[a].client].id > store_.clients[in_.sections[b].client].id;
    });
    return order;
  }

  void process(Head head) {
    for (;;) {
      const Record& record = in_.records[head.record];
      const ClientIx client = in_.sections[head.section].client;
      if (record.kind() != Kind::skip) {
        const std::uint32_t state = store_.clients[client].structs.state();
        if (record.clock > state) {
          stack_.push_back(head);
          return set_stack_aside({client, record.clock - 1});
        }
        if (const ClientIx cause = missing_cause(client, record); cause != store::kNoClient) {
          stack_.push_back(head);
          const std::uint32_t section = store_.clients[cause].section;
          if (section == store::kNoIndex || !next(section, head)) {
            return set_stack_aside({cause, store_.clients[cause].structs.state()});
          }
          continue;
        }
        integrate(client, record, state - record.clock);
      }
      if (stack_.empty()) return;
      head = stack_.back();
      stack_.pop_back();
    }
  }

  void set_stack_aside(DenseId missing) {
    has_rest_ = true;
    doc_.pending_.wait_for(missing);
    for (const Head& head : stack_) {
      Section& section = in_.sections[head.section];
      section.rest = std::min(section.rest, head.record);
      section.next = section.end;
      section.waiting = store::kNoIndex;
    }
    stack_.clear();
  }

  ClientIx missing_cause(ClientIx client, const Record& record) const {
    const auto missing = [&](DenseId id) {
      return id.exists() && id.client != client && !store_.known(id);
    };
    if (missing(record.origin())) return record.origin_client;
    if (missing(record.right_origin())) return record.right_origin_client;
    const Extra* extra = in_.extra(record);
    return extra != nullptr && missing(extra->parent_id) ? extra->parent_id.client
                                                         : store::kNoClient;
  }

  // Text, or what else is only bytes, between two neighbours of a sequence that is not deleted.
  bool is_simple(const Place& place, const Record& record) const {
    if (place.list == store::kNoIndex) return false;
    const store::List& list = store_.types.list(place.list);
    const Handle behind = place.left == kNoHandle ? list.first : store_.items[place.left].right;
    if (behind != place.right || (place.left == kNoHandle && behind == kNoHandle)) return false;
    if (!list.is_sequence() || record.kind() == Kind::json) return false;
    if (store_.conflicts_of(place.list) != nullptr) return false;
    const store::Type& type = store_.types[list.type];
    return type.item == kNoHandle || !store_.items[type.item].deleted();
  }

  // DocState::integrate for what is simple, in one go.
  void integrate_simple(ClientIx client, const Place& place, const Record& record) {
    const Handle handle = store_.items.allocate();
    Item& item = store_.items[handle];
    const bool deleted = record.kind() == Kind::deleted;
    item.left = place.left;
    item.right = place.right;
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
    item.list = place.list;
    item.data = deleted ? 0 : append_text(record.content);
    item.size = deleted ? 0 : record.content.size;
    store::List& list = store_.types.list(place.list);
    if (place.left == kNoHandle) {
      list.first = handle;
    } else {
      store_.items[place.left].right = handle;
    }
    if (place.right == kNoHandle) {
      list.last = handle;
    } else {
      store_.items[place.right].left = handle;
    }
    if (deleted) {
      doc_.txn_->add_delete({client, record.clock, record.length});
    } else {
      store_.types[list.type].length += record.length;
    }
    doc_.append_struct(client, handle, record.length);
    if (store::OrderIndex* order = store_.order_of(item)) {
      order->insert_after(place.left, handle, item.visible());
    }
    doc_.record_change(place.list);
  }

  std::uint32_t append_text(Piece piece) {
    const std::string_view text = in_.text(piece);
    const bool slack = piece.begin + store::BytePool::kSlack <= in_.update.size();
    return store_.pool.append_from(text.data(), static_cast<std::uint32_t>(text.size()), slack);
  }

  // What a document once cut apart stays so in its state: there is no point in joining it to cut it
  // again.
  bool may_continue() const { return (doc_.new_splits_ - splits_before_) * 4 <= continued_ + 16; }

  // Typing goes on where it was: the content joins the client's last item at once, as the end of
  // the transaction would join it anyway. True if it did.
  bool continue_last(ClientIx client, const Record& record) {
    // Values are costly to cut, so they are joined where the transaction joins them next.
    const bool joins = record.kind() == Kind::string || (record.kind() == Kind::any && alone_);
    if (!joins || record.origin_client != client || record.origin_clock + 1 != record.clock ||
        (record.flags & Record::kExtra) != 0) {
      return false;
    }
    const store::ClockIndex& structs = store_.clients[client].structs;
    const Handle handle = structs.handle(structs.last());
    if (!store::is_item(handle)) return false;
    const Item& last = store_.items[handle];
    if (last.content() != record.kind() || last.has(Item::kDeleted | Item::kRedone) ||
        last.right_origin() != record.right_origin()) {
      return false;
    }
    const store::List& list = store_.types.list(last.list);
    if (!list.is_sequence()) return false;
    if (last.right == kNoHandle ? record.right_origin().exists()
                                : !placing_.starts_with(last.right, record.right_origin())) {
      return false;
    }
    doc_.extend(client, handle, record.flags, in_.text(record.content), record.length);
    return true;
  }

  DocState& doc_;
  Store& store_;
  DecodedUpdate& in_;
  std::vector<Head> stack_;
  bool has_rest_ = false;
  Placing placing_;
  PlainRows plain_rows_;
  std::uint64_t splits_before_;
  std::uint64_t continued_ = 0;
  bool alone_;
};

void DocState::Integrator::integrate(ClientIx client, const Record& record, std::uint32_t known) {
  if (record.kind() == Kind::gc) {
    if (known < record.length) doc_.append_struct(client, store::kGc, record.length - known);
    return;
  }
  if (known == 0 && !doc_.observing() && may_continue() && continue_last(client, record)) {
    ++continued_;
    return;
  }
  Place place = placing_.find_place(record);
  if (known >= record.length) return;
  const Extra* extra = in_.extra(record);
  if (known == 0 && extra == nullptr && is_simple(place, record)) {
    integrate_simple(client, place, record);
    return;
  }
  NewContent content = placing_.content_of(record);
  if (known > 0) {
    place.origin = {client, record.clock + known - 1};
    place.left = doc_.clean_end(place.origin);
    // The left part may have come as other content in another list. Whoever gets this item from
    // here finds its parent through its left neighbour, so that is where it stands.
    if (place.left == store::kGc) {
      place.list = store::kNoIndex;
    } else if (place.list != store::kNoIndex) {
      place.list = store_.items[place.left].list;
    }
    placing_.cut(content, known);
  }
  doc_.integrate(client, place, content);
}

// Whether what an update needs can be judged before its transaction begins.
bool DocState::applies_at_once(Encoding encoding) const {
  return encoding == Encoding::v1 && options.compat == Compat::v13 &&
         (!observers_ || (observers_->of(DocEvent::before_all_transactions).empty() &&
                          observers_->of(DocEvent::before_transaction).empty()));
}

void DocState::begin_update(std::uint64_t origin) {
  begin(origin, false);
  txn_->local = false;
  txn_->collecting = txn_->depth == 1 && options.gc && !options.gc_filter && !observing();
}

Result<void> DocState::apply(ByteView update, Encoding encoding, std::uint64_t origin,
                             update::Trust trust) {
  const bool has_room = store.pool.room_for(4 * std::uint64_t{update.size()});
  if (has_room && applies_at_once(encoding)) {
    const bool no_structs = !update.empty() && update.front() == 0;
    if (no_structs && read_deletes_alone(update, decoded_)) {
      begin_update(origin);
      apply_decoded(decoded_);
      end();
      return {};
    }
    if (const auto single = read_single_struct(update, store)) {
      if (single->missing.exists()) [[unlikely]] {
        if (keep_single(update, *single, origin)) return {};
      } else {
        decoded_.update = update;
        begin_update(origin);
        Integrator(*this, decoded_, true).integrate(single->client, single->record, 0);
        if (has_pending()) [[unlikely]]
          let_pending_in(pending_may_go_on());
        end();
        return {};
      }
    }
  }
  if (auto decoded = decode(update, encoding, options.compat, store.clients, decoded_, trust);
      !decoded) {
    return decoded;
  }
  if (!has_room) {
    end_sections(store.clients, decoded_);
    return std::unexpected(Error{Errc::too_large});
  }
  begin_update(origin);
  if (options.compat == Compat::v14) {
    apply_decoded_v14(decoded_);
  } else {
    apply_decoded(decoded_);
  }
  end();
  if (update.size() > kLargeUpdate) decoded_.shrink();
  return {};
}

// True if what is pending may go on, as far as was missing before.
bool DocState::integrate_decoded(DecodedUpdate& decoded) {
  Integrator integrator(*this, decoded);
  integrator.run();
  end_sections(store.clients, decoded);
  const bool retry = pending_may_go_on();
  if (integrator.keep_rest()) ++revision_;
  return retry;
}

void DocState::apply_decoded(DecodedUpdate& decoded) {
  // Of a document that is loaded, most came as tombstones.
  if (decoded.deletes.size() > kManyDeletes) txn_->deletes.reserve(decoded.deletes.size());
  const bool retry = decoded.sections.empty() ? pending_may_go_on() : integrate_decoded(decoded);
  if (decoded.sections.empty() && decoded.deletes.size() == 1 && !has_pending() &&
      txn_->depth == 1 &&
      move_boundary(decoded.delete_sections.front().client, decoded.deletes.front())) {
    return;
  }
  IdSet unapplied;
  apply_deletes(decoded, unapplied);
  if (!pending_deletes_.empty()) retry_deletes();
  if (!unapplied.empty()) keep_deletes(unapplied);
  if (retry) retry_pending();
}

void DocState::apply_deletes(const DecodedUpdate& decoded, IdSet& unapplied) {
  const std::span<const ClockRange> deletes = decoded.deletes;
  std::size_t begin = 0;
  DeleteSearch noted{.end = txn_->deletes.size()};
  for (const auto& [client, end] : decoded.delete_sections) {
    apply_deletes(client, deletes.subspan(begin, end - begin), unapplied, noted);
    begin = end;
  }
}

// Most ranges of a document that is loaded came as tombstones just now, which are `noted`.
void DocState::apply_deletes(ClientId id, std::span<const ClockRange> ranges, IdSet& unapplied,
                             DeleteSearch& noted) {
  const ClientIx client = store.clients.find(id);
  const Clock state = client == store::kNoClient ? 0 : store.clients[client].structs.state();
  Store::Cursor at = store::ClockIndex::begin();
  for (const ClockRange& range : ranges) {
    const Clock end = range.clock + range.length;
    if (range.clock >= state) {
      unapplied.add(id, range.clock, range.length);
      continue;
    }
    if (end > state) unapplied.add(id, state, end - state);
    const auto from = static_cast<std::uint32_t>(range.clock);
    const auto to = static_cast<std::uint32_t>(std::min(end, state));
    if (!txn_->has_deleted(client, from, to, noted)) apply_delete(client, from, to, at);
  }
}

// Tries the pairs around the struct at `at`, which was just deleted, that the end of the
// transaction would try. Where it was `cut`, its rest is tried with what follows that; where the
// deletion `goes_on`, the pair with the next one comes later.
void DocState::join_around(ClientIx client, Store::Cursor& at, bool cut, bool goes_on) {
  const store::ClockIndex& structs = store.clients[client].structs;
  const auto try_left = [&](Store::Cursor& right) {
    if (structs.is_end(right) || !store.may_join_left(client, right)) return false;
    return store.join_lefts(client, right) > 0;
  };
  const Store::Cursor next = structs.next(at);
  // What follows takes the struct along to what stands before it.
  if (Store::Cursor joined = next; !cut && !goes_on && try_left(joined)) {
    at = joined;
    const Store::Cursor behind = structs.next(at);
    if (!structs.is_end(behind) && store.joins_left(client, behind)) txn_->pairs_left = true;
    return;
  }
  if (!structs.is_begin(at)) try_left(at);
  if (!cut) return;
  Store::Cursor behind = structs.next(structs.next(at));
  try_left(behind);
}

void DocState::note_delete_split(DenseId right) {
  if (txn_->collecting) {
    txn_->delete_splits.push_back(right);
  } else {
    note_split(right);
  }
}

// `at` is near where the search begins, and then where it has ended.
void DocState::apply_delete(ClientIx client, std::uint32_t clock, std::uint32_t end,
                            Store::Cursor& at) {
  const store::ClockIndex& structs = store.clients[client].structs;
  at = structs.find_near(at, clock);
  if (txn_->collecting && shift_boundary(client, at, clock, end)) return;
  const auto live = [&](Handle handle) {
    return store::is_item(handle) && !store.items[handle].deleted();
  };
  if (structs.clock(at) < clock && live(structs.handle(at))) {
    at = store.split(client, at, clock);
    note_delete_split({client, clock});
  }
  for (;;) {
    const Handle handle = structs.handle(at);
    if (live(handle)) {
      const bool cut = end < store.items[handle].end();
      if (cut) {
        const Store::Cursor rest = store.split(client, at, end);
        note_delete_split({client, end});
        at = structs.prev(rest);
      }
      if (remove_at_once(handle)) {
        const Store::Cursor next = structs.next(at);
        const bool goes_on = !cut && !structs.is_end(next) && structs.clock(next) < end &&
                             live(structs.handle(next));
        join_around(client, at, cut, goes_on);
      }
    }
    const Store::Cursor next = structs.next(at);
    if (structs.is_end(next) || structs.clock(next) >= end) return;
    at = next;
  }
}

}  // namespace weft::document
