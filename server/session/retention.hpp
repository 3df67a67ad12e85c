// Which versions of a document may go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "persistence/version.hpp"

namespace weft::session {

/// Named versions stay until somebody removes them. Of the others the last of each period stays:
/// all of them for `all_ms`, then one an hour, one a day, one a week, and none after `last_ms`. The
/// newest version always stays.
struct Retention {
  static constexpr std::int64_t kHour = 3'600'000;
  static constexpr std::int64_t kDay = 24 * kHour;

  std::int64_t all_ms = 4 * kHour;
  std::int64_t hourly_ms = 2 * kDay;
  std::int64_t daily_ms = 60 * kDay;
  std::int64_t last_ms = 731 * kDay;
  /// Bounds for those without a name: the oldest go first.
  std::size_t count_max = 500;
  std::uint64_t bytes_max = std::uint64_t{256} << 20;
};

/// The numbers of those that may go at `now_ms`, ascending. REQUIRES: `versions` ascends by number.
/// O(versions log versions).
std::vector<persistence::VersionNumber> superseded(
    std::span<const persistence::VersionInfo> versions, const Retention& retention,
    std::int64_t now_ms);

}  // namespace weft::session
