// What happened on one shard, in plain numbers that its thread alone touches: what is counted costs
// an addition. The shell publishes them once a second.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace weft::session {

/// Durations by size, for a histogram.
struct Latencies {
  static constexpr std::array<std::int64_t, 12> kBoundsUs{
      500,    1'000,   2'500,   5'000,     10'000,    25'000,
      50'000, 100'000, 250'000, 1'000'000, 2'500'000, 10'000'000};
  std::array<std::uint64_t, kBoundsUs.size() + 1> counts{};  // the last: above all bounds
  std::int64_t sum_us = 0;

  void add(std::int64_t us) {
    std::size_t at = 0;
    while (at < kBoundsUs.size() && us > kBoundsUs[at]) ++at;
    ++counts[at];
    sum_us += us;
  }
  Latencies& operator+=(const Latencies& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
    sum_us += other.sum_us;
    return *this;
  }
};

struct Counters {
  std::uint64_t updates_received = 0;  // that brought news
  std::uint64_t update_bytes_received = 0;
  std::uint64_t updates_refused = 0;  // of who may only read, or beyond the document's size
  std::uint64_t updates_sent = 0;     // one for each session that was told
  std::uint64_t loads = 0;
  std::uint64_t loads_failed = 0;  // documents that could not be opened
  std::uint64_t appends_failed = 0;
  std::uint64_t slow_readers = 0;        // sessions that fell behind, each time
  std::uint64_t slow_readers_ended = 0;  // of those, the ones that were closed for it
  Latencies acknowledgements;            // from an update's arrival until it is durable

  Counters& operator+=(const Counters& other) {
    updates_received += other.updates_received;
    update_bytes_received += other.update_bytes_received;
    updates_refused += other.updates_refused;
    updates_sent += other.updates_sent;
    loads += other.loads;
    loads_failed += other.loads_failed;
    appends_failed += other.appends_failed;
    slow_readers += other.slow_readers;
    slow_readers_ended += other.slow_readers_ended;
    acknowledgements += other.acknowledgements;
    return *this;
  }
};

}  // namespace weft::session
