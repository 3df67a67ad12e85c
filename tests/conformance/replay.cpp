// Replays files that generate.mjs wrote and compares an engine with what Yjs held at every step:
//   replay [--engine weft|reference] [--log] FILE...
//   replay [--engine ...] --framed UPDATES --root NAME --text EXPECTED
// Ends with 0 when all is equal, 1 at the first divergence, which it explains, 2 at a broken call
// or file. --log tells every step. The second form applies a log of updates (varuint length and
// bytes each) to one document and compares the text of its root NAME with the file EXPECTED.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "describe.hpp"
#include "replay_file.hpp"

namespace weft::conformance {
namespace {

constexpr std::size_t kHexShown = 400;        // bytes of hex in a report
constexpr std::size_t kInvariantsEvery = 16;  // checks between two looks at the invariants
constexpr std::size_t kSmallState = 4096;     // bytes up to which every check looks at them

struct Totals {
  std::uint64_t documents = 0;
  std::uint64_t steps = 0;
  std::uint64_t comparisons = 0;
};

std::optional<Bytes> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

std::string shortened_hex(ByteView bytes) {
  if (bytes.size() <= kHexShown) return to_hex(bytes);
  return to_hex(bytes.first(kHexShown)) + "... (" + std::to_string(bytes.size()) + " bytes)";
}

std::string describe(const Record& record) {
  std::string out;
  if (record.kind == Record::Kind::apply) {
    out = "apply " + to_hex(record.update) + "\n";
    for (const std::string& line : describe_update(record.update)) out += "      " + line + "\n";
  }
  if (record.kind == Record::Kind::undo) {
    out += "manager " + std::to_string(record.history.index) + " action " +
           std::to_string(static_cast<unsigned>(record.history.action)) + "\n";
  }
  for (const Edit& edit : record.edits) out += "      " + describe_edit(edit) + "\n";
  return out;
}

/// One document of a replay.
class Replay {
 public:
  Replay(const ReplayFile& file, ReplicaMaker make) : file_(file), make_(make) {
    for (const ClientId client : file.clients()) {
      replicas_.push_back(make(client, file.gc(), file.both()));
      replicas_.back()->make_roots(file.roots());
      if (file.observed()) replicas_.back()->observe(file.roots());
    }
    emitted_.resize(replicas_.size());
  }

  /// False at a divergence, which failure() then describes.
  bool run(const Record& record) {
    Replica& replica = *replicas_[record.replica];
    switch (record.kind) {
      case Record::Kind::apply:
        ++steps_;
        return succeed(replica.apply(record.update)) && compare_emitted(replica, record);
      case Record::Kind::edit:
        ++steps_;
        return succeed(replica.edit(record.edits)) && compare_emitted(replica, record);
      case Record::Kind::check:
        return check(replica, record);
      case Record::Kind::events:
        return compare_text("events", record.events, replica.take_events());
      case Record::Kind::merge:
        return merge(record);
      default:
        return run_history(replica, record);
    }
  }

  const std::string& failure() const { return failure_; }
  const Replica& replica(std::size_t index) const { return *replicas_[index]; }
  std::uint64_t steps() const { return steps_; }
  std::uint64_t comparisons() const { return comparisons_; }

 private:
  bool succeed(const Result<void>& result) {
    if (!result) failure_ = "  refused: " + message(result.error()) + "\n";
    return result.has_value();
  }

