// POSIX calls, because a rename that survives a crash needs fsync and a file's mode needs fchmod.
#include "cli/files.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace weft::cli {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { static_cast<void>(close_now()); }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }
  bool close_now() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

std::unexpected<Failure> system_failure(std::string what) {
  return wrong_input(std::move(what) + ": " + std::generic_category().message(errno));
}

Outcome<Bytes> read_all(int fd, const std::string& name) {
  Bytes bytes;
  std::size_t size = 0;
  for (;;) {
    if (size == bytes.size()) bytes.resize(std::max(kChunkBytes, size * 2));
    const ssize_t count = ::read(fd, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("cannot read " + name);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  bytes.resize(size);
  return bytes;
}

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

/// The mode that a new file at `path` gets: that of the file it replaces, else as open() gives it.
mode_t mode_for(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return status.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

Outcome<> write_directly(const std::string& path, ByteView bytes) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0 || !write_all(file.get(), bytes) || !file.close_now()) {
    return system_failure("cannot write " + path);
  }
  return {};
}

Outcome<> replace_file(const std::string& path, ByteView bytes) {
  std::string temporary = path + ".XXXXXX";
  FileDescriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) return system_failure("cannot write " + path);
  const bool written = write_all(file.get(), bytes) && ::fchmod(file.get(), mode_for(path)) == 0 &&
                       ::fsync(file.get()) == 0 && file.close_now() &&
                       ::rename(temporary.c_str(), path.c_str()) == 0;
  if (written) return {};
  auto failure = system_failure("cannot write " + path);
  ::unlink(temporary.c_str());
  return failure;
}

}  // namespace

Outcome<Bytes> read_file(std::string_view path) {
  if (path == "-") return read_all(STDIN_FILENO, "standard input");
  const std::string name(path);
  const FileDescriptor file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return system_failure("cannot read " + name);
  return read_all(file.get(), name);
}

Outcome<> write_file(std::string_view path, ByteView bytes) {
  if (path == "-") {
    if (::isatty(STDOUT_FILENO) != 0) {
      return wrong_call("the result is binary: name a file with -o OUT, or send stdout to one");
    }
    return print(as_text(bytes));
  }
  std::error_code error;
  // A link stays a link: what it points to is replaced.
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  const std::string target = error ? std::string(path) : real.string();
  if (!error && !std::filesystem::is_regular_file(real)) return write_directly(target, bytes);
  return replace_file(target, bytes);
}

Outcome<> write_text(std::string_view path, std::string_view text) {
  return path == "-" ? print(text) : write_file(path, as_bytes(text));
}

Outcome<> print(std::string_view text) {
  if (!write_all(STDOUT_FILENO, as_bytes(text))) {
    return system_failure("cannot write to standard output");
  }
  return {};
}

}  // namespace weft::cli
