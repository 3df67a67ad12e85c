// A replica's own edits, and what costs most in theory: local/ and apply/ on made-up documents.
#include <cstdlib>
#include <random>

#include <weft/doc.hpp>
#include <weft/inspect.hpp>
#include <weft/update.hpp>

#include "inputs.hpp"
#include "measure.hpp"

namespace {

using namespace weft;
using bench::Edit;
using bench::Measure;
using benchmark::State;

constexpr std::uint32_t kSeed = 42;

enum class Way { plain, event, one_transaction };

void type(Text& text, Transaction& txn, const Edit& edit) {
  if (edit.removed > 0) static_cast<void>(text.remove(txn, edit.position, edit.removed));
  if (!edit.inserted.empty()) static_cast<void>(text.insert(txn, edit.position, edit.inserted));
}

void typing(State& state, const std::vector<Edit>& edits, Way way) {
  Measure measure(state);
  for (auto _ : state) {
    Doc doc;
    Text text = doc.text("text");
    Subscription subscription;
    std::vector<Bytes> log;
    if (way == Way::event) {
      log.reserve(edits.size());
      subscription = doc.on_update([&](const UpdateEvent& event) {
        log.emplace_back(event.update.begin(), event.update.end());
      });
    }
    measure.time([&] {
      if (way == Way::one_transaction) {
        Transaction txn = doc.transact();
        for (const Edit& edit : edits) type(text, txn, edit);
      } else {
        for (const Edit& edit : edits) {
          Transaction txn = doc.transact();
          type(text, txn, edit);
        }
      }
    });
    Doc copy;
    const bool same = copy.apply_update(doc.encode_state_as_update()).has_value() &&
                      copy.text("text").to_string() == text.to_string();
    measure.check(same, "a copy has another text");
    if (way != Way::event) continue;
    Doc follower;
    for (const Bytes& update : log) static_cast<void>(follower.apply_update(update));
    measure.check(follower.text("text").to_string() == text.to_string(), "the log is not the text");
  }
  measure.per("edit", edits.size());
  measure.finish();
}

constexpr std::uint32_t kInserts = 20'000;

// One character after the other at random places.
void insert_at_random(Text& text, Transaction& txn, std::mt19937& random, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto place = static_cast<std::uint32_t>(random() % (std::uint64_t{text.length()} + 1));
    static_cast<void>(text.insert(txn, place, "x"));
  }
}

// A text of as many items as the benchmark's argument says.
void fill(Doc& doc, std::mt19937& random, std::int64_t items) {
  Text text = doc.text("text");
  Transaction txn = doc.transact();
  insert_at_random(text, txn, random, items);
}

void random_insert(State& state) {
  Measure measure(state);
  Doc doc;
  Text text = doc.text("text");
  std::mt19937 random(kSeed);
  fill(doc, random, state.range(0));
  std::vector<std::uint32_t> places(kInserts);
  for (auto _ : state) {
    const std::uint32_t before = text.length();
    for (std::uint32_t i = 0; i < kInserts; ++i)
      places[i] = static_cast<std::uint32_t>(random() % (before + i + 1));
    measure.time([&] {
      for (const std::uint32_t place : places) {
        Transaction txn = doc.transact();
        static_cast<void>(text.insert(txn, place, "y"));
      }
    });
    measure.check(text.length() == before + kInserts, "an insertion is missing");
  }
  measure.per("edit", kInserts);
  measure.finish();
}

// The same as it comes to another replica, which nobody has asked for a position.
void random_apply(State& state) {
  Measure measure(state);
  Doc author;
  Text text = author.text("text");
  std::mt19937 random(kSeed);
  fill(author, random, state.range(0));
  Doc follower;
  static_cast<void>(follower.apply_update(author.encode_state_as_update()));
  std::vector<Bytes> log;
  const Subscription subscription = author.on_update([&](const UpdateEvent& event) {
    log.emplace_back(event.update.begin(), event.update.end());
  });
  for (auto _ : state) {
    log.clear();
    for (std::uint32_t i = 0; i < kInserts; ++i) {
      Transaction txn = author.transact();
      insert_at_random(text, txn, random, 1);
    }
    measure.time([&] {
      for (const Bytes& update : log) static_cast<void>(follower.apply_update(update));
    });
    measure.check(follower.text("text").length() == text.length(), "an update is missing");
  }
  measure.per("update", kInserts);
  measure.finish();
}

void random_load(State& state) {
  Measure measure(state);
  Bytes update;
  {
    Doc author;
    std::mt19937 random(kSeed);
    fill(author, random, state.range(0));
    update = author.encode_state_as_update();
  }
  for (auto _ : state) {
    Doc doc;
    measure.time([&] { static_cast<void>(doc.apply_update(update)); });
    measure.check(doc.text("text").length() == state.range(0), "a character is missing");
  }
  measure.per("struct", static_cast<std::size_t>(state.range(0)));
  measure.finish();
}

