// Updates from outside as @y/y 14 takes them: structs behind a hole are integrated, and the hole
// stays as a Skip that later structs fill. Source: @y/y 14 readUpdateV2, BlockSet.exclude,
// integrateStructs, StructStore.add.
//
// Differs from release candidates 7 to 22: those forget the rest of an update whose last struct has
// a known part in its middle.
#include "document/apply_v14.hpp"

#include <algorithm>
#include <numeric>

#include "update/content_writer.hpp"
#include "update/encoder_v2.hpp"

namespace weft::document {

IntegratorV14::IntegratorV14(DocState& doc, DecodedUpdate& decoded)
    : doc_(doc), store_(doc.store), in_(decoded), placing_(doc, decoded) {
  pieces_.reserve(in_.records.size());
  std::uint32_t record = 0;
  for (const Section& section : in_.sections) {
    Row row{.client = section.client, .next = static_cast<std::uint32_t>(pieces_.size())};
    for (; record < section.end; ++record) add_pieces(section.client, row.next, record);
    row.end = static_cast<std::uint32_t>(pieces_.size());
    rows_.push_back(row);
  }
}

// What the document has already becomes a Skip; the rest of the record stays.
void IntegratorV14::add_pieces(ClientIx client, std::uint32_t row_begin, std::uint32_t record) {
  const store::ClockIndex& structs = store_.clients[client].structs;
  std::uint32_t clock = in_.records[record].clock;
  const std::uint32_t end = clock + in_.records[record].length;
  while (clock < end) {
    if (clock >= structs.state()) {
      pieces_.push_back({clock, end - clock, record});
      return;
    }
    Store::Cursor at = structs.find(clock);
    const bool known = structs.handle(at) != store::kSkip;
    std::uint32_t until = structs.end(at);
    while (known && until < end && until < structs.state()) {
      at = structs.next(at);
      if (structs.handle(at) == store::kSkip) break;
      until = structs.end(at);
    }
    until = std::min(until, end);
    Piece piece{clock, until - clock, known ? Piece::kKnown : record};
    if (known && pieces_.size() > row_begin && pieces_.back().record == Piece::kKnown &&
        pieces_.back().end() == clock) {
      pieces_.back().length += piece.length;
    } else {
      pieces_.push_back(piece);
    }
    clock = until;
  }
}

void IntegratorV14::run() {
  std::vector<std::uint32_t> order(rows_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
    return store_.clients[rows_[a].client].id > store_.clients[rows_[b].client].id;
  });
  for (const std::uint32_t row : order) {
    while (rows_[row].next < rows_[row].end) process({rows_[row].next++, row});
  }
}

bool IntegratorV14::may_help(const std::map<ClientId, Clock>& missing) const {
  return std::any_of(missing.begin(), missing.end(), [this](const auto& entry) {
    const ClientIx client = store_.clients.find(entry.first);
    if (client == store::kNoClient) return false;
    const store::Client& own = store_.clients[client];
    return (own.section != store::kNoIndex && !rows_[own.section].waits()) ||
           entry.second < Clock{own.structs.state()};
  });
}

void IntegratorV14::process(Head head) {
  for (;;) {
    const Piece& piece = pieces_[head.piece];
    const ClientIx client = rows_[head.row].client;
    if (!is_skip(piece)) {
      if (const ClientIx cause = missing_cause(client, piece); cause != store::kNoClient) {
        stack_.push_back(head);
        if (!descend(client, cause, head)) return;
        continue;
      }
      integrate(client, piece);
    }
    if (stack_.empty()) return;
    head = stack_.back();
    stack_.pop_back();
  }
}

// Makes the next struct of `cause` the head, or sets the stack aside when that cannot help.
bool IntegratorV14::descend(ClientIx client, ClientIx cause, Head& head) {
  const std::uint32_t row = store_.clients[cause].section;
  const auto waits = [&](const Head& waiting) { return rows_[waiting.row].client == cause; };
  if (row == store::kNoIndex || rows_[row].next == rows_[row].end || cause == client ||
      std::any_of(stack_.begin(), stack_.end(), waits)) {
    const Clock clock = store_.clients[cause].structs.state();
    const auto [at, added] = missing_.try_emplace(store_.clients[cause].id, clock);
    if (!added) at->second = std::min(at->second, clock);
    for (const Head& waiting : stack_) {
      Row& own = rows_[waiting.row];
      own.rest = std::min(own.rest, waiting.piece);
      own.next = own.end;
    }
    has_rest_ = true;
    stack_.clear();
    return false;
  }
  head = {rows_[row].next++, row};
  return true;
}

