// What one connection may spend in a time: it fills up by `per_second`, to what comes in
// kBurstSeconds.
#pragma once

#include <algorithm>
#include <cstdint>

#include "net/limits.hpp"

namespace weft::net {

class Budget {
 public:
  /// Spends `units` at `now_ms`, which does not go back. Returns in how many milliseconds the
  /// budget is no longer overdrawn; 0: it is not, or `per_second` is 0.
  std::int64_t spend(std::uint64_t units, std::uint32_t per_second, std::int64_t now_ms) {
    if (per_second == 0) return 0;
    const std::int64_t rate = per_second;
    spent_ = std::max<std::int64_t>(spent_ - (now_ms - at_ms_) * rate, 0);
    spent_ += static_cast<std::int64_t>(units) * 1000;
    at_ms_ = now_ms;
    const std::int64_t over = spent_ - rate * 1000 * ConnectionLimits::kBurstSeconds;
    return over <= 0 ? 0 : (over + rate - 1) / rate;
  }

 private:
  std::int64_t spent_ = 0;  // thousandths of units
  std::int64_t at_ms_ = 0;
};

}  // namespace weft::net
