// The clock index against a sorted map.
#include "store/clock_index.hpp"

#include <algorithm>
#include <map>
#include <random>

#include <catch2/catch.hpp>

using weft::store::ClockIndex;
using weft::store::Handle;

namespace {

void compare(const ClockIndex& index, const std::map<std::uint32_t, Handle>& model,
             std::mt19937& random) {
  REQUIRE(index.size() == model.size());
  auto at = ClockIndex::begin();
  for (const auto& [clock, handle] : model) {
    REQUIRE(index.clock(at) == clock);
    REQUIRE(index.handle(at) == handle);
    at = index.next(at);
  }
  REQUIRE(index.is_end(at));
  for (int i = 0; i < 20; ++i) {
    const auto clock = static_cast<std::uint32_t>(random() % index.state());
    const auto expected = std::prev(model.upper_bound(clock));
    REQUIRE(index.clock(index.find(clock)) == expected->first);
    REQUIRE(index.rank(index.find(clock)) ==
            static_cast<std::size_t>(std::distance(model.begin(), expected)));
  }
}

}  // namespace

TEST_CASE("random splits and joins keep the clock index equal to a map") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    ClockIndex index;
    std::map<std::uint32_t, Handle> model;
    Handle next = 0;
    for (int step = 0; step < 4000; ++step) {
      const auto choice = random() % 10;
      if (model.empty() || choice < 3) {
        model[index.state()] = next;
        index.append(next++, 1 + static_cast<std::uint32_t>(random() % 20));
      } else if (choice < 8) {
        const auto clock = static_cast<std::uint32_t>(random() % index.state());
        const auto at = index.find(clock);
        if (index.clock(at) == clock) continue;
        const auto made = index.split(at, clock, next);
        REQUIRE(index.clock(made) == clock);
        model[clock] = next++;
      } else {
        const auto at = index.find(static_cast<std::uint32_t>(random() % index.state()));
        const auto rest = static_cast<std::uint32_t>(index.size() - index.rank(at) - 1);
        const auto count = std::min(static_cast<std::uint32_t>(random() % 5), rest);
        if (count == 0) continue;
        auto first = std::next(model.find(index.clock(at)));
        model.erase(first, std::next(first, count));
        index.absorb(at, count);
      }
      if (step % 200 == 0) compare(index, model, random);
    }
    const auto begin = ClockIndex::begin();
    index.absorb(begin, static_cast<std::uint32_t>(index.size() - 1));
    model.erase(std::next(model.begin()), model.end());
    compare(index, model, random);
  }
}
