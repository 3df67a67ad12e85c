// Opening and migrating.
#include "persistence/sqlite/schema.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace weft::persistence::sqlite {

namespace {

// Migration N brings schema N to N + 1. Never change one that has been released: add the next.
//
// - An id is never used again (AUTOINCREMENT), so no record can come to lie under another document.
// - documents.last_sequence tells where a log must end; without it a lost end would look complete.
// - updates is clustered by document and sequence: a load is one range scan.
// - The payload is each row's last column, so that reading the others never touches its pages.
constexpr std::array<const char*, kSchemaVersion> kMigrations = {R"sql(
  CREATE TABLE documents (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL UNIQUE,
    last_sequence INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE checkpoints (
    document_id   INTEGER PRIMARY KEY,
    up_to         INTEGER NOT NULL,
    encoding      INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    checksum      INTEGER NOT NULL,
    state         BLOB NOT NULL
  ) STRICT;
  CREATE TABLE updates (
    document_id   INTEGER NOT NULL,
    sequence      INTEGER NOT NULL,
    encoding      INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    user          TEXT NOT NULL,
    session       TEXT NOT NULL,
    checksum      INTEGER NOT NULL,
    bytes         BLOB NOT NULL,
    PRIMARY KEY (document_id, sequence)
  ) STRICT, WITHOUT ROWID;
)sql",
                                                                 R"sql(
  ALTER TABLE documents ADD COLUMN last_version INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE checkpoints ADD COLUMN attribution BLOB NOT NULL DEFAULT x'';
  CREATE TABLE versions (
    document_id   INTEGER NOT NULL,
    number        INTEGER NOT NULL,
    kind          INTEGER NOT NULL,
    up_to         INTEGER NOT NULL,
    encoding      INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    name          TEXT NOT NULL,
    user          TEXT NOT NULL,
    checksum      INTEGER NOT NULL,
    state         BLOB NOT NULL,
    PRIMARY KEY (document_id, number)
  ) STRICT;
  CREATE TABLE former (
    name     TEXT PRIMARY KEY,
    checksum INTEGER NOT NULL,
    bytes    BLOB NOT NULL
  ) STRICT;
)sql"};

std::string in_quotes(const std::filesystem::path& file) { return "\"" + file.string() + "\""; }

// Before anything is changed: is this ours, or still nobody's?
StoreResult<void> check_owner(Database& database, const std::filesystem::path& file) {
  const auto id = database.query_integer("PRAGMA application_id");
  if (!id) return std::unexpected(id.error());
  if (*id == kApplicationId) return {};
  const auto tables = database.query_integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::unexpected(tables.error());
  if (*id == 0 && *tables == 0) return {};
  return std::unexpected(
      StoreError{StoreErrc::incompatible, in_quotes(file) + " is the database of another program"});
}

StoreResult<void> configure(Database& database, const std::filesystem::path& file,
                            const OpenOptions& options) {
  const auto mode = database.query_text("PRAGMA journal_mode = WAL");
  if (!mode) return std::unexpected(mode.error());
  if (*mode != "wal")
    return std::unexpected(StoreError{
        StoreErrc::unavailable, in_quotes(file) + ": the file system allows no write-ahead log"});
  // FULL: the log is synced at every commit. cell_size_check finds damaged pages before they are
  // used. The WAL file is cut back after a burst. Some 10,000 documents' last pages fit the cache.
  auto set = database.execute(
      "PRAGMA synchronous = FULL;"
      "PRAGMA cell_size_check = ON;"
      "PRAGMA trusted_schema = OFF;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA journal_size_limit = 67108864;"
      "PRAGMA cache_size = -65536;");
  if (!set || options.bytes_max == 0) return set;
  const auto page_bytes = database.query_integer("PRAGMA page_size");
  if (!page_bytes) return std::unexpected(page_bytes.error());
  const std::uint64_t pages = std::clamp<std::uint64_t>(
      options.bytes_max / static_cast<std::uint64_t>(*page_bytes), 1, 0xfffffffe);
  return database.execute(("PRAGMA max_page_count = " + std::to_string(pages)).c_str());
}

StoreResult<void> migrate_step(Database& database, std::int64_t from, std::int64_t now_ms) {
  const std::string sql = "BEGIN IMMEDIATE;" +
                          std::string(kMigrations[static_cast<std::size_t>(from)]) +
                          "INSERT INTO schema_version VALUES (" + std::to_string(from + 1) + ", " +
                          std::to_string(now_ms) + "); COMMIT;";
  auto done = database.execute(sql.c_str());
  if (!done) database.rollback();
  return done;
}

// Makes an empty database a store, still without tables of documents.
StoreResult<void> claim(Database& database) {
  const std::string begin =
      "BEGIN IMMEDIATE; PRAGMA application_id = " + std::to_string(kApplicationId) +
      "; CREATE TABLE IF NOT EXISTS schema_version"
      " (version INTEGER PRIMARY KEY, applied_at_ms INTEGER NOT NULL) STRICT; COMMIT;";
  auto begun = database.execute(begin.c_str());
  if (!begun) database.rollback();
  return begun;
}

StoreResult<void> migrate(Database& database, const std::filesystem::path& file,
                          std::int64_t now_ms) {
  const auto id = database.query_integer("PRAGMA application_id");
  if (!id) return std::unexpected(id.error());
  // A store of ours is not written to: it opens, and can be read, on a full disk too.
  if (*id != kApplicationId) {
    if (auto claimed = claim(database); !claimed) return claimed;
  }
  const auto found = database.query_integer("SELECT coalesce(max(version), 0) FROM schema_version");
  if (!found) return std::unexpected(found.error());
  if (*found > kSchemaVersion || *found < 0)
    return std::unexpected(StoreError{
        StoreErrc::incompatible, in_quotes(file) + " has schema version " + std::to_string(*found) +
                                     "; this program knows versions up to " +
                                     std::to_string(kSchemaVersion)});
  for (std::int64_t version = *found; version < kSchemaVersion; ++version) {
    if (auto done = migrate_step(database, version, now_ms); !done) return done;
  }
  return {};
}

}  // namespace

StoreResult<Database> open_database(const std::filesystem::path& file, const OpenOptions& options) {
  auto database = Database::open(file, options.busy_timeout);
  if (!database) return database;
  if (auto ours = check_owner(*database, file); !ours)
    return std::unexpected(std::move(ours.error()));
  if (auto set = configure(*database, file, options); !set)
    return std::unexpected(std::move(set.error()));
  if (auto current = migrate(*database, file, options.now_ms); !current)
    return std::unexpected(std::move(current.error()));
  if (auto synced = database->sync_log(); !synced)
    return std::unexpected(std::move(synced.error()));
  return database;
}

StoreResult<Database> open_for_reading(const std::filesystem::path& file,
                                       std::chrono::milliseconds busy_timeout) {
  auto database = Database::open(file, busy_timeout);
  if (!database) return database;
  auto set = database->execute(
      "PRAGMA query_only = ON;"
      "PRAGMA cell_size_check = ON;"
      "PRAGMA trusted_schema = OFF;"
      "PRAGMA temp_store = MEMORY;");
  if (!set) return std::unexpected(std::move(set.error()));
  return database;
}

}  // namespace weft::persistence::sqlite
