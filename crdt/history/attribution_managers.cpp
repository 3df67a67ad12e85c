// The marks that id maps, two documents or two snapshots give. Source: @y/y 14
// AttributionManager.js, delta-helpers.js.
#include <algorithm>
#include <unordered_set>

#include <weft/attribution_managers.hpp>
#include <weft/content_ids.hpp>
#include <weft/undo.hpp>

#include "document/doc_state.hpp"
#include "document/redo.hpp"
#include "types/attributed_piece.hpp"
#include "types/ytype_delta.hpp"

namespace weft {

using types::AttributedPiece;
using Show = AttributedPiece::Show;

namespace {

// The part of `content` that a slice of its ids speaks of.
AttributedPiece part_of(const AttributedPiece& content, const AttributedSlice& slice) {
  AttributedPiece part = content;
  part.clock = slice.clock;
  part.from = content.from + static_cast<std::uint32_t>(slice.clock - content.clock);
  part.to = part.from + static_cast<std::uint32_t>(slice.length);
  part.attributes = slice.attributes;
  return part;
}

}  // namespace

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

class DiffAttributionManager::Impl {
 public:
  Impl(Doc& previous, Doc& next, std::optional<ContentMap> attributes);

  void read(std::vector<AttributedPiece>& pieces, const AttributedPiece& content) const;

  Doc& previous;
  Doc& next;
  std::optional<ContentMap> attributes;
  bool suggestion_mode = true;
  struct Observers {
    document::Callbacks<const IdSet&> list;
    std::uint64_t last_number = 0;
  };
  std::shared_ptr<Observers> observers = std::make_shared<Observers>();
  std::uint64_t origin = 0;

 private:
  IdMap extract(const IdMap* map, const IdSet& ids) const;
  void next_changed(const TransactionEvent& event);
  void previous_changed(const TransactionEvent& event);
  bool find_deleted(const AttributedSlice& slice, AttributedPiece& part) const;