ClientIx IntegratorV14::missing_cause(ClientIx client, const Piece& piece) const {
  const Record& record = in_.records[piece.record];
  const auto missing = [this](DenseId id) { return id.exists() && !store_.known(id); };
  const DenseId origin =
      piece.clock > record.clock ? DenseId{client, piece.clock - 1} : record.origin();
  if (missing(origin)) return origin.client;
  if (missing(record.right_origin())) return record.right_origin_client;
  const Extra* extra = in_.extra(record);
  return extra != nullptr && missing(extra->parent_id) ? extra->parent_id.client : store::kNoClient;
}

void IntegratorV14::integrate(ClientIx client, const Piece& piece) {
  const Record& record = in_.records[piece.record];
  const std::uint32_t front = piece.clock - record.clock;
  Place place;
  NewContent content;
  content.kind = Kind::gc;
  content.length = piece.length;
  if (record.kind() != Kind::gc) {
    place =
        placing_.find_place(record, front > 0 ? DenseId{client, piece.clock - 1} : record.origin());
    content = content_of(piece);
  }
  doc_.open_place(client, piece.clock, place);
  doc_.integrate(client, place, content);
}

NewContent IntegratorV14::content_of(const Piece& piece) {
  const Record& record = in_.records[piece.record];
  NewContent content = placing_.content_of(record);
  if (const std::uint32_t front = piece.clock - record.clock; front > 0) {
    placing_.cut(content, front);
  }
  if (content.length > piece.length) placing_.cut_back(content, content.length - piece.length);
  return content;
}

Bytes IntegratorV14::encode_rest() {
  update::EncoderV2 encoder;
  std::vector<const Row*> waiting;
  for (const Row& row : rows_) {
    if (row.waits()) waiting.push_back(&row);
  }
  std::sort(waiting.begin(), waiting.end(), [this](const Row* a, const Row* b) {
    return store_.clients[a->client].id > store_.clients[b->client].id;
  });
  encoder.write_rest_varuint(waiting.size());
  for (const Row* row : waiting) {
    encoder.write_rest_varuint(row->end - row->rest);
    encoder.write_client(store_.clients[row->client].id);
    encoder.write_rest_varuint(pieces_[row->rest].clock);
    for (std::uint32_t i = row->rest; i < row->end; ++i) write_piece(encoder, *row, pieces_[i]);
  }
  encoder.write_rest_varuint(0);
  return encoder.finish();
}

void IntegratorV14::write_piece(update::EncoderV2& encoder, const Row& row, const Piece& piece) {
  if (is_skip(piece)) {
    update::Struct skip;
    skip.kind = Kind::skip;
    skip.length = piece.length;
    // Yjs writes all that is known there, also behind the update's end.
    const bool is_last = &piece == &pieces_[row.end - 1];
    if (is_last && piece.record == Piece::kKnown) {
      skip.length = known_until(row.client, piece.end()) - piece.clock;
    }
    return update::write_struct(encoder, skip, 0);
  }
  const Record& record = in_.records[piece.record];
  update::Struct s = to_struct(in_, store_.clients, row.client, record);
  if (s.kind == Kind::gc) {
    s.length = piece.length;
    return update::write_struct(encoder, s, 0);
  }
  const NewContent content = content_of(piece);
  s.content.bytes = content.bytes;
  update::write_header(encoder, s, piece.clock - record.clock);
  update::write_content(encoder, s.kind, s.content, piece.length, 0);
}

std::uint32_t IntegratorV14::known_until(ClientIx client, std::uint32_t clock) const {
  const store::ClockIndex& structs = store_.clients[client].structs;
  while (clock < structs.state()) {
    const Store::Cursor at = structs.find(clock);
    if (structs.handle(at) == store::kSkip) break;
    clock = structs.end(at);
  }
  return clock;
}

void DocState::apply_decoded_v14(DecodedUpdate& decoded) {
  IntegratorV14 integrator(*this, decoded);
  integrator.run();
  const bool retry = pending_v14_ && integrator.may_help(pending_v14_->missing);
  end_sections(store.clients, decoded);
  if (integrator.has_rest()) keep_rest_v14(integrator.take_missing(), integrator.encode_rest());

  IdSet unapplied;
  std::size_t begin = 0;
  for (const auto& [client, end] : decoded.delete_sections) {
    apply_deletes_v14(client, std::span(decoded.deletes).subspan(begin, end - begin), unapplied);
    begin = end;
  }
  const IdSet waiting_deletes = pending_deletes_.set();
  for (const auto& [client, ranges] : waiting_deletes.clients()) {
    apply_deletes_v14(client, ranges, unapplied);
  }
  if (PendingDeletes still(unapplied); still != pending_deletes_) {
    pending_deletes_ = std::move(still);
    ++revision_;
  }

  if (!retry) return;
  const Bytes waiting = std::move(pending_v14_->update);
  pending_v14_.reset();
  const auto again = decode(waiting, Encoding::v2, Compat::v14, store.clients, decoded_pending_,
                            update::Trust::own);
  assert(again);
  if (again) apply_decoded_v14(decoded_pending_);
  decoded_pending_.shrink();
}

