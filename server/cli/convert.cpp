// weft convert: the same update in the other encoding. A log of updates stays a log.
#include <weft/update.hpp>

#include "cli/command.hpp"
#include "cli/files.hpp"
#include "cli/options.hpp"
#include "cli/updates.hpp"
#include "encoding/writer.hpp"

namespace weft::cli {

namespace {

Outcome<Bytes> convert_all(const Updates& updates, const ToolOptions& tool) {
  encoding::Writer log(updates.bytes());
  for (const ByteView view : updates.views()) {
    auto update = converted(Bytes(view.begin(), view.end()), tool);
    if (!update || !tool.framed) return update;
    log.varbytes(*update);
  }
  return log.take();
}

Outcome<> run(Arguments arguments) {
  const auto tool = parse_tool_options(arguments, {}, 1, 1);
  if (!tool) return std::unexpected(tool.error());
  if (!tool->all.has("--to")) return wrong_call("--to v1|v2 is missing");
  const auto updates = Updates::read(tool->all.arguments(), *tool);
  if (!updates) return std::unexpected(updates.error());
  const auto result = convert_all(*updates, *tool);
  if (!result) return std::unexpected(result.error());
  return write_file(tool->out, *result);
}

}  // namespace

const Command kConvert = {
    "convert", "UPDATE --to v1|v2 -o OUT", "an update in the other encoding",
    "Converts without building a document (Yjs convertUpdateFormatV1ToV2 and V2ToV1). With\n"
    "--framed each update of the log is converted and the result is a log.\n",
    run};

}  // namespace weft::cli
