// weft export: the contents of a document as JSON, {root: value}.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <weft/doc.hpp>
#include <weft/value.hpp>

#include "api/contents.hpp"
#include "cli/command.hpp"
#include "cli/document.hpp"
#include "cli/files.hpp"
#include "cli/options.hpp"
#include "cli/updates.hpp"

namespace weft::cli {

namespace {

constexpr std::array kOptions = {OptionSpec{"--root", "NAME:TYPE", true}};

struct Root {
  std::string name;
  api::Reading reading;
};

/// NAME:TYPE; a name may hold colons. Without a colon the type is inferred.
Outcome<Root> parse_root(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return Root{std::string(text), {}};
  const auto reading = api::reading_of(text.substr(colon + 1));
  if (reading) return Root{std::string(text.substr(0, colon)), *reading};
  return wrong_call("--root takes NAME:TYPE with text, delta, array, map or xml, not '" +
                    std::string(text) + "'");
}

Outcome<std::vector<Root>> parse_roots(const ToolOptions& tool) {
  std::vector<Root> roots;
  for (const std::string_view text : tool.all.values("--root")) {
    auto root = parse_root(text);
    if (!root) return std::unexpected(root.error());
    if (std::ranges::find(roots, root->name, &Root::name) != roots.end()) {
      return wrong_call("root '" + root->name + "' is named twice");
    }
    roots.push_back(std::move(*root));
  }
  return roots;
}

Outcome<> run(Arguments arguments) {
  const auto tool = parse_tool_options(arguments, kOptions, 1, arguments.size());
  if (!tool) return std::unexpected(tool.error());
  auto roots = parse_roots(*tool);
  if (!roots) return std::unexpected(roots.error());
  const auto updates = Updates::read(tool->all.arguments(), *tool);
  if (!updates) return std::unexpected(updates.error());
  auto doc = build_document(*updates, *tool);
  if (!doc) return std::unexpected(doc.error());
  ValueObject members;
  for (const Root& root : *roots) {
    members.emplace_back(root.name, api::contents(*doc, root.name, root.reading));
  }
  const Value all = roots->empty() ? api::contents(*doc) : Value(std::move(members));
  return write_text(tool->out, all.to_json() + "\n");
}

}  // namespace

const Command kExport = {"export", "UPDATE... [--root NAME:TYPE]...",
                         "contents as JSON, {root: value}",
                         "TYPE is text, delta, array, map or xml; inferred where it is not "
                         "given. Without --root all\n"
                         "roots that the updates name are written. Several updates are applied in "
                         "order.\n",
                         run};

}  // namespace weft::cli
