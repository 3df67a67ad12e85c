// Writes the fields of structs and delete sets in V1. Source: Yjs UpdateEncoderV1.
//
// EncoderV2 (encoder_v2.hpp) has the same members, so whoever writes structs is a template over the
// encoder and knows nothing of the encoding.
#pragma once

#include <string>

#include <weft/id.hpp>
#include <weft/id_set.hpp>

#include "encoding/any.hpp"
#include "encoding/utf.hpp"
#include "encoding/writer.hpp"

namespace weft::update {

class EncoderV1 {
 public:
  static constexpr Encoding kEncoding = Encoding::v1;

  explicit EncoderV1(std::size_t reserve = 0) : out_(reserve) {}

  /// Numbers that both encodings write in place: section counts, clocks, Skip lengths.
  void write_rest_varuint(std::uint64_t value) { out_.varuint(value); }
  void write_rest(ByteView bytes) { out_.raw(bytes); }
  void write_client(ClientId client) { out_.varuint(client); }
  void write_info(std::uint8_t info) { out_.u8(info); }
  void write_left_id(Id id) { write_id(id); }
  void write_right_id(Id id) { write_id(id); }
  void write_parent_info(bool is_root) { out_.varuint(is_root ? 1 : 0); }
  /// `text` may be WTF-8; unpaired surrogates become U+FFFD.
  void write_string(std::string_view text) {
    if (text.size() >= 3 && encoding::has_surrogate(text)) [[unlikely]] {
      write_well_formed(text);
    } else {
      out_.varstring(text);
    }
  }
  void write_key(std::string_view key) { write_string(key); }
  /// An embed or a format's value: JSON text as it is, an `any` value as JSON.stringify gives it.
  void write_value(std::string_view value, bool is_json) {
    if (is_json) return write_string(value);
    std::string json;
    encoding::append_any_as_json(json, as_bytes(value));
    out_.varstring(json);
  }
  void write_type_ref(std::uint32_t type_ref) { out_.varuint(type_ref); }
  void write_len(std::uint64_t length) { out_.varuint(length); }

  void begin_delete_client() {}
  void write_delete(ClockRange range) {
    out_.varuint(range.clock);
    out_.varuint(range.length);
  }

  Bytes finish() { return out_.take(); }
  encoding::Writer& writer() { return out_; }
  /// Where counts, clocks and embedded bytes go; in V1 everything.
  encoding::Writer& rest() { return out_; }

 private:
  void write_well_formed(std::string_view text) {
    std::string well_formed;
    encoding::append_well_formed(well_formed, text);
    out_.varstring(well_formed);
  }

  void write_id(Id id) {
    out_.varuint(id.client);
    out_.varuint(id.clock);
  }

  encoding::Writer out_;
};

}  // namespace weft::update
