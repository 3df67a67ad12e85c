// One measurement of a workload: only what stands inside `time` counts, results are checked
// outside. Counters give what one unit of the workload costs.
#pragma once

#include <chrono>
#include <string>

#include <benchmark/benchmark.h>

namespace bench {

class Measure {
 public:
  explicit Measure(benchmark::State& state) : state_(state) {}

  template <typename Work>
  void time(Work&& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    state_.SetIterationTime(passed.count());
    best_ = runs_++ == 0 ? passed.count() : std::min(best_, passed.count());
  }

  void check(bool right, const char* what) {
    if (!right) state_.SkipWithError(what);
  }

  /// The best run, divided by `count` of `unit`: a counter "ns/UNIT". Other processes only ever
  /// make a run slower, so the best one says most.
  void per(const char* unit, std::size_t count) {
    state_.counters[std::string("ns/") + unit] = best_ * 1e9 / static_cast<double>(count);
  }
  void bytes(std::size_t count) { state_.counters["bytes/s"] = static_cast<double>(count) / best_; }
  void finish() { state_.counters["best_ms"] = best_ * 1e3; }

 private:
  benchmark::State& state_;
  double best_ = 0;
  std::size_t runs_ = 0;
};

}  // namespace bench
