// From the newest to the oldest: who is the last of its period stays.
#include "session/retention.hpp"

#include <algorithm>

namespace weft::session {

using persistence::VersionInfo;
using persistence::VersionKind;
using persistence::VersionNumber;

namespace {

/// How long a period is at that age; 1: each version is its own, 0: none stays.
std::int64_t period_at(const Retention& retention, std::int64_t age_ms) {
  if (age_ms <= retention.all_ms) return 1;
  if (age_ms <= retention.hourly_ms) return Retention::kHour;
  if (age_ms <= retention.daily_ms) return Retention::kDay;
  if (age_ms <= retention.last_ms) return 7 * Retention::kDay;
  return 0;
}

// Clocks jump: what lies in the future is new, what lies before 1970 is old.
std::int64_t age_of(const VersionInfo& version, std::int64_t now_ms) {
  const std::int64_t created = std::clamp<std::int64_t>(version.created_at_ms, 0, now_ms);
  return now_ms - created;
}

}  // namespace

std::vector<VersionNumber> superseded(std::span<const VersionInfo> versions,
                                      const Retention& retention, std::int64_t now_ms) {
  std::vector<VersionNumber> gone;
  std::size_t count = 0;
  std::uint64_t bytes = 0;
  std::int64_t last_period = 0;
  std::int64_t last_slot = -1;
  for (std::size_t i = versions.size(); i-- > 0;) {
    const VersionInfo& version = versions[i];
    if (version.kind == VersionKind::named || i + 1 == versions.size()) continue;
    const std::int64_t period = period_at(retention, age_of(version, now_ms));
    bool stays = period != 0;
    if (period > 1) {
      const std::int64_t slot = version.created_at_ms / period;
      stays = period != last_period || slot != last_slot;
      last_period = period;
      last_slot = slot;
    }
    if (stays) {
      stays = count < retention.count_max && version.state_bytes <= retention.bytes_max - bytes;
    }
    if (!stays) {
      gone.push_back(version.number);
      continue;
    }
    ++count;
    bytes += version.state_bytes;
  }
  std::ranges::reverse(gone);
  return gone;
}

}  // namespace weft::session
