#include "attributed.hpp"

#include <cstdlib>

#include <weft/attribution_managers.hpp>
#include <weft/relative_position.hpp>
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

// Relative positions among what is shown in each root, and where they lead.
std::string shown_places(Doc& doc, const AttributionManager& attributions) {
  std::string text;
  for (const char* const name : kRoots) {
    const YType type = doc.get(name);
    for (const std::int64_t assoc : {0, -1}) {
      for (std::uint32_t index = 0; index < 40; index += 3) {
        const auto place = create_relative_position(type, index, assoc, attributions).value();
        if (!text.empty()) text += " ";
        for (const std::uint8_t byte : encode_relative_position(place)) {
          text += "0123456789abcdef"[byte >> 4];
          text += "0123456789abcdef"[byte & 15];
        }
        const auto back = create_absolute_position(doc, place, true, attributions);
        text += "=" + std::to_string(back->index);
      }
    }
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
  const TwosetAttributionManager twoset(map.inserts, map.deletes);
  const Snapshot before = snapshot(previous);
  return {{"diff", diff_docs_to_delta(previous, next).to_json()},
          {"plain", rendered(next, plain)},
          {"said", rendered(next, said)},
          {"twoset", rendered(next, twoset)},
          {"snapshots", rendered(next, SnapshotAttributionManager(before, snapshot(next)))},
          {"before", rendered(next, SnapshotAttributionManager(before))},
          {"places", shown_places(next, plain) + "\n" + shown_places(next, twoset)}};
}

}  // namespace weft::conformance
