// What the process that is killed writes, and what its reader therefore expects: contents follow
// from the document and the sequence alone.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include <weft/bytes.hpp>

namespace weft::persistence::test {

inline constexpr int kCrashDocuments = 8;

inline std::string crash_name(int document) { return "crash/" + std::to_string(document); }

/// `kind` is 'u' for update `sequence`, 'c' for the state up to it. Mostly a few bytes, as typing
/// gives; now and then more than many pages.
inline Bytes crash_content(char kind, int document, std::uint64_t sequence) {
  std::seed_seq seed{static_cast<std::uint32_t>(kind), static_cast<std::uint32_t>(document),
                     static_cast<std::uint32_t>(sequence)};
  std::minstd_rand random(seed);
  const std::size_t size = random() % 50 == 0 ? random() % 60'000 : random() % 200;
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 8);
  return bytes;
}

}  // namespace weft::persistence::test
