// weft docs: a look into a store, and into and out of it. The server must not run on it meanwhile:
// a store has one owner, and says so.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "cli/command.hpp"
#include "cli/docs_actions.hpp"
#include "cli/docs_store.hpp"
#include "cli/files.hpp"
#include "cli/options.hpp"
#include "cli/store.hpp"
#include "cli/table.hpp"
#include "cli/updates.hpp"
#include "persistence/store.hpp"

namespace weft::cli {

namespace {

using persistence::DocumentInfo;
using persistence::DocumentStore;
using persistence::LoadedDocument;
using persistence::Sequence;

Outcome<> list(DocumentStore& store, const ToolOptions& tool) {
  Table table;
  if (!tool.json) table.row({"document", "updates", "of them in the log"});
  std::string json;
  auto listed = each_document(store, [&](const DocumentInfo& info) -> Outcome<> {
    const std::string updates = std::to_string(info.sequence);
    const std::string logged = std::to_string(info.sequence - info.checkpoint_up_to.value_or(0));
    if (tool.json) {
      json += "{\"name\":" + json_string(info.name) + ",\"updates\":" + updates +
              ",\"logged\":" + logged + "}\n";
    } else {
      table.row({harmless(info.name), updates, logged});
    }
    return {};
  });
  if (!listed) return listed;
  return print(tool.json ? json : table.text());
}

/// All that the document holds as one update in V1.
Outcome<Bytes> state_of(DocumentStore& store, const std::string& name) {
  const auto loaded = load_existing(store, name);
  if (!loaded) return std::unexpected(loaded.error());
  const LoadedDocument& document = *loaded;
  std::vector<Bytes> held;
  std::vector<ByteView> views;
  const auto add = [&](ByteView bytes, Encoding encoding) -> Result<void> {
    auto update = convert_update(bytes, encoding, Encoding::v1);
    if (!update) return std::unexpected(update.error());
    held.push_back(std::move(*update));
    return {};
  };
  if (document.checkpoint) {
    auto added = add(document.checkpoint->state, document.checkpoint->encoding);
    if (!added) return wrong_input("its checkpoint: " + message(added.error()));
  }
  for (const persistence::StoredUpdate& update : document.updates) {
    auto added = add(update.bytes, update.encoding);
    if (!added)
      return wrong_input("its update " + std::to_string(update.sequence) + ": " +
                         message(added.error()));
  }
  views.assign(held.begin(), held.end());
  auto merged = merge_updates(views);
  if (!merged) return engine_failure(merged.error());
  return std::move(*merged);
}

Outcome<> dump(DocumentStore& store, const std::string& name, const ToolOptions& tool) {
  auto state = tool.all.has("--damaged") ? readable_part(store, name) : state_of(store, name);
  if (!state) return std::unexpected(state.error());
  const auto update = converted(std::move(*state), tool);
  if (!update) return std::unexpected(update.error());
  return write_file(tool.out, *update);
}

Outcome<> load_into(DocumentStore& store, const std::string& name,
                    std::span<const std::string_view> files, const ToolOptions& tool) {
  const auto updates = Updates::read(files, tool);
  if (!updates) return std::unexpected(updates.error());
  auto merged = updates->merged(tool);
  if (!merged) return std::unexpected(merged.error());
  const auto document = load_document(store, name);
  if (!document) return std::unexpected(document.error());
  auto doc = built(*document);
  if (!doc) return wrong_input("document '" + name + "' is damaged: " + doc.error().message);
  // What fits into no document would keep a server from ever opening this one again.
  if (const auto applied = doc->apply_update(*merged, tool.from); !applied) {
    return wrong_input("what is to be loaded does not fit into the document: " +
                       message(applied.error()));
  }
  persistence::Update update;
  update.sequence = document->sequence + 1;
  update.bytes = std::make_shared<const Bytes>(std::move(*merged));
  update.encoding = tool.from;
  update.origin.user = "weft docs load";
  const auto stored = wait_for<Sequence>(
      [&](auto done) { return store.append(name, std::move(update), std::move(done)); });
  if (!stored) return std::unexpected(stored.error());
  return {};
}

struct Action {
  std::string_view name;
  std::size_t arguments_min;
  std::size_t arguments_max;
  std::string_view missing = "the document's name is missing";
};
constexpr std::size_t kAny = static_cast<std::size_t>(-1);
constexpr std::array<Action, 8> kActions = {
    {{"list", 0, 0},
     {"verify", 0, kAny},
     {"dump", 1, 1},
     {"load", 2, kAny},
     {"versions", 1, kAny},
     {"restore", 2, 2, "say restore NAME VERSION"},
     {"delete", 1, 1},
     {"import", 1, 1, "say what to import: a folder, a file or a database"}}};

Outcome<> act(std::string_view action, DocumentStore& store, const ToolOptions& tool) {
  const auto& given = tool.all.arguments();
  const std::vector<std::string> names(given.begin(), given.end());
  if (action == "list") return list(store, tool);
  if (action == "verify") return verify_documents(store, names, tool.all.has("--repair"));
  if (action == "dump") return dump(store, names[0], tool);
  if (action == "load") return load_into(store, names[0], std::span(given).subspan(1), tool);
  if (action == "versions") return work_on_versions(store, given, tool);
  if (action == "restore") return restore_version(store, names[0], given[1]);
  if (action == "import") return import_documents(store, given[0], tool);
  return delete_document(store, names[0]);
}

Outcome<> run(Arguments arguments) {
  static constexpr OptionSpec kSpecs[] = {
      kDataOption, kDatabaseOption, {"--damaged", ""}, {"--repair", ""}, {"--table", "NAME"}};
  const std::string_view name = arguments.empty() ? "" : arguments.front();
  const auto* action = std::ranges::find(kActions, name, &Action::name);
  if (action == kActions.end())
    return wrong_call("say list, verify, dump, load, versions, restore, delete or import");
  const auto tool = parse_tool_options(arguments.subspan(1), kSpecs, 0, arguments.size());
  if (!tool) return std::unexpected(tool.error());
  const auto& given = tool->all.arguments();
  if (given.size() < action->arguments_min) return wrong_call(std::string(action->missing));
  if (given.size() > action->arguments_max) return wrong_call("one argument too many");
  if (action->arguments_min > 0 && given.front().empty())
    return wrong_call("the document's name is empty");
  const auto choice = parse_store(tool->all);
  if (!choice) return std::unexpected(choice.error());
  // Only what is loaded may make a store.
  if (name != "load" && name != "import" && !is_there(*choice))
    return wrong_input("there is no store in " + shown(*choice));
  const auto store = open_store(*choice);
  if (!store) return std::unexpected(store.error());
  return act(name, **store, *tool);
}

}  // namespace

const Command kDocs = {
    "docs",
    "list | verify [NAME]... | dump NAME -o OUT | load NAME UPDATE... | versions NAME ..."
    " | restore NAME VERSION | delete NAME | import SOURCE",
    "a look into a store, and into and out of it",
    "Works on the documents of a server that does not run.\n"
    "  list             the documents, and how many updates each has\n"
    "  verify           reads documents (all of them) whole, and names those that are damaged\n"
    "    --repair       and makes a damaged one of what can be read of it; what cannot be trusted\n"
    "                   is kept as versions\n"
    "  dump             writes what a document holds, as one update\n"
    "    --damaged      or what can be read of a damaged one\n"
    "  load             adds updates to a document, which need not exist\n"
    "  versions NAME    the states of a document that were kept\n"
    "    save TITLE     keeps what it holds now\n"
    "    show N         the contents of version N as JSON\n"
    "    dump N         version N as an update, to -o OUT\n"
    "    diff N M       who changed what from N to M, which may be 'now' (--json: all of it)\n"
    "    delete N...    removes versions\n"
    "  restore          makes a document what it was at a version, by an edit like any other;\n"
    "                   what it was before becomes a version\n"
    "  delete           removes a document, damaged or not, and its versions for good; who still\n"
    "                   has a copy of it cannot bring it back (close code 4409)\n"
    "  import           brings in the documents of another server: y-leveldb's folder, y-sweet's\n"
    "                   folder (data.ysweet), a SQLite file of Hocuspocus, postgres://... with\n"
    "                   the table documents (name, data) or collaboration_document_states\n"
    "    --table NAME   another table's name\n"
    "  --data DIR       the store's folder (./weft-data)\n"
    "  --database URL   or its PostgreSQL database\n",
    run};

}  // namespace weft::cli
