// A fuzzer's bytes as choices: how the targets that act rather than parse read their input.
#pragma once

#include <algorithm>
#include <cstdint>

#include <weft/bytes.hpp>

namespace weft {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  bool empty() const { return rest_.empty(); }
  /// The next byte; 0 at the end.
  std::uint32_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }
  /// From 0 to `max`, both included; `max` is below 256.
  std::uint32_t up_to(std::uint32_t max) { return byte() % (max + 1); }
  /// The next `size` bytes, or what is left.
  ByteView bytes(std::size_t size) {
    const ByteView taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  ByteView rest() { return bytes(rest_.size()); }

 private:
  ByteView rest_;
};

}  // namespace weft
