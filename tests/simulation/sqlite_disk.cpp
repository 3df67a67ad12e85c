#include "sqlite_disk.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

namespace weft::simulation {

struct SqliteDisk::Shared {
  // The locks of a database file, by holder.
  int readers = 0;
  const void* reserved = nullptr;
  const void* pending = nullptr;
  const void* exclusive = nullptr;
  // The shared memory of WAL mode.
  std::vector<std::unique_ptr<std::array<std::uint8_t, 32768>>> regions;
  std::array<int, SQLITE_SHM_NLOCK> shm_readers = {};
  std::array<const void*, SQLITE_SHM_NLOCK> shm_exclusive = {};
};

namespace {

/// What SQLite calls a file; it gives the memory.
struct Opened {
  sqlite3_file base;  // first, as SQLite wants it
  SqliteDisk* owner;
  Disk::Handle file;
  std::string path;
  bool delete_on_close;
  int lock;
  std::shared_ptr<SqliteDisk::Shared> shared;
  std::array<bool, SQLITE_SHM_NLOCK> shm_read;
};

Opened& opened(sqlite3_file* file) { return *reinterpret_cast<Opened*>(file); }

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

int code_of(Disk::Done done, int error) {
  switch (done) {
    case Disk::Done::good:
      return SQLITE_OK;
    case Disk::Done::full:
      return SQLITE_FULL;
    case Disk::Done::error:
      break;
  }
  return error;
}

// --- Bytes ---------------------------------------------------------------------------------------

int unlock(sqlite3_file* file, int level);
int shm_unmap(sqlite3_file* file, int remove);

int close_file(sqlite3_file* file) {
  unlock(file, SQLITE_LOCK_NONE);
  shm_unmap(file, 0);
  Opened& self = opened(file);
  if (self.delete_on_close) self.owner->disk.remove(self.path);
  std::destroy_at(&self);
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
  Opened& self = opened(file);
  if (self.owner->disk.dead()) return SQLITE_IOERR_READ;
  const Bytes& bytes = Disk::bytes(*self.file);
  const auto from = std::min(static_cast<std::size_t>(at), bytes.size());
  const auto found = std::min(static_cast<std::size_t>(size), bytes.size() - from);
  std::memset(into, 0, static_cast<std::size_t>(size));
  if (found != 0) std::memcpy(into, bytes.data() + from, found);
  return found == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  Opened& self = opened(file);
  const ByteView bytes(static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(size));
  return code_of(self.owner->disk.write(*self.file, static_cast<std::uint64_t>(at), bytes),
                 SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  Opened& self = opened(file);
  return code_of(self.owner->disk.truncate(*self.file, static_cast<std::uint64_t>(size)),
                 SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* file, int /*flags*/) {
  Opened& self = opened(file);
  auto done = self.owner->disk.sync(*self.file);
  if (done == Disk::Done::good) done = self.owner->disk.sync_names(folder_of(self.path));
  return code_of(done, SQLITE_IOERR_FSYNC);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(Disk::bytes(*opened(file).file).size());
  return SQLITE_OK;
}

// --- Locks ---------------------------------------------------------------------------------------

int lock(sqlite3_file* file, int level) {
  Opened& self = opened(file);
  if (self.lock >= level) return SQLITE_OK;
  SqliteDisk::Shared& shared = *self.shared;
  const auto others = [&](const void* holder) { return holder != nullptr && holder != &self; };
  if (self.lock == SQLITE_LOCK_NONE) {
    if (others(shared.pending) || others(shared.exclusive)) return SQLITE_BUSY;
    ++shared.readers;
    self.lock = SQLITE_LOCK_SHARED;
  }
  if (level >= SQLITE_LOCK_RESERVED) {
    if (others(shared.reserved)) return SQLITE_BUSY;
    shared.reserved = &self;
    self.lock = std::max(self.lock, SQLITE_LOCK_RESERVED);
  }
  if (level == SQLITE_LOCK_EXCLUSIVE) {
    shared.pending = &self;
    self.lock = SQLITE_LOCK_PENDING;
    if (shared.readers > 1) return SQLITE_BUSY;
    shared.exclusive = &self;
  }
  self.lock = level;
  return SQLITE_OK;
}

int unlock(sqlite3_file* file, int level) {
  Opened& self = opened(file);
  if (self.lock <= level) return SQLITE_OK;
  SqliteDisk::Shared& shared = *self.shared;
  for (const void** holder : {&shared.reserved, &shared.pending, &shared.exclusive}) {
    if (*holder == &self) *holder = nullptr;
  }
  if (level == SQLITE_LOCK_NONE) --shared.readers;
  self.lock = level;
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* file, int* reserved) {
  *reserved = opened(file).shared->reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

// --- Shared memory -------------------------------------------------------------------------------

int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  auto& regions = opened(file).shared->regions;
  const auto index = static_cast<std::size_t>(region);
  *memory = nullptr;
  if (size != 32768) return SQLITE_IOERR_SHMSIZE;
  while (regions.size() <= index && extend != 0)
    regions.push_back(std::make_unique<std::array<std::uint8_t, 32768>>());
  if (index < regions.size()) *memory = regions[index]->data();
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  Opened& self = opened(file);
  SqliteDisk::Shared& shared = *self.shared;
  const auto first = static_cast<std::size_t>(offset);
  const auto end = first + static_cast<std::size_t>(count);
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  for (std::size_t i = first; i < end; ++i) {
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
      if (exclusive && shared.shm_exclusive[i] == &self) shared.shm_exclusive[i] = nullptr;
      if (!exclusive && std::exchange(self.shm_read[i], false)) --shared.shm_readers[i];
      continue;
    }
    const bool other_writes =
        shared.shm_exclusive[i] != nullptr && shared.shm_exclusive[i] != &self;
    const bool others_read = shared.shm_readers[i] > (self.shm_read[i] ? 1 : 0);
    if (other_writes || (exclusive && others_read)) return SQLITE_BUSY;
  }
  if ((flags & SQLITE_SHM_UNLOCK) != 0) return SQLITE_OK;
  for (std::size_t i = first; i < end; ++i) {
    if (exclusive) {
      shared.shm_exclusive[i] = &self;
    } else if (!std::exchange(self.shm_read[i], true)) {
      ++shared.shm_readers[i];
    }
  }
  return SQLITE_OK;
}

void shm_barrier(sqlite3_file*) {}

int shm_unmap(sqlite3_file* file, int remove) {
  Opened& self = opened(file);
  shm_lock(file, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
  shm_lock(file, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
  if (remove != 0) self.shared->regions.clear();
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
    .xSectorSize = [](sqlite3_file*) { return 4096; },
    .xDeviceCharacteristics = [](sqlite3_file*) { return 0; },
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

// --- Files ---------------------------------------------------------------------------------------

SqliteDisk& owner_of(sqlite3_vfs* vfs) { return *static_cast<SqliteDisk*>(vfs->pAppData); }

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  SqliteDisk& owner = owner_of(vfs);
  if (owner.disk.dead()) return SQLITE_CANTOPEN;
  const std::string path = name != nullptr ? name : "/temporary";
  Disk::Handle found = owner.disk.open(path);
  if (!found && (flags & SQLITE_OPEN_CREATE) != 0)
    found = owner.disk.create(path, Disk::AfterFailure::kept);
  if (!found) return owner.disk.full() ? SQLITE_FULL : SQLITE_CANTOPEN;
  std::construct_at(reinterpret_cast<Opened*>(file), sqlite3_file{&kMethods}, &owner,
                    std::move(found), path, (flags & SQLITE_OPEN_DELETEONCLOSE) != 0,
                    SQLITE_LOCK_NONE, owner.shared_of(path), std::array<bool, SQLITE_SHM_NLOCK>{});
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  Disk& disk = owner_of(vfs).disk;
  auto done = disk.remove(name);
  if (done == Disk::Done::good && sync_folder != 0) done = disk.sync_names(folder_of(name));
  return code_of(done, SQLITE_IOERR_DELETE);
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* there) {
  const auto found = owner_of(vfs).disk.open(name);
  *there = found && !Disk::bytes(*found).empty() ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
  for (int i = 0; i < size; ++i) out[i] = static_cast<char>(owner_of(vfs).random());
  return size;
}

int current_time(sqlite3_vfs*, sqlite3_int64* milliseconds) {
  *milliseconds = 212'000'000'000'000;  // some day
  return SQLITE_OK;
}

}  // namespace

std::shared_ptr<SqliteDisk::Shared> SqliteDisk::shared_of(const std::string& path) {
  auto shared = shared_[path].lock();
  if (!shared) shared_[path] = shared = std::make_shared<Shared>();
  return shared;
}

SqliteDisk::SqliteDisk(Disk& under, std::uint64_t seed) : disk(under), random(seed) {
  sqlite3_initialize();
  vfs_.iVersion = 2;
  vfs_.szOsFile = sizeof(Opened);
  vfs_.mxPathname = 256;
  vfs_.zName = "weft-simulation";
  vfs_.pAppData = this;
  vfs_.xOpen = open_file;
  vfs_.xDelete = remove_file;
  vfs_.xAccess = access_file;
  vfs_.xFullPathname = full_path;
  vfs_.xRandomness = randomness;
  vfs_.xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; };
  vfs_.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
  vfs_.xCurrentTimeInt64 = current_time;
  sqlite3_vfs_register(&vfs_, 1);
  sqlite3_randomness(0, nullptr);  // begins anew
}

SqliteDisk::~SqliteDisk() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace weft::simulation
