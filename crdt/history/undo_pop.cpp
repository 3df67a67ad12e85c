// One step taken back. Source: Yjs popStackItem.
#include <algorithm>

#include "document/redo.hpp"
#include "history/undo_manager.hpp"

namespace weft {

using store::DenseId;
using store::Handle;
using store::Item;
using store::kNoHandle;

namespace {

template <typename Body>
void for_each_item(document::DocState& doc, const history::OrderedRanges& of, Body body) {
  for (const auto& [client, ranges] : of.clients()) {
    for (const auto& [clock, end] : ranges) {
      document::for_each_item(doc.store, doc.transaction(), {client, clock, end - clock}, body);
    }
  }
}

}  // namespace

// What the step inserted and is still there, or what stands for it now.
std::vector<Handle> UndoManager::Impl::inserted_items(const Step& step) {
  std::vector<Handle> items;
  for_each_item(doc, step.inserted, [&](Handle item) {
    const Item& entry = doc.store.items[item];
    if (entry.has(Item::kRedone)) {
      auto [by, offset] = document::follow_redone(doc.store, {entry.client, entry.clock});
      if (store::is_item(by) && offset > 0) {
        const Item& last = doc.store.items[by];
        by = doc.clean_start({last.client, last.clock + offset});
      }
      item = by;
    }
    if (store::is_item(item) && !doc.store.items[item].deleted() && in_scope(item)) {
      items.push_back(item);
    }
  });
  return items;
}

// What the step deleted, but for what it had inserted itself.
std::vector<Handle> UndoManager::Impl::deleted_items(const Step& step) {
  std::vector<Handle> items;
  for_each_item(doc, step.deleted, [&](Handle item) {
    const Item& entry = doc.store.items[item];
    if (in_scope(item) && !step.inserted.contains({entry.client, entry.clock})) {
      items.push_back(item);
    }
  });
  return items;
}

bool UndoManager::Impl::undone(const Step& step, DenseId id) const {
  const auto deletes = [id](const std::shared_ptr<Step>& other) {
    return other->deleted.contains(id);
  };
  return step.inserted.contains(id) || std::any_of(undo_stack.begin(), undo_stack.end(), deletes) ||
         std::any_of(redo_stack.begin(), redo_stack.end(), deletes);
}

bool UndoManager::Impl::may_delete(Handle item) const {
  return !options.delete_filter || options.delete_filter(doc.info(item));
}

// True if that changed anything. REQUIRES: an open transaction.
bool UndoManager::Impl::take_back(const Step& step) {
  const std::vector<Handle> inserted = inserted_items(step);
  const std::vector<Handle> deleted = deleted_items(step);
  const std::unordered_set<Handle> redone(deleted.begin(), deleted.end());
  document::Redo redo(
      doc, redone, [&](DenseId id) { return undone(step, id); }, options.ignore_remote_map_changes);
  bool changed = false;
  for (const Handle item : deleted) changed = redo.redo(item) || changed;
  // Children before parents, so that the filter sees them in their place.
  for (auto item = inserted.rbegin(); item != inserted.rend(); ++item) {
    if (!may_delete(*item)) continue;
    doc.remove(*item);
    changed = true;
  }
  return changed;
}

std::shared_ptr<StackItem> UndoManager::Impl::pop(Stack& stack, UndoKind kind) {
  doc.begin(options.origin, true);
  pop_serial_ = doc.transaction().serial;
  popped_types_.clear();
  while (!stack.empty() && current == nullptr) {
    std::shared_ptr<Step> step = std::move(stack.back());
    stack.pop_back();
    if (take_back(*step)) current = std::move(step);
  }
  doc.end();
  pop_serial_ = 0;
  const std::shared_ptr<Step> done = std::exchange(current, nullptr);
  if (done == nullptr) return nullptr;
  const std::vector<SharedType> types = std::move(popped_types_);
  emit(UndoEvent::stack_item_popped, {*done, kind, options.origin, types});
  return done;
}

}  // namespace weft
