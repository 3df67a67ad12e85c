// Making, checking and claiming the data folder.
#include "persistence/sqlite/folder_lock.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::persistence::sqlite {

namespace {

std::unexpected<StoreError> refuse(const std::string& what, const std::filesystem::path& path,
                                   int error) {
  const StoreErrc code =
      error == ENOSPC || error == EDQUOT ? StoreErrc::disk_full : StoreErrc::unavailable;
  return std::unexpected(
      StoreError{code, what + " \"" + path.string() + "\": " + std::strerror(error)});
}

// A new folder's name is durable only once its parent is synced.
void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

StoreResult<void> make_folder(const std::filesystem::path& folder) {
  std::filesystem::path made;
  for (const std::filesystem::path& part : folder) {
    const std::filesystem::path parent = made.empty() ? "." : made;
    made /= part;
    // Documents are private: others get no access that the operator has not given.
    if (::mkdir(made.c_str(), 0700) == 0) {
      sync_folder(parent);
      continue;
    }
    const int error = errno;
    std::error_code ignored;
    if (error != EEXIST && !std::filesystem::is_directory(made, ignored))
      return refuse("cannot create the data folder", folder, error);
  }
  struct stat status = {};
  if (::stat(folder.c_str(), &status) != 0)
    return refuse("cannot open the data folder", folder, errno);
  if (!S_ISDIR(status.st_mode)) return refuse("cannot use the data folder", folder, ENOTDIR);
  return {};
}

// Only for the message: the holder wrote it after it had the lock.
std::string holder(int descriptor) {
  std::array<char, 32> text = {};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  std::string digits;
  for (ssize_t i = 0; i < size; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') break;
    digits.push_back(c);
  }
  return digits.empty() ? "another process" : "another process (pid " + digits + ")";
}

}  // namespace

StoreResult<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  if (auto made = make_folder(folder); !made) return std::unexpected(std::move(made.error()));
  const std::filesystem::path file = folder / "lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return refuse("cannot write to the data folder", folder, errno);
  FolderLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refuse("cannot lock the data folder", folder, errno);
    return std::unexpected(StoreError{
        StoreErrc::locked,
        "the data folder \"" + folder.string() + "\" is in use by " + holder(descriptor)});
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    return refuse("cannot write to the data folder", folder, errno);
  return lock;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace weft::persistence::sqlite
