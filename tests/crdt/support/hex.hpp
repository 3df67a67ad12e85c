// Byte strings as hex digits, so that a test shows what stands on the wire.
#pragma once

#include <string>
#include <string_view>

#include <weft/bytes.hpp>

namespace weft::test {

/// The bytes that `digits` name; spaces are passed over.
inline Bytes hex(std::string_view digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Bytes bytes;
  bool high = true;
  for (const char digit : digits) {
    if (digit == ' ' || digit == '\n') continue;
    const auto value = static_cast<std::uint8_t>(kDigits.find(digit));
    if (high) {
      bytes.push_back(static_cast<std::uint8_t>(value << 4));
    } else {
      bytes.back() = static_cast<std::uint8_t>(bytes.back() | value);
    }
    high = !high;
  }
  return bytes;
}

inline std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (const std::uint8_t byte : bytes) {
    digits.push_back(kDigits[byte >> 4]);
    digits.push_back(kDigits[byte & 15]);
  }
  return digits;
}

}  // namespace weft::test
