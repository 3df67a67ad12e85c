// FNV-1a, as network.mjs computes it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <weft/bytes.hpp>

namespace weft::conformance {

class Hash {
 public:
  Hash& add(ByteView bytes) {
    for (const std::uint8_t byte : bytes) value_ = (value_ ^ byte) * 16777619U;
    return *this;
  }
  Hash& add(std::string_view text) { return add(as_bytes(text)); }
  std::string text() const {
    std::string digits(8, '0');
    std::snprintf(digits.data(), digits.size() + 1, "%08x", value_);
    return digits;
  }

 private:
  std::uint32_t value_ = 2166136261U;
};

}  // namespace weft::conformance
