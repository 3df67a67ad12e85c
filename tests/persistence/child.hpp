// A child process running store_process, its output read through a pipe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace weft::persistence::test {

class Child {
 public:
  explicit Child(std::vector<std::string> arguments);
  /// Kills what still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The next whole line; nothing at the end of the output or when the deadline has passed.
  std::optional<std::string> read_line(std::chrono::steady_clock::time_point deadline);
  std::optional<std::string> read_line() {
    return read_line(std::chrono::steady_clock::now() + std::chrono::seconds(60));
  }
  pid_t pid() const { return pid_; }
  void kill();
  void close_input();
  /// The exit code, or minus the signal's number.
  int wait();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string buffer_;
};

}  // namespace weft::persistence::test
