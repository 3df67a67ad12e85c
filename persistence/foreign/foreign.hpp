// Documents in the stores of other servers, to be read once and brought into this one.
//
// Nothing of a source is changed. Its server must not run meanwhile.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "persistence/store.hpp"

namespace weft::persistence {

struct ForeignDocument {
  std::string name;
  /// V1, unchecked, in their order.
  std::vector<Bytes> updates;
};

/// An error ends the reading and becomes its result.
using TakeForeign = std::function<StoreResult<void>(ForeignDocument)>;

/// y-leveldb's folder (y-websocket-server with YPERSISTENCE), through LevelDB's own library, on a
/// copy of the folder. Errors: unavailable (no such folder; its server runs; built without
/// LevelDB), corrupt.
StoreResult<void> read_y_leveldb(const std::filesystem::path& folder, const TakeForeign& take);

/// One `data.ysweet` of y-sweet. Its document is named as the folder that it is in. Errors:
/// unavailable, corrupt.
StoreResult<void> read_y_sweet(const std::filesystem::path& file, const TakeForeign& take);

/// A table of SQLite with columns `name` and `data`: one state a row, as Hocuspocus's extensions
/// keep it. Errors: unavailable, corrupt, incompatible.
StoreResult<void> read_sqlite_table(const std::filesystem::path& file, const std::string& table,
                                    const TakeForeign& take);

/// How many documents a table has; for who waits.
StoreResult<std::uint64_t> count_sqlite_table(const std::filesystem::path& file,
                                              const std::string& table);

}  // namespace weft::persistence
