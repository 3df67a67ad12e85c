// How a command ends: with a value, or with a message for people and an exit code for scripts.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace weft::cli {

/// The exit codes of every command.
enum class Exit : int {
  success = 0,
  input_wrong = 1,  // a file that cannot be read, written or understood
  call_wrong = 2,   // unknown command or option, missing argument
};

struct Failure {
  Exit exit;
  std::string message;  // without the command's name and without a full stop
};

template <typename T = void>
using Outcome = std::expected<T, Failure>;

inline std::unexpected<Failure> wrong_input(std::string message) {
  return std::unexpected(Failure{Exit::input_wrong, std::move(message)});
}

inline std::unexpected<Failure> wrong_call(std::string message) {
  return std::unexpected(Failure{Exit::call_wrong, std::move(message)});
}

}  // namespace weft::cli
