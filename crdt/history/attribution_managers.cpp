// The marks that id maps and two snapshots give, and how two documents differ. Source: @y/y 14
// AttributionManager.js, delta-helpers.js.
#include <algorithm>
#include <unordered_set>

#include <weft/attribution_managers.hpp>
#include <weft/content_ids.hpp>

#include "history/attributed_part.hpp"
#include "types/ytype_delta.hpp"

namespace weft {

using history::part_of;
using types::AttributedPiece;
using Show = AttributedPiece::Show;

void TwosetAttributionManager::read_content(std::vector<AttributedPiece>& pieces,
                                            const AttributedPiece& content) const {
  const IdMap& map = content.deleted ? deletes_ : inserts_;
  for (const AttributedSlice& slice : map.slice(content.client, content.clock, content.length())) {
    AttributedPiece part = part_of(content, slice);
    if (!part.deleted || part.attributes || part.show != Show::retained) {
      pieces.push_back(std::move(part));
    }
  }
}

// What changed is marked with an attribute of this name, which no reader is shown.
constexpr std::string_view kChange = "change";

SnapshotAttributionManager::SnapshotAttributionManager(const Snapshot& previous, Snapshot next)
    : next_(std::move(next)) {
  const ContentAttributes change{make_attribute(std::string(kChange), "")};
  IdMap inserts;
  for (const auto& [client, clock] : next_.state.entries()) {
    const Clock before = previous.state.get(client);
    if (before > 0) inserts.add(client, 0, before, {});
    if (clock > before) inserts.add(client, before, clock - before, change);
  }
  const IdMap parts[] = {diff_id_maps(inserts, previous.deletes),
                         id_map_from_id_set(diff_id_sets(next_.deletes, previous.deletes), change)};
  attributes_ = merge_id_maps(parts);
}

void SnapshotAttributionManager::read_content(std::vector<AttributedPiece>& pieces,
                                              const AttributedPiece& content) const {
  const Clock state = next_.state.get(content.client);
  if (state <= content.clock) return;
  for (const AttributedSlice& slice :
       attributes_.slice(content.client, content.clock, content.length())) {
    if (state <= slice.clock) continue;
    AttributedPiece part = part_of(content, slice);
    part.deleted = next_.deletes.contains({content.client, slice.clock});
    const bool says = part.attributes && !part.attributes->empty();
    if (part.show == Show::retained && part.deleted && !says) continue;
    if (says) {
      std::erase_if(*part.attributes, [](const ContentAttributePtr& attribute) {
        return attribute->name == kChange;
      });
    } else {
      part.attributes.reset();
    }
    pieces.push_back(std::move(part));
  }
}

namespace {

// Types that items of these ranges stand in, and all that those are in.
class ChangedTypes {
 public:
  explicit ChangedTypes(const document::DocState& doc) : store_(doc.store) {}

  /// Clients in the order of Yjs's set: those of `first`, then the others, each as it came.
  void add(const IdSet& ids, const IdSet& first) {
    std::vector<store::ClientIx> clients;
    for (const auto& [id, ranges] : ids.clients()) {
      const store::ClientIx client = store_.clients.find(id);
      if (client != store::kNoClient) clients.push_back(client);
    }
    const auto key = [&](store::ClientIx client) {
      const bool later = !first.clients().contains(store_.clients[client].id);
      return std::pair(later, store_.clients[client].rank);
    };
    std::sort(clients.begin(), clients.end(),
              [&](store::ClientIx a, store::ClientIx b) { return key(a) < key(b); });
    for (const store::ClientIx client : clients) {
      for (const ClockRange& range : ids.clients().at(store_.clients[client].id)) {
        add_range(store_.clients[client].structs, range);
      }
    }
  }

  types::ModifiedTypes take() { return std::move(modified_); }

 private:
  void add_range(const store::ClockIndex& structs, ClockRange range) {
    const auto end = std::min<Clock>(range.clock + range.length, structs.state());
    if (range.clock >= end) return;
    for (auto at = structs.find(static_cast<std::uint32_t>(range.clock));
         !structs.is_end(at) && structs.clock(at) < end; at = structs.next(at)) {
      if (store::is_item(structs.handle(at))) add_item(structs.handle(at));
    }
  }

  void add_item(store::Handle item) {
    while (item != store::kNoHandle) {
      const store::ListIx list = store_.items[item].list;
      const store::TypeIx type = store_.types.list(list).type;
      if (!known_.insert(list).second) return;
      modified_[type].push_back(list);
      item = store_.types[type].item;
    }
  }

  const store::Store& store_;
  types::ModifiedTypes modified_;
  std::unordered_set<store::ListIx> known_;
};

}  // namespace

YDelta diff_docs_to_delta(Doc& previous, Doc& next) {
  const DiffAttributionManager attributions(previous, next);
  const ContentIds before = content_ids_from_doc(previous);
  const ContentIds after = content_ids_from_doc(next);
  const IdSet inserted = diff_id_sets(after.inserts, before.inserts);
  const IdSet deleted = diff_id_sets(after.deletes, before.deletes);
  const IdSet inserts_only = diff_id_sets(inserted, deleted);
  const IdSet parts[] = {inserts_only, deleted};
  const IdSet shown = merge_id_sets(parts);
  ChangedTypes changed(next.state());
  changed.add(shown, inserts_only);
  const types::ModifiedTypes modified = changed.take();

  types::DeltaOptions options;
  options.attributions = &attributions;
  options.items_to_render = &shown;
  options.retain_deletes = true;
  options.modified = &modified;
  options.deep = true;
  YDelta delta;
  document::DocState& doc = next.state();
  for (const store::TypeIx root : doc.store.types.roots()) {
    if (!modified.contains(root)) continue;
    delta.modify_attr(doc.store.strings[doc.store.types[root].name],
                      types::render_delta(SharedType(&doc, root), options));
  }
  return delta;
}

}  // namespace weft
