#include "cli/log.hpp"

#include <chrono>
#include <cstdio>

namespace weft::cli {

void Log::say(const api::Notice& notice) const {
  if (notice.level > level_) return;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const std::string line = is_json() ? api::json_line(notice, now.count()) + "\n"
                                     : "weft: " + api::human_line(notice) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace weft::cli
