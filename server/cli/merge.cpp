// weft merge: one update with everything that many hold, without building a document.
#include <weft/update.hpp>

#include "cli/command.hpp"
#include "cli/files.hpp"
#include "cli/options.hpp"
#include "cli/updates.hpp"

namespace weft::cli {

namespace {

Outcome<> run(Arguments arguments) {
  const auto tool = parse_tool_options(arguments, {}, 1, arguments.size());
  if (!tool) return std::unexpected(tool.error());
  const auto updates = Updates::read(tool->all.arguments(), *tool);
  if (!updates) return std::unexpected(updates.error());
  auto merged = updates->merged(*tool);
  if (!merged) return std::unexpected(merged.error());
  const auto update = converted(std::move(*merged), *tool);
  if (!update) return std::unexpected(update.error());
  return write_file(tool->out, *update);
}

}  // namespace

const Command kMerge = {
    "merge", "UPDATE... -o OUT", "one update with everything that many hold",
    "Merges without building a document (Yjs mergeUpdates). Holes in the clocks stay as gaps,\n"
    "so the result can be merged again when what is missing has arrived.\n",
    run};

}  // namespace weft::cli
