// The file of `weft serve --auth`, and the key files that it names: read again when they change, so
// that keys rotate without a restart.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "access/auth_config.hpp"
#include "cli/log.hpp"
#include "cli/outcome.hpp"

namespace weft::cli {

class AuthFile {
 public:
  AuthFile(std::filesystem::path path, Log log) : path_(std::move(path)), log_(log) {}

  /// Errors: input_wrong.
  Outcome<access::Gate> read();
  /// The new rules if a file has changed since it was last read. Wrong ones are told to the log,
  /// once, and the old ones stay.
  std::optional<access::Gate> newer();

 private:
  using Time = std::filesystem::file_time_type;

  std::expected<std::string, std::string> read_one(const std::filesystem::path& path);

  std::filesystem::path path_;
  Log log_;
  std::map<std::filesystem::path, Time> seen_;  // every file that was read, and how old it was
};

}  // namespace weft::cli
