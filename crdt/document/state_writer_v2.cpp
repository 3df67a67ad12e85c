#include "document/state_writer_v2.hpp"

namespace weft::document {

StateWriterV2::StateWriterV2(const Store& store, update::EncoderV2& encoder)
    : store_(store),
      encoder_(encoder),
      other_(store, encoder),
      plain_(store),
      pool_(store.pool.readable()) {
  ids_.reserve(store.clients.size());
  for (ClientIx client = 0; client < store.clients.size(); ++client) {
    ids_.push_back(store.clients[client].id);
  }
}

void StateWriterV2::write_client(const ClientStart& start) {
  const store::ClockIndex& structs = store_.clients[start.client].structs;
  Store::Cursor at = other_.begin_client(start);
  std::uint32_t offset = start.clock - structs.clock(at);
  for (; !structs.is_end(at); at = structs.next_run(at), offset = 0) {
    write_run(structs.run(at), offset);
  }
}

void StateWriterV2::write_run(const store::ClockIndex::Run& run, std::uint32_t offset) {
  encoding::StringWriter& strings = encoder_.strings();
  std::uint8_t* text = strings.claim(kClaim);
  const std::uint8_t* limit = text + (kClaim - store::BytePool::kSlack);
  for (std::size_t i = 0; i < run.handles.size(); ++i, offset = 0) {
    const Handle handle = run.handles[i];
    if (store::is_item(handle) && offset == 0) [[likely]] {
      const Item& item = store_.items[handle];
      if (plain_.has(item)) [[likely]] {
        if (item.size > kClaim || text + item.size > limit) [[unlikely]] {
          strings.commit(text);
          text = strings.claim(kClaim + item.size);
          limit = text + (kClaim - store::BytePool::kSlack) + item.size;
        }
        text = gather(text, item);
        if (fields_.count == kMany) write_gathered();
        continue;
      }
    }
    strings.commit(text);
    write_gathered();
    if (store::is_item(handle)) {
      other_.write_item(store_.items[handle], offset);
    } else {
      const std::uint32_t end = i + 1 < run.clocks.size() ? run.clocks[i + 1] : run.end;
      other_.write_no_item(handle, end - run.clocks[i] - offset);
    }
    text = strings.claim(kClaim);
    limit = text + (kClaim - store::BytePool::kSlack);
  }
  strings.commit(text);
  write_gathered();
}

// Gives where the texts end, with the item's.
inline std::uint8_t* StateWriterV2::gather(std::uint8_t* text, const Item& item) {
  const DenseId origin = item.origin();
  const DenseId right_origin = item.right_origin();
  const bool is_text = item.content() == Kind::string;
  fields_.infos[fields_.count++] =
      static_cast<std::uint8_t>(item.kind | (origin.exists() ? update::kHasOrigin : 0) |
                                (right_origin.exists() ? update::kHasRightOrigin : 0));
  fields_.clients[fields_.client_count] = id_of(origin);
  fields_.client_count += origin.exists() ? 1U : 0U;
  fields_.clients[fields_.client_count] = id_of(right_origin);
  fields_.client_count += right_origin.exists() ? 1U : 0U;
  fields_.left_clocks[fields_.left_count] = origin.clock;
  fields_.left_count += origin.exists() ? 1U : 0U;
  fields_.right_clocks[fields_.right_count] = right_origin.clock;
  fields_.right_count += right_origin.exists() ? 1U : 0U;
  fields_.units[fields_.unit_count] = item.length;
  fields_.unit_count += is_text ? 1U : 0U;
  fields_.lens[fields_.len_count] = item.length;
  fields_.len_count += is_text ? 0U : 1U;
  // A tombstone has no bytes of content.
  const std::uint32_t size = item.size;
  if (size <= store::BytePool::kSlack) [[likely]] {
    std::memcpy(text, pool_ + item.data, store::BytePool::kSlack);
  } else {
    std::memcpy(text, pool_ + item.data, size);
  }
  return text + size;
}

void StateWriterV2::write_gathered() {
  if (fields_.count == 0) return;
  encoder_.write_plain({.infos = {fields_.infos.data(), fields_.count},
                        .clients = {fields_.clients.data(), fields_.client_count},
                        .left_clocks = {fields_.left_clocks.data(), fields_.left_count},
                        .right_clocks = {fields_.right_clocks.data(), fields_.right_count},
                        .units = {fields_.units.data(), fields_.unit_count},
                        .lens = {fields_.lens.data(), fields_.len_count}});
  fields_.count = fields_.client_count = fields_.left_count = 0;
  fields_.right_count = fields_.unit_count = fields_.len_count = 0;
}

}  // namespace weft::document
