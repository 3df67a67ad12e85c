// Parses command lines. The order of options and arguments does not matter.
#include "cli/options.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace weft::cli {

namespace {

constexpr std::array kSharedOptions = {
    OptionSpec{"--from", "v1|v2"}, OptionSpec{"--to", "v1|v2"}, OptionSpec{"--compat", "13|14"},
    OptionSpec{"--framed", ""},    OptionSpec{"--json", ""},    OptionSpec{"-o", "OUT"},
};

const OptionSpec* find_spec(std::span<const OptionSpec> specs, std::string_view name) {
  const auto at = std::ranges::find(specs, name, &OptionSpec::name);
  return at == specs.end() ? nullptr : &*at;
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

Outcome<Encoding> parse_encoding(std::string_view option, std::string_view text) {
  if (text == "v1") return Encoding::v1;
  if (text == "v2") return Encoding::v2;
  return wrong_call(std::string(option) + " takes v1 or v2, not " + quoted(text));
}

}  // namespace

Outcome<Options> Options::parse(Arguments arguments, std::span<const OptionSpec> specs) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--") {
      const Arguments rest = arguments.subspan(i + 1);
      options.arguments_.insert(options.arguments_.end(), rest.begin(), rest.end());
      break;
    }
    if (!argument.starts_with('-') || argument == "-") {
      options.arguments_.push_back(argument);
      continue;
    }
    const std::size_t equals = argument.starts_with("--") ? argument.find('=') : argument.npos;
    const std::string_view name = argument.substr(0, equals);
    const OptionSpec* spec = find_spec(specs, name);
    if (spec == nullptr) return wrong_call("unknown option " + quoted(name));
    if (options.has(spec->name) && !spec->repeats) {
      return wrong_call(std::string(name) + " is given twice");
    }
    std::string_view value;
    if (equals != argument.npos) {
      if (spec->value.empty()) return wrong_call(std::string(name) + " takes no value");
      value = argument.substr(equals + 1);
    } else if (!spec->value.empty()) {
      if (i + 1 == arguments.size() || find_spec(specs, arguments[i + 1]) != nullptr) {
        return wrong_call(std::string(name) + " takes a value: " + std::string(spec->value));
      }
      value = arguments[++i];
    }
    options.options_.emplace_back(spec->name, value);
  }
  return options;
}

std::optional<std::string_view> Options::value(std::string_view name) const {
  const auto at = std::ranges::find(options_, name, &decltype(options_)::value_type::first);
  if (at == options_.end()) return std::nullopt;
  return at->second;
}

std::vector<std::string_view> Options::values(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [option, value] : options_) {
    if (option == name) found.push_back(value);
  }
  return found;
}

namespace {

Outcome<> read_shared(ToolOptions& tool) {
  if (const auto text = tool.all.value("--from")) {
    const auto encoding = parse_encoding("--from", *text);
    if (!encoding) return std::unexpected(encoding.error());
    tool.from = *encoding;
  }
  tool.to = tool.from;
  if (const auto text = tool.all.value("--to")) {
    const auto encoding = parse_encoding("--to", *text);
    if (!encoding) return std::unexpected(encoding.error());
    tool.to = *encoding;
  }
  if (const auto text = tool.all.value("--compat")) {
    if (*text != "13" && *text != "14") {
      return wrong_call("--compat takes 13 or 14, not " + quoted(*text));
    }
    tool.compat = *text == "14" ? Compat::v14 : Compat::v13;
  }
  tool.framed = tool.all.has("--framed");
  tool.json = tool.all.has("--json");
  tool.out = tool.all.value("-o").value_or("-");
  return {};
}

}  // namespace

Outcome<ToolOptions> parse_tool_options(Arguments arguments, std::span<const OptionSpec> specs,
                                        std::size_t arguments_min, std::size_t arguments_max) {
  std::vector<OptionSpec> all(kSharedOptions.begin(), kSharedOptions.end());
  all.insert(all.end(), specs.begin(), specs.end());
  auto options = Options::parse(arguments, all);
  if (!options) return std::unexpected(options.error());
  ToolOptions tool;
  tool.all = std::move(*options);
  if (auto read = read_shared(tool); !read) return std::unexpected(read.error());
  const auto& files = tool.all.arguments();
  if (files.size() < arguments_min)
    return wrong_call("an update is missing: a file, or - for stdin");
  if (files.size() > arguments_max) {
    return wrong_call("one argument too many: " + quoted(files[arguments_max]));
  }
  const auto since = tool.all.value("--since");
  if (std::ranges::count(files, "-") + (since == "-" ? 1 : 0) > 1) {
    return wrong_call("standard input (-) can be read only once");
  }
  return tool;
}

}  // namespace weft::cli
