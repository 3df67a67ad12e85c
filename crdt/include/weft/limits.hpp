// Bounds on what bytes from outside may ask for.
#pragma once

#include <cstdint>

namespace weft::limits {

/// Nesting of arrays and objects in a value; JavaScript itself overflows its stack near this.
inline constexpr int depth_max = 1000;

/// Clocks and lengths inside one document, in units of a client's clock.
inline constexpr std::uint64_t clock_max = 0xFFFF'FFFE;

/// Different clients inside one document.
inline constexpr std::uint32_t clients_max = (1U << 24) - 2;

/// Bytes of text and values that one edit of a text may bring.
inline constexpr std::uint64_t edit_bytes_max = std::uint64_t{1} << 28;

/// Line feeds with which one edit may fill a text up (Text::format, Text::apply_delta): a delta of
/// few bytes can ask for any number.
inline constexpr std::uint64_t padding_max = std::uint64_t{1} << 20;

/// Structs in one V2 update of that many bytes: one for each byte, and 2^16. A run in its columns
/// can claim any number of them for nothing, so without a bound twenty bytes could cost hours and
/// terabytes. In V1 each takes at least two bytes, so whatever is refused here can be sent in V1.
constexpr std::uint64_t v2_structs_max(std::uint64_t update_bytes) {
  return (std::uint64_t{1} << 16) + update_bytes;
}

}  // namespace weft::limits