  bool run_history(Replica& replica, const Record& record) {
    History* history = replica.history();
    if (history == nullptr) {
      failure_ = "  this engine has no history\n";
      return false;
    }
    std::string problem;
    switch (record.kind) {
      case Record::Kind::time:
        for (const auto& each : replicas_) each->history()->set_time(record.history.time);
        return true;
      case Record::Kind::manager:
        history->add_manager(record.history.manager);
        return true;
      case Record::Kind::undo:
        ++steps_;
        comparisons_ += 2;
        problem = history->run(record.history);
        break;
      case Record::Kind::places:
        comparisons_ += record.history.made.size() + record.history.found.size();
        problem = history->check_places(record.history);
        break;
      case Record::Kind::delta:
        return compare_text("delta at a snapshot", record.json.front(),
                            history->delta(record.history));
      default:
        return compare_restored(*history, record);
    }
    if (!problem.empty()) failure_ = "  " + problem + "\n";
    return problem.empty() &&
           (record.kind != Record::Kind::undo || compare_emitted(replica, record));
  }

  bool compare_restored(History& history, const Record& record) {
    const auto restored = history.restore(record.history.snapshot, file_.roots());
    if (!restored.problem.empty()) {
      failure_ = "  " + restored.problem + "\n";
      return false;
    }
    for (std::size_t i = 0; i < restored.json.size(); ++i) {
      const std::string what = "restored '" + file_.roots()[i].name + "'";
      if (!compare_text(what, record.json[i], restored.json[i])) return false;
    }
    return compare_update("restored document", record.state, restored.state);
  }

  bool compare_emitted(Replica& replica, const Record& record) {
    if (!compare_emitted_v1(replica, record)) return false;
    const std::vector<Bytes> actual = replica.take_emitted_v2();
    if (actual.size() != record.emitted_v2.size()) {
      failure_ = "  another number of updates in V2 than in V1\n";
      return false;
    }
    for (std::size_t i = 0; i < record.emitted_v2.size(); ++i) {
      Blob expected;
      expected.bytes = record.emitted_v2[i];
      expected.length = expected.bytes.size();
      if (!compare("emitted update in V2", expected, actual[i])) return false;
    }
    return true;
  }

  bool compare_emitted_v1(Replica& replica, const Record& record) {
    const std::vector<Bytes> actual = replica.take_emitted();
    if (actual.empty() && record.emitted.empty()) ++comparisons_;
    for (std::size_t i = 0; i < std::max(actual.size(), record.emitted.size()); ++i) {
      if (i >= actual.size()) {
        failure_ = "  no update was emitted; expected " + to_hex(record.emitted[i]) + "\n";
        return false;
      }
      if (i >= record.emitted.size()) {
        failure_ = "  an update was emitted; expected none: " + to_hex(actual[i]) + "\n";
        return false;
      }
      Blob expected;
      expected.bytes = record.emitted[i];
      expected.length = expected.bytes.size();
      if (!compare_update("emitted update", expected, actual[i])) return false;
      emitted_[record.replica].push_back(actual[i]);
    }
    return true;
  }

  bool check(Replica& replica, const Record& record) {
    const auto since = StateVector::decode(record.since);
    if (!since) return succeed(std::unexpected(since.error()));
    ++comparisons_;
    if (replica.has_pending() != record.pending) {
      failure_ = std::string("  pending: expected ") + (record.pending ? "some" : "none") + "\n";
      return false;
    }
    if (const auto missing = replica.missing()) {
      ++comparisons_;
      if (*missing != record.missing) {
        failure_ = "  missing: expected '" + record.missing + "', found '" + *missing + "'\n";
        return false;
      }
    }
    if (file_.both() && !compare("encodeStateAsUpdateV2", record.state_v2, replica.state_v2())) {
      return false;
    }
    const Bytes state = replica.state({});
    if (!compare_update("encodeStateAsUpdate", record.state, state) ||
        !compare("delete set and state vector", record.snapshot, replica.snapshot()) ||
        !compare_update("encodeStateAsUpdate since " + to_hex(record.since), record.difference,
                        replica.state(*since))) {
      return false;
    }
    for (std::size_t i = 0; i < record.json.size(); ++i) {
      const Root& root = file_.roots()[i];
      const auto actual = replica.json(root);
      if (actual && !compare_text("JSON of '" + root.name + "'", record.json[i], *actual)) {
        return false;
      }
    }
    if (!compare_deltas(replica, record)) return false;
    if (state.size() > kSmallState && ++checks_ % kInvariantsEvery != 0) return true;
    failure_ = replica.broken_invariant();
    if (failure_.empty()) return true;
    failure_ = "  broken invariant: " + failure_ + "\n";
    return false;
  }

