// The benches.
#include "support.hpp"

#include <stdexcept>
#include <stdlib.h>

#include <sqlite3.h>

#include "persistence/record.hpp"

namespace weft::persistence::test {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "weft-persistence-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::shared_ptr<const Bytes> bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return std::make_shared<const Bytes>(view.begin(), view.end());
}

Update update_of(Sequence sequence, std::string_view text) {
  return {sequence, bytes_of(text), Encoding::v1, {"user", "session"}};
}

Checkpoint checkpoint_of(Sequence up_to, std::string_view text, Encoding encoding) {
  return {bytes_of(text), encoding, up_to};
}

std::string describe(const StoreResult<LoadedDocument>& loaded) {
  if (!loaded) return "error: " + loaded.error().message;
  std::string out;
  if (loaded->checkpoint) {
    const StoredCheckpoint& checkpoint = *loaded->checkpoint;
    out += "checkpoint(" + std::to_string(checkpoint.up_to) +
           (checkpoint.encoding == Encoding::v1 ? " v1 " : " v2 ") +
           std::string(as_text(checkpoint.state)) + ") ";
  }
  for (const StoredUpdate& update : loaded->updates)
    out += std::to_string(update.sequence) + ":" + std::string(as_text(update.bytes)) + " ";
  return out + "last " + std::to_string(loaded->sequence);
}

// --- Memory ------------------------------------------------------------------------------------

MemoryBench::MemoryBench(StoreLimits limits) : limits_(limits) { reopen(); }

void MemoryBench::reopen() {
  if (store_) REQUIRE(store_->close(std::chrono::seconds(10)));
  store_ = std::make_unique<MemoryStore>(
      MemoryOptions{disk_, [now_ms = now_ms_] { return *now_ms; }, limits_});
}

void MemoryBench::break_writes() {
  disk_->write_failure = StoreError{StoreErrc::unavailable, "broken by the test"};
}

void MemoryBench::mend_writes() { disk_->write_failure.reset(); }

void MemoryBench::damage(const std::string& name, Damage damage) {
  MemoryDisk::Document& document = disk_->documents.at(name);
  auto& updates = document.updates;
  switch (damage) {
    case Damage::update_byte:
      updates.front().bytes.front() ^= 1;
      break;
    case Damage::update_user:
      updates.front().origin.user = "somebody else";
      break;
    case Damage::update_encoding:
      updates.front().encoding = Encoding::v2;
      break;
    case Damage::first_update_missing:
      updates.pop_front();
      break;
    case Damage::middle_update_missing:
      updates.erase(updates.begin() + 1);
      break;
    case Damage::last_update_missing:
      updates.pop_back();
      break;
    case Damage::update_repeated:
      updates[0].bytes = updates[1].bytes;
      updates[0].checksum = updates[1].checksum;
      break;
    case Damage::checkpoint_byte:
      document.checkpoint->checkpoint.state.front() ^= 1;
      break;
    case Damage::checkpoint_encoding:
      document.checkpoint->checkpoint.encoding = Encoding::v1;
      break;
    case Damage::checkpoint_missing:
      document.checkpoint.reset();
      break;
    case Damage::last_sequence:
      --document.last;
      break;
    case Damage::attribution_byte:
      document.checkpoint->checkpoint.attribution.front() ^= 1;
      break;
    case Damage::version_byte:
      document.versions.begin()->second.version.state.front() ^= 1;
      break;
  }
}

// --- Stores with threads -----------------------------------------------------------------------

ThreadedBench::~ThreadedBench() {
  if (held_) held_->release();
}

void ThreadedBench::close() {
  REQUIRE(store_->close(std::chrono::seconds(10)));
  store_.reset();
}

void ThreadedBench::hold() {
  REQUIRE_FALSE(held_);
  held_ = std::make_shared<std::binary_semaphore>(0);
  auto entered = std::make_shared<std::promise<void>>();
  auto reached = entered->get_future();
  REQUIRE(store_->flush([entered, gate = held_](const StoreResult<void>&) {
    entered->set_value();
    gate->acquire();
  }));
  reached.wait();
}

void ThreadedBench::release() {
  held_->release();
  held_.reset();
}

// --- SQLite ------------------------------------------------------------------------------------

