// Names of things in a shared history: clients, clocks and ids.
#pragma once

#include <compare>
#include <cstdint>

namespace weft {

/// A replica's number. Yjs 13 draws 32 bits, @y/y 14 draws 53; any value up to 2^53 - 1 is valid.
using ClientId = std::uint64_t;

/// Counts what a client has inserted: one for each UTF-16 code unit or element.
using Clock = std::uint64_t;

inline constexpr std::uint64_t kSafeInteger = (std::uint64_t{1} << 53) - 1;

/// One inserted unit, for ever.
struct Id {
  ClientId client = 0;
  Clock clock = 0;

  friend bool operator==(const Id&, const Id&) = default;
};

/// Which JavaScript release's bytes are produced where the two differ.
enum class Compat : std::uint8_t { v13, v14 };

/// The two encodings of an update. V1 is what every protocol sends; V2 is the smaller one.
enum class Encoding : std::uint8_t { v1, v2 };

}  // namespace weft
