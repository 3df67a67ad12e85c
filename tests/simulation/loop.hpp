// Virtual time: what happens when, and in one order only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <vector>

namespace weft::simulation {

class Loop {
 public:
  explicit Loop(std::uint64_t seed) : random(seed) {}

  std::int64_t now_us() const { return now_us_; }
  std::int64_t now_ms() const { return now_us_ / 1000; }
  void after(std::int64_t delay_us, std::function<void()> work) {
    events_.push({now_us_ + delay_us, ++count_, std::move(work)});
  }
  /// Runs the next event if there is one until then; else the time is `until_us`.
  bool run_one(std::int64_t until_us) {
    if (events_.empty() || events_.top().at_us > until_us) {
      now_us_ = std::max(now_us_, until_us);
      return false;
    }
    const auto work = std::move(events_.top().work);
    now_us_ = events_.top().at_us;
    events_.pop();
    work();
    return true;
  }
  void run_until(std::int64_t until_us) {
    while (run_one(until_us)) {
    }
  }
  std::uint64_t count() const { return count_; }

  /// 0 to below `bound`.
  std::uint64_t chance(std::uint64_t bound) { return random() % bound; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(chance(static_cast<std::uint64_t>(high - low + 1)));
  }
  std::mt19937_64 random;

 private:
  struct Event {
    std::int64_t at_us;
    std::uint64_t number;
    mutable std::function<void()> work;
    bool operator<(const Event& other) const {
      return at_us != other.at_us ? at_us > other.at_us : number > other.number;
    }
  };
  std::priority_queue<Event> events_;
  std::int64_t now_us_ = 1'000'000'000;
  std::uint64_t count_ = 0;
};

}  // namespace weft::simulation
