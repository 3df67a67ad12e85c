// weft state-vector: what a replica that holds an update has seen, without building a document.
#include <string>

#include <weft/state_vector.hpp>
#include <weft/update.hpp>
#include <weft/value.hpp>

#include "cli/command.hpp"
#include "cli/files.hpp"
#include "cli/options.hpp"
#include "cli/updates.hpp"

namespace weft::cli {

namespace {

/// {"client": next clock}
std::string to_json(const StateVector& vector) {
  ValueObject members;
  for (const auto& [client, clock] : vector.entries()) {
    members.emplace_back(std::to_string(client), Value(static_cast<double>(clock)));
  }
  return Value(std::move(members)).to_json() + "\n";
}

Outcome<> run(Arguments arguments) {
  const auto tool = parse_tool_options(arguments, {}, 1, 1);
  if (!tool) return std::unexpected(tool.error());
  const auto updates = Updates::read(tool->all.arguments(), *tool);
  if (!updates) return std::unexpected(updates.error());
  const auto merged = updates->merged(*tool);
  if (!merged) return std::unexpected(merged.error());
  if (tool->json) {
    const auto vector = state_vector_from_update(*merged, tool->from);
    if (!vector) return engine_failure(vector.error());
    return write_text(tool->out, to_json(*vector));
  }
  const auto bytes = encode_state_vector_from_update(*merged, tool->from);
  if (!bytes) return engine_failure(bytes.error());
  return write_file(tool->out, *bytes);
}

}  // namespace

const Command kStateVector = {"state-vector", "UPDATE -o OUT",
                              "for each client, the clock that it would give next",
                              "Clients whose structs start at clock 0, up to their first gap (Yjs\n"
                              "encodeStateVectorFromUpdate). With --json: {\"CLIENT\": CLOCK}.\n",
                              run};

}  // namespace weft::cli
