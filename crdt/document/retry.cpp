// What waits is tried again once it may go on. Source: Yjs readUpdateV2, its second half.
#include <algorithm>
#include <cassert>
#include <functional>
#include <utility>

#include "document/doc_state.hpp"
#include "document/single_struct.hpp"
#include "update/trust.hpp"

namespace weft::document {

// The end of apply_decoded for a struct that came alone.
void DocState::let_pending_in(bool retry) {
  if (!pending_deletes_.empty()) retry_deletes();
  if (retry) retry_pending();
}

// A struct that came alone has to wait: what apply_decoded does, in short. False where what waits
// overlaps it.
bool DocState::keep_single(ByteView update, const SingleStruct& single, std::uint64_t origin) {
  const auto& [client, record, missing] = single;
  const PendingStructs::Row row{.client = client,
                                .id = store.clients[client].id,
                                .begin = record.clock,
                                .end = record.clock + record.length};
  if (pending_.overlaps(row)) return false;
  begin_update(origin);
  const bool retry = pending_may_go_on();
  pending_.wait_for(missing);
  pending_.add(row, PendingStructs::causes_of(client, record.origin(), record.right_origin()),
               Bytes(update.begin(), update.end()), record);
  ++revision_;
  let_pending_in(retry);
  end();
  return true;
}

bool DocState::pending_may_go_on() {
  if (pending_.empty()) return false;
  note_states(*txn_);
  return pending_.may_go_on();
}

void DocState::note_states(const TransactionState& txn) {
  for (const Touched& entry : txn.touched) {
    pending_.note(entry.client, store.clients[entry.client].structs.state());
  }
}

void DocState::retry_pending() {
  retry_structs();
  if (!pending_deletes_.empty()) retry_deletes();
}

// Tries all that is pending again.
void DocState::retry_structs() {
  const auto read = [this](ByteView part) { return causes_of_first(part); };
  const std::vector<PendingStructs::Ready> ready = pending_.take_ready(store.clients, read);
  decoded_pending_.clear();
  Bytes merged;
  if (std::ranges::all_of(ready, [](const auto& part) { return part.single.has_value(); })) {
    take_singles(ready);
  } else {
    merged = merge_ready(ready);
    const auto again =
        decode(merged, Encoding::v1, options.compat, store.clients, decoded_pending_);
    assert(again);
    if (!again) return;
  }
  for (const PendingStructs::Waiting& waiting : pending_.waiting()) add_waiting(waiting);
  integrate_decoded(decoded_pending_);
  pending_.settle(store.clients, read);
  decoded_pending_.shrink();
}

PendingStructs::Causes DocState::causes_of_first(ByteView update) {
  const auto read = decode(update, Encoding::v1, options.compat, store.clients, decoded_pending_);
  assert(read);
  if (!read) return {};
  end_sections(store.clients, decoded_pending_);
  return PendingStructs::causes_of(decoded_pending_.sections.front().client, decoded_pending_,
                                   decoded_pending_.records.front());
}

Bytes DocState::merge_ready(std::span<const PendingStructs::Ready> ready) {
  std::vector<ByteView> updates;
  updates.reserve(ready.size());
  for (const PendingStructs::Ready& part : ready) updates.emplace_back(part.update);
  return update::merge_own(updates, Encoding::v1, Compat::v13).value();
}

// What was read when it came need not be read again.
void DocState::take_singles(std::span<const PendingStructs::Ready> ready) {
  DecodedUpdate& in = decoded_pending_;
  in.update = {};
  for (const PendingStructs::Ready& part : ready) {
    assert(part.single);
    Section& section = pending_section(part.client);
    Record& record = in.records.emplace_back(*part.single);
    const std::uint8_t* content = part.update.data() + record.content.begin;
    record.content.begin = static_cast<std::uint32_t>(in.extra_bytes.size());
    in.extra_bytes.insert(in.extra_bytes.end(), content, content + record.content.size);
    section.end = static_cast<std::uint32_t>(in.records.size());
  }
}

// The client's section of what is tried again; a new one is for the records that come next.
Section& DocState::pending_section(ClientIx client) {
  DecodedUpdate& in = decoded_pending_;
  std::uint32_t& section = store.clients[client].section;
  if (section == store::kNoIndex) {
    section = static_cast<std::uint32_t>(in.sections.size());
    const auto next = static_cast<std::uint32_t>(in.records.size());
    in.sections.push_back(Section{.client = client, .next = next, .end = next});
  }
  return in.sections[section];
}

// What waits takes part as a record that cannot be integrated.
void DocState::add_waiting(const PendingStructs::Waiting& waiting) {
  DecodedUpdate& in = decoded_pending_;
  pending_section(waiting.client).waiting = static_cast<std::uint32_t>(in.records.size());
  Record& record = in.records.emplace_back();
  record.clock = waiting.clock;
  record.length = 1;
  record.kind_bits = static_cast<std::uint32_t>(Kind::deleted);
  record.origin_client = waiting.causes.origin.client & store::kNoClient;
  record.origin_clock = waiting.causes.origin.clock;
  record.right_origin_client = waiting.causes.right_origin.client & store::kNoClient;
  record.right_origin_clock = waiting.causes.right_origin.clock;
  record.flags = Record::kExtra;
  record.content.begin = static_cast<std::uint32_t>(in.extras.size());
  in.extras.emplace_back().parent_id = waiting.causes.parent;
}

void DocState::keep_deletes(const IdSet& unapplied) {
  if (pending_deletes_.add(unapplied)) ++revision_;
}

// Clients that came to what waits for them.
void DocState::note_due_deletes() {
  for (const Touched& entry : txn_->touched) {
    const store::Client& client = store.clients[entry.client];
    const bool noted = !due_deletes_.empty() && due_deletes_.back() == client.id;
    if (!noted && pending_deletes_.is_due(client.id, client.structs.state())) {
      due_deletes_.push_back(client.id);
    }
  }
}

// Deletes what has come of the ranges that waited.
void DocState::retry_deletes() {
  note_due_deletes();
  std::ranges::sort(due_deletes_, std::greater<>());
  for (const ClientId id : std::exchange(due_deletes_, {})) {
    const ClientIx client = store.clients.find(id);
    const auto due = pending_deletes_.take_due(id, store.clients[client].structs.state());
    if (due.empty()) continue;
    IdSet still;
    DeleteSearch none;
    apply_deletes(id, due, still, none);
    ++revision_;
    pending_deletes_.add(still);
  }
}

}  // namespace weft::document
