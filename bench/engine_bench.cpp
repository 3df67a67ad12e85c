// The engine on the log of one writer: single characters at random places and, every tenth edit, a
// deletion. The same edits each time, from a fixed seed.
#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <weft/doc.hpp>
#include <weft/update.hpp>

namespace {

using namespace weft;

constexpr std::uint32_t kSeed = 42;

void edit_at_random(Doc& doc, std::mt19937& random) {
  Text text = doc.text("text");
  Transaction txn = doc.transact();
  const std::uint32_t length = text.length();
  if (length > 0 && random() % 10 == 0) {
    static_cast<void>(text.remove(txn, static_cast<std::uint32_t>(random() % length), 1));
  } else {
    static_cast<void>(text.insert(txn, static_cast<std::uint32_t>(random() % (length + 1)), "x"));
  }
}

void write_document(Doc& doc, std::int64_t edits) {
  std::mt19937 random(kSeed);
  for (std::int64_t i = 0; i < edits; ++i) edit_at_random(doc, random);
}

std::vector<Bytes> make_log(std::int64_t edits) {
  std::vector<Bytes> log;
  Doc doc;
  const auto subscription = doc.on_update([&log](const UpdateEvent& event) {
    log.emplace_back(event.update.begin(), event.update.end());
  });
  write_document(doc, edits);
  return log;
}

void count(benchmark::State& state, const std::vector<Bytes>& log) {
  std::size_t bytes = 0;
  for (const Bytes& update : log) bytes += update.size();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(log.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void write_edits(benchmark::State& state) {
  for (auto _ : state) {
    Doc doc;
    write_document(doc, state.range(0));
    benchmark::DoNotOptimize(doc.state_vector());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void apply_log(benchmark::State& state) {
  const auto log = make_log(state.range(0));
  for (auto _ : state) {
    Doc doc;
    for (const Bytes& update : log) {
      if (!doc.apply_update(update)) state.SkipWithError("an update was refused");
    }
    benchmark::DoNotOptimize(doc.state_vector());
  }
  count(state, log);
}

void merge_log(benchmark::State& state) {
  const auto log = make_log(state.range(0));
  const std::vector<ByteView> views(log.begin(), log.end());
  for (auto _ : state) {
    const auto merged = merge_updates(views);
    if (!merged) state.SkipWithError("the log was refused");
    benchmark::DoNotOptimize(merged->data());
  }
  count(state, log);
}

void encode_state(benchmark::State& state) {
  Doc doc;
  write_document(doc, state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) bytes = doc.encode_state_as_update().size();
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

BENCHMARK(write_edits)->Arg(1'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(apply_log)->Arg(1'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(merge_log)->Arg(1'000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(encode_state)->Arg(1'000)->Arg(20'000)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
