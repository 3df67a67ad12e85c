// weft docs: a look into a store, and into and out of it. The server must not run on it meanwhile:
// a store has one owner, and says so.
#include <algorithm>
#include <array>
#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "cli/command.hpp"
#include "cli/document.hpp"
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
using persistence::StoreResult;

// A store's calls as a command wants them: it has nothing else to do meanwhile.
template <typename T, typename Call>
Outcome<T> wait(Call call) {
  auto promise = std::make_shared<std::promise<StoreResult<T>>>();
  auto future = promise->get_future();
  auto queued = call([promise](StoreResult<T> result) { promise->set_value(std::move(result)); });
  if (!queued) return wrong_input(queued.error().message);
  auto result = future.get();
  if (!result) return wrong_input(result.error().message);
  return std::move(*result);
}

Outcome<LoadedDocument> load(DocumentStore& store, const std::string& name) {
  return wait<LoadedDocument>([&](auto done) { return store.load(name, std::move(done)); });
}

Outcome<LoadedDocument> load_existing(DocumentStore& store, const std::string& name) {
  auto document = load(store, name);
  if (document && document->sequence == 0 && !document->checkpoint)
    return wrong_input("there is no document '" + name + "'");
  return document;
}

template <typename Visit>
Outcome<> each_document(DocumentStore& store, Visit visit) {
  persistence::ListRequest request;
  for (;;) {
    const auto page = wait<persistence::DocumentPage>(
        [&](auto done) { return store.list(request, std::move(done)); });
    if (!page) return std::unexpected(page.error());
    for (const DocumentInfo& info : page->documents) {
      if (auto visited = visit(info); !visited) return visited;
    }
    if (!page->more) return {};
    request.after = page->documents.back().name;
  }
}

// A name comes from whoever connected: nothing of it may steer a terminal.
std::string harmless(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7f ? '?' : c);
  }
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      std::array<char, 8> escape = {};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
      out += escape.data();
      continue;
    }
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

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
Outcome<Bytes> state_of(const LoadedDocument& document) {
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

/// The document, built as a server builds it.
Outcome<Doc> built(const LoadedDocument& document) {
  Doc doc(document_options(Compat::v13));
  if (document.checkpoint) {
    const auto applied =
        doc.apply_update(document.checkpoint->state, document.checkpoint->encoding);
    if (!applied) return wrong_input("its checkpoint: " + message(applied.error()));
  }
  for (const persistence::StoredUpdate& update : document.updates) {
    const auto applied = doc.apply_update(update.bytes, update.encoding);
    if (!applied)
      return wrong_input("its update " + std::to_string(update.sequence) + ": " +
                         message(applied.error()));
  }
  return doc;
}

Outcome<> verify(DocumentStore& store, std::vector<std::string> names) {
  if (names.empty()) {
    auto listed = each_document(store, [&](const DocumentInfo& info) -> Outcome<> {
      names.push_back(info.name);
      return {};
    });
    if (!listed) return listed;
  }
  std::size_t damaged = 0;
  for (const std::string& name : names) {
    const auto document = load_existing(store, name);
    if (document) {
      const auto doc = built(*document);
      if (doc) continue;
      std::fprintf(stderr, "document \"%s\" is damaged: %s\n", harmless(name).c_str(),
                   doc.error().message.c_str());
    } else {
      std::fprintf(stderr, "%s\n", document.error().message.c_str());
    }
    ++damaged;
  }
  if (damaged > 0)
    return wrong_input(std::to_string(damaged) + " of " + std::to_string(names.size()) +
                       " documents cannot be read");
  return print(std::to_string(names.size()) + " documents are as they were written\n");
}

Outcome<> dump(DocumentStore& store, const std::string& name, const ToolOptions& tool) {
  const auto document = load_existing(store, name);
  if (!document) return std::unexpected(document.error());
  auto state = state_of(*document);
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
  const auto document = load(store, name);
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
  const auto stored = wait<Sequence>(
      [&](auto done) { return store.append(name, std::move(update), std::move(done)); });
  if (!stored) return std::unexpected(stored.error());
  return {};
}

Outcome<> remove(DocumentStore& store, const std::string& name) {
  const auto removed =
      wait<Sequence>([&](auto done) { return store.remove(name, std::move(done)); });
  if (!removed) return std::unexpected(removed.error());
  return {};
}

struct Action {
  std::string_view name;
  std::size_t arguments_min;
  std::size_t arguments_max;
};
constexpr std::size_t kAny = static_cast<std::size_t>(-1);
constexpr std::array<Action, 5> kActions = {
    {{"list", 0, 0}, {"verify", 0, kAny}, {"dump", 1, 1}, {"load", 2, kAny}, {"delete", 1, 1}}};

Outcome<> run(Arguments arguments) {
  static constexpr OptionSpec kSpecs[] = {kDataOption, kDatabaseOption};
  const std::string_view name = arguments.empty() ? "" : arguments.front();
  const auto* action = std::ranges::find(kActions, name, &Action::name);
  if (action == kActions.end()) return wrong_call("say list, verify, dump, load or delete");
  const auto tool = parse_tool_options(arguments.subspan(1), kSpecs, 0, arguments.size());
  if (!tool) return std::unexpected(tool.error());
  const auto& given = tool->all.arguments();
  if (given.size() < action->arguments_min) return wrong_call("the document's name is missing");
  if (given.size() > action->arguments_max) return wrong_call("one argument too many");
  if (action->arguments_min > 0 && given.front().empty())
    return wrong_call("the document's name is empty");
  const auto choice = parse_store(tool->all);
  if (!choice) return std::unexpected(choice.error());
  // Only what is loaded may make a store.
  if (name != "load" && !is_there(*choice))
    return wrong_input("there is no store in " + shown(*choice));
  const auto store = open_store(*choice);
  if (!store) return std::unexpected(store.error());
  const std::vector<std::string> names(given.begin(), given.end());
  if (name == "list") return list(**store, *tool);
  if (name == "verify") return verify(**store, names);
  if (name == "dump") return dump(**store, names[0], *tool);
  if (name == "load") return load_into(**store, names[0], std::span(given).subspan(1), *tool);
  return remove(**store, names[0]);
}

}  // namespace

const Command kDocs = {
    "docs", "list | verify [NAME]... | dump NAME -o OUT | load NAME UPDATE... | delete NAME",
    "a look into a store, and into and out of it",
    "Works on the documents of a server that does not run.\n"
    "  list             the documents, and how many updates each has\n"
    "  verify           reads documents (all of them) whole, and names those that are damaged\n"
    "  dump             writes what a document holds, as one update\n"
    "  load             adds updates to a document, which need not exist\n"
    "  delete           removes a document, damaged or not, for good\n"
    "  --data DIR       the store's folder (./weft-data)\n"
    "  --database URL   or its PostgreSQL database\n",
    run};

}  // namespace weft::cli
