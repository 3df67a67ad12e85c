// Undo and collection of content that is named by its ids. Source: @y/y 14 undoContentIds, gcIdSet.
#include <algorithm>

#include "document/redo.hpp"
#include "history/undo_manager.hpp"

namespace weft {

using document::DenseRange;
using store::Handle;

namespace {

std::vector<DenseRange> ranges_of(const store::Store& store, const IdSet& ids) {
  std::vector<DenseRange> ranges;
  for (const auto& [id, of_client] : ids.clients()) {
    const store::ClientIx client = store.clients.find(id);
    if (client == store::kNoClient) continue;
    const Clock state = store.clients[client].structs.state();
    for (const ClockRange& range : of_client) {
      if (range.clock >= state) continue;
      const Clock length = std::min(range.length, state - range.clock);
      ranges.push_back(
          {client, static_cast<std::uint32_t>(range.clock), static_cast<std::uint32_t>(length)});
    }
  }
  return ranges;
}

}  // namespace

void UndoManager::Impl::push(const ContentIds& ids) {
  auto step = std::make_shared<Step>(doc.store);
  const auto add = [this](history::OrderedRanges& to, const IdSet& from) {
    for (const DenseRange& range : ranges_of(doc.store, from)) to.add(range);
  };
  add(step->inserted, diff_id_sets(ids.inserts, ids.deletes));
  add(step->deleted, diff_id_sets(ids.deletes, ids.inserts));
  undo_stack.push_back(std::move(step));
}

void undo_content_ids(Doc& doc, const ContentIds& ids, UndoOptions options) {
  UndoManager manager(doc, std::move(options));
  manager.push(ids);
  manager.undo();
}

void UndoManager::push(const ContentIds& ids) { impl_->push(ids); }

void gc_id_set(Doc& doc, const IdSet& ids, const std::function<bool(const ItemInfo&)>& filter) {
  document::DocState& state = doc.state();
  const Transaction txn = doc.transact();
  const auto& wanted = filter ? filter : state.options.gc_filter;
  IdSet sorted = ids;
  sorted.normalize();
  state.collect_ids(ranges_of(state.store, sorted),
                    [&](Handle item) { return !wanted || wanted(state.info(item)); });
}

}  // namespace weft
