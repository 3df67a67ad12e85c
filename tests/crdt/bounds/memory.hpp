// Counts the bytes that this program has allocated, through new and through malloc.
#pragma once

#include <cstddef>

namespace weft::test {

/// Bytes in use now.
std::size_t live_bytes();
/// The most that were in use since the last reset.
std::size_t peak_bytes();
void reset_peak();

/// The most bytes that `run` had in use at once beyond those before it.
template <typename Run>
std::size_t peak_of(const Run& run) {
  const std::size_t before = live_bytes();
  reset_peak();
  run();
  return peak_bytes() - before;
}

}  // namespace weft::test
