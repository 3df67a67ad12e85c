// Writes structs one after the other and counts them per section. Source: Yjs LazyStructWriter.
//
// The count of a section stands before its structs but is known only after them, so the rest of the
// encoder is kept in pieces until the end.
#pragma once

#include <utility>
#include <vector>

#include <weft/id.hpp>

#include "encoding/writer.hpp"

namespace weft::update {

/// `Encoder` is EncoderV1 or EncoderV2.
template <typename Encoder>
class SectionWriter {
 public:
  explicit SectionWriter(std::size_t reserve) : encoder_(reserve) {}

  /// Before each struct. A section ends where the client changes, and only there.
  void begin_struct(ClientId client, Clock clock) {
    if (count_ == 0 || client != client_) [[unlikely]]
      begin_section(client, clock);
    ++count_;
  }

  Encoder& encoder() { return encoder_; }

  /// Puts the sections together; what follows the structs can then be written to encoder().
  void finish_structs() {
    end_section();
    const encoding::Writer body = std::exchange(encoder_.rest(), encoding::Writer());
    encoding::Writer& rest = encoder_.rest();
    rest = encoding::Writer(body.size() + 10 * (sections_.size() + 1));
    rest.varuint(sections_.size());
    std::size_t begin = 0;
    for (const Section& section : sections_) {
      rest.varuint(section.count);
      rest.raw(body.bytes().subspan(begin, section.end - begin));
      begin = section.end;
    }
  }

 private:
  struct Section {
    std::uint64_t count;
    std::size_t end;  // in the body
  };

  void begin_section(ClientId client, Clock clock) {
    end_section();
    client_ = client;
    encoder_.write_client(client);
    encoder_.write_rest_varuint(clock);
  }

  void end_section() {
    if (count_ == 0) return;
    sections_.push_back({count_, encoder_.rest().size()});
    count_ = 0;
  }

  Encoder encoder_;
  ClientId client_ = 0;
  std::uint64_t count_ = 0;
  std::vector<Section> sections_;
};

}  // namespace weft::update
