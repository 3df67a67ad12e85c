// WebSocket frames as a client makes them: the tests' own writer, so that the parser under test is
// not measured by itself.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <weft/bytes.hpp>

namespace weft::net::test {

struct ClientFrame {
  std::uint8_t opcode = 2;
  Bytes payload{};  // said, so that g++ 12 lets a frame leave it out
  bool fin = true;
  std::array<std::uint8_t, 4> mask{0x11, 0xE2, 0x07, 0xFC};
  std::uint8_t reserved = 0;  // bits 0x70 of the first byte
  bool masked = true;
};

/// RFC 6455 5.2, byte by byte.
inline Bytes encode(const ClientFrame& frame) {
  Bytes out;
  out.push_back(static_cast<std::uint8_t>((frame.fin ? 0x80 : 0) | frame.reserved | frame.opcode));
  const std::uint8_t masked = frame.masked ? 0x80 : 0;
  const std::uint64_t size = frame.payload.size();
  int length_bytes = 0;
  if (size <= 125) {
    out.push_back(static_cast<std::uint8_t>(masked | size));
  } else if (size <= 65'535) {
    out.push_back(masked | 126);
    length_bytes = 2;
  } else {
    out.push_back(masked | 127);
    length_bytes = 8;
  }
  for (int i = length_bytes - 1; i >= 0; --i) {
    out.push_back(static_cast<std::uint8_t>(size >> (8 * i)));
  }
  if (!frame.masked) {
    out.insert(out.end(), frame.payload.begin(), frame.payload.end());
    return out;
  }
  out.insert(out.end(), frame.mask.begin(), frame.mask.end());
  for (std::size_t i = 0; i < frame.payload.size(); ++i) {
    out.push_back(frame.payload[i] ^ frame.mask[i % 4]);
  }
  return out;
}

inline Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

inline void operator+=(Bytes& to, const Bytes& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace weft::net::test