// A document that was written a hundred times over, as B4x100 of crdt-benchmarks.
void load_many_times(State& state, const std::vector<Edit>& edits) {
  constexpr int kTimes = 100;
  Measure measure(state);
  Bytes update;
  {
    Doc author;
    Text text = author.text("text");
    for (int i = 0; i < kTimes; ++i) {
      for (const Edit& edit : edits) {
        Transaction txn = author.transact();
        type(text, txn, edit);
      }
    }
    update = author.encode_state_as_update();
  }
  const StateVector expected = state_vector_from_update(update).value_or(StateVector{});
  for (auto _ : state) {
    Doc doc;
    measure.time([&] { static_cast<void>(doc.apply_update(update)); });
    measure.check(doc.state_vector() == expected, "the update did not load");
  }
  const auto summary = inspect_update(update, Encoding::v1);
  measure.per("struct", summary ? static_cast<std::size_t>(summary->structs) : 1);
  measure.bytes(update.size());
  measure.finish();
}

void scattered_deletes(State& state) {
  constexpr std::uint32_t kDeletes = 40'000;
  constexpr std::uint32_t kEvery = 5;
  Measure measure(state);
  Doc author;
  Text text = author.text("text");
  {
    Transaction txn = author.transact();
    static_cast<void>(text.insert(txn, 0, std::string(kDeletes * kEvery, 'a')));
  }
  const Bytes base = author.encode_state_as_update();
  const StateVector before = author.state_vector();
  {
    Transaction txn = author.transact();
    for (std::uint32_t i = kDeletes; i-- > 0;) {
      static_cast<void>(text.remove(txn, i * kEvery + 2, 1));
    }
  }
  const Bytes deletes = author.encode_state_as_update(before);
  for (auto _ : state) {
    Doc doc;
    static_cast<void>(doc.apply_update(base));
    measure.time([&] { static_cast<void>(doc.apply_update(deletes)); });
    measure.check(doc.text("text").length() == kDeletes * (kEvery - 1), "a deletion is missing");
  }
  measure.per("delete", kDeletes);
  measure.finish();
}

// Everybody has inserted at the same place; `ascending` is the order of client ids.
void one_position(State& state, bool ascending) {
  constexpr std::uint32_t kClients = 3'000;
  Measure measure(state);
  std::vector<Bytes> updates;
  for (std::uint32_t i = 0; i < kClients; ++i) {
    Doc doc({.client_id = 1000 + (ascending ? i : kClients - i)});
    {
      Transaction txn = doc.transact();
      static_cast<void>(doc.text("text").insert(txn, 0, "x"));
    }
    updates.push_back(doc.encode_state_as_update());
  }
  for (auto _ : state) {
    Doc doc;
    measure.time([&] {
      for (const Bytes& update : updates) static_cast<void>(doc.apply_update(update));
    });
    measure.check(doc.text("text").length() == kClients, "a character is missing");
  }
  measure.per("update", kClients);
  measure.finish();
}

template <typename Run>
auto* add(const std::string& name, Run run) {
  return benchmark::RegisterBenchmark(name.c_str(), run)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  struct Input {
    std::string name;
    std::vector<Edit> edits;
  };
  const Input inputs[] = {{"typing", bench::read_edits("typing")},
                          {"automerge-paper", bench::read_edits("automerge-paper")}};
  for (const Input& input : inputs) {
    if (input.edits.empty()) continue;
    const auto run = [&input](Way way) {
      return [&input, way](State& s) { typing(s, input.edits, way); };
    };
    add("local/" + input.name, run(Way::plain));
    add("local/" + input.name + "/event", run(Way::event));
    add("local/" + input.name + "/one_transaction", run(Way::one_transaction));
  }
  // Numbers of runs are given where a large document would be made anew to find one.
  constexpr std::int64_t kRuns = 8;
  const bool quick = std::getenv("WEFT_BENCH_QUICK") != nullptr;
  for (std::int64_t items = 1'000; items <= (quick ? 1'000'000 : 10'000'000); items *= 10) {
    add("local/random_insert", random_insert)->Arg(items)->Iterations(kRuns);
    add("apply/random_insert", random_apply)->Arg(items)->Iterations(kRuns);
    add("load/random_insert", random_load)->Arg(items)->Iterations(kRuns);
  }
  if (!inputs[1].edits.empty() && !quick) {
    add("load/automerge-paper-x100/v1", [&](State& s) {
      load_many_times(s, inputs[1].edits);
    })->Iterations(kRuns);
  }
  add("apply/scattered_deletes", scattered_deletes);
  add("apply/one_position/ascending", [](State& s) { one_position(s, true); });
  add("apply/one_position/descending", [](State& s) { one_position(s, false); });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
