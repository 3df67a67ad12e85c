// The marks that two documents give. Source: @y/y 14 DiffAttributionManager.
#include "history/diff_attribution.hpp"

#include <algorithm>

#include <weft/content_ids.hpp>
#include <weft/undo.hpp>

#include "document/doc_state.hpp"
#include "document/redo.hpp"
#include "history/attributed_part.hpp"
#include "history/undo_ranges.hpp"

namespace weft {

using history::part_of;
using types::AttributedPiece;
using Show = AttributedPiece::Show;

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
    if (!passes_on(event.origin, event.local)) return;
    static_cast<void>(previous.apply_update(event.update, Encoding::v1, origin));
  }));
  subscriptions_.push_back(next.on(DocEvent::after_transaction,
                                   [this](const TransactionEvent& event) { next_ended(event); }));
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
  observers->list.call({diff_id_sets(merge_id_sets(both), intersect_id_sets(inserted, deleted)),
                        event.origin(), event.local()});
}

bool DiffAttributionManager::Impl::passes_on(std::uint64_t from, bool local) const {
  if (suggestion_mode || !local) return false;
  return !suggestion_origins || std::find(suggestion_origins->begin(), suggestion_origins->end(),
                                          from) != suggestion_origins->end();
}

// Deletes in the first document what an edit deleted once more.
void DiffAttributionManager::Impl::next_ended(const TransactionEvent& event) {
  const auto& deleted = event.state().attributed_deletes;
  if (deleted.empty() || !passes_on(event.origin(), event.local())) return;
  Bytes update{0};  // no structs
  IdSet ids = next.state().to_id_set(deleted);
  ids.normalize();
  const Bytes encoded = ids.encode();
  update.insert(update.end(), encoded.begin(), encoded.end());
  const Transaction txn = previous.transact(origin);
  static_cast<void>(previous.apply_update(update));
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
  const Transaction txn = doc.transact();
  if (auto applied = doc.apply_update(impl_->next.encode_state_as_update()); !applied) {
    return applied;
  }
  document::DocState& state = doc.state();
  history::OrderedRanges inserted;
  history::OrderedRanges deleted;
  inserted.add(state.store, diff_id_sets(content_ids_from_doc(doc).inserts, before.inserts));
  for (const document::DenseRange& range : state.transaction().deletes) deleted.add(range);
  undo_ranges(doc, std::move(inserted), std::move(deleted));
  return {};
}

Result<void> DiffAttributionManager::accept_changes(Id start, std::optional<Id> end) {
  return impl_->accept(start, end);
}

Result<void> DiffAttributionManager::reject_changes(Id start, std::optional<Id> end) {
  return impl_->reject(start, end);
}

void DiffAttributionManager::set_suggestion_origins(
    std::optional<std::vector<std::uint64_t>> origins) {
  impl_->suggestion_origins = std::move(origins);
}

Subscription DiffAttributionManager::on_change(
    std::function<void(const AttributionChange&)> observer) {
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

}  // namespace weft
