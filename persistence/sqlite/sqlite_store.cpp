// Opening the folder, the file and its two connections.
#include "persistence/sqlite/sqlite_store.hpp"

#include <cassert>
#include <memory>
#include <utility>

#include "persistence/log_store.hpp"
#include "persistence/sqlite/folder_lock.hpp"
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
  auto writing = sqlite::open_database(
      file, {options.busy_timeout, options.database_bytes_max, options.now_ms()});
  if (!writing) return std::unexpected(std::move(writing.error()));
  auto tables = sqlite::make_tables(std::move(*writing));
  if (!tables) return std::unexpected(std::move(tables.error()));
  auto reading = sqlite::open_for_reading(file, options.busy_timeout);
  if (!reading) return std::unexpected(std::move(reading.error()));
  auto reader = sqlite::make_reader(std::move(*reading));
  if (!reader) return std::unexpected(std::move(reader.error()));

  LogStoreParts parts;
  parts.tables = std::move(*tables);
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
