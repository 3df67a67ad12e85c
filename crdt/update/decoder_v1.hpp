// Reads the fields of structs and delete sets in V1. Source: Yjs UpdateDecoderV1.
#pragma once

#include <weft/id_set.hpp>

#include "encoding/column_reader.hpp"
#include "encoding/reader.hpp"
#include "encoding/utf.hpp"
#include "update/trust.hpp"

namespace weft::update {

class DecoderV1 {
 public:
  static constexpr Encoding kEncoding = Encoding::v1;

  explicit DecoderV1(ByteView update, Trust = Trust::none) : in_(update) {}

  /// Where counts, clocks and embedded bytes come from, and where errors are kept.
  encoding::Reader& rest() { return in_; }
  const encoding::Reader& rest() const { return in_; }

  /// Every struct takes bytes of its own here, so their number needs no other bound.
  void admit_struct() {}

  ClientId client() { return in_.varuint(); }
  std::uint8_t info() { return in_.u8(); }
  Id left_id() { return id(); }
  Id right_id() { return id(); }
  std::uint64_t parent_info() { return in_.varuint(); }
  std::uint64_t type_ref() { return in_.varuint(); }
  std::uint64_t len() { return in_.varuint(); }
  std::string_view key() { return string().text; }

  encoding::ColumnText string() {
    const std::string_view text = as_text(in_.varbytes());
    const auto scan = encoding::scan_utf8(text);
    if (!scan.valid) [[unlikely]]
      in_.fail(Errc::invalid_utf8);
    return {text, scan.length_utf16, scan.ascii};
  }

  void begin_delete_client() {}
  ClockRange delete_range() {
    const Clock clock = in_.varuint();
    return {clock, in_.varuint()};
  }

 private:
  Id id() {
    const ClientId client = in_.varuint();
    return {client, in_.varuint()};
  }

  encoding::Reader in_;
};

}  // namespace weft::update
