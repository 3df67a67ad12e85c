// The whole of a store as a V1 update, or what it holds beyond some clocks: what servers send most.
//
// Text and tombstones, which documents are made of, are written here without a branch on what they
// are; all else goes through StoreWriter. Deleted ranges are noted on the way.
#pragma once

#include "document/plain_items.hpp"
#include "document/store_writer.hpp"
#include "update/encoder_v1.hpp"

namespace weft::document {

/// Appends the client's deleted ranges to `deletes`, joined where they touch.
void note_deletes(const Store& store, ClientIx client, std::vector<DenseRange>& deletes);

class StateWriterV1 {
 public:
  StateWriterV1(const Store& store, update::EncoderV1& encoder);

  /// Writes the client from `start` to the end, and notes all its deletes.
  void write_client(const ClientStart& start, std::vector<DenseRange>& deletes);

 private:
  // A client id as it is written.
  struct WrittenId {
    std::uint64_t bytes;  // in memory order
    std::uint32_t size;
  };

  // Bytes of a struct before its text, and those behind it that a short text's copy writes over.
  static constexpr std::size_t kFixedMax = 64 + store::BytePool::kSlack;
  // Bytes of the output that are asked for at once.
  static constexpr std::size_t kClaim = 512;

  std::uint8_t* put_plain(std::uint8_t* out, const Item& item) const;
  std::uint8_t* put_id(std::uint8_t* out, DenseId id) const;
  void write_run(const store::ClockIndex::Run& run, std::uint32_t offset);
  void write_other(Handle handle, const store::ClockIndex::Run& run, std::size_t i,
                   std::uint32_t offset);

  const Store& store_;
  update::EncoderV1& encoder_;
  StoreWriter<update::EncoderV1> other_;
  const char* pool_;
  PlainItems plain_;
  std::vector<WrittenId> ids_;  // by client
};

}  // namespace weft::document
