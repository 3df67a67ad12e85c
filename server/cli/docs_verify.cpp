// weft docs verify, what can be saved of a damaged document, and its end.
#include <cstdio>
#include <tuple>
#include <utility>

#include <weft/doc.hpp>
#include <weft/state_vector.hpp>
#include <weft/update.hpp>

#include "cli/docs_actions.hpp"
#include "cli/docs_store.hpp"
#include "cli/document.hpp"
#include "cli/files.hpp"
#include "session/epoch.hpp"

namespace weft::cli {

namespace {

using persistence::DocumentStore;
using persistence::LoadedDocument;
using persistence::SalvagedDocument;
using persistence::Sequence;
using persistence::StoredUpdate;

Outcome<SalvagedDocument> salvage(DocumentStore& store, const std::string& name) {
  return wait_for<SalvagedDocument>(
      [&](auto done) { return store.salvage(name, std::move(done)); });
}

void say(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

/// What of `left` fits into a document. Records that do not are named in `left.damages`.
Doc rebuilt(SalvagedDocument& left) {
  Doc doc(document_options(Compat::v13));
  const LoadedDocument& whole = left.document;
  if (whole.checkpoint && !doc.apply_update(whole.checkpoint->state, whole.checkpoint->encoding))
    left.damages.emplace_back("its checkpoint fits into no document");
  for (const StoredUpdate& update : whole.updates) {
    if (!doc.apply_update(update.bytes, update.encoding))
      left.damages.push_back("update " + std::to_string(update.sequence) +
                             " fits into no document");
  }
  return doc;
}

Outcome<> keep_version(DocumentStore& store, const std::string& name, std::string title,
                       ByteView bytes, Encoding encoding) {
  persistence::Version version;
  version.state = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
  version.encoding = encoding;
  version.kind = persistence::VersionKind::named;
  version.name = std::move(title);
  version.user = "weft docs verify";
  const auto kept = wait_for<persistence::VersionNumber>(
      [&](auto done) { return store.add_version(name, std::move(version), std::move(done)); });
  if (!kept) return std::unexpected(kept.error());
  return {};
}

/// What cannot be trusted, as it is: each record a version.
Outcome<> keep_doubtful(DocumentStore& store, const std::string& name,
                        const LoadedDocument& doubtful) {
  if (doubtful.checkpoint) {
    auto kept = keep_version(store, name, "damaged checkpoint", doubtful.checkpoint->state,
                             doubtful.checkpoint->encoding);
    if (!kept) return kept;
  }
  for (const StoredUpdate& update : doubtful.updates) {
    auto kept = keep_version(store, name, "damaged update " + std::to_string(update.sequence),
                             update.bytes, update.encoding);
    if (!kept) return kept;
  }
  return {};
}

// First everything that would be lost, then one step that mends the document.
Outcome<> repair(DocumentStore& store, const std::string& name) {
  auto left = salvage(store, name);
  if (!left) return std::unexpected(left.error());
  const Doc doc = rebuilt(*left);
  for (const std::string& damage : left->damages)
    say("document \"" + harmless(name) + "\": " + damage);
  if (auto kept = keep_doubtful(store, name, left->doubtful); !kept) return kept;
  const auto former = std::make_shared<const Bytes>(left->document.former);
  const auto noted = wait_for<Sequence>(
      [&](auto done) { return store.set_former(name, former, std::move(done)); });
  if (!noted) return std::unexpected(noted.error());
  persistence::Checkpoint checkpoint;
  std::tie(checkpoint.state, checkpoint.encoding) = readable_state(doc);
  checkpoint.up_to = left->document.sequence;
  if (const auto& whole = left->document.checkpoint)
    checkpoint.attribution = std::make_shared<const Bytes>(whole->attribution);
  const auto replaced = wait_for<Sequence>(
      [&](auto done) { return store.replace(name, std::move(checkpoint), std::move(done)); });
  if (!replaced) return std::unexpected(replaced.error());
  return {};
}

Outcome<> check(DocumentStore& store, const std::string& name) {
  const auto document = load_existing(store, name);
  if (!document) return std::unexpected(document.error());
  const auto doc = built(*document);
  if (doc) return {};
  return wrong_input("document \"" + harmless(name) + "\" is damaged: " + doc.error().message);
}

}  // namespace

Outcome<> verify_documents(DocumentStore& store, std::vector<std::string> names, bool with_repair) {
  if (names.empty()) {
    auto listed = each_document(store, [&](const persistence::DocumentInfo& info) -> Outcome<> {
      names.push_back(info.name);
      return {};
    });
    if (!listed) return listed;
  }
  std::size_t damaged = 0;
  Progress progress("verifying", names.size());
  for (const std::string& name : names) {
    const auto sound = check(store, name);
    progress.step();
    if (sound) continue;
    ++damaged;
    progress.clear();
    say(sound.error().message);
    if (!with_repair) continue;
    if (auto mended = repair(store, name); !mended) return mended;
  }
  progress.clear();
  const std::string all = std::to_string(names.size());
  if (damaged == 0) return print(all + " documents are as they were written\n");
  const std::string of_all = std::to_string(damaged) + " of " + all + " documents ";
  if (with_repair) return print(of_all + "were repaired\n");
  return wrong_input(of_all + "cannot be read");
}

Outcome<Bytes> readable_part(DocumentStore& store, const std::string& name) {
  auto left = salvage(store, name);
  if (!left) return std::unexpected(left.error());
  if (left->document.sequence == 0 && !left->document.checkpoint && left->damages.empty())
    return wrong_input("there is no document '" + harmless(name) + "'");
  const Doc doc = rebuilt(*left);
  for (const std::string& damage : left->damages) say(damage);
  return doc.encode_state_as_update();
}

Outcome<> delete_document(DocumentStore& store, const std::string& name) {
  auto left = salvage(store, name);
  if (!left) return std::unexpected(left.error());
  const StateVector former =
      session::former_after(StateVector::decode(left->document.former).value_or(StateVector()),
                            rebuilt(*left).state_vector());
  if (!former.empty()) {
    const auto bytes = std::make_shared<const Bytes>(former.encode());
    const auto noted = wait_for<Sequence>(
        [&](auto done) { return store.set_former(name, bytes, std::move(done)); });
    if (!noted) return std::unexpected(noted.error());
  }
  const auto removed =
      wait_for<Sequence>([&](auto done) { return store.remove(name, std::move(done)); });
  if (!removed) return std::unexpected(removed.error());
  return {};
}

}  // namespace weft::cli
