// weft docs versions and restore: the states of a document that were kept.
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <random>
#include <utility>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "cli/docs_actions.hpp"
#include "cli/docs_store.hpp"
#include "cli/files.hpp"
#include "cli/table.hpp"
#include "cli/updates.hpp"
#include "session/attribution.hpp"
#include "session/version_edits.hpp"

namespace weft::cli {

namespace {

using persistence::DocumentStore;
using persistence::LoadedDocument;
using persistence::Sequence;
using persistence::StoredVersion;
using persistence::VersionInfo;
using persistence::VersionKind;
using persistence::VersionNumber;
using persistence::VersionPage;

std::uint64_t chance() {
  std::random_device random;
  return (std::uint64_t{random()} << 32) | random();
}

Outcome<VersionNumber> parse_number(std::string_view text) {
  VersionNumber number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0)
    return wrong_call("'" + std::string(text) + "' is no version's number");
  return number;
}

Outcome<StoredVersion> load_version(DocumentStore& store, const std::string& name,
                                    std::string_view text) {
  const auto number = parse_number(text);
  if (!number) return std::unexpected(number.error());
  return wait_for<StoredVersion>(
      [&](auto done) { return store.load_version(name, *number, std::move(done)); });
}

Outcome<std::vector<VersionInfo>> all_versions(DocumentStore& store, const std::string& name) {
  std::vector<VersionInfo> all;
  for (bool more = true; more;) {
    persistence::VersionsRequest request;
    if (!all.empty()) request.after = all.back().number;
    auto page = wait_for<VersionPage>(
        [&](auto done) { return store.list_versions(name, request, std::move(done)); });
    if (!page) return std::unexpected(page.error());
    all.insert(all.end(), page->versions.begin(), page->versions.end());
    more = page->more;
  }
  return all;
}

std::string_view kind_name(VersionKind kind) {
  switch (kind) {
    case VersionKind::named:
      return "named";
    case VersionKind::automatic:
      return "automatic";
    case VersionKind::before_reset:
      return "before-reset";
    case VersionKind::saved:
      return "saved";
  }
  return "";
}

std::string time_text(std::int64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  std::array<char, 32> text{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return "?";
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

Outcome<> list_versions(DocumentStore& store, const std::string& name, const ToolOptions& tool) {
  const auto versions = all_versions(store, name);
  if (!versions) return std::unexpected(versions.error());
  if (versions->empty()) {
    // An unknown name is a mistake, a document without versions is none.
    if (auto known = load_existing(store, name); !known) return std::unexpected(known.error());
  }
  Table table;
  if (!tool.json) table.row({"version", "kept", "because", "by", "name", "bytes"});
  std::string json;
  for (const VersionInfo& each : *versions) {
    const std::string kind(kind_name(each.kind));
    const std::string time = time_text(each.created_at_ms);
    if (tool.json) {
      json += Value(ValueObject{{"version", each.number},
                                {"time", time},
                                {"kind", kind},
                                {"user", each.user},
                                {"name", each.name},
                                {"update", each.up_to},
                                {"bytes", each.state_bytes}})
                  .to_json();
      json += '\n';
    } else {
      table.row({std::to_string(each.number), time, kind, harmless(each.user), harmless(each.name),
                 std::to_string(each.state_bytes)});
    }
  }
  return print(tool.json ? json : table.text());
}

Outcome<VersionNumber> keep(DocumentStore& store, const std::string& name,
                            const LoadedDocument& document, VersionKind kind, std::string title) {
  const auto doc = built(document);
  if (!doc) return std::unexpected(doc.error());
  persistence::Version version;
  std::tie(version.state, version.encoding) = readable_state(*doc);
  version.kind = kind;
  version.up_to = document.sequence;
  version.name = std::move(title);
  version.user = "weft docs";
  return wait_for<VersionNumber>(
      [&](auto done) { return store.add_version(name, std::move(version), std::move(done)); });
}

Outcome<> save(DocumentStore& store, const std::string& name, Words words) {
  if (words.size() != 1) return wrong_call("say versions NAME save TITLE");
  const auto document = load_existing(store, name);
  if (!document) return std::unexpected(document.error());
  const auto number = keep(store, name, *document, VersionKind::named, std::string(words[0]));
  if (!number) return std::unexpected(number.error());
  return print("version " + std::to_string(*number) + "\n");
}

Outcome<> show(DocumentStore& store, const std::string& name, Words words) {
  if (words.size() != 1) return wrong_call("say versions NAME show N");
  const auto version = load_version(store, name, words[0]);
  if (!version) return std::unexpected(version.error());
  const auto contents = session::contents_of({version->state, version->encoding}, chance());
  if (!contents) return wrong_input(message(contents.error()));
  return print(contents->to_json() + "\n");
}

Outcome<> dump(DocumentStore& store, const std::string& name, Words words,
               const ToolOptions& tool) {
  if (words.size() != 1) return wrong_call("say versions NAME dump N -o OUT");
  const auto version = load_version(store, name, words[0]);
  if (!version) return std::unexpected(version.error());
  auto v1 = convert_update(version->state, version->encoding, Encoding::v1);
  if (!v1) return wrong_input("version " + std::string(words[0]) + ": " + message(v1.error()));
  const auto update = converted(std::move(*v1), tool);
  if (!update) return std::unexpected(update.error());
  return write_file(tool.out, *update);
}

Outcome<> remove(DocumentStore& store, const std::string& name, Words words) {
  if (words.empty()) return wrong_call("say versions NAME delete N...");
  std::vector<VersionNumber> numbers;
  for (const std::string_view word : words) {
    const auto number = parse_number(word);
    if (!number) return std::unexpected(number.error());
    numbers.push_back(*number);
  }
  const auto removed = wait_for<std::uint64_t>(
      [&](auto done) { return store.remove_versions(name, std::move(numbers), std::move(done)); });
  if (!removed) return std::unexpected(removed.error());
  return print(std::to_string(*removed) + " removed\n");
}

/// Who did what in a document, up to now.
Outcome<session::Attribution> attribution_of(const LoadedDocument& document) {
  session::Attribution attribution;
  if (document.checkpoint) {
    if (auto loaded = attribution.load(document.checkpoint->attribution); !loaded)
      return wrong_input(message(loaded.error()));
  }
  for (const persistence::StoredUpdate& update : document.updates)
    attribution.add(update.user, update.bytes, update.encoding);
  return attribution;
}

/// A state to compare with: a version, or what is there now.
Outcome<StoredVersion> state_named(DocumentStore& store, const std::string& name,
                                   std::string_view text, const LoadedDocument& document) {
  if (text != "now") return load_version(store, name, text);
  const auto doc = built(document);
  if (!doc) return std::unexpected(doc.error());
  StoredVersion now;
  now.encoding = Encoding::v1;
  now.state = doc->encode_state_as_update();
  return now;
}

std::string who(const session::Contribution& each) {
  if (!each.user.empty()) return harmless(each.user);
  return each.client != 0 ? "client " + std::to_string(each.client) : "somebody";
}

/// What an attribution says: "anna" or "client 5".
std::string marked_by(const Value& mark, const ValueObject& all) {
  const auto* names = mark.get_if<ValueArray>();
  if (names != nullptr) {
    for (const Value& name : *names) {
      if (const auto* text = name.get_if<std::string>(); text != nullptr && !text->empty())
        return harmless(*text);
    }
  }
  for (const auto& [key, value] : all) {
    if (key == "client") return "client " + value.to_json();
  }
  return "somebody";
}

void describe(const YDelta& delta, const std::string& indent, std::string& out);

void describe_content(const YContent& content, std::string& out, const std::string& indent) {
  if (const auto* value = std::get_if<Value>(&content)) {
    out += value->to_json() + "\n";
  } else if (const auto* nested = std::get_if<YDeltaPtr>(&content)) {
    out += (*nested)->name ? "<" + harmless(*(*nested)->name) + ">\n" : "type\n";
    describe(**nested, indent + "  ", out);
  } else {
    out += "a document\n";
  }
}

/// "+ (anna) " or "- (bob) ", or nothing where it is unchanged.
std::string sign_of(const Attribution& attribution) {
  if (!attribution) return {};
  for (const auto& [key, value] : *attribution) {
    if (key == "insert") return "+ (" + marked_by(value, *attribution) + ") ";
    if (key == "delete") return "- (" + marked_by(value, *attribution) + ") ";
  }
  return {};
}

// One line for each change; what did not change is left out.
void describe(const YDelta& delta, const std::string& indent, std::string& out) {
  for (const YDeltaOp& op : delta.children) {
    if (const auto* text = std::get_if<YInsertText>(&op)) {
      const std::string sign = sign_of(text->attribution);
      if (!sign.empty()) out += indent + sign + json_string(text->text) + "\n";
    } else if (const auto* insert = std::get_if<YInsert>(&op)) {
      const std::string sign = sign_of(insert->attribution);
      for (const YContent& content : insert->contents) {
        if (sign.empty() && !std::holds_alternative<YDeltaPtr>(content)) continue;
        out += indent + (sign.empty() ? "in " : sign);
        describe_content(content, out, indent);
      }
    }
  }
  for (const auto& [key, attr] : delta.attrs) {
    const std::string sign = sign_of(attr.attribution);
    if (sign.empty() && !std::holds_alternative<YDeltaPtr>(attr.content)) continue;
    out += indent + (sign.empty() ? "in " : sign) + harmless(key) + ": ";
    describe_content(attr.content, out, indent);
  }
}

std::string diff_text(const session::VersionDiff& diff) {
  std::string out;
  for (const session::Contribution& each : diff.contributions) {
    out += who(each) + ": " + std::to_string(each.inserted) + " inserted, " +
           std::to_string(each.deleted) + " deleted\n";
  }
  for (const auto& [root, delta] : diff.roots) {
    out += "\n" + harmless(root) + "\n";
    describe(delta, "  ", out);
  }
  return out.empty() ? "no difference\n" : out;
}

Outcome<> diff(DocumentStore& store, const std::string& name, Words words,
               const ToolOptions& tool) {
  if (words.size() != 2) return wrong_call("say versions NAME diff N M");
  const auto document = load_existing(store, name);
  if (!document) return std::unexpected(document.error());
  const auto older = state_named(store, name, words[0], *document);
  if (!older) return std::unexpected(older.error());
  const auto newer = state_named(store, name, words[1], *document);
  if (!newer) return std::unexpected(newer.error());
  auto attribution = attribution_of(*document);
  if (!attribution) return std::unexpected(attribution.error());
  const auto found =
      session::diff_versions({older->state, older->encoding}, {newer->state, newer->encoding},
                             attribution->map(), chance());
  if (!found) return wrong_input(message(found.error()));
  return print(tool.json ? found->to_value().to_json() + "\n" : diff_text(*found));
}

}  // namespace

Outcome<> work_on_versions(DocumentStore& store, Words words, const ToolOptions& tool) {
  const std::string name(words[0]);
  if (words.size() == 1) return list_versions(store, name, tool);
  const std::string_view action = words[1];
  const Words rest = words.subspan(2);
  if (action == "save") return save(store, name, rest);
  if (action == "show") return show(store, name, rest);
  if (action == "dump") return dump(store, name, rest, tool);
  if (action == "diff") return diff(store, name, rest, tool);
  if (action == "delete") return remove(store, name, rest);
  return wrong_call("say versions NAME, and then save, show, dump, diff or delete");
}

Outcome<> restore_version(DocumentStore& store, const std::string& name, std::string_view number) {
  const auto document = load_existing(store, name);
  if (!document) return std::unexpected(document.error());
  const auto version = load_version(store, name, number);
  if (!version) return std::unexpected(version.error());
  const auto doc = built(*document);
  if (!doc) return std::unexpected(doc.error());
  const Bytes present = doc->encode_state_as_update();
  auto edit = session::restoring_update({version->state, version->encoding},
                                        {present, Encoding::v1}, chance() >> 32, chance());
  if (!edit) return wrong_input(message(edit.error()));
  if (*edit == empty_update()) return print("nothing differs\n");
  const auto kept = keep(store, name, *document, VersionKind::before_reset,
                         "before version " + std::to_string(version->info.number) + " came back");
  if (!kept) return std::unexpected(kept.error());
  persistence::Update update;
  update.sequence = document->sequence + 1;
  update.bytes = std::make_shared<const Bytes>(std::move(*edit));
  update.origin.user = "weft docs restore";
  const auto stored = wait_for<Sequence>(
      [&](auto done) { return store.append(name, std::move(update), std::move(done)); });
  if (!stored) return std::unexpected(stored.error());
  return print("restored; what it was is version " + std::to_string(*kept) + "\n");
}

}  // namespace weft::cli
