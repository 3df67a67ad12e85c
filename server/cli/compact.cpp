// weft compact: the state of a document after many updates, deleted content collected.
#include <weft/doc.hpp>

#include "cli/command.hpp"
#include "cli/document.hpp"
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
  const auto doc = build_document(*updates, *tool);
  if (!doc) return std::unexpected(doc.error());
  return write_file(tool->out, doc->encode_state_as_update({}, tool->to));
}

}  // namespace

const Command kCompact = {
    "compact", "UPDATE... -o OUT", "the state of a document after all updates",
    "Applies the updates in order to one document, which drops the content of what is deleted,\n"
    "and writes its state. Structs that wait for missing updates are kept.\n",
    run};

}  // namespace weft::cli
