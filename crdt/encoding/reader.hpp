// A bounded cursor over bytes from outside.
//
// Source: lib0/decoding.js (readVarUint, readVarInt, readVarString, readUint8Array).
// Errors are sticky: after the first one every read gives 0 or nothing and `ok()` is false, so a
// decoder checks once for each struct, not once for each field.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>

namespace weft::encoding {

class Reader {
 public:
  explicit Reader(ByteView bytes)
      : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return !failed_; }
  Error error() const { return error_; }
  bool at_end() const { return at_ == end_; }
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  const std::uint8_t* begin() const { return begin_; }
  const std::uint8_t* position() const { return at_; }
  ByteView between(std::size_t from, std::size_t to) const { return {begin_ + from, to - from}; }

  /// False once an integer was read that has a shorter form: the bytes then cannot be copied where
  /// Yjs would write the integer anew.
  bool minimal() const { return minimal_; }
  void reset_minimal() { minimal_ = true; }
  void set_not_minimal() { minimal_ = false; }

  /// REQUIRES: offset is within the input.
  void seek(std::size_t offset) { at_ = begin_ + offset; }

  void fail(Errc code) { fail_at(code, offset()); }
  /// For what was found in bytes that another cursor reads.
  void fail_at(Errc code, std::size_t offset) {
    if (!failed_) error_ = {code, offset};
    failed_ = true;
    at_ = end_;
  }

  std::uint8_t u8() {
    if (at_ == end_) [[unlikely]] {
      fail(Errc::unexpected_end);
      return 0;
    }
    return *at_++;
  }

  /// The next `size` bytes, at most 8, as one big-endian number.
  std::uint64_t big_endian(unsigned size) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes(size)) value = value << 8 | byte;
    return value;
  }

  /// LEB128, at most 2^53 - 1; longer forms than necessary are accepted.
  std::uint64_t varuint() {
    if (at_ != end_ && *at_ < 0x80) [[likely]]
      return *at_++;
    return varuint_tail();
  }

  /// Sign and magnitude: first byte = continue 0x80 | sign 0x40 | 6 bits. `negative` tells -0
  /// apart.
  std::uint64_t varint_magnitude(bool& negative, std::uint64_t max = kSafeInteger) {
    const std::uint8_t* at = at_;
    std::uint64_t stops = 0;
    std::uint64_t word = 0;
    if (remaining() >= 8) [[likely]] {
      std::memcpy(&word, at, 8);
      stops = ~word & 0x8080'8080'8080'8080;
    }
    if (stops == 0) [[unlikely]]
      return varint_slow(negative, max);
    const auto bits = static_cast<unsigned>(std::countr_zero(stops)) + 1;
    word &= ~std::uint64_t{0} >> (64 - bits);
    if (bits > 8 && word >> (bits - 8) == 0) minimal_ = false;
    word = close_groups(word);
    negative = (word & 0x40) != 0;
    word = (word & 0x3F) | (word >> 1 & ~std::uint64_t{0x3F});
    at_ += bits / 8;
    if (word > max) [[unlikely]]
      fail(Errc::number_too_large);
    return word;
  }

  ByteView bytes(std::uint64_t length) {
    if (length > remaining()) [[unlikely]] {
      fail(Errc::unexpected_end);
      return {at_, 0};
    }
    ByteView view{at_, static_cast<std::size_t>(length)};
    at_ += length;
    return view;
  }

  /// varuint length and that many bytes. Strings are not checked here (encoding/utf.hpp).
  ByteView varbytes() { return bytes(varuint()); }

 private:
  // Two bytes and more. With eight bytes at hand the length comes from one count of trailing zeros
  // and the 7-bit groups are closed up in three steps; near the end, byte by byte.
  std::uint64_t varuint_tail() {
    if (remaining() < 8) return varuint_slow();
    std::uint64_t word = 0;
    std::memcpy(&word, at_, 8);
    const std::uint64_t stops = ~word & 0x8080'8080'8080'8080;
    if (stops == 0) return varuint_slow();
    const auto bits = static_cast<unsigned>(std::countr_zero(stops)) + 1;
    const unsigned length = bits / 8;
    word &= ~std::uint64_t{0} >> (64 - bits);
    if (word >> (bits - 8) == 0) minimal_ = false;
    word = close_groups(word);
    if (word > kSafeInteger) [[unlikely]] {
      fail(Errc::number_too_large);
      return 0;
    }
    at_ += length;
    return word;
  }

  // Seven bits of each byte, side by side.
  static std::uint64_t close_groups(std::uint64_t word) {
    word = (word & 0x007F'007F'007F'007F) | ((word & 0x7F00'7F00'7F00'7F00) >> 1);
    word = (word & 0x0000'3FFF'0000'3FFF) | ((word & 0x3FFF'0000'3FFF'0000) >> 2);
    return (word & 0x0FFF'FFFF) | ((word & 0x0FFF'FFFF'0000'0000) >> 4);
  }

  std::uint64_t varint_slow(bool& negative, std::uint64_t max) {
    std::uint8_t byte = u8();
    negative = (byte & 0x40) != 0;
    std::uint64_t value = byte & 0x3F;
    for (unsigned shift = 6; (byte & 0x80) != 0; shift += 7) {
      byte = u8();
      if (shift > 55 || !ok()) [[unlikely]] {
        fail(Errc::number_too_large);
        return 0;
      }
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte == 0) minimal_ = false;
    }
    if (value > max) fail(Errc::number_too_large);
    return value;
  }

  std::uint64_t varuint_slow() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (at_ == end_) {
        fail(Errc::unexpected_end);
        return 0;
      }
      const std::uint8_t byte = *at_++;
      if (shift > 56 || (shift == 56 && byte > 0)) {
        fail(Errc::number_too_large);
        return 0;
      }
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift > 0) minimal_ = false;
        break;
      }
    }
    if (value > kSafeInteger) {
      fail(Errc::number_too_large);
      return 0;
    }
    return value;
  }

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  bool failed_ = false;
  bool minimal_ = true;
  Error error_{};
};

}  // namespace weft::encoding
