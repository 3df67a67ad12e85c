// The data folder and the claim on it: one process at a time.
//
// The claim is flock(2) on a file of its own, not SQLite's exclusive mode: the kernel drops it with
// the process, however that ends, and the database itself stays readable for sqlite3 and backups.
#pragma once

#include <filesystem>
#include <utility>

#include "persistence/store.hpp"

namespace weft::persistence::sqlite {

class FolderLock {
 public:
  /// Creates the folder where it does not exist (its entry synced to disk) and claims it.
  /// Errors: locked, naming the other process; unavailable, with the system's reason.
  static StoreResult<FolderLock> take(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace weft::persistence::sqlite
