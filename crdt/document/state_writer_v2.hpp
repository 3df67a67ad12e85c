// The whole of a store as a V2 update, or what it holds beyond some clocks.
//
// The fields of text and tombstones are gathered first and then written column by column: so there
// is no branch on what they are, and a column's state stays in registers. All else goes through
// StoreWriter.
#pragma once

#include <array>

#include "document/plain_items.hpp"
#include "document/store_writer.hpp"
#include "update/encoder_v2.hpp"

namespace weft::document {

class StateWriterV2 {
 public:
  StateWriterV2(const Store& store, update::EncoderV2& encoder);

  /// Writes the client from `start` to the end.
  void write_client(const ClientStart& start);

 private:
  static constexpr std::size_t kMany = 256;    // structs gathered at once
  static constexpr std::size_t kClaim = 1024;  // bytes of text that are asked for at once

  // What a struct lacks is stored too, and stored over by the next one.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): filled as far as it is counted
  struct Fields {
    std::size_t count = 0;
    std::size_t client_count = 0;
    std::size_t left_count = 0;
    std::size_t right_count = 0;
    std::size_t unit_count = 0;
    std::size_t len_count = 0;
    std::array<std::uint8_t, kMany> infos;
    std::array<ClientId, 2 * kMany + 1> clients;
    std::array<std::uint32_t, kMany + 1> left_clocks;
    std::array<std::uint32_t, kMany + 1> right_clocks;
    std::array<std::uint32_t, kMany + 1> units;
    std::array<std::uint32_t, kMany + 1> lens;
  };

  ClientId id_of(DenseId id) const { return id.exists() ? ids_[id.client] : 0; }
  std::uint8_t* gather(std::uint8_t* text, const Item& item);
  void write_gathered();
  void write_run(const store::ClockIndex::Run& run, std::uint32_t offset);

  const Store& store_;
  update::EncoderV2& encoder_;
  StoreWriter<update::EncoderV2> other_;
  PlainItems plain_;
  const char* pool_;
  std::vector<ClientId> ids_;  // by client
  Fields fields_;
};

}  // namespace weft::document
