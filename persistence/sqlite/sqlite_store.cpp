// Opening the folder, the journal, the file and its two connections.
#include "persistence/sqlite/sqlite_store.hpp"

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

#include "persistence/log_store.hpp"
#include "persistence/sqlite/folder_lock.hpp"
#include "persistence/sqlite/journaled_tables.hpp"
#include "persistence/sqlite/schema.hpp"
#include "persistence/sqlite/sqlite_tables.hpp"

namespace weft::persistence {

StoreResult<std::unique_ptr<DocumentStore>> open_sqlite_store(const std::filesystem::path& folder) {
  SqliteOptions options;
  options.folder = folder;
  options.now_ms = [] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  };
  return open_sqlite_store(std::move(options));
}

StoreResult<std::unique_ptr<DocumentStore>> open_sqlite_store(SqliteOptions options) {
  assert(options.now_ms && "a store without a clock");
  auto lock = sqlite::FolderLock::take(options.folder);
  if (!lock) return std::unexpected(std::move(lock.error()));
  const std::filesystem::path file = options.folder / kSqliteFileName;
  journal::JournalLimits journal_limits;
  std::uint64_t database_bytes_max = 0;
  if (const std::uint64_t bytes_max = options.database_bytes_max; bytes_max != 0) {
    journal_limits.bytes_max = std::min(journal_limits.bytes_max, bytes_max / 4);
    journal_limits.segment_bytes = std::min(journal_limits.segment_bytes, bytes_max / 16);
    database_bytes_max = bytes_max - journal_limits.bytes_max;
  }
  auto writing =
      sqlite::open_database(file, {options.busy_timeout, database_bytes_max, options.now_ms()});
  if (!writing) return std::unexpected(std::move(writing.error()));
  auto tables = sqlite::make_tables(std::move(*writing));
  if (!tables) return std::unexpected(std::move(tables.error()));
  auto folder = journal::open_folder(options.folder / kJournalFolderName);
  if (!folder) return std::unexpected(std::move(folder.error()));
  auto recovered = sqlite::recover_journal(**folder, **tables);
  if (!recovered) return std::unexpected(std::move(recovered.error()));
  const auto journal = std::make_shared<journal::Journal>(std::move(*folder),
                                                          recovered->next_number, journal_limits);
  journal->adopt(std::move(recovered->left));
  auto reading = sqlite::open_for_reading(file, options.busy_timeout);
  if (!reading) return std::unexpected(std::move(reading.error()));
  auto reader = sqlite::make_reader(std::move(*reading), journal);
  if (!reader) return std::unexpected(std::move(reader.error()));

  LogStoreParts parts;
  parts.tables = sqlite::make_journaled_tables(std::move(*tables), journal);
  parts.readers.push_back(std::move(*reader));
  parts.now_ms = std::move(options.now_ms);
  parts.limits = options.limits;
  // The databases before the lock: the last one that closes writes its log back into the file.
  auto held = std::make_shared<std::unique_ptr<sqlite::FolderLock>>(
      std::make_unique<sqlite::FolderLock>(std::move(*lock)));
  parts.release = [held] { held->reset(); };
  return make_log_store(std::move(parts));
}

}  // namespace weft::persistence
