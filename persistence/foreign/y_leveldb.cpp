// y-leveldb's keys are lists of texts (00, length, bytes) and numbers (01, 32 bits big-endian):
// ["v1", document, "update", clock] holds an update. The other keys can be done without.
#include "persistence/foreign/foreign.hpp"

#ifdef WEFT_LEVELDB

#include <fcntl.h>
#include <leveldb/db.h>
#include <memory>
#include <optional>
#include <stdlib.h>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace weft::persistence {

namespace {

namespace fs = std::filesystem;

std::unexpected<StoreError> unavailable(std::string message) {
  return std::unexpected(StoreError{StoreErrc::unavailable, std::move(message)});
}

/// A folder that goes with its contents.
class TemporaryFolder {
 public:
  /// In the first of `places` that allows it; an empty path where none does.
  explicit TemporaryFolder(const std::vector<fs::path>& places) {
    for (const fs::path& place : places) {
      std::string pattern = (place / "weft-import-XXXXXX").string();
      if (::mkdtemp(pattern.data()) == nullptr) continue;
      path_ = pattern;
      return;
    }
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// LevelDB's way to say that a process has the folder.
bool is_in_use(const fs::path& folder) {
  const int file = ::open((folder / "LOCK").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool used = ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(file);
  return used;
}

// Opening changes a folder: the log is written anew. What it never changes is linked.
StoreResult<void> copy_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  for (fs::directory_iterator at(from, error), end; !error && at != end; at.increment(error)) {
    const fs::path name = at->path().filename();
    if (name == "LOCK" || name == "LOG" || name == "LOG.old") continue;
    const bool constant = name.extension() == ".ldb" || name.extension() == ".sst";
    std::error_code failed;
    if (constant) fs::create_hard_link(at->path(), to / name, failed);
    if (!constant || failed) fs::copy_file(at->path(), to / name, error);
    if (error) break;
  }
  if (error) return unavailable("cannot copy \"" + from.string() + "\": " + error.message());
  return {};
}

class KeyReader {
 public:
  explicit KeyReader(const leveldb::Slice& key) : rest_(key.data(), key.size()) {}

  std::optional<std::string> text() {
    if (!tag('\0')) return std::nullopt;
    std::uint64_t size = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (rest_.empty() || shift > 28) return std::nullopt;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      size |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) break;
    }
    if (size > rest_.size()) return std::nullopt;
    std::string out(rest_.substr(0, static_cast<std::size_t>(size)));
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return out;
  }
  bool number() {
    if (!tag('\1') || rest_.size() != 4) return false;
    rest_ = {};
    return true;
  }

 private:
  bool tag(char kind) {
    if (rest_.empty() || rest_.front() != kind) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view rest_;
};

/// The document whose update the key names.
std::optional<std::string> document_of(const leveldb::Slice& key) {
  KeyReader reader(key);
  if (reader.text() != "v1") return std::nullopt;
  auto name = reader.text();
  if (!name || reader.text() != "update" || !reader.number()) return std::nullopt;
  return name;
}

// A document's keys stand together, by their clocks.
StoreResult<void> read_all(leveldb::DB& db, const TakeForeign& take) {
  leveldb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = false;
  const std::unique_ptr<leveldb::Iterator> at(db.NewIterator(options));
  ForeignDocument document;
  const auto pass_on = [&]() -> StoreResult<void> {
    if (document.updates.empty()) return {};
    return take(std::exchange(document, {}));
  };
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    auto name = document_of(at->key());
    if (!name) continue;
    if (*name != document.name) {
      if (auto taken = pass_on(); !taken) return taken;
      document.name = std::move(*name);
    }
    const leveldb::Slice value = at->value();
    const ByteView bytes = as_bytes({value.data(), value.size()});
    document.updates.emplace_back(bytes.begin(), bytes.end());
  }
  if (!at->status().ok())
    return std::unexpected(StoreError{StoreErrc::corrupt, at->status().ToString()});
  return pass_on();
}

}  // namespace

StoreResult<void> read_y_leveldb(const fs::path& folder, const TakeForeign& take) {
  if (is_in_use(folder))
    return unavailable("\"" + folder.string() + "\" is in use: stop its server first");
  std::error_code ignored;
  const TemporaryFolder copy(
      {fs::weakly_canonical(folder, ignored).parent_path(), fs::temp_directory_path(ignored)});
  if (copy.path().empty()) return unavailable("no place for a copy of \"" + folder.string() + "\"");
  if (auto copied = copy_folder(folder, copy.path()); !copied) return copied;
  leveldb::Options options;
  options.paranoid_checks = true;
  leveldb::DB* opened = nullptr;
  const leveldb::Status status = leveldb::DB::Open(options, copy.path().string(), &opened);
  const std::unique_ptr<leveldb::DB> db(opened);
  if (!status.ok())
    return std::unexpected(
        StoreError{status.IsCorruption() ? StoreErrc::corrupt : StoreErrc::unavailable,
                   "\"" + folder.string() + "\": " + status.ToString()});
  return read_all(*db, take);
}

}  // namespace weft::persistence

#else

namespace weft::persistence {

StoreResult<void> read_y_leveldb(const std::filesystem::path&, const TakeForeign&) {
  return std::unexpected(StoreError{StoreErrc::unavailable, "this weft was built without LevelDB"});
}

}  // namespace weft::persistence

#endif
