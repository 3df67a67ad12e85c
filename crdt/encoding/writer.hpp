// Appends lib0 primitives to a byte buffer. Source: lib0/encoding.js.
//
// The buffer is kept larger than what is written, so that each number and each short copy is a
// check and a store.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include <weft/bytes.hpp>

namespace weft::encoding {

/// Bytes of `value` as a varuint.
constexpr std::size_t varuint_size(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

class Writer {
 public:
  Writer() = default;
  explicit Writer(std::size_t reserve) : bytes_(reserve) {}

  void u8(std::uint8_t byte) {
    *room(1) = byte;
    ++size_;
  }

  void varuint(std::uint64_t value) {
    std::uint8_t* at = room(kVaruintMax);
    while (value >= 0x80) {
      *at++ = static_cast<std::uint8_t>(value | 0x80);
      value >>= 7;
    }
    *at++ = static_cast<std::uint8_t>(value);
    size_ = static_cast<std::size_t>(at - bytes_.data());
  }

  /// Sign and magnitude; `negative` with 0 writes -0.
  void varint(std::uint64_t magnitude, bool negative) {
    const unsigned sign = negative ? 0x40 : 0;
    const unsigned more = magnitude > 0x3F ? 0x80 : 0;
    u8(static_cast<std::uint8_t>(more | sign | (magnitude & 0x3F)));
    if (more != 0) varuint(magnitude >> 6);
  }

  /// Big-endian, as DataView writes floats and BigInts.
  void u32_be(std::uint32_t value) { big_endian(value, 4); }
  void u64_be(std::uint64_t value) { big_endian(value, 8); }

  void raw(ByteView bytes) {
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void raw(std::string_view text) { raw(as_bytes(text)); }

  void varbytes(ByteView bytes) {
    varuint(bytes.size());
    raw(bytes);
  }
  void varstring(std::string_view text) { varbytes(as_bytes(text)); }

  std::size_t size() const { return size_; }
  /// What is written so far; valid until the next write.
  ByteView bytes() const { return {bytes_.data(), size_}; }
  /// Writes over a byte that is already written.
  void patch(std::size_t at, std::uint8_t byte) { bytes_[at] = byte; }
  /// Puts a varuint before what is written from `at` on. O(bytes from `at`).
  void insert_varuint(std::size_t at, std::uint64_t value) {
    const std::size_t moved = size_ - at;
    const std::size_t width = varuint_size(value);
    room(width);
    if (moved > 0) std::memmove(bytes_.data() + at + width, bytes_.data() + at, moved);
    size_ = at;
    varuint(value);
    size_ = at + width + moved;
  }
  void truncate(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }

  Bytes take() {
    bytes_.resize(size_);
    size_ = 0;
    return std::exchange(bytes_, {});
  }

 private:
  static constexpr std::size_t kVaruintMax = 10;

  std::uint8_t* room(std::size_t size) {
    if (bytes_.size() - size_ < size) [[unlikely]]
      grow(size);
    return bytes_.data() + size_;
  }

  void grow(std::size_t size) {
    bytes_.resize(std::max({size_ + size, bytes_.size() * 2, std::size_t{64}}));
  }

  void big_endian(std::uint64_t value, unsigned size) {
    std::uint8_t* at = room(size);
    for (unsigned shift = size * 8; shift != 0;)
      *at++ = static_cast<std::uint8_t>(value >> (shift -= 8));
    size_ += size;
  }

  Bytes bytes_;
  std::size_t size_ = 0;
};

}  // namespace weft::encoding
