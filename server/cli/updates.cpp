// Framing as in an update log: varuint length, bytes. Source of the number: lib0 readVarUint.
#include "cli/updates.hpp"

#include <utility>

#include <weft/inspect.hpp>
#include <weft/update.hpp>

#include "cli/files.hpp"
#include "encoding/reader.hpp"

namespace weft::cli {

namespace {

/// Decodes all of `update`; the error's offset counts from the begin of `file`.
Result<void> check(ByteView file, ByteView update, Encoding encoding) {
  const auto size = measure_update(update, encoding);
  if (size && *size == update.size()) return {};
  Error error = size ? Error{Errc::trailing_bytes, *size} : size.error();
  error.offset += static_cast<std::size_t>(update.data() - file.data());
  return std::unexpected(error);
}

std::unexpected<Failure> malformed(const std::string& file, const std::string& what, Error error) {
  return wrong_input(file + ": " + what + message(error));
}

}  // namespace

Outcome<Updates> Updates::read(std::span<const std::string_view> files, const ToolOptions& tool) {
  Updates updates;
  updates.files_.reserve(files.size());
  for (const std::string_view name : files) {
    auto bytes = read_file(name);
    if (!bytes) return std::unexpected(bytes.error());
    const File& file = updates.files_.emplace_back(File{shown(name), std::move(*bytes)});
    const std::size_t first = updates.views_.size();
    if (tool.framed) {
      if (auto split = updates.split(file); !split) return std::unexpected(split.error());
    } else {
      updates.views_.push_back(file.bytes);
    }
    for (std::size_t i = first; i < updates.views_.size(); ++i) {
      const std::string which = tool.framed ? "update " + std::to_string(i - first + 1) + ": " : "";
      if (auto checked = check(file.bytes, updates.views_[i], tool.from); !checked) {
        return malformed(file.name, which, checked.error());
      }
    }
  }
  return updates;
}

Outcome<> Updates::split(const File& file) {
  encoding::Reader reader(file.bytes);
  while (!reader.at_end()) {
    const ByteView update = reader.varbytes();
    if (!reader.ok()) return malformed(file.name, "not a log of framed updates: ", reader.error());
    views_.push_back(update);
  }
  return {};
}

std::size_t Updates::bytes() const {
  std::size_t total = 0;
  for (const ByteView view : views_) total += view.size();
  return total;
}

Outcome<Bytes> Updates::merged(const ToolOptions& tool) const {
  auto merged = merge_updates(views_, tool.from, tool.compat);
  if (!merged) return engine_failure(merged.error());
  return std::move(*merged);
}

std::unexpected<Failure> engine_failure(const Error& error) { return wrong_input(message(error)); }

Outcome<Bytes> converted(Bytes update, const ToolOptions& tool) {
  if (tool.from == tool.to) return update;
  auto result = convert_update(update, tool.from, tool.to, tool.compat);
  if (!result) return engine_failure(result.error());
  return std::move(*result);
}

std::string shown(std::string_view path) {
  return path == "-" ? "standard input" : std::string(path);
}

}  // namespace weft::cli
