// The SQLite store beyond the contract: its settings, its file, its groups, and who may open it.
#include <fstream>
#include <thread>
#include <vector>

#include "child.hpp"
#include "persistence/sqlite/schema.hpp"
#include "persistence/sqlite/sqlite_store.hpp"
#include "support.hpp"

using namespace weft;
using namespace weft::persistence;
using namespace weft::persistence::test;

namespace {

StoreResult<std::unique_ptr<DocumentStore>> open_in(const std::filesystem::path& folder) {
  SqliteOptions options;
  options.folder = folder;
  options.now_ms = [] { return std::int64_t{5}; };
  return open_sqlite_store(std::move(options));
}

std::string message_of(const StoreResult<std::unique_ptr<DocumentStore>>& opened) {
  return opened ? "opened" : opened.error().message;
}

}  // namespace

TEST_CASE("the database syncs its log at every commit", "[sqlite]") {
  const TemporaryFolder folder;
  auto database = sqlite::open_database(folder.path() / "documents.sqlite", {});
  REQUIRE(database);
  REQUIRE(database->query_text("PRAGMA journal_mode") == "wal");
  REQUIRE(database->query_integer("PRAGMA synchronous") == 2);  // FULL
  REQUIRE(database->query_integer("PRAGMA application_id") == sqlite::kApplicationId);
  REQUIRE(database->query_integer("SELECT max(version) FROM schema_version") ==
          sqlite::kSchemaVersion);
}

TEST_CASE("everything that waits shares one commit", "[sqlite]") {
  SqliteBench bench;
  append_a_thousand_at_once(bench);
  const StoreStats stats = bench.store().stats();
  REQUIRE(stats.appends == 1000);
  REQUIRE(stats.commits == 1);
  REQUIRE(stats.commits_failed == 0);
}

TEST_CASE("a long queue is several transactions, each of bounded size", "[sqlite]") {
  SqliteBench bench;
  SECTION("by number") {
    bench.hold();
    std::vector<Pending<Sequence>> writes;
    for (Sequence sequence = 1; sequence <= 5000; ++sequence)
      writes.push_back(start_append(bench, "doc", update_of(sequence, "x")));
    bench.release();
    for (auto& write : writes) REQUIRE(write.wait(bench));
    REQUIRE(bench.store().stats().commits == 2);
  }
  SECTION("by bytes") {
    bench.hold();
    std::vector<Pending<Sequence>> writes;
    const std::string text(std::size_t{3} << 20, 'x');
    for (Sequence sequence = 1; sequence <= 4; ++sequence)
      writes.push_back(start_append(bench, "doc", update_of(sequence, text)));
    bench.release();
    for (auto& write : writes) REQUIRE(write.wait(bench));
    REQUIRE(bench.store().stats().commits == 2);
  }
}

TEST_CASE("a load waits for its own document's writes and for no others", "[sqlite]") {
  SqliteBench bench;
  REQUIRE(append(bench, "quiet", update_of(1, "x")));
  bench.hold();
  auto written = start_append(bench, "busy", update_of(1, "y"));
  auto waiting = start_load(bench, "busy");
  REQUIRE(describe(load(bench, "quiet")) == "1:x last 1");
  REQUIRE_FALSE(waiting.ready());
  bench.release();
  REQUIRE(describe(waiting.wait(bench)) == "1:y last 1");
  REQUIRE(written.wait(bench) == 1u);
}

