// The random numbers of lib0, to the bit: the same seed gives the same decisions in Node and here.
// Source: lib0 prng.js, prng/Xoroshiro128plus.js, prng/Xorshift32.js.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

namespace weft::conformance {

class Prng {
 public:
  explicit Prng(std::uint32_t seed) {
    for (std::uint32_t& word : state_) word = static_cast<std::uint32_t>(xorshift(seed) * kBits32);
  }

  /// In [0, 1), with 32 bits.
  double real53() {
    if (fresh_) {
      fresh_ = false;
      return fraction(state_[0] + state_[2]);
    }
    fresh_ = true;
    const std::uint32_t s0 = state_[0];
    const std::uint32_t s1 = state_[1];
    const std::uint32_t s2 = state_[2] ^ s0;
    const std::uint32_t s3 = state_[3] ^ s1;
    state_[0] = (s1 << 23 | s0 >> 9) ^ s2 ^ (s2 << 14 | s3 >> 18);
    state_[1] = (s0 << 23 | s1 >> 9) ^ s3 ^ (s3 << 14);
    state_[2] = s3 << 4 | s2 >> 28;
    state_[3] = s2 << 4 | s3 >> 28;
    return fraction(state_[1] + state_[3]);
  }

  bool boolean() { return real53() >= 0.5; }

  /// On [min, max].
  std::int64_t int53(std::int64_t min, std::int64_t max) {
    const auto low = static_cast<double>(min);
    return static_cast<std::int64_t>(
        std::floor(real53() * (static_cast<double>(max) + 1 - low) + low));
  }
  std::int32_t int32(std::int32_t min, std::int32_t max) {
    return static_cast<std::int32_t>(int53(min, max));
  }
  std::int32_t int31(std::int32_t min, std::int32_t max) { return int32(min, max); }
  std::uint32_t uint32(std::uint32_t min, std::uint32_t max) {
    return static_cast<std::uint32_t>(int53(min, max));
  }
  std::uint64_t uint53(std::int64_t min, std::int64_t max) {
    return static_cast<std::uint64_t>(std::abs(int53(min, max)));
  }

  char letter() { return static_cast<char>(int31('a', 'z')); }
  char character() { return static_cast<char>(int31(32, 126)); }

  std::string word(std::int32_t min_length = 0, std::int32_t max_length = 20) {
    std::string text(static_cast<std::size_t>(int31(min_length, max_length)), ' ');
    for (char& place : text) place = letter();
    return text;
  }

  /// Up to `max_length` characters from U+0000 to U+0100, as UTF-8.
  std::string utf16_string(std::int32_t max_length = 20) {
    std::string text;
    for (std::int32_t left = int31(0, max_length); left > 0; --left) {
      const auto code = static_cast<std::uint32_t>(int31(0, 256));
      if (code < 0x80) {
        text += static_cast<char>(code);
      } else {
        text += static_cast<char>(0xC0 | code >> 6);
        text += static_cast<char>(0x80 | (code & 0x3F));
      }
    }
    return text;
  }

  /// A place in a list of `size` elements. REQUIRES: size > 0.
  std::size_t index_of(std::size_t size) {
    return static_cast<std::size_t>(int31(0, static_cast<std::int32_t>(size) - 1));
  }
  template <typename List>
  auto& one_of(List& list) {
    return list[index_of(std::size(list))];
  }

 private:
  static constexpr double kBits32 = 4294967295.0;

  static double fraction(std::uint32_t bits) { return bits / (kBits32 + 1); }

  static double xorshift(std::uint32_t& state) {
    state ^= state << 13;
    // JavaScript's >> keeps the sign.
    state ^= static_cast<std::uint32_t>(static_cast<std::int32_t>(state) >> 17);
    state ^= state << 5;
    return fraction(state);
  }

  std::array<std::uint32_t, 4> state_{};
  bool fresh_ = true;
};

}  // namespace weft::conformance
