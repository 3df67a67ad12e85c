#include "update/block_copier.hpp"

#include <limits>

#include "update/content_writer.hpp"

namespace weft::update {

namespace {

constexpr std::size_t kLargeUpdate = 1024;                        // bytes: about a reader's size
constexpr std::uint32_t kManyStructs = 256;                       // in however few bytes
constexpr std::uint64_t kPassedOverMax = std::uint64_t{1} << 20;  // structs, and
constexpr std::uint64_t kPassedOverFactor = 8;                    // so many for each struct

constexpr std::uint32_t kUpdateMax = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Result<BlockLists> BlockCopierV1::read(std::uint32_t update, DeleteRanges& deletes) {
  const ByteView bytes = updates_[update];
  if (bytes.size() > kUpdateMax) return std::unexpected(Error{Errc::too_large});
  BlockLists lists;
  scanner_.restart(bytes);
  read_blocks(scanner_, update, lists, deletes, [&](const StructHead& head) {
    return static_cast<std::uint32_t>(head.raw.data() - bytes.data());
  });
  if (!scanner_.ok()) return std::unexpected(scanner_.error());
  return lists;
}

Result<void> BlockCopierV1::put(ClientId client, const Block& block) {
  if (block.update == Block::kNoUpdate) {
    out_.write_skip(client, block.clock, block.length);
    return {};
  }
  const ByteView bytes = updates_[block.update];
  if (block.update != update_ || block.at != at_) {
    StructHead before;
    before.client = client;
    before.clock = block.clock - block.cut;
    before.raw = bytes.subspan(block.at, 0);
    scanner_.resume(bytes, before, 0, kUpdateMax);
    update_ = block.update;
  }
  StructHead head;
  scanner_.next(head);
  at_ = static_cast<std::size_t>(head.raw.data() + head.raw.size() - bytes.data());
  if (block.cut == 0 && head.copy_body) [[likely]] {
    out_.copy(client, head.clock, head.info, head.raw);
  } else {
    out_.write(scanner_.full(head), block.cut);
  }
  return {};
}

Result<BlockLists> BlockCopierV2::read(std::uint32_t update, DeleteRanges& deletes) {
  BlockLists lists;
  ReaderV2 reader(updates_[update], Compat::v14, trust_);
  std::uint64_t count = 0;
  read_blocks(reader, update, lists, deletes,
              [&](const Struct&) { return static_cast<std::uint32_t>(count++); });
  structs_ += count;
  if (count > kUpdateMax) reader.fail(Errc::too_large);
  if (!reader.ok()) return std::unexpected(reader.error());
  return lists;
}

BlockCopierV2::Open& BlockCopierV2::open(std::uint32_t update, std::uint32_t at) {
  const ByteView bytes = updates_[update];
  if (bytes.size() >= kLargeUpdate || at >= kManyStructs) {
    auto& reader = readers_[update];
    if (!reader || reader->read > at) reader = std::make_unique<Open>(bytes, trust_);
    return *reader;
  }
  if (!small_ || small_of_ != update || small_->read > at) small_.emplace(bytes, trust_);
  small_of_ = update;
  return *small_;
}

Result<void> BlockCopierV2::put(ClientId client, const Block& block) {
  out_.begin_struct(client, block.clock);
  if (block.update == Block::kNoUpdate) {
    out_.encoder().write_info(static_cast<std::uint8_t>(Kind::skip));
    out_.encoder().write_rest_varuint(block.length);
    return {};
  }
  Open& from = open(block.update, block.at);
  passed_over_ += block.at - from.read;
  if (passed_over_ > kPassedOverMax + kPassedOverFactor * structs_) {
    return std::unexpected(Error{Errc::too_large});
  }
  for (; from.read <= block.at; ++from.read) from.reader.next(from.current);
  write_struct(out_.encoder(), from.current, block.cut);
  return {};
}

Bytes BlockCopierV2::finish(const DeleteRanges& deletes) {
  out_.finish_structs();
  write_deletes(out_.encoder(), deletes);
  return out_.encoder().finish();
}

}  // namespace weft::update