TEST_CASE("writes of several threads at once are all taken and all answered", "[sqlite]") {
  SqliteBench bench;
  constexpr int kThreads = 4;
  constexpr Sequence kUpdates = 500;
  std::vector<std::thread> threads;
  std::atomic<std::uint64_t> acknowledged = 0;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, name = "doc" + std::to_string(thread)] {
      for (Sequence sequence = 1; sequence <= kUpdates; ++sequence) {
        const auto queued = bench.store().append(
            name, update_of(sequence, "x"), [&acknowledged](const StoreResult<Sequence>& result) {
              if (result) ++acknowledged;
            });
        if (!queued) return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(start_flush(bench).wait(bench));
  REQUIRE(acknowledged == kThreads * kUpdates);
  REQUIRE(bench.store().stats().appends == kThreads * kUpdates);
}

TEST_CASE("one that waits alone is committed alone", "[sqlite]") {
  SqliteBench bench;
  for (Sequence sequence = 1; sequence <= 5; ++sequence)
    REQUIRE(append(bench, "doc", update_of(sequence, "x")));
  REQUIRE(bench.store().stats().commits == 5);
}

TEST_CASE("an update of 64 MiB is kept by default, one more byte is not", "[sqlite]") {
  SqliteBench bench;
  const std::size_t bytes = std::size_t{64} << 20;
  Bytes large(bytes);
  for (std::size_t i = 0; i < bytes; i += 997) large[i] = static_cast<std::uint8_t>(i >> 7);
  const auto shared = std::make_shared<const Bytes>(std::move(large));
  REQUIRE(append(bench, "doc", {1, shared, Encoding::v1, {}}) == 1u);
  const auto above = std::make_shared<const Bytes>(bytes + 1);
  REQUIRE(start_append(bench, "doc", {2, above, Encoding::v1, {}}).refusal()->code ==
          StoreErrc::too_large);
  bench.reopen();
  const auto loaded = load(bench, "doc");
  REQUIRE(loaded);
  REQUIRE(std::ranges::equal(loaded->updates[0].bytes, *shared));
}

TEST_CASE("close gives up what the deadline does not allow and says so", "[sqlite]") {
  StoreLimits limits;
  limits.queue_count_max = 2;
  SqliteBench bench(limits);
  REQUIRE(append(bench, "doc", update_of(1, "x")));
  bench.hold();
  auto write = start_append(bench, "doc", update_of(2, "x"));
  auto read = start_load(bench, "doc");
  // The gate opens only after close has given up: until then the queue is full.
  std::thread opener([&] {
    while (start_flush(bench).refusal()->code != StoreErrc::closed) std::this_thread::yield();
    bench.release();
  });
  const auto closed = bench.store().close(std::chrono::milliseconds(0));
  opener.join();
  REQUIRE(code_of(closed) == StoreErrc::timed_out);
  REQUIRE(closed.error().message == "the store closed with 2 operations given up");
  REQUIRE(code_of(write.wait(bench)) == StoreErrc::closed);
  REQUIRE(code_of(read.wait(bench)) == StoreErrc::closed);
}

TEST_CASE("a database at its size limit refuses, keeps everything, and goes on with room",
          "[sqlite]") {
  const TemporaryFolder folder;
  const auto open = [&](std::uint64_t bytes_max) {
    SqliteOptions options;
    options.folder = folder.path();
    options.now_ms = [] { return std::int64_t{5}; };
    options.database_bytes_max = bytes_max;
    auto store = open_sqlite_store(std::move(options));
    if (!store) FAIL(store.error().message);
    return std::move(*store);
  };
  const auto append_to = [](DocumentStore& store, Sequence sequence) {
    auto promise = std::make_shared<std::promise<StoreResult<Sequence>>>();
    auto done = promise->get_future();
    REQUIRE(store.append("doc", update_of(sequence, std::string(10'000, 'x')),
                         [promise](StoreResult<Sequence> result) { promise->set_value(result); }));
    return done.get();
  };
  Sequence last = 0;
  auto store = open(500'000);
  for (;;) {
    const auto done = append_to(*store, last + 1);
    if (!done) {
      REQUIRE(code_of(done) == StoreErrc::disk_full);
      REQUIRE(done.error().message.starts_with("no space left to write \""));
      break;
    }
    last = *done;
    REQUIRE(last < 60);
  }
  REQUIRE(last > 30);
  REQUIRE(code_of(append_to(*store, last + 1)) == StoreErrc::disk_full);
  REQUIRE(store->close(std::chrono::seconds(10)));
  store.reset();
  store = open(0);
  REQUIRE(append_to(*store, last + 1) == last + 1);
}

TEST_CASE("a real disk that is full refuses, keeps everything, and goes on with room", "[sqlite]") {
  const TemporaryFolder folder;
  Child child({"full", folder.path()});
  std::string output;
  while (const auto line = child.read_line()) output += *line + "\n";
  const int code = child.wait();
  INFO(output);
  if (code == 77) {
    WARN("not tried: this system allows no mount of a small file system");
    return;
  }
  REQUIRE(code == 0);
  REQUIRE(output.find("no space left to write \"" + folder.path().string()) == 0);
}

TEST_CASE("damaged pages of one document do not hold up another", "[sqlite]") {
  SqliteBench bench;
  for (const char* name : {"first", "second"}) {
    for (Sequence sequence = 1; sequence <= 60; ++sequence)
      REQUIRE(append(bench, name, update_of(sequence, std::string(500, 'x'))));
  }
  bench.reopen();  // closing moves what the journal holds into the tables
  const auto pages =
      bench.sql("SELECT count(*) FROM dbstat WHERE name = 'updates' AND pagetype = 'leaf'");
  REQUIRE(pages > 10);
  // The pages before the middle are those of the first document.
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < *pages / 2 - 1; ++i) {
    numbers.push_back(*bench.sql(
        "SELECT pageno FROM dbstat WHERE name = 'updates' AND pagetype = 'leaf' ORDER BY path"
        " LIMIT 1 OFFSET " +
        std::to_string(i)));
  }
  bench.close();
  {
    std::fstream file(bench.file(), std::ios::in | std::ios::out | std::ios::binary);
    for (const std::int64_t number : numbers) {
      file.seekp((number - 1) * 4096);
      file.write("damaged", 7);
    }
  }
  bench.open();
  bench.hold();
  auto checkpointed = start_checkpoint(bench, "first", checkpoint_of(60, "state"));
  auto appended = start_append(bench, "second", update_of(61, "fine"));
  bench.release();
  REQUIRE(code_of(checkpointed.wait(bench)) == StoreErrc::corrupt);
  REQUIRE(appended.wait(bench) == 61u);
  REQUIRE(code_of(append(bench, "first", update_of(61, "over"))) == StoreErrc::corrupt);
  REQUIRE(code_of(load(bench, "first")) == StoreErrc::corrupt);
  REQUIRE(load(bench, "second")->sequence == 61);
}

TEST_CASE("a second store on the folder is refused", "[sqlite]") {
  SqliteBench bench;
  const std::string folder = bench.folder().string();
  const std::string refusal = "the data folder \"" + folder + "\" is in use by another process";
  SECTION("from another process") {
    Child child({"open", folder});
    REQUIRE(child.read_line() == refusal + " (pid " + std::to_string(::getpid()) + ")");
    REQUIRE(child.wait() == 1);
  }
  SECTION("from this process") {
    const auto second = open_in(bench.folder());
    REQUIRE(code_of(second) == StoreErrc::locked);
    REQUIRE(second.error().message.starts_with(refusal));
  }
  SECTION("and what it would have hurt still works") {
    REQUIRE(append(bench, "doc", update_of(1, "x")) == 1u);
  }
}

TEST_CASE("a folder is free again once its process is gone", "[sqlite]") {
  const TemporaryFolder folder;
  Child child({"open", folder.path()});
  REQUIRE(child.read_line() == "open");
  const auto refused = open_in(folder.path());
  REQUIRE(code_of(refused) == StoreErrc::locked);
  REQUIRE(refused.error().message.ends_with("(pid " + std::to_string(child.pid()) + ")"));
  SECTION("by its end") {
    child.close_input();
    REQUIRE(child.wait() == 0);
  }
  SECTION("by kill -9") {
    child.kill();
    REQUIRE(child.wait() == -9);
  }
  REQUIRE(message_of(open_in(folder.path())) == "opened");
}

TEST_CASE("a folder is made with its parents, for its owner alone", "[sqlite]") {
  const TemporaryFolder folder;
  const auto deep = folder.path() / "a" / "b" / "c";
  REQUIRE(message_of(open_in(deep)) == "opened");
  const auto permissions = std::filesystem::status(deep).permissions();
  REQUIRE((permissions & std::filesystem::perms::others_all) == std::filesystem::perms::none);
  REQUIRE((permissions & std::filesystem::perms::group_all) == std::filesystem::perms::none);
}

TEST_CASE("a folder that cannot be used is refused with its name and the reason", "[sqlite]") {
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  SECTION("it may not be created") {
    if (::getuid() != 0) std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
    const std::string data = folder.path() / "data";
    Child child({"open-nobody", data});
    REQUIRE(child.read_line() ==
            "cannot create the data folder \"" + data + "\": Permission denied");
    REQUIRE(child.wait() == 1);
  }
  SECTION("it may not be written to") {
    const std::string data = folder.path() / "data";
    std::filesystem::create_directory(data);
    std::filesystem::permissions(data, std::filesystem::perms(0555));
    Child child({"open-nobody", data});
    REQUIRE(child.read_line() ==
            "cannot write to the data folder \"" + data + "\": Permission denied");
    REQUIRE(child.wait() == 1);
  }
  SECTION("it is a file") {
    const auto file = folder.path() / "file";
    std::ofstream(file) << "text";
    REQUIRE(message_of(open_in(file)) ==
            "cannot use the data folder \"" + file.string() + "\": Not a directory");
    REQUIRE(message_of(open_in(file / "data")) ==
            "cannot create the data folder \"" + (file / "data").string() + "\": Not a directory");
  }
  SECTION("its database is a folder") {
    std::filesystem::create_directory(folder.path() / "documents.sqlite");
    const auto opened = open_in(folder.path());
    REQUIRE(code_of(opened) == StoreErrc::unavailable);
    REQUIRE(opened.error().message.starts_with(
        "\"" + (folder.path() / "documents.sqlite").string() + "\": unable to open database file"));
  }
}

TEST_CASE("a database that is not the store's is refused and left as it is", "[sqlite]") {
  SqliteBench bench;
  REQUIRE(append(bench, "doc", update_of(1, "x")));
  bench.close();
  const std::string file = "\"" + bench.file().string() + "\"";
  SECTION("a newer schema") {
    bench.sql("INSERT INTO schema_version VALUES (99, 0)");
    const auto opened = open_in(bench.folder());
    REQUIRE(code_of(opened) == StoreErrc::incompatible);
    REQUIRE(opened.error().message ==
            file + " has schema version 99; this program knows versions up to 2");
    bench.sql("DELETE FROM schema_version WHERE version = 99");
    REQUIRE(message_of(open_in(bench.folder())) == "opened");
  }
  SECTION("another program's") {
    std::filesystem::remove(bench.file());
    bench.sql("CREATE TABLE theirs (a)");
    const auto opened = open_in(bench.folder());
    REQUIRE(code_of(opened) == StoreErrc::incompatible);
    REQUIRE(opened.error().message == file + " is the database of another program");
    REQUIRE(bench.sql("SELECT count(*) FROM sqlite_schema") == 1);
  }
  SECTION("no database") {
    std::ofstream(bench.file()) << std::string(10'000, 'x');
    const auto opened = open_in(bench.folder());
    REQUIRE(code_of(opened) == StoreErrc::corrupt);
    REQUIRE(opened.error().message == file + ": file is not a database");
  }
}

TEST_CASE("a program that holds the database delays writes, and then they go on", "[sqlite]") {
  SqliteBench bench;
  REQUIRE(append(bench, "doc", update_of(1, "x")));
  bench.break_writes();
  const auto failed = append(bench, "doc", update_of(2, "x"));
  REQUIRE(code_of(failed) == StoreErrc::locked);
  REQUIRE(failed.error().message ==
          "\"" + bench.file().string() + "\" is locked by another process");
  REQUIRE(describe(load(bench, "doc")) == "1:x last 1");  // reading needs no lock
  bench.mend_writes();
  REQUIRE(append(bench, "doc", update_of(2, "x")) == 2u);
}
