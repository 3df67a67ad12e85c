// A document as an update. Source: Yjs writeClientsStructs, Item.write,
// createDeleteSetFromStructStore, writeUpdateMessageFromTransaction, encodeStateAsUpdateV2.
#include <algorithm>

#include <weft/update.hpp>

#include "document/doc_state.hpp"
#include "encoding/reader.hpp"
#include "update/content_writer.hpp"
#include "update/encoder_v1.hpp"
#include "update/encoder_v2.hpp"

namespace weft::document {

namespace {

// Clients with something to send, descending by id, and which clocks: all from one on, or
// those of the structs that begin below `end`.
struct ClientStart {
  ClientIx client;
  std::uint32_t clock;
  std::uint32_t end = store::kNoIndex;
};

template <typename Encoder>
class StoreWriter {
 public:
  StoreWriter(const Store& store, Encoder& encoder) : store_(store), out_(encoder) {}

  void write_clients(const std::vector<ClientStart>& starts) {
    out_.write_rest_varuint(starts.size());
    for (const auto& [client, clock, end] : starts) write_client(client, clock, end);
  }

 private:
  void write_client(ClientIx client, std::uint32_t clock, std::uint32_t end) {
    const store::ClockIndex& structs = store_.clients[client].structs;
    Store::Cursor at = structs.find(clock);
    const std::size_t last =
        end < structs.state() ? structs.rank(structs.find(end - 1)) + 1 : structs.size();
    out_.write_rest_varuint(last - structs.rank(at));
    out_.write_client(store_.clients[client].id);
    out_.write_rest_varuint(clock);
    std::uint32_t offset = clock - structs.clock(at);
    for (; !structs.is_end(at) && structs.clock(at) < end; at = structs.next(at), offset = 0) {
      const Handle handle = structs.handle(at);
      if (store::is_item(handle)) {
        write_item(store_.items[handle], offset);
      } else {
        out_.write_info(static_cast<std::uint8_t>(Kind::gc));
        out_.write_len(structs.end(at) - structs.clock(at) - offset);
      }
    }
  }

  void write_item(const Item& item, std::uint32_t offset) {
    const DenseId origin =
        offset > 0 ? DenseId{item.client, item.clock + offset - 1} : item.origin();
    const store::List& list = store_.types.list(item.list);
    std::uint8_t info = static_cast<std::uint8_t>(item.kind);
    if (origin.exists()) info |= update::kHasOrigin;
    if (item.right_origin().exists()) info |= update::kHasRightOrigin;
    if (!list.is_sequence()) info |= update::kHasParentSub;
    out_.write_info(info);
    if (origin.exists()) out_.write_left_id(store_.id_of(origin));
    if (item.right_origin().exists()) out_.write_right_id(store_.id_of(item.right_origin()));
    if ((info & (update::kHasOrigin | update::kHasRightOrigin)) == 0) write_parent(list);
    write_content(item, offset);
  }

  void write_parent(const store::List& list) {
    const store::Type& type = store_.types[list.type];
    if (type.is_root()) {
      out_.write_parent_info(true);
      out_.write_string(store_.strings[type.name]);
    } else {
      const Item& owner = store_.items[type.item];
      out_.write_parent_info(false);
      out_.write_left_id(store_.id_of({owner.client, owner.clock}));
    }
    if (!list.is_sequence()) out_.write_string(store_.strings[list.key]);
  }

  void write_content(const Item& item, std::uint32_t offset) {
    update::Content content;
    content.ascii = item.has(Item::kAscii);
    content.is_json = item.has(Item::kJson);
    const Kind kind = item.content();
    if (kind == Kind::type) {
      const store::Type& type = store_.types[item.data];
      content.type_ref = type.kind;
      if (type.name != store::kNoIndex) content.key = store_.strings[type.name];
    } else {
      content.bytes = store_.content(item);
    }
    if (kind == Kind::format || kind == Kind::doc) {
      encoding::Reader body(as_bytes(content.bytes));
      content.key = as_text(body.varbytes());
      content.bytes.remove_prefix(body.offset());
    }
    update::write_content(out_, kind, content, item.length, offset);
  }

