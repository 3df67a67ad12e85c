// Every call of the disk that appends, checkpoints, compaction, an orderly end and recovery make,
// struck once: by an error, a kill, and a loss of power.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::simulation {

struct CrashPoints {
  std::uint64_t calls = 0;     // that one scenario makes when nothing strikes
  std::uint64_t recovery = 0;  // the most that a recovery made
  std::uint64_t runs = 0;
  std::optional<std::string> broken;
  std::vector<std::string> trace;  // of the run that broke
};

/// Some seconds.
CrashPoints run_crash_points();

}  // namespace weft::simulation
