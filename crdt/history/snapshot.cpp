// Snapshots as values and bytes. Source: Yjs Snapshot.
#include <utility>

#include <weft/relative_position.hpp>
#include <weft/snapshot.hpp>

#include "document/doc_state.hpp"
#include "encoding/reader.hpp"
#include "update/reader_v2.hpp"
#include "update/scanner_v1.hpp"

namespace weft {

namespace {

// Where a delete set ends; it is decoded by IdSet, which ignores what follows.
std::size_t skip_id_set(encoding::Reader& in) {
  for (std::uint64_t clients = in.varuint(); clients > 0 && in.ok(); --clients) {
    in.varuint();
    for (std::uint64_t ranges = in.varuint(); ranges > 0 && in.ok(); --ranges) {
      in.varuint();
      in.varuint();
    }
  }
  return in.offset();
}

void bring_in_order(IdSet& set) {
  for (auto& [client, ranges] : set.clients()) {
    std::erase_if(ranges, [](const ClockRange& range) { return range.length == 0; });
  }
  std::erase_if(set.clients(), [](const auto& client) { return client.second.empty(); });
  set.normalize();
}

template <typename Reader>
Result<bool> contains(const Snapshot& snapshot, ByteView update) {
  Reader reader(update);
  bool contained = true;
  for (typename Reader::Head s; reader.next(s);) {
    if (snapshot.state.get(s.client) < s.clock + s.length) contained = false;
  }
  IdSet deletes = snapshot.deletes;
  ClientId client = 0;
  for (ClockRange range; reader.next_delete(client, range);) {
    deletes.add(client, range.clock, range.length);
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  deletes.normalize();
  return contained && deletes == snapshot.deletes;
}

}  // namespace

Snapshot snapshot(const Doc& doc) { return {doc.delete_set(), doc.state_vector()}; }

Bytes encode_snapshot(const Snapshot& snapshot, Encoding encoding) {
  Bytes bytes = snapshot.deletes.encode(encoding);
  const Bytes state = snapshot.state.encode();
  bytes.insert(bytes.end(), state.begin(), state.end());
  return bytes;
}

Result<Snapshot> decode_snapshot(ByteView bytes, Encoding encoding) {
  encoding::Reader in(bytes);
  const std::size_t end = skip_id_set(in);
  if (!in.ok()) return std::unexpected(in.error());
  auto deletes = IdSet::decode(bytes.first(end), encoding);
  if (!deletes) return std::unexpected(deletes.error());
  auto state = StateVector::decode(bytes.subspan(end));
  if (!state) return std::unexpected(Error{state.error().code, state.error().offset + end});
  bring_in_order(*deletes);
  return Snapshot{std::move(*deletes), std::move(*state)};
}

Result<bool> snapshot_contains_update(const Snapshot& snapshot, ByteView update,
                                      Encoding encoding) {
  return encoding == Encoding::v2 ? contains<update::ReaderV2>(snapshot, update)
                                  : contains<update::ScannerV1>(snapshot, update);
}

namespace {

Result<Doc> create_doc_from_snapshot(document::DocState& state, const Snapshot& snapshot,
                                     DocOptions options) {
  if (state.options.gc) return std::unexpected(Error{Errc::collected});
  const StateVector now = state.state_vector();
  for (const auto& [client, clock] : snapshot.state.entries()) {
    if (clock > now.get(client)) return std::unexpected(Error{Errc::out_of_range});
  }
  state.begin(0, true);
  for (const auto& [client, clock] : snapshot.state.entries()) {
    if (clock == now.get(client)) continue;
    state.clean_start({state.store.clients.find(client), static_cast<std::uint32_t>(clock)});
  }
  const Bytes update = state.encode_until(snapshot.state, snapshot.deletes);
  state.end();
  Doc doc(std::move(options));
  if (auto applied = doc.state().apply(update, Encoding::v2, 0, update::Trust::own); !applied) {
    return std::unexpected(applied.error());
  }
  return doc;
}

}  // namespace

Result<Doc> create_doc_from_snapshot(Doc& origin, const Snapshot& snapshot, DocOptions options) {
  return create_doc_from_snapshot(origin.state(), snapshot, std::move(options));
}

Result<Value> to_json_at(const SharedType& type, const Snapshot& snapshot) {
  document::DocState& state = *type.doc();
  auto doc = create_doc_from_snapshot(state, snapshot, {});
  if (!doc) return std::unexpected(doc.error());
  const auto name = create_relative_position(type, 0, -1);  // the begin of the type: its name alone
  if (!name) return std::unexpected(name.error());
  const auto found = create_absolute_position(*doc, *name, false);
  if (!found) return Value();
  doc->state().store.types[found->type.type()].kind = state.store.types[type.type()].kind;
  return found->type.to_json();
}

}  // namespace weft
