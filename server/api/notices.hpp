// What an operator is told of: the differences between the figures of two seconds. So a flood of
// refused clients is one line a second, and a keystroke is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/figures.hpp"

namespace weft::api {

enum class Level : std::uint8_t { error, warning, info };

std::string_view name_of(Level level);
/// Errors: nothing, for another word.
std::optional<Level> level_of(std::string_view name);

struct Notice {
  Level level = Level::info;
  std::string event;    // a word for programs: "store_failing"
  std::string message;  // a sentence for people, without a full stop
  std::optional<std::uint64_t> count{};
};

/// What has happened between `before` and `now`.
std::vector<Notice> notices_of(const Figures& before, const Figures& now);

/// A line without its end, as people read it: "warning: 3 slow readers were closed".
std::string human_line(const Notice& notice);
/// A line without its end, as programs do: one JSON object; `unix_ms` is when it was said.
std::string json_line(const Notice& notice, std::int64_t unix_ms);

}  // namespace weft::api
