// What a transaction changed, as @y/y 14 writes it: exactly the inserted clocks, with Skips
// between. Source: @y/y 14 writeStructsFromIdSet, writeStructs.
#include <algorithm>

#include "document/store_writer.hpp"
#include "update/encoder_v1.hpp"
#include "update/encoder_v2.hpp"

namespace weft::document {

namespace {

template <typename Encoder>
class RangeWriter {
 public:
  RangeWriter(const Store& store, Encoder& encoder)
      : store_(store), out_(encoder), writer_(store, encoder) {}

  /// `ranges` are of one client and ascend.
  void write_client(std::span<const DenseRange> ranges) {
    const store::Client& client = store_.clients[ranges.front().client];
    const store::ClockIndex& structs = client.structs;
    std::size_t count = ranges.size() - 1;
    for (const DenseRange& range : ranges) {
      count += structs.rank(structs.find(range.clock + range.length - 1)) + 1 -
               structs.rank(structs.find(range.clock));
    }
    out_.write_rest_varuint(count);
    out_.write_client(client.id);
    out_.write_rest_varuint(ranges.front().clock);
    std::uint32_t clock = ranges.front().clock;
    for (const DenseRange& range : ranges) {
      if (range.clock > clock) writer_.write_no_item(store::kSkip, range.clock - clock);
      write_range(structs, range);
      clock = range.clock + range.length;
    }
  }

 private:
  void write_range(const store::ClockIndex& structs, const DenseRange& range) {
    const std::uint32_t end = range.clock + range.length;
    for (Store::Cursor at = structs.find(range.clock);
         !structs.is_end(at) && structs.clock(at) < end; at = structs.next(at)) {
      const Handle handle = structs.handle(at);
      const std::uint32_t from = std::max(structs.clock(at), range.clock);
      const std::uint32_t to = std::min(structs.end(at), end);
      if (store::is_item(handle)) {
        writer_.write_slice(store_.items[handle], from - structs.clock(at), structs.end(at) - to);
      } else {
        writer_.write_no_item(handle, to - from);
      }
    }
  }

  const Store& store_;
  Encoder& out_;
  StoreWriter<Encoder> writer_;
};

template <typename Encoder>
Bytes encode(const Store& store, const std::vector<std::span<const DenseRange>>& clients,
             const std::vector<DenseRange>& deletes) {
  Encoder encoder;
  encoder.write_rest_varuint(clients.size());
  RangeWriter<Encoder> writer(store, encoder);
  for (const auto& ranges : clients) writer.write_client(ranges);
  write_deletes(encoder, store, deletes);
  return encoder.finish();
}

}  // namespace

Bytes DocState::encode_transaction_v14(const TransactionState& txn, Encoding encoding) const {
  const std::vector<DenseRange> ranges = inserted(txn);
  std::vector<std::span<const DenseRange>> clients;
  for (std::size_t begin = 0; begin < ranges.size();) {
    std::size_t end = begin;
    while (end < ranges.size() && ranges[end].client == ranges[begin].client) ++end;
    clients.push_back(std::span(ranges).subspan(begin, end - begin));
    begin = end;
  }
  std::sort(clients.begin(), clients.end(), [this](const auto& a, const auto& b) {
    return store.clients[a.front().client].id > store.clients[b.front().client].id;
  });
  std::vector<DenseRange> deletes = txn.deletes;
  std::sort(deletes.begin(), deletes.end(), [this](const DenseRange& a, const DenseRange& b) {
    return a.client != b.client ? store.clients[a.client].id > store.clients[b.client].id
                                : a.clock < b.clock;
  });
  return encoding == Encoding::v1 ? encode<update::EncoderV1>(store, clients, deletes)
                                  : encode<update::EncoderV2>(store, clients, deletes);
}

}  // namespace weft::document
