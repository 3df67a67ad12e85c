#include "attributed.hpp"

#include <cstdlib>

#include <weft/attribution_managers.hpp>
#include <weft/snapshot.hpp>
#include <weft/ytype.hpp>

namespace weft::conformance {

namespace {

constexpr const char* kRoots[] = {"array", "map", "xml", "text"};

Doc doc_of(std::span<const Bytes> updates) {
  Doc doc({.client_id = 99, .gc = false, .compat = Compat::v14});
  for (const Bytes& update : updates) {
    if (!doc.apply_update(update)) std::exit(2);
  }
  for (const char* const name : kRoots) static_cast<void>(doc.get(name));
  return doc;
}

std::string rendered(Doc& doc, const AttributionManager& attributions) {
  std::string text;
  for (const char* const name : kRoots) {
    if (!text.empty()) text += "\n";
    text += doc.get(name).to_delta(&attributions, true).to_json();
  }
  return text;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> attributed_texts(std::span<const Bytes> updates) {
  Doc previous = doc_of(updates.first(updates.size() / 2));
  Doc next = doc_of(updates);
  const ContentIds changed =
      exclude_content_ids(content_ids_from_doc(next), content_ids_from_doc(previous));
  const ContentMap map = content_map_from_ids(
      changed, {make_attribute("insert", "Ann"), make_attribute("insertedAt", 7)},
      {make_attribute("delete", "Bob"), make_attribute("_hidden", 1)});
  const DiffAttributionManager plain(previous, next);
  const DiffAttributionManager said(previous, next, map);
  const Snapshot before = snapshot(previous);
  return {{"diff", diff_docs_to_delta(previous, next).to_json()},
          {"plain", rendered(next, plain)},
          {"said", rendered(next, said)},
          {"twoset", rendered(next, TwosetAttributionManager(map.inserts, map.deletes))},
          {"snapshots", rendered(next, SnapshotAttributionManager(before, snapshot(next)))},
          {"before", rendered(next, SnapshotAttributionManager(before))}};
}

}  // namespace weft::conformance
