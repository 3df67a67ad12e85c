// The journal over a disk that keeps only what was synced: it crashes and fails at every call.
#include "persistence/journal/journal.hpp"

#include <map>
#include <random>
#include <set>

#include "persistence/log_store.hpp"
#include "persistence/sqlite/journaled_tables.hpp"
#include "persistence/sqlite/schema.hpp"
#include "support.hpp"

using namespace weft;
using namespace weft::persistence;
using namespace weft::persistence::test;
namespace journal = weft::persistence::journal;

namespace {

/// Files that a crash cuts back to what was synced and a part of what was not.
struct SimulatedDisk {
  struct Content {
    Bytes bytes;
    std::size_t synced = 0;
  };
  enum class Fault : std::uint8_t { none, error, crash };

  std::map<std::uint64_t, std::shared_ptr<Content>> files;
  std::mt19937_64 random;
  std::size_t calls = 0;
  std::size_t fault_at = 0;  // 0: never
  Fault fault = Fault::none;
  bool crashed = false;

  /// True: this call must fail.
  bool strikes() {
    if (crashed) return true;
    if (++calls != fault_at) return false;
    crashed = fault == Fault::crash;
    return true;
  }
  void restart() {
    for (auto& [number, content] : files) {
      const std::size_t loose = content->bytes.size() - content->synced;
      content->bytes.resize(content->synced + (loose == 0 ? 0 : random() % (loose + 1)));
      content->synced = content->bytes.size();
    }
    crashed = false;
    fault_at = 0;
  }
};

std::unexpected<StoreError> struck() {
  return std::unexpected(StoreError{StoreErrc::unavailable, "struck by the test"});
}

class SimulatedFile final : public journal::File {
 public:
  SimulatedFile(SimulatedDisk& disk, std::shared_ptr<SimulatedDisk::Content> content)
      : disk_(disk), content_(std::move(content)) {}
  StoreResult<void> append(ByteView bytes) override {
    const bool strikes = disk_.strikes();
    if (strikes) bytes = bytes.first(disk_.random() % (bytes.size() + 1));
    content_->bytes.insert(content_->bytes.end(), bytes.begin(), bytes.end());
    if (strikes) return struck();
    return {};
  }
  StoreResult<void> sync() override {
    if (disk_.strikes()) return struck();
    content_->synced = content_->bytes.size();
    return {};
  }
  StoreResult<Bytes> read(std::uint64_t size) const override {
    if (disk_.crashed) return struck();
    return Bytes(content_->bytes.begin(),
                 content_->bytes.begin() + static_cast<std::ptrdiff_t>(size));
  }

 private:
  SimulatedDisk& disk_;
  std::shared_ptr<SimulatedDisk::Content> content_;
};

class SimulatedFolder final : public journal::Folder {
 public:
  explicit SimulatedFolder(SimulatedDisk& disk) : disk_(disk) {}
  StoreResult<std::vector<std::uint64_t>> list() override {
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, content] : disk_.files) numbers.push_back(number);
    return numbers;
  }
  StoreResult<Bytes> read(std::uint64_t number) override { return disk_.files.at(number)->bytes; }
  StoreResult<std::shared_ptr<journal::File>> open(std::uint64_t number) override {
    return std::make_shared<SimulatedFile>(disk_, disk_.files.at(number));
  }
  StoreResult<std::shared_ptr<journal::File>> create(std::uint64_t number) override {
    if (disk_.strikes()) return struck();
    auto content = std::make_shared<SimulatedDisk::Content>();
    disk_.files[number] = content;
    return std::make_shared<SimulatedFile>(disk_, std::move(content));
  }
  StoreResult<void> remove(std::uint64_t number) override {
    if (disk_.strikes()) return struck();
    disk_.files.erase(number);
    return {};
  }
  StoreResult<void> sync() override {
    if (disk_.strikes()) return struck();
    return {};
  }

 private:
  SimulatedDisk& disk_;
};