  bool compare_deltas(Replica& replica, const Record& record) {
    auto expected = record.delta.begin();
    for (const Root& root : file_.roots()) {
      if (root.kind != TypeKind::text) continue;
      const auto actual = replica.delta(root);
      if (actual && !compare_text("delta of '" + root.name + "'", *expected, *actual)) return false;
      ++expected;
    }
    return true;
  }

  /// All that a replica emitted, merged, is one update that makes the whole document.
  bool merge(const Record& record) {
    const auto merged = replicas_[record.replica]->merge(emitted_[record.replica]);
    if (!merged) return succeed(std::unexpected(merged.error()));
    if (!compare_update("mergeUpdates of all that was emitted", record.merged, *merged)) {
      return false;
    }
    const auto fresh = make_(0, file_.gc(), false);
    return succeed(fresh->apply(*merged)) &&
           compare_update("document made of the merged update", record.state, fresh->state({}));
  }

  bool compare(const std::string& what, const Blob& expected, ByteView actual) {
    ++comparisons_;
    if (expected.matches(actual)) return true;
    failure_ = "  " + what + ": " + std::to_string(expected.length) + " bytes expected, " +
               std::to_string(actual.size()) + " found\n";
    if (expected.hashed) {
      failure_ += "    (the file holds a hash here; generate it with --full-at STEP)\n";
    } else {
      failure_ += "    expected " + shortened_hex(expected.bytes) + "\n";
    }
    failure_ += "    found    " + shortened_hex(actual) + "\n";
    return false;
  }

  bool compare_update(const std::string& what, const Blob& expected, ByteView actual) {
    if (compare(what, expected, actual)) return true;
    if (!expected.hashed) {
      failure_ += describe_difference(describe_update(expected.bytes), describe_update(actual));
    }
    return false;
  }

  bool compare_text(const std::string& what, const Blob& expected, const std::string& actual) {
    if (compare(what, expected, as_bytes(actual))) return true;
    if (!expected.hashed) failure_ += "    expected " + std::string(as_text(expected.bytes)) + "\n";
    failure_ += "    found    " + actual + "\n";
    return false;
  }

