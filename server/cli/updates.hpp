// The updates that a command line names, read and checked.
//
// Every update is decoded once before a tool touches it, so a tool's result never rests on bytes
// that turn out to be malformed later, and a message can name the file and the byte.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>

#include "cli/options.hpp"
#include "cli/outcome.hpp"

namespace weft::cli {

class Updates {
 public:
  /// Reads `files` in order; with tool.framed each holds any number of updates, else exactly one.
  /// Errors: input_wrong, naming the file and the byte in it.
  static Outcome<Updates> read(std::span<const std::string_view> files, const ToolOptions& tool);

  /// All updates in order; views into this object.
  const std::vector<ByteView>& views() const { return views_; }
  std::size_t bytes() const;
  /// One update with all that they hold. The only one comes back as it is.
  Outcome<Bytes> merged(const ToolOptions& tool) const;

 private:
  struct File {
    std::string name;
    Bytes bytes;
  };
  Outcome<> split(const File& file);

  std::vector<File> files_;
  std::vector<ByteView> views_;
};

/// The failure for an error that is not at a place in a file.
std::unexpected<Failure> engine_failure(const Error& error);

/// `update` in tool.to, if that differs from tool.from. Errors: input_wrong.
Outcome<Bytes> converted(Bytes update, const ToolOptions& tool);

/// A file's name as messages show it.
std::string shown(std::string_view path);

}  // namespace weft::cli
