// weft export: the contents of a document as JSON, {root: value}.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <weft/doc.hpp>
#include <weft/value.hpp>

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
  std::optional<TypeKind> kind;  // nothing: to be inferred
  bool as_delta = false;         // text with its formats and embeds
};

/// NAME:TYPE; a name may hold colons. Without a colon the type is inferred.
Outcome<Root> parse_root(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return Root{std::string(text), std::nullopt, false};
  const std::string_view type = text.substr(colon + 1);
  const std::string name(text.substr(0, colon));
  if (type == "text") return Root{name, TypeKind::text, false};
  if (type == "delta") return Root{name, TypeKind::text, true};
  if (type == "array") return Root{name, TypeKind::array, false};
  if (type == "map") return Root{name, TypeKind::map, false};
  if (type == "xml") return Root{name, TypeKind::xml_fragment, false};
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

/// A root about which nothing is known reads as text: only deleted content is without a kind.
Value contents(Doc& doc, const Root& root) {
  switch (root.kind.value_or(infer_kind(doc, root.name).value_or(TypeKind::text))) {
    case TypeKind::text:
      if (root.as_delta) return doc.text(root.name).to_delta().to_value();
      return doc.text(root.name).to_string();
    case TypeKind::array:
      return doc.array(root.name).to_json();
    case TypeKind::map:
      return doc.map(root.name).to_json();
    default:
      return doc.xml_fragment(root.name).to_string();
  }
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
  if (roots->empty()) {
    for (std::string& name : doc->root_names())
      roots->push_back(Root{std::move(name), std::nullopt, false});
  }
  ValueObject members;
  for (const Root& root : *roots) {
    members.emplace_back(root.name, contents(*doc, root));
  }
  return write_text(tool->out, Value(std::move(members)).to_json() + "\n");
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
