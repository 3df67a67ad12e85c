// Undo and collection of content that is named by its ids. Source: @y/y 14 undoContentIds, gcIdSet.
#include <algorithm>

#include "document/redo.hpp"
#include "history/undo_manager.hpp"
#include "history/undo_ranges.hpp"

namespace weft {

using store::Handle;

void UndoManager::Impl::push(const ContentIds& ids) {
  auto step = std::make_shared<Step>(doc.store);
  step->inserted.add(doc.store, diff_id_sets(ids.inserts, ids.deletes));
  step->deleted.add(doc.store, diff_id_sets(ids.deletes, ids.inserts));
  undo_stack.push_back(std::move(step));
}

void undo_ranges(Doc& doc, history::OrderedRanges inserted, history::OrderedRanges deleted) {
  UndoManager manager(doc);
  auto step = std::make_shared<UndoManager::Impl::Step>(doc.state().store);
  step->inserted = std::move(inserted);
  step->deleted = std::move(deleted);
  manager.impl_->undo_stack.push_back(std::move(step));
  manager.undo();
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
  state.collect_ids(history::dense_ranges(state.store, sorted),
                    [&](Handle item) { return !wanted || wanted(state.info(item)); });
}

}  // namespace weft