/// The SQLite store over a simulated disk for its journal. Segments are tiny, so that a short
/// scenario fills some and moves some.
class JournalBench final : public ThreadedBench {
 public:
  explicit JournalBench(SimulatedDisk& disk) : ThreadedBench({}), disk_(disk) { open(); }
  ~JournalBench() override {
    if (store_) static_cast<void>(store_->close(std::chrono::seconds(10)));
  }
  std::uint64_t database_bytes_max = 0;
  journal::JournalLimits limits{1500, 400};

  void open() override {
    const auto error = try_open();
    if (error) FAIL(error->message);
  }
  std::optional<StoreError> try_open() {
    const auto file = folder_.path() / kSqliteFileName;
    auto writing = sqlite::open_database(file, {std::chrono::seconds(1), database_bytes_max, 5});
    if (!writing) return writing.error();
    auto tables = sqlite::make_tables(std::move(*writing));
    if (!tables) return tables.error();
    auto folder = std::make_unique<SimulatedFolder>(disk_);
    auto recovered = sqlite::recover_journal(*folder, **tables);
    if (!recovered) return recovered.error();
    const auto held =
        std::make_shared<journal::Journal>(std::move(folder), recovered->next_number, limits);
    held->adopt(std::move(recovered->left));
    auto reading = sqlite::open_for_reading(file, std::chrono::seconds(1));
    if (!reading) return reading.error();
    LogStoreParts parts;
    parts.tables = sqlite::make_journaled_tables(std::move(*tables), held);
    parts.readers.push_back(*sqlite::make_reader(std::move(*reading), held));
    parts.now_ms = clock();
    store_ = make_log_store(std::move(parts));
    return std::nullopt;
  }

 private:
  SimulatedDisk& disk_;
  TemporaryFolder folder_;
};

std::string text_of(const std::string& name, int life, Sequence sequence) {
  return name + "." + std::to_string(life) + "." + std::to_string(sequence) +
         std::string(sequence * 7 % 30, '.');
}

/// What was confirmed, against what is there. A write that was under way may be there too.
class Scenario {
 public:
  Scenario(JournalBench& bench, std::uint64_t seed) : bench_(bench), random_(seed) {}

  /// False: a write failed.
  bool step() {
    const std::string name(1, static_cast<char>('a' + random_() % 4));
    Document& document = documents_[name];
    switch (random_() % 16) {
      case 0:
        return remove(name, document);
      case 1:
      case 2:
        return checkpoint(name, document);
      default:
        return append_some(name, document);
    }
  }

  void check() {
    for (auto& [name, document] : documents_) {
      CAPTURE(name);
      const auto loaded = load(bench_, name);
      if (!loaded) FAIL(loaded.error().message);
      if (document.removing && loaded->sequence == 0) {
        document = Document{0, 0, document.life + 1, false};
        continue;
      }
      CHECK(loaded->sequence >= document.last);
      const Sequence up_to = loaded->checkpoint ? loaded->checkpoint->up_to : 0;
      CHECK(up_to >= document.up_to);
      Sequence next = up_to + 1;
      for (const StoredUpdate& update : loaded->updates) {
        CHECK(update.sequence == next);
        CHECK(as_text(update.bytes) == text_of(name, document.life, next));
        ++next;
      }
      CHECK(loaded->sequence == next - 1);
      document.last = loaded->sequence;
      document.up_to = up_to;
      document.removing = false;
    }
  }

 private:
  struct Document {
    Sequence last = 0;
    Sequence up_to = 0;
    int life = 0;
    bool removing = false;
  };

  bool append_some(const std::string& name, Document& document) {
    std::vector<Pending<Sequence>> sent;
    const std::uint64_t count = 1 + random_() % 3;
    bench_.hold();  // one group, so that a seed always makes the same calls
    for (std::uint64_t i = 1; i <= count; ++i)
      sent.push_back(start_append(
          bench_, name,
          update_of(document.last + i, text_of(name, document.life, document.last + i))));
    bench_.release();
    bool good = true;
    for (auto& pending : sent) {
      if (pending.wait(bench_)) {
        CHECK(good);
        ++document.last;
      } else {
        good = false;
      }
    }
    return good;
  }

  bool checkpoint(const std::string& name, Document& document) {
    const Sequence up_to = document.up_to + random_() % (document.last - document.up_to + 1);
    if (!test::checkpoint(bench_, name, checkpoint_of(up_to, "state"))) return false;
    document.up_to = up_to;
    return true;
  }

