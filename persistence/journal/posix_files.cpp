// The folder over POSIX.
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "persistence/journal/files.hpp"

namespace weft::persistence::journal {

namespace {

std::unexpected<StoreError> refuse(const char* what, const std::filesystem::path& path, int error) {
  const std::string file = "\"" + path.string() + "\"";
  if (error == ENOSPC || error == EDQUOT || error == EFBIG)
    return std::unexpected(StoreError{StoreErrc::disk_full, "no space left to write " + file});
  return std::unexpected(
      StoreError{StoreErrc::unavailable,
                 std::string("cannot ") + what + " " + file + ": " + std::strerror(error)});
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

StoreResult<void> sync_folder(const std::filesystem::path& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return refuse("sync", path, errno);
  return {};
}

// Reads until `out` is full; the number of bytes read, fewer at the end of the file.
StoreResult<std::size_t> read_into(int descriptor, const std::filesystem::path& path, Bytes& out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t size =
        ::pread(descriptor, out.data() + done, out.size() - done, static_cast<off_t>(done));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return refuse("read", path, errno);
    if (size == 0) break;
    done += static_cast<std::size_t>(size);
  }
  return done;
}

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::filesystem::path path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  StoreResult<void> append(ByteView bytes) override {
    while (!bytes.empty()) {
      const ssize_t size = ::write(descriptor_.get(), bytes.data(), bytes.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return refuse("write", path_, errno);
      bytes = bytes.subspan(static_cast<std::size_t>(size));
    }
    return {};
  }
  StoreResult<void> sync() override {
    if (::fdatasync(descriptor_.get()) != 0) return refuse("sync", path_, errno);
    return {};
  }
  StoreResult<Bytes> read(std::uint64_t size) const override {
    Bytes bytes(size);
    const auto found = read_into(descriptor_.get(), path_, bytes);
    if (!found) return std::unexpected(found.error());
    if (*found == size) return bytes;
    return std::unexpected(StoreError{StoreErrc::corrupt, "\"" + path_.string() + "\" is cut off"});
  }

 private:
  Descriptor descriptor_;
  std::filesystem::path path_;
};

class PosixFolder final : public Folder {
 public:
  explicit PosixFolder(std::filesystem::path path) : path_(std::move(path)) {}

  StoreResult<std::vector<std::uint64_t>> list() override {
    std::error_code error;
    std::vector<std::uint64_t> numbers;
    std::filesystem::directory_iterator entry(path_, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
      if (const auto number = number_of(entry->path().filename())) numbers.push_back(*number);
    }
    if (error) return refuse("read", path_, error.value());
    std::ranges::sort(numbers);
    return numbers;
  }

  StoreResult<Bytes> read(std::uint64_t number) override {
    const std::filesystem::path path = path_of(number);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status = {};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return refuse("read", path, errno);
    Bytes bytes(static_cast<std::size_t>(status.st_size));
    const auto found = read_into(file.get(), path, bytes);
    if (!found) return std::unexpected(found.error());
    bytes.resize(*found);
    return bytes;
  }

  StoreResult<std::shared_ptr<File>> open(std::uint64_t number) override {
    std::filesystem::path path = path_of(number);
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return refuse("open", path, errno);
    return std::make_shared<PosixFile>(std::move(file), std::move(path));
  }

  StoreResult<std::shared_ptr<File>> create(std::uint64_t number) override {
    std::filesystem::path path = path_of(number);
    constexpr int kFlags = O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC;
    Descriptor file(::open(path.c_str(), kFlags, 0600));
    if (file.get() < 0) return refuse("create", path, errno);
    if (auto synced = sync_folder(path_); !synced) return std::unexpected(synced.error());
    return std::make_shared<PosixFile>(std::move(file), std::move(path));
  }

  StoreResult<void> remove(std::uint64_t number) override {
    const std::filesystem::path path = path_of(number);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return refuse("remove", path, errno);
    return {};
  }

  StoreResult<void> sync() override { return sync_folder(path_); }

 private:
  std::filesystem::path path_of(std::uint64_t number) const {
    std::array<char, 24> name = {};
    std::snprintf(name.data(), name.size(), "%016llx.log", static_cast<unsigned long long>(number));
    return path_ / name.data();
  }
  static std::optional<std::uint64_t> number_of(const std::string& name) {
    if (name.size() != 20 || !name.ends_with(".log")) return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + 16, number, 16);
    if (error != std::errc() || end != name.data() + 16) return std::nullopt;
    return number;
  }

  std::filesystem::path path_;
};

}  // namespace

StoreResult<std::unique_ptr<Folder>> open_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return refuse("create", folder, errno);
  if (auto synced = sync_folder(folder.parent_path()); !synced)
    return std::unexpected(std::move(synced.error()));
  return std::make_unique<PosixFolder>(folder);
}

}  // namespace weft::persistence::journal
