// A DocumentStore in one SQLite database in a folder of its own, for one process at a time.
//
// One thread writes, another reads. Whatever was queued while a commit ran goes into the next
// transaction, whatever documents it belongs to: one disk sync for all of it. A store without load
// commits each call at once; nothing waits for company.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "persistence/store.hpp"

namespace weft::persistence {

/// The database's file name in its folder.
inline constexpr const char* kSqliteFileName = "documents.sqlite";
/// The folder beside it with updates that are not in the database yet.
inline constexpr const char* kJournalFolderName = "journal";

struct SqliteOptions {
  /// Created, with its parents, where it does not exist.
  std::filesystem::path folder;
  /// Milliseconds since 1970. Called on the store's thread.
  std::function<std::int64_t()> now_ms;
  StoreLimits limits = {};
  /// Writes fail with disk_full instead of letting database and journal grow beyond; 0: as the disk
  /// allows.
  std::uint64_t database_bytes_max = 0;
  /// How long a write waits for a foreign program (sqlite3, a backup) that holds the database.
  std::chrono::milliseconds busy_timeout{5000};
};

/// Opens or creates the store, brings its schema up to date and starts its thread. Blocks.
/// Errors: locked (another process has the folder open; the message names its pid), unavailable
/// (no folder, not writable), disk_full, corrupt, incompatible.
/// The destructor of the store closes it with a deadline of 0.
/// REQUIRES: now_ms is set.
StoreResult<std::unique_ptr<DocumentStore>> open_sqlite_store(SqliteOptions options);

/// As above, with the system's clock and the defaults of SqliteOptions.
StoreResult<std::unique_ptr<DocumentStore>> open_sqlite_store(const std::filesystem::path& folder);

}  // namespace weft::persistence
