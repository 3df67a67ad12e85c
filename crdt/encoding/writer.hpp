// Appends lib0 primitives to a byte buffer. Source: lib0/encoding.js.
//
// The buffer is kept larger than what is written, so that each number and each short copy is a
// check and a store. It grows in steps through what is reserved: a vector fills what it grows by
// with zeros, and pages that nothing is written to shall not be touched.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include <weft/bytes.hpp>

namespace weft::encoding {

/// Bytes of `value` as a varuint.
constexpr std::size_t varuint_size(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

/// Stores `value` as a varuint; gives where it ends. Writes eight bytes, whatever the length. Most
/// clocks of a document have three bytes; for the others there is no branch on the length.
inline std::uint8_t* put_varuint(std::uint8_t* at, std::uint32_t clock) {
  std::uint64_t value = clock;
  if (value - 0x4000 < 0x1F'C000) [[likely]] {
    const auto three = static_cast<std::uint32_t>((value & 0x7F) | (value & 0x3F80) << 1 |
                                                  (value & 0x1F'C000) << 2 | 0x8080);
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(at, &three, sizeof three);
      return at + 3;
    }
  }
  const unsigned length = (static_cast<unsigned>(std::bit_width(value | 1)) * 9 + 64) >> 6;
  std::uint64_t word = (value & 0x0FFF'FFFF) | ((value & 0x7'F000'0000) << 4);
  word = (word & 0x0000'3FFF'0000'3FFF) | ((word & 0x0FFF'C000'0FFF'C000) << 2);
  word = (word & 0x007F'007F'007F'007F) | ((word & 0x3F80'3F80'3F80'3F80) << 1);
  word |= 0x8080'8080'8080'8080 & ((std::uint64_t{1} << (length * 8 - 8)) - 1);
  if constexpr (std::endian::native == std::endian::big) word = std::byteswap(word);
  std::memcpy(at, &word, sizeof word);
  return at + length;
}

/// Stores a sign and a magnitude below 2^55 as a varint; gives where it ends. Writes eight bytes at
/// most, whatever the length. Hardly any number has more than four, and for those there is no
/// branch on the length.
inline std::uint8_t* put_varint(std::uint8_t* at, std::uint64_t magnitude, bool negative) {
  const std::uint32_t sign = negative ? 0x40U : 0U;
  if constexpr (std::endian::native == std::endian::little) {
    if (magnitude < 0x800'0000) [[likely]] {
      constexpr std::uint32_t kMore[] = {0, 0x80, 0x8080, 0x80'8080};  // bytes that go on
      const auto low = static_cast<std::uint32_t>(magnitude);
      const unsigned more =
          (low > 0x3F ? 1U : 0U) + (low > 0x1FFF ? 1U : 0U) + (low > 0xF'FFFF ? 1U : 0U);
      const std::uint32_t word = (low & 0x3F) | (low << 2 & 0x7F00) | (low << 3 & 0x7F'0000) |
                                 (low << 4 & 0x7F00'0000) | sign | kMore[more];
      std::memcpy(at, &word, sizeof word);
      return at + 1 + more;
    }
  }
  const auto bits = static_cast<unsigned>(std::bit_width(magnitude | 1));
  const unsigned length = ((bits + 7) * 37) >> 8;  // (bits + 7) / 7
  std::uint64_t word = (magnitude & 0x3F) | ((magnitude & ~std::uint64_t{0x3F}) << 1);
  word = (word & 0x0FFF'FFFF) | ((word & 0x00FF'FFFF'F000'0000) << 4);
  word = (word & 0x0000'3FFF'0000'3FFF) | ((word & 0x0FFF'C000'0FFF'C000) << 2);
  word = (word & 0x007F'007F'007F'007F) | ((word & 0x3F80'3F80'3F80'3F80) << 1);
  word |= sign | (0x8080'8080'8080'8080 & ((std::uint64_t{1} << (length * 8 - 8)) - 1));
  if constexpr (std::endian::native == std::endian::big) word = std::byteswap(word);
  std::memcpy(at, &word, sizeof word);
  return at + length;
}

class Writer {
 public:
  Writer() = default;
  explicit Writer(std::size_t reserve) { bytes_.reserve(reserve); }

  /// Memory for so many bytes in all, so that nothing is moved until then.
  void reserve(std::size_t size) { bytes_.reserve(size); }

  void u8(std::uint8_t byte) {
    *room(1) = byte;
    ++size_;
  }

  void varuint(std::uint64_t value) {
    const std::uint8_t* const end = encode(room(kVaruintMax), value);
    size_ = static_cast<std::size_t>(end - bytes_.data());
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
    if (bytes.size() > kLarge) {  // not worth filling its place with zeros before
      bytes_.resize(size_);
      bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
      size_ = bytes_.size();
      return;
    }
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void raw(std::string_view text) { raw(as_bytes(text)); }

  void varbytes(ByteView bytes) {
    varuint(bytes.size());
    raw(bytes);
  }
  void varstring(std::string_view text) { varbytes(as_bytes(text)); }

  /// Room for `size` bytes more at the end, to be written in place up to what `commit` is told.
  std::uint8_t* claim(std::size_t size) { return room(size); }
  void commit(const std::uint8_t* end) { size_ = static_cast<std::size_t>(end - bytes_.data()); }

  std::size_t size() const { return size_; }
  /// What is written so far; valid until the next write.
  ByteView bytes() const { return {bytes_.data(), size_}; }
  /// Writes over a byte that is already written.
  struct Insertion {
    std::size_t at;
    std::uint64_t value;
  };
  /// Puts varuints between what is written: each before what stands at its place, in ascending
  /// order of places. O(bytes from the first place on).
  void insert_varuints(std::span<const Insertion> insertions) {
    std::size_t width = 0;
    for (const Insertion& insertion : insertions) width += varuint_size(insertion.value);
    room(width);
    std::uint8_t* const data = bytes_.data();
    std::size_t from = size_;
    std::size_t to = size_ + width;
    size_ = to;
    for (std::size_t i = insertions.size(); i-- > 0;) {
      const auto& [at, value] = insertions[i];
      to -= from - at;
      std::memmove(data + to, data + at, from - at);
      from = at;
      to -= varuint_size(value);
      encode(data + to, value);
    }
  }
  void insert_varuint(std::size_t at, std::uint64_t value) {
    const Insertion insertion{at, value};
    insert_varuints({&insertion, 1});
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
  static constexpr std::size_t kLarge = 4096;  // bytes

  static std::uint8_t* encode(std::uint8_t* at, std::uint64_t value) {
    while (value >= 0x80) {
      *at++ = static_cast<std::uint8_t>(value | 0x80);
      value >>= 7;
    }
    *at++ = static_cast<std::uint8_t>(value);
    return at;
  }

  std::uint8_t* room(std::size_t size) {
    if (bytes_.size() - size_ < size) [[unlikely]]
      grow(size);
    return bytes_.data() + size_;
  }

  void grow(std::size_t size) {
    constexpr std::size_t kStepMax = std::size_t{1} << 16;
    const std::size_t step = std::max(size, std::clamp<std::size_t>(size_, 64, kStepMax));
    const std::size_t wanted = size_ + step;
    if (wanted > bytes_.capacity()) bytes_.reserve(std::max(wanted, bytes_.capacity() * 2));
    bytes_.resize(wanted);
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
