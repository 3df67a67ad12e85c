// A document as an update. Source: Yjs writeClientsStructs, Item.write,
// createDeleteSetFromStructStore, writeUpdateMessageFromTransaction, encodeStateAsUpdateV2.
#include <algorithm>

#include "document/state_writer.hpp"
#include "document/state_writer_v2.hpp"
#include "document/store_writer.hpp"
#include "update/encoder_v2.hpp"
#include "update/trust.hpp"

namespace weft::document {

namespace {

template <typename Encoder>
void write_deletes(Encoder& encoder, const Store&, const IdSet& deletes) {
  encoder.write_rest_varuint(deletes.clients().size());
  for (const auto& [client, ranges] : deletes.clients()) {
    encoder.begin_delete_client();
    encoder.write_rest_varuint(client);
    encoder.write_rest_varuint(ranges.size());
    for (const ClockRange& range : ranges) encoder.write_delete(range);
  }
}

Bytes encode_store_v1(const Store& store, const std::vector<ClientStart>& starts) {
  update::EncoderV1 encoder;
  encoder.write_rest_varuint(starts.size());
  StateWriterV1 writer(store, encoder);
  std::vector<DenseRange> deletes;
  auto start = starts.begin();
  for (const ClientIx client : store.clients.descending()) {
    if (start != starts.end() && start->client == client) {
      writer.write_client(*start++, deletes);
    } else {
      note_deletes(store, client, deletes);
    }
  }
  write_deletes(encoder, store, deletes);
  return encoder.finish();
}

template <typename Encoder, typename Deletes>
Bytes encode_changes(const Store& store, const std::vector<ClientStart>& starts,
                     const Deletes& deletes) {
  Encoder encoder;
  StoreWriter writer(store, encoder);
  encoder.write_rest_varuint(starts.size());
  for (const ClientStart& start : starts) writer.write_client(start);
  write_deletes(encoder, store, deletes);
  return encoder.finish();
}

std::size_t struct_count(const Store& store) {
  std::size_t count = 0;
  for (ClientIx client = 0; client < store.clients.size(); ++client) {
    count += store.clients[client].structs.size();
  }
  return count;
}

Bytes encode_store_v2(const Store& store, const std::vector<ClientStart>& starts) {
  std::vector<DenseRange> deletes;
  for (const ClientIx client : store.clients.descending()) note_deletes(store, client, deletes);
  update::EncoderV2 encoder;
  const bool all = std::ranges::all_of(starts, [](const auto& start) { return start.clock == 0; });
  if (all) encoder.expect(struct_count(store), store.pool.size());
  encoder.write_rest_varuint(starts.size());
  StateWriterV2 writer(store, encoder);
  for (const ClientStart& start : starts) writer.write_client(start);
  write_deletes(encoder, store, deletes);
  return encoder.finish();
}

}  // namespace

IdSet DocState::delete_set() const {
  std::vector<DenseRange> deletes;
  for (const ClientIx client : store.clients.descending()) note_deletes(store, client, deletes);
  return to_id_set(deletes);
}

IdSet DocState::to_id_set(const std::vector<DenseRange>& ranges) const {
  IdSet set;
  for (const DenseRange& range : ranges) {
    set.add(store.clients[range.client].id, range.clock, range.length);
  }
  return set;
}

StateVector DocState::state_vector() const {
  StateVector vector;
  for (const ClientIx client : store.clients.descending()) {
    vector.set(store.clients[client].id, store.clients[client].structs.first_skip());
  }
  return vector;
}

std::vector<Id> DocState::missing() const {
  const std::vector<DenseId> dense = pending_.missing();
  std::vector<Id> ids;
  ids.reserve(dense.size() + (pending_v14_ ? pending_v14_->missing.size() : 0));
  for (const DenseId id : dense) ids.push_back({store.clients[id.client].id, id.clock});
  if (!pending_v14_) return ids;
  for (const auto& [client, clock] : pending_v14_->missing) ids.push_back({client, clock});
  return ids;
}

Bytes DocState::encode_state(const StateVector& since, Encoding encoding) const {
  std::vector<ClientStart> starts;
  for (const ClientIx client : store.clients.descending()) {
    const Clock known = since.get(store.clients[client].id);
    if (known < store.clients[client].structs.state()) {
      starts.push_back({client, static_cast<std::uint32_t>(known)});
    }
  }
  Bytes state =
      encoding == Encoding::v1 ? encode_store_v1(store, starts) : encode_store_v2(store, starts);
  if (!has_pending()) return state;

  // Yjs merges what is pending into the state.
  const Compat compat = options.compat;
  std::vector<Bytes> parts{std::move(state)};
  const auto add = [&](Bytes part, Encoding from) {
    parts.push_back(from == encoding ? std::move(part)
                                     : update::convert_own(part, from, encoding, compat).value());
  };
  if (!pending_deletes_.empty()) {
    update::EncoderV1 encoder;
    encoder.write_rest_varuint(0);
    write_deletes(encoder, store, pending_deletes_.set());
    add(encoder.finish(), Encoding::v1);
  }
  if (!pending_.empty())
    add(update::diff_own(pending_.merged(), since, Encoding::v1, Compat::v13).value(),
        Encoding::v1);
  if (pending_v14_) {
    add(update::diff_own(pending_v14_->update, since, Encoding::v2, compat).value(), Encoding::v2);
  }
  const std::vector<ByteView> views(parts.begin(), parts.end());
  return update::merge_own(views, encoding, compat).value();
}

Bytes DocState::encode_until(const StateVector& until, const IdSet& deletes) const {
  std::vector<ClientStart> starts;
  for (const auto& [client, end] : until.entries()) {
    if (end == 0) continue;
    starts.push_back({store.clients.find(client), 0, static_cast<std::uint32_t>(end)});
  }
  return encode_changes<update::EncoderV2>(store, starts, deletes);
}

Bytes DocState::encode_transaction(const TransactionState& txn, Encoding encoding) const {
  if (options.compat == Compat::v14) return encode_transaction_v14(txn, encoding);
  std::vector<ClientStart> starts;
  starts.reserve(txn.touched.size());
  for (const Touched& entry : txn.touched) starts.push_back({entry.client, entry.before});
  std::sort(starts.begin(), starts.end(), [this](const ClientStart& a, const ClientStart& b) {
    return store.clients[a.client].id > store.clients[b.client].id;
  });
  std::vector<DenseRange> deletes = txn.deletes;
  std::sort(deletes.begin(), deletes.end(), [this](const DenseRange& a, const DenseRange& b) {
    return a.client != b.client ? store.clients[a.client].id > store.clients[b.client].id
                                : a.clock < b.clock;
  });
  return encoding == Encoding::v1 ? encode_changes<update::EncoderV1>(store, starts, deletes)
                                  : encode_changes<update::EncoderV2>(store, starts, deletes);
}

}  // namespace weft::document