  bool remove(const std::string& name, Document& document) {
    document.removing = true;
    if (!test::remove(bench_, name)) return false;
    document = Document{0, 0, document.life + 1, false};
    return true;
  }

  JournalBench& bench_;
  std::mt19937_64 random_;
  std::map<std::string, Document> documents_;
};

}  // namespace

TEST_CASE("the journal: a crash at any call of the disk loses nothing that was confirmed",
          "[sqlite][crash]") {
  std::size_t calls = 1;
  for (std::size_t at = 1; at <= calls; ++at) {
    CAPTURE(at);
    SimulatedDisk disk;
    disk.random.seed(at);
    JournalBench bench(disk);
    Scenario scenario(bench, 7);
    disk.fault = SimulatedDisk::Fault::crash;
    disk.calls = 0;
    disk.fault_at = at;
    int steps = 0;
    while (steps < 36 && !disk.crashed) {
      ++steps;
      if (!scenario.step()) break;
    }
    if (at == 1) {
      // How many calls it makes when nothing happens to it.
      SimulatedDisk whole;
      JournalBench other(whole);
      Scenario again(other, 7);
      for (int i = 0; i < 36; ++i) REQUIRE(again.step());
      calls = whole.calls;
      REQUIRE(calls > 40);
    }
    static_cast<void>(bench.store().close(std::chrono::seconds(10)));
    disk.restart();
    bench.open();
    scenario.check();
    for (int i = 0; i < 10; ++i) REQUIRE(scenario.step());
    bench.reopen();
    scenario.check();
  }
}

TEST_CASE("the journal: a call of the disk that fails, fails its group and nothing else",
          "[sqlite]") {
  // With the second limits each group finds something to move first.
  const auto limits = GENERATE(journal::JournalLimits{1500, 400}, journal::JournalLimits{200, 400});
  CAPTURE(limits.bytes_max);
  for (std::size_t at = 1; at <= 60; ++at) {
    CAPTURE(at);
    SimulatedDisk disk;
    disk.random.seed(at);
    JournalBench bench(disk);
    bench.limits = limits;
    bench.reopen();
    Scenario scenario(bench, at);
    disk.fault = SimulatedDisk::Fault::error;
    disk.calls = 0;
    disk.fault_at = at;
    int failed = 0;
    for (int i = 0; i < 36; ++i) {
      if (scenario.step()) continue;
      ++failed;
      scenario.check();
    }
    REQUIRE(failed <= 1);
    scenario.check();
    // As after a kill: what is void must not come back.
    disk.fault = SimulatedDisk::Fault::crash;
    disk.fault_at = disk.calls + 1;
    static_cast<void>(scenario.step());
    static_cast<void>(bench.store().close(std::chrono::seconds(10)));
    disk.restart();
    bench.open();
    scenario.check();
  }
}

TEST_CASE("the journal: what a full disk leaves there is read where it stands", "[sqlite]") {
  SimulatedDisk disk;
  JournalBench bench(disk);
  const auto text = [](Sequence sequence) {
    return std::to_string(sequence) + std::string(1500, 't');
  };
  std::string expected;
  Sequence last = 0;
  const auto append_some = [&](int count) {
    for (int i = 0; i < count; ++i) {
      ++last;
      REQUIRE(append(bench, "doc", update_of(last, text(last))) == last);
      expected += std::to_string(last) + ":" + text(last) + " ";
    }
  };
  bench.limits = {20'000, 4'000};
  bench.reopen();
  // As by a kill: nothing is moved at the end.
  const auto crash = [&] {
    disk.crashed = true;
    static_cast<void>(bench.store().close(std::chrono::seconds(10)));
    disk.restart();
  };
  append_some(4);
  crash();
  bench.database_bytes_max = 4096;  // the database is larger, and grows no more
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    bench.open();
    REQUIRE(!disk.files.empty());
    REQUIRE(describe(load(bench, "doc")) == expected + "last " + std::to_string(last));
    append_some(1);
    crash();
  }
  // As it stands, it has grown beyond its limit: that is said, and nothing is lost.
  bench.open();
  while (append(bench, "doc", update_of(last + 1, text(last + 1)))) {
    expected += std::to_string(last + 1) + ":" + text(last + 1) + " ";
    REQUIRE(++last < 20);
  }
  REQUIRE(code_of(append(bench, "doc", update_of(last + 1, "more"))) == StoreErrc::disk_full);
  bench.reopen();
  REQUIRE(describe(load(bench, "doc")) == expected + "last " + std::to_string(last));
  bench.database_bytes_max = 0;
  bench.reopen();
  append_some(3);
  bench.reopen();
  REQUIRE(disk.files.empty());
  REQUIRE(describe(load(bench, "doc")) == expected + "last " + std::to_string(last));
}

