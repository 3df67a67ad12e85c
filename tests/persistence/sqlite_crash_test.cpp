// Acknowledged means on disk: processes that are killed, and logs that were torn.
// Failures print the seed; WEFT_SEED=N replays the moments (not the scheduling).
#include <array>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "child.hpp"
#include "crash_content.hpp"
#include "support.hpp"

using namespace weft;
using namespace weft::persistence;
using namespace weft::persistence::test;

namespace {

struct Acknowledged {
  std::array<Sequence, kCrashDocuments> updates = {};
  std::array<Sequence, kCrashDocuments> checkpoints = {};
  std::size_t count = 0;

  void note(const std::string& line) {
    std::istringstream words(line);
    std::string kind;
    std::size_t document = 0;
    Sequence sequence = 0;
    words >> kind >> document >> sequence;
    INFO(line);
    REQUIRE((kind == "u" || kind == "c"));
    REQUIRE(document < kCrashDocuments);
    Sequence& known = (kind == "u" ? updates : checkpoints)[document];
    if (kind == "u") REQUIRE(sequence == known + 1);
    known = sequence;
    ++count;
  }
};

std::uint64_t first_seed() {
  const char* given = std::getenv("WEFT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

std::unique_ptr<DocumentStore> open_in(const std::filesystem::path& folder) {
  SqliteOptions options;
  options.folder = folder;
  options.now_ms = [] { return std::int64_t{5}; };
  auto store = open_sqlite_store(std::move(options));
  if (!store) FAIL(store.error().message);
  return std::move(*store);
}

StoreResult<LoadedDocument> load_from(DocumentStore& store, const std::string& name) {
  auto promise = std::make_shared<std::promise<StoreResult<LoadedDocument>>>();
  auto loaded = promise->get_future();
  REQUIRE(store.load(name, [promise](StoreResult<LoadedDocument> result) {
    promise->set_value(std::move(result));
  }));
  return loaded.get();
}

// Every record is what was sent under its sequence; load itself has checked gaps and checksums.
void check_contents(int document, const LoadedDocument& loaded) {
  Sequence expected = 1;
  if (loaded.checkpoint) {
    const Sequence up_to = loaded.checkpoint->up_to;
    REQUIRE(loaded.checkpoint->state == crash_content('c', document, up_to));
    expected = up_to + 1;
  }
  for (const StoredUpdate& update : loaded.updates) {
    REQUIRE(update.sequence == expected);
    REQUIRE(std::ranges::equal(update.bytes, crash_content('u', document, expected)));
    ++expected;
  }
  REQUIRE(loaded.sequence == expected - 1);
}

}  // namespace

TEST_CASE("kill -9 among appends loses nothing that was acknowledged", "[sqlite][crash]") {
  const std::uint64_t seed = first_seed();
  INFO("WEFT_SEED=" << seed);
  std::mt19937_64 random(seed);
  const TemporaryFolder folder;
  Acknowledged acknowledged;
  for (int round = 0; round < 20; ++round) {
    CAPTURE(round);
    Child child({"append", folder.path()});
    REQUIRE(child.read_line() == "ready");
    // So many acknowledgements later, and then at any point of what comes next.
    for (std::uint64_t lines = random() % 400; lines > 0; --lines) {
      const auto line = child.read_line();
      REQUIRE(line);
      acknowledged.note(*line);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 10'000));
    child.kill();
    while (const auto line = child.read_line()) acknowledged.note(*line);
    REQUIRE(child.wait() == -9);

    const auto store = open_in(folder.path());
    for (int document = 0; document < kCrashDocuments; ++document) {
      CAPTURE(document);
      const auto loaded = load_from(*store, crash_name(document));
      if (!loaded) FAIL(loaded.error().message);
      const auto index = static_cast<std::size_t>(document);
      REQUIRE(loaded->sequence >= acknowledged.updates[index]);
      const Sequence up_to = loaded->checkpoint ? loaded->checkpoint->up_to : 0;
      REQUIRE(up_to >= acknowledged.checkpoints[index]);
      check_contents(document, *loaded);
      // Stored, but killed before it was said: the next process goes on after it.
      acknowledged.updates[index] = loaded->sequence;
    }
  }
  CAPTURE(acknowledged.count);
  REQUIRE(acknowledged.count > 100);
}

TEST_CASE("a journal that was torn anywhere gives a prefix, one that was damaged says so",
          "[sqlite][crash]") {
  const std::uint64_t seed = first_seed();
  INFO("WEFT_SEED=" << seed);
  std::mt19937_64 random(seed);
  SqliteBench bench;
  for (Sequence sequence = 1; sequence <= 40; ++sequence)
    REQUIRE(append(bench, crash_name(0),
                   {sequence,
                    std::make_shared<const Bytes>(crash_content('u', 0, sequence)),
                    Encoding::v1,
                    {}}));
  const std::filesystem::path segment =
      std::filesystem::directory_iterator(bench.folder() / kJournalFolderName)->path();
  const std::uintmax_t bytes = std::filesystem::file_size(segment);
  Sequence most = 0;
  int damaged = 0;
  for (int cut = 0; cut < 80; ++cut) {
    const TemporaryFolder copy;
    const auto journal = copy.path() / kJournalFolderName;
    std::filesystem::create_directory(journal);
    std::filesystem::copy_file(bench.file(), copy.path() / kSqliteFileName);
    std::filesystem::copy_file(bench.file().string() + "-wal",
                               (copy.path() / kSqliteFileName).string() + "-wal");
    const auto copied = journal / segment.filename();
    std::filesystem::copy_file(segment, copied);
    const std::uintmax_t keep = cut == 0 ? bytes : random() % (bytes + 1);
    CAPTURE(cut, keep);
    if (cut % 2 == 0) {
      std::filesystem::resize_file(copied, keep);
    } else if (keep < bytes) {
      std::fstream file(copied, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(keep));
      const int was = file.get();
      file.seekp(static_cast<std::streamoff>(keep));
      file.put(static_cast<char>(was ^ 0x41));
    }
    SqliteOptions options;
    options.folder = copy.path();
    options.now_ms = [] { return std::int64_t{5}; };
    auto opened = open_sqlite_store(std::move(options));
    REQUIRE(opened);
    const auto loaded = load_from(**opened, crash_name(0));
    if (cut % 2 == 1 && !loaded) {
      REQUIRE(code_of(loaded) == StoreErrc::corrupt);
      ++damaged;
      continue;
    }
    if (!loaded) FAIL(loaded.error().message);
    check_contents(0, *loaded);
    if (cut == 0) REQUIRE(loaded->sequence == 40);
    // Only of the last one nobody can tell whether it was ever whole; one of two names is enough.
    if (cut % 2 == 1) REQUIRE((loaded->sequence >= 39 || keep < 28));
    most = std::max(most, cut == 0 ? 0 : loaded->sequence);
  }
  REQUIRE(most > 0);
  REQUIRE(damaged > 10);
}