namespace {

struct CloseConnection {
  void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

Connection connect(const std::filesystem::path& file) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &connection) == SQLITE_OK);
  sqlite3_busy_timeout(connection, 10'000);
  return Connection(connection);
}

std::string damage_sql(Damage damage) {
  const std::string document = "(SELECT id FROM documents WHERE name = ?1)";
  const std::string of_document = " WHERE document_id = " + document;
  const auto pick = [&](const std::string& order) {
    return of_document + " AND sequence = (SELECT sequence FROM updates" + of_document +
           " ORDER BY sequence " + order + ")";
  };
  switch (damage) {
    case Damage::update_byte:
      return "UPDATE updates SET bytes = CAST('#' || substr(bytes, 2) AS BLOB)" + pick("LIMIT 1");
    case Damage::update_user:
      return "UPDATE updates SET user = 'somebody else'" + pick("LIMIT 1");
    case Damage::update_encoding:
      return "UPDATE updates SET encoding = 2" + pick("LIMIT 1");
    case Damage::first_update_missing:
      return "DELETE FROM updates" + pick("LIMIT 1");
    case Damage::middle_update_missing:
      return "DELETE FROM updates" + pick("LIMIT 1 OFFSET 1");
    case Damage::last_update_missing:
      return "DELETE FROM updates" + pick("DESC LIMIT 1");
    case Damage::update_repeated:
      return "UPDATE updates SET (bytes, checksum) = (SELECT bytes, checksum FROM updates" +
             of_document + " ORDER BY sequence LIMIT 1 OFFSET 1)" + pick("LIMIT 1");
    case Damage::checkpoint_byte:
      return "UPDATE checkpoints SET state = CAST('#' || substr(state, 2) AS BLOB)" + of_document;
    case Damage::checkpoint_encoding:
      return "UPDATE checkpoints SET encoding = 1" + of_document;
    case Damage::checkpoint_missing:
      return "DELETE FROM checkpoints" + of_document;
    case Damage::last_sequence:
      return "UPDATE documents SET last_sequence = last_sequence - 1 WHERE name = ?1";
    case Damage::attribution_byte:
      return "UPDATE checkpoints SET attribution = CAST('#' || substr(attribution, 2) AS BLOB)" +
             of_document;
    case Damage::version_byte:
      return "UPDATE versions SET state = CAST('#' || substr(state, 2) AS BLOB)" + of_document +
             " AND number = 1";
  }
  return "";
}

}  // namespace

struct SqliteBench::Locker {
  explicit Locker(const std::filesystem::path& file) : connection(connect(file)) {
    REQUIRE(sqlite3_exec(connection.get(), "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) ==
            SQLITE_OK);
  }
  Connection connection;
};

SqliteBench::SqliteBench(StoreLimits limits) : ThreadedBench(limits) { open(); }

void SqliteBench::open() {
  SqliteOptions options;
  options.folder = folder_.path();
  options.now_ms = clock();
  options.limits = limits_;
  options.busy_timeout = std::chrono::milliseconds(20);
  auto opened = open_sqlite_store(std::move(options));
  if (!opened) FAIL(opened.error().message);
  store_ = std::move(*opened);
}

void SqliteBench::break_writes() { locker_ = std::make_shared<Locker>(file()); }

void SqliteBench::mend_writes() { locker_.reset(); }

std::optional<std::int64_t> SqliteBench::sql(const std::string& statement,
                                             const std::string& name) {
  const Connection connection = connect(file());
  sqlite3_stmt* prepared = nullptr;
  INFO(statement);
  REQUIRE(sqlite3_prepare_v2(connection.get(), statement.c_str(), -1, &prepared, nullptr) ==
          SQLITE_OK);
  if (sqlite3_bind_parameter_count(prepared) > 0)
    sqlite3_bind_text(prepared, 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
  std::optional<std::int64_t> first;
  const int code = sqlite3_step(prepared);
  if (code == SQLITE_ROW) first = sqlite3_column_int64(prepared, 0);
  sqlite3_finalize(prepared);
  REQUIRE((code == SQLITE_ROW || code == SQLITE_DONE));
  return first;
}

void SqliteBench::damage(const std::string& name, Damage damage) {
  reopen();  // closing moves what the journal holds into the tables
  sql(damage_sql(damage), name);
}

}  // namespace weft::persistence::test
