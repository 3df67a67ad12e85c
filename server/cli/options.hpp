// Options and arguments of a command line, and the options that all tools share.
//
// `--name VALUE` and `--name=VALUE` are the same; `-` is an argument (stdin or stdout), and what
// follows `--` is never an option. Views point into the caller's arguments.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/id.hpp>

#include "cli/command.hpp"
#include "cli/outcome.hpp"

namespace weft::cli {

struct OptionSpec {
  std::string_view name;   // with its dashes
  std::string_view value;  // what it takes, as the usage names it; empty for a flag
  bool repeats = false;
};

class Options {
 public:
  /// Errors: call_wrong for an option that `specs` lacks, a missing or unwanted value, a
  /// repetition.
  static Outcome<Options> parse(Arguments arguments, std::span<const OptionSpec> specs);

  bool has(std::string_view name) const { return value(name).has_value(); }
  /// The first value of option `name`; empty for a flag that was given.
  std::optional<std::string_view> value(std::string_view name) const;
  std::vector<std::string_view> values(std::string_view name) const;
  const std::vector<std::string_view>& arguments() const { return arguments_; }
  /// As if it had been given, too; both views must live as long as this.
  void add(std::string_view name, std::string_view value) { options_.emplace_back(name, value); }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> options_;
  std::vector<std::string_view> arguments_;
};

/// What every tool on updates takes.
struct ToolOptions {
  Encoding from = Encoding::v1;
  Encoding to = Encoding::v1;  // as read, where not given
  Compat compat = Compat::v13;
  bool framed = false;
  bool json = false;
  std::string_view out = "-";
  Options all;
};

/// Parses a tool's command line: the shared options and `specs`.
/// REQUIRES: `arguments_min` and `arguments_max` bound the number of input files.
/// Errors: call_wrong, as Options::parse, and for a value that is none of those allowed, or another
/// number of arguments, or standard input named twice.
Outcome<ToolOptions> parse_tool_options(Arguments arguments, std::span<const OptionSpec> specs,
                                        std::size_t arguments_min, std::size_t arguments_max);

}  // namespace weft::cli
