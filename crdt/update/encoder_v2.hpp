// Writes the fields of structs and delete sets in V2. Source: Yjs UpdateEncoderV2.
//
// The same members as EncoderV1; the wire is told in decoder_v2.hpp.
#pragma once

#include <cassert>

#include <weft/id.hpp>
#include <weft/id_set.hpp>

#include "encoding/any.hpp"
#include "encoding/column_writer.hpp"

namespace weft::update {

class EncoderV2 {
 public:
  static constexpr Encoding kEncoding = Encoding::v2;

  explicit EncoderV2(std::size_t reserve = 0) : rest_(reserve) {}

  /// About so many structs and bytes of text will come.
  void expect(std::size_t structs, std::size_t text) {
    constexpr std::size_t kClock = 4;  // bytes of a clock in its column, at most but for a few
    left_clocks_.reserve(structs * kClock);
    right_clocks_.reserve(structs * kClock);
    strings_.reserve(text);
  }

  void write_rest_varuint(std::uint64_t value) { rest_.varuint(value); }
  void write_rest(ByteView bytes) { rest_.raw(bytes); }
  void write_client(ClientId client) { clients_.write(client); }
  void write_info(std::uint8_t info) { infos_.write(info); }
  void write_left_id(Id id) {
    clients_.write(id.client);
    left_clocks_.write(id.clock);
  }
  void write_right_id(Id id) {
    clients_.write(id.client);
    right_clocks_.write(id.clock);
  }
  void write_parent_info(bool is_root) { parent_infos_.write(is_root ? 1 : 0); }
  void write_string(std::string_view text) { strings_.write(text); }
  /// Yjs never fills its table of keys, so each key is written anew with the next number.
  void write_key(std::string_view key) {
    key_clocks_.write(key_clock_++);
    strings_.write(key);
  }
  void write_type_ref(std::uint32_t type_ref) { type_refs_.write(type_ref); }
  void write_len(std::uint64_t length) { lens_.write(length); }
  /// An embed or a format's value, as `any`.
  void write_value(std::string_view value, bool is_json) {
    if (is_json) {
      encoding::append_json_as_any(rest_, value);
    } else {
      rest_.raw(value);
    }
  }

  /// REQUIRES of the ranges of one client: sorted, apart or touching, none empty.
  void begin_delete_client() { delete_from_ = 0; }
  void write_delete(ClockRange range) {
    assert(range.length > 0 && range.clock >= delete_from_);
    rest_.varuint(range.clock - delete_from_);
    rest_.varuint(range.length - 1);
    delete_from_ = range.clock + range.length;
  }

  /// Fields of many structs whose content is text or a tombstone, each in the order of the structs.
  struct Plain {
    std::span<const std::uint8_t> infos;
    std::span<const std::uint64_t> clients;  // of origin and right origin, as there are any
    std::span<const std::uint32_t> left_clocks;
    std::span<const std::uint32_t> right_clocks;
    std::span<const std::uint32_t> units;  // of texts, which are in strings()
    std::span<const std::uint32_t> lens;   // of tombstones
  };
  void write_plain(const Plain& plain) {
    infos_.write_all(plain.infos);
    for (const std::uint64_t client : plain.clients) clients_.write(client);
    left_clocks_.write_all(plain.left_clocks);
    right_clocks_.write_all(plain.right_clocks);
    strings_.write_lengths(plain.units);
    lens_.write_all(plain.lens);
  }
  encoding::StringWriter& strings() { return strings_; }

  Bytes finish();
  encoding::Writer& rest() { return rest_; }

 private:
  encoding::Writer rest_;
  encoding::IntDiffOptRleWriter key_clocks_;
  encoding::UintOptRleWriter clients_;
  encoding::IntDiffOptRleWriter left_clocks_;
  encoding::IntDiffOptRleWriter right_clocks_;
  encoding::RleWriter infos_;
  encoding::StringWriter strings_;
  encoding::RleWriter parent_infos_;
  encoding::UintOptRleWriter type_refs_;
  encoding::UintOptRleWriter lens_;
  std::uint64_t key_clock_ = 0;
  Clock delete_from_ = 0;
};

}  // namespace weft::update
