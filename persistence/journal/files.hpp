// The folder that a journal's segments lie in: what it needs of a disk, and nothing more.
//
// Implemented over POSIX; the tests have one that loses what was not synced.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "persistence/store.hpp"

namespace weft::persistence::journal {

/// A segment's file. One thread appends; any thread may read what was appended before.
class File {
 public:
  virtual ~File() = default;
  /// Adds `bytes` at the end. After an error the file ends anywhere behind its former end.
  virtual StoreResult<void> append(ByteView bytes) = 0;
  /// Returns once all that was appended is on disk. After an error nothing is known of it.
  virtual StoreResult<void> sync() = 0;
  /// The first `size` bytes. Error: corrupt where there are fewer.
  virtual StoreResult<Bytes> read(std::uint64_t size) const = 0;
};

class Folder {
 public:
  virtual ~Folder() = default;
  /// The numbers of the segments that exist, ascending.
  virtual StoreResult<std::vector<std::uint64_t>> list() = 0;
  /// A whole file.
  virtual StoreResult<Bytes> read(std::uint64_t number) = 0;
  /// A file that exists, to read.
  virtual StoreResult<std::shared_ptr<File>> open(std::uint64_t number) = 0;
  /// A new, empty file whose name is on disk. One that a failed try has left is replaced.
  virtual StoreResult<std::shared_ptr<File>> create(std::uint64_t number) = 0;
  /// A file that is open can still be read.
  virtual StoreResult<void> remove(std::uint64_t number) = 0;
  /// Returns once what was removed is gone from disk.
  virtual StoreResult<void> sync() = 0;
};

/// Segments as "NNNNNNNNNNNNNNNN.log" (16 hexadecimal digits) in `folder`, which is created.
StoreResult<std::unique_ptr<Folder>> open_folder(const std::filesystem::path& folder);

}  // namespace weft::persistence::journal
