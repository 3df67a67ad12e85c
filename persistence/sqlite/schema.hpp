// The database file: how it is opened, what tables it has, and how older ones become current.
#pragma once

#include <cstdint>
#include <filesystem>

#include "persistence/sqlite/database.hpp"

namespace weft::persistence::sqlite {

/// The newest schema that this program writes.
inline constexpr std::int64_t kSchemaVersion = 2;

/// Marks a file as a store's (PRAGMA application_id): "Weft" in ASCII.
inline constexpr std::int64_t kApplicationId = 0x57656674;

struct OpenOptions {
  std::chrono::milliseconds busy_timeout{0};
  std::uint64_t bytes_max = 0;  // 0: as the disk allows
  std::int64_t now_ms = 0;
};

/// Opens `file` in WAL mode with full sync and brings its schema up to kSchemaVersion, each step in
/// one transaction.
/// Errors: incompatible (newer schema, or another program's database), corrupt (no database at
/// all), locked, disk_full, unavailable.
StoreResult<Database> open_database(const std::filesystem::path& file, const OpenOptions& options);

/// A second connection to what open_database has opened, which only reads.
StoreResult<Database> open_for_reading(const std::filesystem::path& file,
                                       std::chrono::milliseconds busy_timeout);

}  // namespace weft::persistence::sqlite
