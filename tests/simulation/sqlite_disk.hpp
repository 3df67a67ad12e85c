// SQLite's files on a simulated disk: while one of these lives, it is where SQLite opens databases.
//
// One thread; several connections, whose locks and shared memory are those that WAL mode needs.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>

#include <sqlite3.h>

#include "disk.hpp"

namespace weft::simulation {

class SqliteDisk {
 public:
  /// `disk` must outlive it; `seed` is where SQLite's chance comes from.
  SqliteDisk(Disk& disk, std::uint64_t seed);
  ~SqliteDisk();
  SqliteDisk(const SqliteDisk&) = delete;
  SqliteDisk& operator=(const SqliteDisk&) = delete;

  /// A file's locks and shared memory, for all that have it open.
  struct Shared;
  std::shared_ptr<Shared> shared_of(const std::string& path);

  Disk& disk;
  std::mt19937_64 random;

 private:
  std::map<std::string, std::weak_ptr<Shared>> shared_;
  sqlite3_vfs vfs_ = {};
};

}  // namespace weft::simulation
