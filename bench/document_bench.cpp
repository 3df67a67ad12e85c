// Documents and updates as others sent them: apply/, load/, encode/, merge/, diff/ and memory/ for
// every input. Each result is compared with what Yjs makes of the same bytes.
#include <algorithm>
#include <malloc.h>

#include <weft/doc.hpp>
#include <weft/inspect.hpp>
#include <weft/update.hpp>

#include "inputs.hpp"
#include "measure.hpp"

namespace {

using namespace weft;
using bench::Log;
using bench::Measure;
using benchmark::State;

constexpr std::size_t kBatch = 10'000;  // updates of the smaller merge

bool apply_all(Doc& doc, const Log& log) {
  return std::all_of(log.updates.begin(), log.updates.end(),
                     [&](ByteView update) { return doc.apply_update(update).has_value(); });
}

std::size_t struct_count(ByteView update, Encoding encoding) {
  const auto summary = inspect_update(update, encoding);
  return summary ? static_cast<std::size_t>(summary->structs) : 1;
}

void check_state(Measure& measure, const Doc& doc, const Bytes& expected) {
  measure.check(expected.empty() || doc.encode_state_as_update() == expected,
                "the state is not that of Yjs");
}

enum class Way { plain, event, one_transaction };

void apply(State& state, const Log& log, Way way) {
  Measure measure(state);
  for (auto _ : state) {
    Doc doc;
    std::size_t told = 0;
    Subscription subscription;
    if (way == Way::event) {
      subscription = doc.on_update([&](const UpdateEvent& event) { told += event.update.size(); });
    }
    bool applied = false;
    measure.time([&] {
      if (way == Way::one_transaction) {
        Transaction txn = doc.transact();
        applied = apply_all(doc, log);
      } else {
        applied = apply_all(doc, log);
      }
    });
    measure.check(applied, "an update was refused");
    measure.check(way != Way::event || told > 0, "nothing was told");
    if (way != Way::one_transaction) check_state(measure, doc, log.state);
  }
  measure.per("update", log.updates.size());
  measure.bytes(log.bytes.size());
  measure.finish();
}

void load(State& state, const Bytes& update, Encoding encoding) {
  Measure measure(state);
  StateVector expected = state_vector_from_update(update, encoding).value_or(StateVector{});
  for (auto _ : state) {
    Doc doc;
    bool applied = false;
    measure.time([&] { applied = doc.apply_update(update, encoding).has_value(); });
    measure.check(applied && doc.state_vector() == expected, "the update did not load");
  }
  measure.per("struct", struct_count(update, encoding));
  measure.bytes(update.size());
  measure.finish();
}

void encode(State& state, const Bytes& update, Encoding encoding) {
  Measure measure(state);
  Doc doc;
  measure.check(doc.apply_update(update, encoding).has_value(), "the update was refused");
  std::size_t size = 0;
  for (auto _ : state) {
    Bytes encoded;
    measure.time([&] { encoded = doc.encode_state_as_update({}, encoding); });
    size = encoded.size();
    measure.check(encoded == update, "other bytes than Yjs's");
  }
  measure.per("struct", struct_count(update, encoding));
  measure.bytes(size);
  measure.finish();
}

void merge(State& state, const Log& log, std::size_t count) {
  Measure measure(state);
  const auto updates = std::span(log.updates).first(std::min(count, log.updates.size()));
  Doc expected;
  for (const ByteView update : updates) static_cast<void>(expected.apply_update(update));
  for (auto _ : state) {
    Result<Bytes> merged;
    measure.time([&] { merged = merge_updates(updates); });
    Doc doc;
    measure.check(merged && doc.apply_update(*merged), "the merge failed");
    measure.check(doc.state_vector() == expected.state_vector(), "the merge lost something");
  }
  measure.per("update", updates.size());
  measure.finish();
}

StateVector half_of(const Log& log) {
  Doc doc;
  for (std::size_t i = 0; i < log.updates.size() / 2; ++i) {
    static_cast<void>(doc.apply_update(log.updates[i]));
  }
  return doc.state_vector();
}

void merge_two(State& state, const Log& log) {
  Measure measure(state);
  const StateVector half = half_of(log);
  const Bytes rest = diff_update(log.state, half).value_or(Bytes{});
  const ByteView both[] = {log.state, rest};
  for (auto _ : state) {
    Result<Bytes> merged;
    measure.time([&] { merged = merge_updates(both); });
    measure.check(merged && merged->size() >= log.state.size() / 2, "the merge failed");
  }
  measure.bytes(log.state.size() + rest.size());
  measure.finish();
}

void diff(State& state, const Log& log) {
  Measure measure(state);
  const StateVector half = half_of(log);
  for (auto _ : state) {
    Result<Bytes> rest;
    measure.time([&] { rest = diff_update(log.state, half); });
    measure.check(rest && rest->size() <= log.state.size(), "the diff failed");
  }
  measure.bytes(log.state.size());
  measure.finish();
}

void state_vector(State& state, const Log& log) {
  Measure measure(state);
  for (auto _ : state) {
    Result<StateVector> vector;
    measure.time([&] { vector = state_vector_from_update(log.state); });
    measure.check(vector && !vector->entries().empty(), "no state vector");
  }
  measure.bytes(log.state.size());
  measure.finish();
}

std::size_t heap_bytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// The time that counts is that of the load, or the number of runs would know no end.
void memory(State& state, const Bytes& update, Encoding encoding) {
  Measure measure(state);
  const std::size_t structs = struct_count(update, encoding);
  std::size_t bytes = 0;
  std::size_t text = 0;
  for (auto _ : state) {
    const std::size_t before = heap_bytes();
    auto doc = std::make_unique<Doc>();
    bool applied = false;
    measure.time([&] { applied = doc->apply_update(update, encoding).has_value(); });
    measure.check(applied, "the update was refused");
    bytes = heap_bytes() - before;
    text = 0;
    for (const std::string& root : doc->root_names()) text += doc->text(root).to_string().size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
  state.counters["bytes/struct"] =
      (static_cast<double>(bytes) - static_cast<double>(text)) / static_cast<double>(structs);
}

template <typename Run>
void add(const std::string& name, Run run) {
  benchmark::RegisterBenchmark(name.c_str(), run)->UseManualTime()->Unit(benchmark::kMillisecond);
}

void add_whole(const std::string& name, const Bytes& update, Encoding encoding) {
  const std::string suffix = name + (encoding == Encoding::v1 ? "/v1" : "/v2");
  add("load/" + suffix, [&update, encoding](State& s) { load(s, update, encoding); });
  add("encode/" + suffix, [&update, encoding](State& s) { encode(s, update, encoding); });
  add("memory/" + suffix, [&update, encoding](State& s) { memory(s, update, encoding); });
}

void add_log(const Log& log) {
  add("apply/" + log.name, [&log](State& s) { apply(s, log, Way::plain); });
  add("apply/" + log.name + "/event", [&log](State& s) { apply(s, log, Way::event); });
  add("apply/" + log.name + "/one_transaction",
      [&log](State& s) { apply(s, log, Way::one_transaction); });
  if (log.updates.size() > kBatch) {
    add("merge/" + log.name + "/first", [&log](State& s) { merge(s, log, kBatch); });
  }
  add("merge/" + log.name + "/all", [&log](State& s) { merge(s, log, log.updates.size()); });
  add("merge/" + log.name + "/two", [&log](State& s) { merge_two(s, log); });
  add("diff/" + log.name, [&log](State& s) { diff(s, log); });
  add("diff/" + log.name + "/state_vector", [&log](State& s) { state_vector(s, log); });
  add_whole(log.name, log.state, Encoding::v1);
}

}  // namespace

int main(int argc, char** argv) {
  const auto logs = bench::read_logs();
  const auto wholes = bench::read_wholes();
  std::vector<Bytes> converted;
  converted.reserve(logs.size() + wholes.size());
  for (const Log& log : logs) {
    add_log(log);
    converted.push_back(convert_update(log.state, Encoding::v1, Encoding::v2).value_or(Bytes{}));
    add_whole(log.name, converted.back(), Encoding::v2);
  }
  for (const auto& [name, v2] : wholes) {
    converted.push_back(convert_update(v2, Encoding::v2, Encoding::v1).value_or(Bytes{}));
    add_whole(name, converted.back(), Encoding::v1);
    add_whole(name, v2, Encoding::v2);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
