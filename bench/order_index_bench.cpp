// The order index alone: positions found and items added at random and where the last one was.
// Items are numbers from a vector, so that what is measured is the tree.
#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include "store/order_index.hpp"

namespace {

using namespace weft::store;

constexpr std::uint32_t kSeed = 42;

// Units in items of `units` each.
OrderIndex build(LeafMap& leaf_of, std::uint32_t items, std::uint32_t units) {
  OrderIndex index(leaf_of);
  for (Handle item = 0; item < items; ++item) index.append(item, units);
  return index;
}

// Positions by chance cost time: make them before.
std::vector<std::uint32_t> positions(std::uint32_t count, std::uint32_t total) {
  std::mt19937 random(kSeed);
  std::vector<std::uint32_t> all(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    all[i] = 1 + static_cast<std::uint32_t>(random() % (total + i));
  }
  return all;
}

void report(benchmark::State& state, const OrderIndex& index, const LeafMap& leaf_of,
            std::uint32_t items) {
  state.counters["tree_bytes_item"] =
      static_cast<double>(index.memory()) / static_cast<double>(items);
  state.counters["map_bytes_item"] =
      static_cast<double>(leaf_of.memory()) / static_cast<double>(items);
}

// A sequence of range(0) items gets as many again, each behind the item at a random position.
void random_insert(benchmark::State& state) {
  const auto items = static_cast<std::uint32_t>(state.range(0));
  const auto edits = positions(items, items);
  for (auto _ : state) {
    state.PauseTiming();
    LeafMap leaf_of;
    OrderIndex index = build(leaf_of, items, 1);
    state.ResumeTiming();
    Handle item = items;
    for (const std::uint32_t position : edits) {
      const auto left = index.find_left(position);
      index.insert_after(left.handle, item++, 1);
    }
    benchmark::DoNotOptimize(index.total());
    state.PauseTiming();
    report(state, index, leaf_of, item);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * items);
}

void random_find(benchmark::State& state) {
  const auto items = static_cast<std::uint32_t>(state.range(0));
  LeafMap leaf_of;
  const OrderIndex index = build(leaf_of, items, 2);
  std::mt19937 random(kSeed);
  for (auto _ : state) {
    const auto position = static_cast<std::uint32_t>(random() % (std::uint64_t{items} * 2));
    benchmark::DoNotOptimize(index.find(position));
  }
  state.SetItemsProcessed(state.iterations());
}

void index_of(benchmark::State& state) {
  const auto items = static_cast<std::uint32_t>(state.range(0));
  LeafMap leaf_of;
  const OrderIndex index = build(leaf_of, items, 2);
  std::mt19937 random(kSeed);
  for (auto _ : state) {
    benchmark::DoNotOptimize(index.index_of(static_cast<Handle>(random() % items)));
  }
  state.SetItemsProcessed(state.iterations());
}

// One types in the middle: each character is found, and makes the item before it longer.
void typing(benchmark::State& state) {
  const auto items = static_cast<std::uint32_t>(state.range(0));
  LeafMap leaf_of;
  OrderIndex index = build(leaf_of, items, 2);
  std::uint32_t position = items;
  for (auto _ : state) {
    const auto left = index.find_left(position++);
    index.set_visible(left.handle, left.offset + 1);
  }
  benchmark::DoNotOptimize(index.total());
  state.SetItemsProcessed(state.iterations());
}

// As before, but each edit is an item of its own.
void typing_items(benchmark::State& state) {
  const auto items = static_cast<std::uint32_t>(state.range(0));
  LeafMap leaf_of;
  OrderIndex index = build(leaf_of, items, 2);
  std::uint32_t position = items;
  Handle item = items;
  for (auto _ : state) {
    const auto left = index.find_left(position++);
    index.insert_after(left.handle, item++, 1);
  }
  report(state, index, leaf_of, item);
  state.SetItemsProcessed(state.iterations());
}

// Items are cut in two and joined again, as an edit inside one does.
void split_and_join(benchmark::State& state) {
  const auto items = static_cast<std::uint32_t>(state.range(0));
  LeafMap leaf_of;
  OrderIndex index = build(leaf_of, items, 2);
  std::mt19937 random(kSeed);
  for (auto _ : state) {
    const auto at = index.find(static_cast<std::uint32_t>(random() % (std::uint64_t{items} * 2)));
    index.set_visible(at.handle, 1);
    index.insert_after(at.handle, items, 1);
    index.erase(items);
    index.set_visible(at.handle, 2);
  }
  state.SetItemsProcessed(state.iterations());
}

void build_all(benchmark::State& state) {
  const auto items = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    LeafMap leaf_of;
    const OrderIndex index = build(leaf_of, items, 2);
    benchmark::DoNotOptimize(index.total());
    state.PauseTiming();
    report(state, index, leaf_of, items);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * items);
}

BENCHMARK(random_insert)->Arg(60'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(random_find)->Arg(60'000)->Arg(1'000'000);
BENCHMARK(index_of)->Arg(60'000)->Arg(1'000'000);
BENCHMARK(typing)->Arg(1'000)->Arg(1'000'000);
// A fixed number, since each makes the sequence longer.
BENCHMARK(typing_items)->Arg(1'000)->Arg(1'000'000)->Iterations(1'000'000);
BENCHMARK(split_and_join)->Arg(1'000'000);
BENCHMARK(build_all)->Arg(1'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
