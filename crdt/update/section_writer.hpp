// Writes structs one after the other and counts them per section. Source: Yjs LazyStructWriter.
//
// The count of a section stands before its structs but is known only after them, so all counts are
// put in their places at the end.
#pragma once

#include <vector>

#include <weft/id.hpp>

#include "encoding/writer.hpp"

namespace weft::update {

/// `Encoder` is EncoderV1 or EncoderV2.
template <typename Encoder>
class SectionWriter {
 public:
  explicit SectionWriter(std::size_t reserve) : encoder_(reserve) {}

  /// Before each struct, or `count` of them. A section ends where the client changes, and only
  /// there.
  void begin_struct(ClientId client, Clock clock, std::uint64_t count = 1) {
    if (count_ == 0 || client != client_) [[unlikely]]
      begin_section(client, clock);
    count_ += count;
  }

  Encoder& encoder() { return encoder_; }

  /// Puts the counts in their places; what follows the structs can then be written to encoder().
  void finish_structs() {
    end_section();
    counts_.insert(counts_.begin(), {0, counts_.size()});
    encoder_.rest().insert_varuints(counts_);
  }

 private:
  void begin_section(ClientId client, Clock clock) {
    end_section();
    client_ = client;
    section_begin_ = encoder_.rest().size();
    encoder_.write_client(client);
    encoder_.write_rest_varuint(clock);
  }

  void end_section() {
    if (count_ == 0) return;
    counts_.push_back({section_begin_, count_});
    count_ = 0;
  }

  Encoder encoder_;
  ClientId client_ = 0;
  std::uint64_t count_ = 0;
  std::size_t section_begin_ = 0;
  std::vector<encoding::Writer::Insertion> counts_;  // where each count belongs
};

}  // namespace weft::update
