// Integers read eight bytes at a time, where so many can be looked at: the fast ways through V1.
// Whatever is in no shortest form or above 2^49 is `odd` and left to a Reader.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace weft::update {

/// The bits that end an integer where they are clear.
inline constexpr std::uint64_t kStops = 0x8080'8080'8080'8080;

inline std::uint64_t load_eight(const std::uint8_t* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// An integer of at most seven bytes in its shortest form; otherwise `odd` is set.
inline std::uint64_t take_varuint(const std::uint8_t*& at, bool& odd) {
  if (*at < 0x80) [[likely]]
    return *at++;
  std::uint64_t word = load_eight(at);
  // Most clocks of a document have three bytes.
  if ((word & 0x80'8080) == 0x8080 && (word & 0x7F'0000) != 0) [[likely]] {
    at += 3;
    return (word & 0x7F) | ((word & 0x7F00) >> 1) | ((word & 0x7F'0000) >> 2);
  }
  const auto bits = static_cast<unsigned>(std::countr_zero((~word & kStops) | 1ULL << 63)) + 1;
  word &= ~std::uint64_t{0} >> (64 - bits);
  odd |= bits > 56 || word >> (bits - 8) == 0;
  at += bits / 8;
  word = (word & 0x007F'007F'007F'007F) | ((word & 0x7F00'7F00'7F00'7F00) >> 1);
  word = (word & 0x0000'3FFF'0000'3FFF) | ((word & 0x3FFF'0000'3FFF'0000) >> 2);
  return (word & 0x0FFF'FFFF) | ((word & 0x0FFF'FFFF'0000'0000) >> 4);
}

inline void skip_varuint(const std::uint8_t*& at, bool& odd) {
  if (*at < 0x80) {
    ++at;
    return;
  }
  const std::uint64_t word = load_eight(at);
  const auto bits = static_cast<unsigned>(std::countr_zero((~word & kStops) | 1ULL << 63)) + 1;
  odd |= bits > 56 || (word << (64 - bits)) >> 56 == 0;
  at += bits / 8;
}

}  // namespace weft::update
