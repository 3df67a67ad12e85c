#include "api/notices.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "session/limits.hpp"

namespace weft::api {

namespace json = boost::json;
namespace close_code = session::close_code;

namespace {

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

// How much of `key` came to `counts`.
template <typename Counts, typename Key>
std::uint64_t grown(const Counts& before, const Counts& now, Key key) {
  const auto old = before.find(key);
  const auto at = now.find(key);
  if (at == now.end()) return 0;
  return at->second - (old == before.end() ? 0 : old->second);
}

class Notices {
 public:
  void add(Level level, const char* event, const char* what, std::uint64_t count) {
    if (count == 0) return;
    all_.push_back({level, event, std::to_string(count) + " " + what, count});
  }
  void say(Level level, const char* event, std::string message) {
    all_.push_back({level, event, std::move(message), {}});
  }
  std::vector<Notice> take() { return std::move(all_); }

 private:
  std::vector<Notice> all_;
};

void add_store(Notices& out, const Figures& before, const Figures& now) {
  if (now.store_fails() && !before.store_fails()) {
    std::string message = "the store takes nothing; documents stay in memory and are tried again";
    if (!now.store.failure.empty()) message += ": " + now.store.failure;
    out.say(Level::error, "store_failing", std::move(message));
  }
  if (before.store_fails() && !now.store_fails()) {
    out.say(Level::info, "store_recovered", "the store takes everything again");
  }
}

void add_refused(Notices& out, const Traffic& before, const Traffic& now) {
  constexpr std::array<std::pair<unsigned, const char*>, 3> kAnswers{
      {{401, "requests without a good token"},
       {403, "requests of foreign pages, or for what is not theirs"},
       {429, "connections of addresses that have too many"}}};
  for (const auto& [status, what] : kAnswers) {
    out.add(Level::warning, "refused", what, grown(before.http_answers, now.http_answers, status));
  }
  constexpr std::array<std::pair<std::uint16_t, const char*>, 5> kCloses{
      {{close_code::unauthorized, "connections without a good token"},
       {close_code::forbidden, "connections whose token is for something else"},
       {close_code::too_many, "connections too many, or with too many messages"},
       {close_code::too_large, "connections with messages that are too large"},
       {close_code::invalid_data, "connections with malformed messages"}}};
  for (const auto& [code, what] : kCloses) {
    out.add(Level::warning, "refused", what, grown(before.closed, now.closed, code));
  }
}

std::string padded(std::int64_t value, std::size_t digits) {
  const std::string text = std::to_string(value);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

// RFC 3339, UTC.
std::string time_text(std::int64_t unix_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(unix_ms)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<std::chrono::milliseconds> hour(at - day);
  return padded(static_cast<int>(date.year()), 4) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(hour.hours().count(), 2) +
         ":" + padded(hour.minutes().count(), 2) + ":" + padded(hour.seconds().count(), 2) + "." +
         padded(hour.subseconds().count(), 3) + "Z";
}

}  // namespace

std::string_view name_of(Level level) {
  constexpr std::array<std::string_view, 3> kNames{"error", "warning", "info"};
  return kNames[static_cast<std::size_t>(level)];
}

std::optional<Level> level_of(std::string_view name) {
  for (const Level level : {Level::error, Level::warning, Level::info}) {
    if (name == name_of(level)) return level;
  }
  return std::nullopt;
}

std::vector<Notice> notices_of(const Figures& before, const Figures& now) {
  Notices out;
  add_store(out, before, now);
  add_refused(out, before.shards.traffic, now.shards.traffic);
  const session::Counters& old = before.shards.counters;
  const session::Counters& counters = now.shards.counters;
  out.add(Level::error, "load_failed", "documents could not be opened",
          counters.loads_failed - old.loads_failed);
  out.add(Level::warning, "slow_readers", "slow readers were closed",
          counters.slow_readers_ended - old.slow_readers_ended);
  return out.take();
}

std::string human_line(const Notice& notice) {
  if (notice.level == Level::info) return notice.message;
  const char* what = notice.event == "refused" ? "refused " : "";
  return std::string(name_of(notice.level)) + ": " + what + notice.message;
}

std::string json_line(const Notice& notice, std::int64_t unix_ms) {
  const std::string time = time_text(unix_ms);
  json::object line;
  line["time"] = view(time);
  line["level"] = view(name_of(notice.level));
  line["event"] = view(notice.event);
  line["message"] = view(notice.message);
  if (notice.count) line["count"] = *notice.count;
  return json::serialize(line);
}

}  // namespace weft::api
