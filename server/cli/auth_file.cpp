#include "cli/auth_file.hpp"

#include <utility>

#include "cli/files.hpp"

namespace weft::cli {

namespace {

std::filesystem::file_time_type age_of(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::last_write_time(path, ignored);
}

}  // namespace

std::expected<std::string, std::string> AuthFile::read_one(const std::filesystem::path& path) {
  seen_[path] = age_of(path);
  const auto bytes = read_file(path.string());
  if (!bytes) return std::unexpected(bytes.error().message);
  return std::string(bytes->begin(), bytes->end());
}

Outcome<access::Gate> AuthFile::read() {
  seen_.clear();
  const auto text = read_one(path_);
  if (!text) return wrong_input("--auth: " + text.error());
  auto rules = access::parse_auth_config(*text, [this](std::string_view name) {
    return read_one(path_.parent_path() / name);  // an absolute name stays what it is
  });
  if (!rules) return wrong_input("--auth: " + path_.string() + ": " + rules.error());
  return access::Gate(std::move(*rules));
}

std::optional<access::Gate> AuthFile::newer() {
  bool changed = false;
  for (const auto& [path, age] : seen_) changed = changed || age_of(path) != age;
  if (!changed) return std::nullopt;
  // What a wrong file no longer names is watched on, or mending it would not be noticed.
  const auto before = seen_;
  auto gate = read();
  for (const auto& [path, age] : before) {
    if (!gate) seen_.try_emplace(path, age_of(path));
  }
  if (gate) {
    log_.say({.level = api::Level::info, .event = "rules_read", .message = "new rules hold"});
    return std::move(*gate);
  }
  log_.say({.level = api::Level::error,
            .event = "rules_wrong",
            .message = gate.error().message + "; the rules before stay"});
  return std::nullopt;
}

}  // namespace weft::cli
