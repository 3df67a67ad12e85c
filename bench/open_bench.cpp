// Opening a document whose log has 100,000 small updates and no checkpoint: reading the records
// alone, and reading and building the document, written by nobody in particular or by two users.
#include <functional>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include <weft/doc.hpp>
#include <weft/text.hpp>

#include "persistence/memory/memory_store.hpp"
#include "session/shared_doc.hpp"

namespace {

using namespace weft;

constexpr int kUpdates = 100'000;
constexpr const char* kName = "doc";

/// A keystroke an update, now and then elsewhere in the text; `users` take turns of 50 keys.
std::shared_ptr<persistence::MemoryDisk> typed(int users) {
  auto disk = std::make_shared<persistence::MemoryDisk>();
  persistence::MemoryStore store({.disk = disk, .now_ms = [] { return 1; }, .limits = {}});
  Doc doc;
  Text text = doc.text("t");
  Bytes update;
  const Subscription heard = doc.on_update(
      [&](const UpdateEvent& event) { update.assign(event.update.begin(), event.update.end()); });
  std::uint32_t at = 0;
  for (int i = 0; i < kUpdates; ++i) {
    if (i % 100 == 99) at = static_cast<std::uint32_t>(i) * 7919U % text.length();
    {
      Transaction txn = doc.transact();
      static_cast<void>(text.insert(txn, at++, "x"));
    }
    const std::string user = users == 0 ? "" : "user " + std::to_string(i / 50 % users);
    const persistence::Update entry{static_cast<persistence::Sequence>(i + 1),
                                    std::make_shared<const Bytes>(update),
                                    Encoding::v1,
                                    {user, ""}};
    static_cast<void>(store.append(kName, entry, [](const auto&) {}));
    store.drain();
  }
  return disk;
}

void read_log(benchmark::State& state) {
  const auto disk = typed(static_cast<int>(state.range(0)));
  persistence::MemoryStore store({.disk = disk, .now_ms = [] { return 1; }, .limits = {}});
  for (auto _ : state) {
    std::size_t count = 0;
    static_cast<void>(
        store.load(kName, [&](const auto& loaded) { count = loaded->updates.size(); }));
    store.drain();
    if (count != kUpdates) state.SkipWithError("the log is not whole");
  }
}
BENCHMARK(read_log)->Arg(0)->Arg(2)->Unit(benchmark::kMillisecond);

void open_document(benchmark::State& state) {
  const auto disk = typed(static_cast<int>(state.range(0)));
  persistence::MemoryStore store({.disk = disk, .now_ms = [] { return 1; }, .limits = {}});
  const session::Environment environment{.store = &store,
                                         .post = [](const std::function<void()>& work) { work(); },
                                         .random = [] { return std::uint64_t{7}; },
                                         .limits = {},
                                         .retention = {}};
  for (auto _ : state) {
    const auto doc = std::make_shared<session::SharedDoc>(kName, environment);
    doc->load();
    store.drain();
    if (!doc->ready()) state.SkipWithError("not loaded");
  }
}
BENCHMARK(open_document)->Arg(0)->Arg(2)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
