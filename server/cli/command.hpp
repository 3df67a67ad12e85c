// A command of the `weft` binary: what main.cpp's table holds. Each command has a file of its own
// that defines one Command; the engine's tools are declared here.
#pragma once

#include <span>
#include <string_view>

#include "cli/outcome.hpp"

namespace weft::cli {

using Arguments = std::span<const std::string_view>;

struct Command {
  std::string_view name;
  std::string_view usage;    // what follows the name on the command line
  std::string_view summary;  // a few words for the list of commands
  std::string_view details;  // what `weft help NAME` says below the usage; ends with a newline
  Outcome<> (*run)(Arguments arguments);
};

extern const Command kServe;
extern const Command kDocs;
extern const Command kInspect;
extern const Command kExport;
extern const Command kGenAuth;
extern const Command kMerge;
extern const Command kDiff;
extern const Command kStateVector;
extern const Command kConvert;
extern const Command kCompact;

}  // namespace weft::cli
