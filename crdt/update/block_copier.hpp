// Blocks of a merge as @y/y 14 does it: read from the updates, and copied to the output when it is
// settled which of them stay.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <weft/error.hpp>

#include "update/copy_writer_v1.hpp"
#include "update/encoder_v2.hpp"
#include "update/merge_v14.hpp"
#include "update/reader_v2.hpp"
#include "update/scanner_v1.hpp"

namespace weft::update {

/// All structs of one reader by client, none of length 0; then its deletes. `place` gives Block::at
/// for a struct just read. Errors stay with the reader.
template <typename Reader, typename Place>
void read_blocks(Reader& reader, std::uint32_t update, BlockLists& lists, DeleteRanges& deletes,
                 Place place) {
  std::uint64_t section = reader.sections_left() + 1;
  std::vector<Block>* blocks = nullptr;
  for (typename Reader::Head s; reader.next(s);) {
    const std::uint32_t at = place(s);
    if (s.length == 0) continue;
    if (blocks == nullptr || reader.sections_left() != section) {
      section = reader.sections_left();
      blocks = &lists[s.client];
      blocks->clear();
    }
    blocks->push_back({s.clock, s.length, 0, update, at, s.kind});
  }
  take_deletes_v14(reader, deletes);
}

/// Block::at is the byte of the update at which the struct begins.
class BlockCopierV1 {
 public:
  BlockCopierV1(std::span<const ByteView> updates, std::size_t reserve, Trust)
      : updates_(updates), scanner_(Compat::v14), out_(reserve) {}

  Result<BlockLists> read(std::uint32_t update, DeleteRanges& deletes);
  Result<void> put(ClientId client, const Block& block);
  Bytes finish(const DeleteRanges& deletes) { return out_.finish(deletes); }

 private:
  std::span<const ByteView> updates_;
  ScannerV1 scanner_;
  CopyWriterV1 out_;
  std::uint32_t update_ = Block::kNoUpdate;  // which one scanner_ is in
  std::size_t at_ = 0;                       // and where it goes on
};

/// Block::at is the number of the struct in the update. Readers go forwards, as far as sections
/// stand in the order in which they are wanted; what has to be read over again is limited.
class BlockCopierV2 {
 public:
  BlockCopierV2(std::span<const ByteView> updates, std::size_t reserve, Trust trust)
      : updates_(updates), trust_(trust), readers_(updates.size()), out_(reserve) {}

  Result<BlockLists> read(std::uint32_t update, DeleteRanges& deletes);
  /// Errors: too_large when too much would be read over again.
  Result<void> put(ClientId client, const Block& block);
  Bytes finish(const DeleteRanges& deletes);

 private:
  struct Open {
    Open(ByteView update, Trust trust) : reader(update, Compat::v14, trust) {}
    ReaderV2 reader;
    Struct current;
    std::uint64_t read = 0;  // structs, the current one included
  };

  Open& open(std::uint32_t update, std::uint32_t at);

  std::span<const ByteView> updates_;
  Trust trust_;
  std::vector<std::unique_ptr<Open>> readers_;  // of updates that are large or are read far
  std::optional<Open> small_;                   // of the small update that was read last
  std::uint32_t small_of_ = Block::kNoUpdate;
  std::uint64_t passed_over_ = 0;  // structs read on the way to those wanted
  std::uint64_t structs_ = 0;
  SectionWriter<EncoderV2> out_;
};

}  // namespace weft::update
