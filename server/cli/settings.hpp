// The settings of `weft serve`, from four places with one order: the command line, the environment,
// the file of --config, defaults. What a place says of a setting replaces what a later one says.
//
// A setting --some-name is WEFT_SOME_NAME in the environment and "some_name" in the file, which is
// a JSON object; what may be given more than once is a list there, and separated by blanks in the
// environment. Names of other Yjs servers are taken where they mean the same.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/options.hpp"

namespace weft::cli {

struct Setting {
  OptionSpec option;
  std::string_view fallback = {};  // the default, as --print-config shows it
  bool number = false;
  /// How --print-config shows what must not be seen whole.
  std::string (*shown)(std::string_view value) = nullptr;
  std::string_view instead = {};  // the other setting of which only one can hold
};

class Settings {
 public:
  using GetEnv = std::function<std::optional<std::string_view>(std::string_view name)>;

  /// `--config FILE` and `--print-config` are known besides `settings`.
  /// Errors: as Options::parse; a file or a variable that says what is no setting.
  static Outcome<Settings> gather(Arguments arguments, std::span<const Setting> settings,
                                  const GetEnv& env);

  /// All that was said, as if on the command line. Lives as long as this.
  const Options& options() const { return options_; }
  /// What holds, as a file that --config takes: without secrets.
  std::string shown(std::span<const Setting> settings) const;

 private:
  using Values = std::vector<std::pair<std::string_view, std::string_view>>;

  std::string_view keep(std::string text);
  Outcome<Values> of_environment(std::span<const Setting> settings, const GetEnv& env);
  Outcome<Values> of_file(std::string_view path, std::span<const Setting> settings);
  void add(const Values& values, std::span<const Setting> settings);

  std::deque<std::string> texts_;  // what the views of options_ show
  Options options_;
};

}  // namespace weft::cli
