#include "document/state_writer.hpp"

namespace weft::document {

void note_deletes(const Store& store, ClientIx client, std::vector<DenseRange>& deletes) {
  const store::ClockIndex& structs = store.clients[client].structs;
  const std::size_t first = deletes.size();
  for (auto at = store::ClockIndex::begin(); !structs.is_end(at); at = structs.next_run(at)) {
    const store::ClockIndex::Run run = structs.run(at);
    for (std::size_t i = 0; i < run.clocks.size(); ++i) {
      const Handle handle = run.handles[i];
      if (store::is_item(handle) ? !store.items[handle].deleted() : handle == store::kSkip) {
        continue;
      }
      const std::uint32_t begin = run.clocks[i];
      const std::uint32_t end = i + 1 < run.clocks.size() ? run.clocks[i + 1] : run.end;
      if (deletes.size() > first && deletes.back().clock + deletes.back().length == begin) {
        deletes.back().length += end - begin;
      } else {
        deletes.push_back({client, begin, end - begin});
      }
    }
  }
}

StateWriterV1::StateWriterV1(const Store& store, update::EncoderV1& encoder)
    : store_(store),
      encoder_(encoder),
      other_(store, encoder),
      pool_(store.pool.readable()),
      plain_(store),
      ids_(store.clients.size()) {
  for (ClientIx client = 0; client < ids_.size(); ++client) {
    encoding::Writer id;
    id.varuint(store.clients[client].id);
    ids_[client].size = static_cast<std::uint32_t>(id.size());
    std::memcpy(&ids_[client].bytes, id.bytes().data(), id.size());
  }
}

void StateWriterV1::write_client(const ClientStart& start, std::vector<DenseRange>& deletes) {
  const store::ClockIndex& structs = store_.clients[start.client].structs;
  Store::Cursor at = other_.begin_client(start);
  std::uint32_t offset = start.clock - structs.clock(at);
  for (; !structs.is_end(at); at = structs.next_run(at), offset = 0) {
    write_run(structs.run(at), offset);
  }
  note_deletes(store_, start.client, deletes);
}

void StateWriterV1::write_run(const store::ClockIndex::Run& run, std::uint32_t offset) {
  encoding::Writer& writer = encoder_.writer();
  std::uint8_t* out = writer.claim(kClaim);
  const std::uint8_t* limit = out + (kClaim - kFixedMax);
  for (std::size_t i = 0; i < run.handles.size(); ++i, offset = 0) {
    const Handle handle = run.handles[i];
    if (store::is_item(handle) && offset == 0) [[likely]] {
      const Item& item = store_.items[handle];
      if (plain_.has(item)) [[likely]] {
        if (item.size > kClaim || out + item.size > limit) [[unlikely]] {
          writer.commit(out);
          out = writer.claim(kClaim + item.size);
          limit = out + (kClaim - kFixedMax) + item.size;
        }
        out = put_plain(out, item);
        continue;
      }
    }
    writer.commit(out);
    write_other(handle, run, i, offset);
    out = writer.claim(kClaim);
    limit = out + (kClaim - kFixedMax);
  }
  writer.commit(out);
}

void StateWriterV1::write_other(Handle handle, const store::ClockIndex::Run& run, std::size_t i,
                                std::uint32_t offset) {
  if (store::is_item(handle)) return other_.write_item(store_.items[handle], offset);
  const std::uint32_t end = i + 1 < run.clocks.size() ? run.clocks[i + 1] : run.end;
  other_.write_no_item(handle, end - run.clocks[i] - offset);
}

inline std::uint8_t* StateWriterV1::put_id(std::uint8_t* out, DenseId id) const {
  const WrittenId& client = ids_[id.client];
  std::memcpy(out, &client.bytes, sizeof client.bytes);
  return encoding::put_varuint(out + client.size, id.clock);
}

// A tombstone has no bytes of content, and writes its length; text writes its bytes' number, which
// is its length.
inline std::uint8_t* StateWriterV1::put_plain(std::uint8_t* out, const Item& item) const {
  const DenseId origin = item.origin();
  const DenseId right_origin = item.right_origin();
  const std::uint32_t length = item.length;
  const std::uint32_t size = item.size;
  const char* text = pool_ + item.data;
  *out = static_cast<std::uint8_t>(item.kind | (origin.exists() ? update::kHasOrigin : 0) |
                                   (right_origin.exists() ? update::kHasRightOrigin : 0));
  ++out;
  if (origin.exists()) [[likely]]
    out = put_id(out, origin);
  if (right_origin.exists()) [[likely]]
    out = put_id(out, right_origin);
  if (length < 0x80) [[likely]] {
    *out++ = static_cast<std::uint8_t>(length);
  } else {
    out = encoding::put_varuint(out, length);
  }
  if (size <= store::BytePool::kSlack) [[likely]] {
    std::memcpy(out, text, store::BytePool::kSlack);
  } else {
    std::memcpy(out, text, size);
  }
  return out + size;
}

}  // namespace weft::document
