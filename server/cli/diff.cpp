// weft diff: what an update holds beyond a state vector, without building a document.
#include <array>
#include <string>

#include <weft/state_vector.hpp>
#include <weft/update.hpp>

#include "cli/command.hpp"
#include "cli/files.hpp"
#include "cli/options.hpp"
#include "cli/updates.hpp"

namespace weft::cli {

namespace {

constexpr std::array kOptions = {OptionSpec{"--since", "SV"}};

Outcome<StateVector> read_state_vector(std::string_view path) {
  const auto bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  auto vector = StateVector::decode(*bytes);
  if (!vector) {
    return wrong_input(shown(path) + ": not a state vector: " + message(vector.error()));
  }
  return std::move(*vector);
}

Outcome<> run(Arguments arguments) {
  const auto tool = parse_tool_options(arguments, kOptions, 1, 1);
  if (!tool) return std::unexpected(tool.error());
  const auto since_path = tool->all.value("--since");
  if (!since_path) return wrong_call("--since SV is missing: the state vector to start from");
  const auto since = read_state_vector(*since_path);
  if (!since) return std::unexpected(since.error());
  const auto updates = Updates::read(tool->all.arguments(), *tool);
  if (!updates) return std::unexpected(updates.error());
  const auto merged = updates->merged(*tool);
  if (!merged) return std::unexpected(merged.error());
  auto diff = diff_update(*merged, *since, tool->from, tool->compat);
  if (!diff) return engine_failure(diff.error());
  const auto update = converted(std::move(*diff), *tool);
  if (!update) return std::unexpected(update.error());
  return write_file(tool->out, *update);
}

}  // namespace

const Command kDiff = {
    "diff", "UPDATE --since SV -o OUT", "what an update holds beyond a state vector",
    "SV is a file with an encoded state vector, as weft state-vector writes it. The delete set\n"
    "stays whole (Yjs diffUpdate).\n",
    run};

}  // namespace weft::cli