  const Store& store_;
  Encoder& out_;
};

template <typename Encoder>
void write_deletes(Encoder& encoder, const IdSet& deletes) {
  encoder.write_rest_varuint(deletes.clients().size());
  for (const auto& [client, ranges] : deletes.clients()) {
    encoder.begin_delete_client();
    encoder.write_rest_varuint(client);
    encoder.write_rest_varuint(ranges.size());
    for (const ClockRange& range : ranges) encoder.write_delete(range);
  }
}

template <typename Encoder>
Bytes encode_store(const Store& store, const std::vector<ClientStart>& starts,
                   const IdSet& deletes) {
  Encoder encoder;
  StoreWriter<Encoder>(store, encoder).write_clients(starts);
  write_deletes(encoder, deletes);
  return encoder.finish();
}

}  // namespace

IdSet DocState::delete_set() const {
  IdSet set;
  for (const ClientIx client : store.clients.descending()) {
    const store::ClockIndex& structs = store.clients[client].structs;
    for (auto at = store::ClockIndex::begin(); !structs.is_end(at); at = structs.next(at)) {
      const Handle handle = structs.handle(at);
      if (handle == store::kGc || store.items[handle].deleted()) {
        set.add(store.clients[client].id, structs.clock(at), structs.end(at) - structs.clock(at));
      }
    }
  }
  return set;
}

StateVector DocState::state_vector() const {
  StateVector vector;
  for (const ClientIx client : store.clients.descending()) {
    vector.set(store.clients[client].id, store.clients[client].structs.state());
  }
  return vector;
}

Bytes DocState::encode_state(const StateVector& since, Encoding encoding) const {
  std::vector<ClientStart> starts;
  for (const ClientIx client : store.clients.descending()) {
    const Clock known = since.get(store.clients[client].id);
    if (known < store.clients[client].structs.state()) {
      starts.push_back({client, static_cast<std::uint32_t>(known)});
    }
  }
  const IdSet deletes = delete_set();
  Bytes state = encoding == Encoding::v1 ? encode_store<update::EncoderV1>(store, starts, deletes)
                                         : encode_store<update::EncoderV2>(store, starts, deletes);
  if (!has_pending()) return state;

  // Yjs merges what is pending into the state.
  std::vector<Bytes> parts{std::move(state)};
  if (!pending_deletes_.empty()) {
    update::EncoderV1 encoder;
    encoder.write_rest_varuint(0);
    write_deletes(encoder, pending_deletes_);
    parts.push_back(encoder.finish());
  }
  if (pending_) parts.push_back(diff_update(pending_->update, since).value());
  for (std::size_t i = 1; encoding == Encoding::v2 && i < parts.size(); ++i) {
    parts[i] = convert_update(parts[i], Encoding::v1, Encoding::v2).value();
  }
  const std::vector<ByteView> views(parts.begin(), parts.end());
  return merge_updates(views, encoding).value();
}

Bytes DocState::encode_until(const StateVector& until, const IdSet& deletes) const {
  std::vector<ClientStart> starts;
  for (const auto& [client, end] : until.entries()) {
    if (end == 0) continue;
    starts.push_back({store.clients.find(client), 0, static_cast<std::uint32_t>(end)});
  }
  return encode_store<update::EncoderV2>(store, starts, deletes);
}

Bytes DocState::encode_transaction(const TransactionState& txn, Encoding encoding) const {
  std::vector<ClientStart> starts;
  for (const Touched& entry : txn.touched) starts.push_back({entry.client, entry.before});
  std::sort(starts.begin(), starts.end(), [this](const ClientStart& a, const ClientStart& b) {
    return store.clients[a.client].id > store.clients[b.client].id;
  });
  IdSet deletes;
  for (const DenseRange& range : txn.deletes) {
    deletes.add(store.clients[range.client].id, range.clock, range.length);
  }
  return encoding == Encoding::v1 ? encode_store<update::EncoderV1>(store, starts, deletes)
                                  : encode_store<update::EncoderV2>(store, starts, deletes);
}

}  // namespace weft::document