  const ReplayFile& file_;
  ReplicaMaker make_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::vector<std::vector<Bytes>> emitted_;
  std::string failure_;
  std::uint64_t steps_ = 0;
  std::uint64_t comparisons_ = 0;
  std::uint64_t checks_ = 0;
};

/// The state that replica `index` had before step `step`.
Bytes state_before(ByteView bytes, ReplicaMaker make, std::uint64_t step, std::size_t index) {
  ReplayFile file(bytes);
  Replay replay(file, make);
  while (const auto record = file.next()) {
    const bool is_step = record->kind == Record::Kind::apply || record->kind == Record::Kind::edit;
    if (is_step && replay.steps() == step) break;
    if (!replay.run(*record)) break;
  }
  return replay.replica(index).state({});
}

void explain(const std::string& path, ByteView bytes, ReplicaMaker make, const Replay& replay,
             const Record& record, const std::string& last_step) {
  const std::uint64_t step = replay.steps() - 1;
  const Bytes before = state_before(bytes, make, step, record.replica);
  std::cout << path << ": diverged at step " << step << ", replica " << record.replica << "\n"
            << replay.failure() << "  step " << step << ": " << last_step
            << "  state of the replica before it: " << shortened_hex(before) << "\n";
}

int replay_one(const std::string& path, ReplicaMaker make, bool log, Totals& totals) {
  const auto bytes = read_file(path);
  if (!bytes) {
    std::cerr << path << ": cannot be read\n";
    return 2;
  }
  ReplayFile file(*bytes);
  Replay replay(file, make);
  std::string last_step;
  while (const auto record = file.next()) {
    if (record->kind == Record::Kind::apply || record->kind == Record::Kind::edit ||
        record->kind == Record::Kind::undo) {
      last_step = describe(*record);
      if (log) {
        std::cout << "step " << replay.steps() << " replica " << record->replica << "\n"
                  << last_step;
      }
    }
    if (!replay.run(*record)) {
      std::cout << file.description() << "\n";
      explain(path, *bytes, make, replay, *record, last_step);
      return 1;
    }
  }
  if (!file.ok()) {
    std::cerr << path << ": is not a whole replay\n";
    return 2;
  }
  ++totals.documents;
  totals.steps += replay.steps();
  totals.comparisons += replay.comparisons();
  return 0;
}

struct Arguments {
  ReplicaMaker make = make_weft_replica;
  bool log = false;
  std::string framed;
  std::string root = "text";
  std::string text;
  std::vector<std::string> files;
};

int apply_framed(const Arguments& arguments) {
  const auto updates = read_file(arguments.framed);
  const auto expected = read_file(arguments.text);
  if (!updates || !expected) {
    std::cerr << "cannot read " << (updates ? arguments.text : arguments.framed) << "\n";
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  const auto replica = arguments.make(1, true, false);
  encoding::Reader reader(*updates);
  std::uint64_t count = 0;
  for (; !reader.at_end(); ++count) {
    const ByteView update = reader.varbytes();
    if (!reader.ok() || !replica->apply(update)) {
      std::cerr << arguments.framed << ": update " << count << " was refused\n";
      return 1;
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const Value text = std::string(as_text(*expected));
  if (replica->json({TypeKind::text, arguments.root}) != text.to_json()) {
    std::cout << arguments.framed << ": another text than " << arguments.text << "\n";
    return 1;
  }
  std::cout << count << " updates applied in " << seconds.count() << " s: the text is equal\n";
  return 0;
}

std::optional<Arguments> parse(std::span<char*> words) {
  Arguments arguments;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string word = words[i];
    std::string* value = word == "--framed" ? &arguments.framed
                         : word == "--root" ? &arguments.root
                         : word == "--text" ? &arguments.text
                                            : nullptr;
    if (word == "--log") {
      arguments.log = true;
    } else if (word == "--engine" && i + 1 < words.size()) {
      const std::string engine = words[++i];
      if (engine != "weft" && engine != "reference") return std::nullopt;
      arguments.make = engine == "weft" ? make_weft_replica : make_reference_replica;
    } else if (value != nullptr && i + 1 < words.size()) {
      *value = words[++i];
    } else if (word.starts_with("--")) {
      return std::nullopt;
    } else {
      arguments.files.push_back(word);
    }
  }
  if (arguments.files.empty() && arguments.framed.empty()) return std::nullopt;
  return arguments;
}

int run(std::span<char*> words) {
  const auto arguments = parse(words);
  if (!arguments) {
    std::cerr
        << "usage: replay [--engine weft|reference] [--log] FILE...\n"
           "       replay [--engine weft|reference] --framed UPDATES --root NAME --text FILE\n";
    return 2;
  }
  if (!arguments->framed.empty()) return apply_framed(*arguments);
  Totals totals;
  for (const std::string& path : arguments->files) {
    const int status = replay_one(path, arguments->make, arguments->log, totals);
    if (status != 0) return status;
  }
  std::cout << totals.documents << " documents, " << totals.steps << " steps, "
            << totals.comparisons << " comparisons: equal\n";
  return 0;
}

}  // namespace
}  // namespace weft::conformance

int main(int argc, char** argv) {
  return weft::conformance::run({argv, static_cast<std::size_t>(argc)});
}