  IdSet previous_inserts_;
  IdSet previous_deletes_;
  IdMap inserts_;
  IdMap deletes_;
  std::vector<Subscription> subscriptions_;
};

DiffAttributionManager::Impl::Impl(Doc& of, Doc& with, std::optional<ContentMap> said)
    : previous(of), next(with), attributes(std::move(said)) {
  const ContentIds before = content_ids_from_doc(previous);
  const ContentIds after = content_ids_from_doc(next);
  previous_inserts_ = before.inserts;
  previous_inserts_.normalize();
  previous_deletes_ = before.deletes;
  previous_deletes_.normalize();
  const ContentMap* map = attributes ? &*attributes : nullptr;
  inserts_ = extract(map == nullptr ? nullptr : &map->inserts,
                     diff_id_sets(after.inserts, before.inserts));
  deletes_ = extract(map == nullptr ? nullptr : &map->deletes,
                     diff_id_sets(after.deletes, before.deletes));
  subscriptions_.push_back(next.on(DocEvent::before_observer_calls,
                                   [this](const TransactionEvent& event) { next_changed(event); }));
  // The number of the observation is taken by no undo manager.
  origin = kUndoOrigins + next.state().observers()->last_number;
  subscriptions_.push_back(
      previous.on(DocEvent::before_observer_calls,
                  [this](const TransactionEvent& event) { previous_changed(event); }));
  subscriptions_.push_back(previous.on_update([this](const UpdateEvent& event) {
    if (event.origin != origin) static_cast<void>(next.apply_update(event.update));
  }));
  subscriptions_.push_back(next.on_update([this](const UpdateEvent& event) {
    if (suggestion_mode || !event.local) return;
    static_cast<void>(previous.apply_update(event.update, Encoding::v1, origin));
  }));
}

IdMap DiffAttributionManager::Impl::extract(const IdMap* map, const IdSet& ids) const {
  IdMap all = id_map_from_id_set(ids, {});
  if (map == nullptr) return all;
  const IdMap parts[] = {intersect_id_maps(*map, ids), std::move(all)};
  return merge_id_maps(parts);
}

void DiffAttributionManager::Impl::next_changed(const TransactionEvent& event) {
  const IdMap* inserts = attributes ? &attributes->inserts : nullptr;
  const IdMap* deletes = attributes ? &attributes->deletes : nullptr;
  inserts_.insert(extract(inserts, diff_id_sets(event.insert_set(), previous_inserts_)));
  const IdSet deleted = diff_id_sets(event.delete_set(), previous_deletes_);
  deletes_.insert(extract(deletes, diff_id_sets(deleted, id_set_from_id_map(inserts_))));
}

void DiffAttributionManager::Impl::previous_changed(const TransactionEvent& event) {
  const IdSet inserted = event.insert_set();
  const IdSet deleted = event.delete_set();
  const IdSet inserts[] = {previous_inserts_, inserted};
  const IdSet deletes[] = {previous_deletes_, deleted};
  previous_inserts_ = merge_id_sets(inserts);
  previous_deletes_ = merge_id_sets(deletes);
  inserts_ = diff_id_maps(inserts_, inserted);
  deletes_ = diff_id_maps(deletes_, deleted);
  const IdSet both[] = {inserted, deleted};
  observers->list.call(diff_id_sets(merge_id_sets(both), intersect_id_sets(inserted, deleted)));
}

// The content of what the second document deleted, as the first has it. Its items are never more
// cut than those of the second.
bool DiffAttributionManager::Impl::find_deleted(const AttributedSlice& slice,
                                                AttributedPiece& part) const {
  document::DocState& doc = previous.state();
  const store::ClientIx client = doc.store.clients.find(part.client);
  if (client == store::kNoClient) return false;
  const store::DenseId id{client, static_cast<std::uint32_t>(slice.clock)};
  if (!doc.store.known(id)) return false;
  const auto [item, offset] = document::find_unit(doc.store, id);
  if (!store::is_item(item)) return false;
  part.doc = &doc;
  part.item = item;
  part.from = offset;
  part.to = doc.store.items[item].length;
  return true;
}

void DiffAttributionManager::Impl::read(std::vector<AttributedPiece>& pieces,
                                        const AttributedPiece& content) const {
  const IdMap& map = content.deleted ? deletes_ : inserts_;
  const bool is_gone = content.doc->store.items[content.item].content() == update::Kind::deleted;
  for (AttributedSlice slice : map.slice(content.client, content.clock, content.length())) {
    const Clock end = slice.clock + slice.length;
    while (slice.clock < end) {
      slice.length = end - slice.clock;
      AttributedPiece part = part_of(content, slice);
      if (is_gone) {
        if ((content.show == Show::retained && !slice.attributes) ||
            inserts_.contains({content.client, slice.clock}) || !find_deleted(slice, part)) {
          break;
        }
        part.to = static_cast<std::uint32_t>(std::min<Clock>(part.to, part.from + slice.length));
      }
      slice.clock += part.length();
      if (!part.deleted || part.attributes || part.show != Show::retained) {
        pieces.push_back(std::move(part));
      }
    }
  }
}

DiffAttributionManager::DiffAttributionManager(Doc& previous, Doc& next,
                                               std::optional<ContentMap> attributes)
    : impl_(std::make_unique<Impl>(previous, next, std::move(attributes))) {}

DiffAttributionManager::~DiffAttributionManager() = default;

void DiffAttributionManager::set_suggestion_mode(bool on) { impl_->suggestion_mode = on; }

Result<void> DiffAttributionManager::accept_all_changes() {
  return impl_->previous.apply_update(impl_->next.encode_state_as_update());
}

Result<void> DiffAttributionManager::reject_all_changes() {
  Doc& doc = impl_->previous;
  const ContentIds before = content_ids_from_doc(doc);
  Transaction txn = doc.transact();
  if (auto applied = doc.apply_update(impl_->next.encode_state_as_update()); !applied) {
    return applied;
  }
  undo_content_ids(doc, exclude_content_ids(content_ids_from_doc(doc), before));
  return {};
}

Subscription DiffAttributionManager::on_change(std::function<void(const IdSet&)> observer) {
  const auto& observers = impl_->observers;
  const std::uint64_t number = ++observers->last_number;
  observers->list.add(number, std::move(observer));
  return Subscription([of = std::weak_ptr(observers), number] {
    if (const auto still = of.lock()) still->list.remove(number);
  });
}

void DiffAttributionManager::read_content(std::vector<AttributedPiece>& pieces,
                                          const AttributedPiece& content) const {
  impl_->read(pieces, content);
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