TEST_CASE("a segment's bytes: what is written is read, and damage is told from the end",
          "[journal]") {
  journal::SegmentEncoder encoder(3);
  Bytes bytes = journal::SegmentEncoder::header(3, 77);
  const auto add = [&](std::int64_t document, Sequence sequence, std::int64_t at_ms,
                       std::string_view user, std::string_view text) {
    const std::uint64_t place = bytes.size();
    Bytes entry;
    encoder.add(document, {sequence, as_bytes(text), Encoding::v2, user, "tab", at_ms}, true, place,
                entry);
    bytes.insert(bytes.end(), entry.begin(), entry.end());
    return entry.size();
  };
  const std::string other(30, 'y');
  add(9, 300, 1'700'000'000'000, "anna", std::string(30, 'x') + "1");
  // Length, stream, time, shared bytes: one byte each; one byte that is new; a checksum of four.
  REQUIRE(add(9, 301, 1'700'000'000'050, "anna", std::string(30, 'x') + "2") == 9);
  add(4, 1, 1'700'000'000'050, "", "");
  add(4, 2, 1'700'000'000'050, "", other);
  add(9, 302, 1'700'000'900'000, "bert", "later");
  add(9, 303, 1'700'000'900'001, "anna", other);
  add(9, 304, 5, "anna", "the clock went back");

  journal::SegmentScan scan(bytes);
  REQUIRE(scan.valid());
  REQUIRE(scan.number() == 3);
  REQUIRE(scan.previous_bytes() == 77);
  std::vector<std::string> found;
  while (const auto each = scan.next()) {
    REQUIRE_FALSE(each->damaged);
    REQUIRE(each->starts_group);
    REQUIRE(each->update.encoding == Encoding::v2);
    REQUIRE(each->update.session == "tab");
    found.push_back(std::to_string(each->document) + ":" + std::to_string(each->update.sequence) +
                    "@" + std::to_string(each->update.created_at_ms) +
                    std::string(each->update.user) + "=" +
                    std::string(as_text(each->update.bytes)));
  }
  const std::string xs(30, 'x');
  REQUIRE(found == std::vector<std::string>{
                       "9:300@1700000000000anna=" + xs + "1", "9:301@1700000000050anna=" + xs + "2",
                       "4:1@1700000000050=", "4:2@1700000000050=" + other,
                       "9:302@1700000900000bert=later", "9:303@1700000900001anna=" + other,
                       "9:304@5anna=the clock went back"});

  for (std::size_t at = 0; at < bytes.size(); ++at) {
    CAPTURE(at);
    Bytes wrong = bytes;
    wrong[at] ^= 0x10;
    journal::SegmentScan damaged(wrong);
    std::size_t sound = 0;
    bool told = !damaged.valid();
    while (const auto each = damaged.next()) {
      told = told || each->damaged;
      if (each->damaged) continue;
      ++sound;
      // What passes is what was written; only its time may rest on one that was lost.
      const std::string passed = ":" + std::to_string(each->update.sequence) + "@";
      const std::string text = "=" + std::string(as_text(each->update.bytes));
      REQUIRE(std::ranges::any_of(found, [&](const std::string& whole) {
        return whole.find(passed) != whole.npos && whole.ends_with(text);
      }));
    }
    // Two entries name each stream; all else is there once.
    REQUIRE(told);
    REQUIRE((!damaged.valid() || sound >= found.size() - 3));
  }
}