void DocState::keep_rest_v14(std::map<ClientId, Clock> missing, Bytes rest) {
  if (!pending_v14_) {
    pending_v14_ = PendingV14{.missing = std::move(missing), .update = std::move(rest)};
    ++revision_;
    return;
  }
  for (const auto& [client, clock] : missing) {
    const auto [at, added] = pending_v14_->missing.try_emplace(client, clock);
    if (!added) at->second = std::min(at->second, clock);
  }
  const ByteView both[] = {pending_v14_->update, rest};
  auto merged = update::merge_own(both, Encoding::v2, Compat::v14);
  assert(merged);
  if (!merged || *merged == pending_v14_->update) return;
  pending_v14_->update = std::move(*merged);
  ++revision_;
}

// Where a Skip lies, the range waits, as it does behind all that is there.
void DocState::apply_deletes_v14(ClientId id, std::span<const ClockRange> ranges,
                                 IdSet& unapplied) {
  DeleteSearch none;
  apply_deletes(id, ranges, unapplied, none);
  const ClientIx client = store.clients.find(id);
  if (client == store::kNoClient || store.clients[client].structs.skipped() == 0) return;
  for (const ClockRange& range : ranges) note_skipped(id, client, range, unapplied);
}

// As Yjs counts it: up to a Skip's length, also where the range begins inside it.
void DocState::note_skipped(ClientId id, ClientIx client, ClockRange range,
                            IdSet& unapplied) const {
  const store::ClockIndex& structs = store.clients[client].structs;
  const Clock end = range.clock + range.length;
  if (range.clock >= structs.state()) return;
  for (Store::Cursor at = structs.find(static_cast<std::uint32_t>(range.clock));
       !structs.is_end(at) && structs.clock(at) < end; at = structs.next(at)) {
    if (structs.handle(at) != store::kSkip) continue;
    const Clock from = std::max<Clock>(structs.clock(at), range.clock);
    const Clock length = structs.end(at) - structs.clock(at);
    unapplied.add(id, from, std::min(length, end - from));
  }
}

// Where the struct at `clock` goes: behind all that is there, perhaps with a Skip between, or into
// a Skip.
void DocState::open_place(ClientIx client, std::uint32_t clock, Place& place) {
  touch(client);
  store.clients[client].joins = true;
  store::ClockIndex& structs = store.clients[client].structs;
  if (clock > structs.state()) structs.append_skip(clock - structs.state());
  if (clock < structs.state()) place.clock = clock;
}

void DocState::fill_struct(ClientIx client, std::uint32_t clock, Handle handle,
                           std::uint32_t length) {
  store::ClockIndex& structs = store.clients[client].structs;
  structs.fill(structs.find(clock), clock, length, handle);
  txn_->fills.emplace(DenseId{client, clock}, length);
}

std::vector<DenseRange> DocState::inserted(const TransactionState& txn) const {
  std::vector<DenseRange> ranges;
  const auto add = [&](ClientIx client, std::uint32_t clock, std::uint32_t length) {
    if (!ranges.empty() && ranges.back().client == client &&
        ranges.back().clock + ranges.back().length == clock) {
      ranges.back().length += length;
    } else {
      ranges.push_back({client, clock, length});
    }
  };
  for (const Touched& entry : txn.touched) {
    const store::ClockIndex& structs = store.clients[entry.client].structs;
    for (auto fill = txn.fills.lower_bound({entry.client, 0});
         fill != txn.fills.end() && fill->first.client == entry.client &&
         fill->first.clock < entry.before;
         ++fill) {
      add(entry.client, fill->first.clock, fill->second);
    }
    if (entry.before == structs.state()) continue;
    std::uint32_t clock = entry.before;
    for (Store::Cursor at = structs.find(clock); !structs.is_end(at); at = structs.next(at)) {
      if (structs.handle(at) != store::kSkip) add(entry.client, clock, structs.end(at) - clock);
      clock = structs.end(at);
    }
  }
  return ranges;
}

}  // namespace weft::document
