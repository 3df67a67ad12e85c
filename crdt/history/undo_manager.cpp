#include "history/undo_manager.hpp"

#include <algorithm>
#include <cassert>

#include "document/redo.hpp"

namespace weft {

using document::DenseRange;
using document::TransactionState;
using store::Handle;
using store::Item;
using store::kNoHandle;
using store::TypeIx;

UndoManager::Impl::Impl(Doc& of, UndoOptions opts) : doc(of.state()), options(std::move(opts)) {
  tracked_origins.insert(options.tracked_origins.begin(), options.tracked_origins.end());
  subscription = of.on(DocEvent::after_transaction,
                       [this](const TransactionEvent& event) { after_transaction(event); });
  // The number of the observation is taken by no other manager.
  if (options.origin == 0) options.origin = kUndoOrigins + doc.observers()->last_number;
  tracked_origins.insert(options.origin);
}

void UndoManager::Impl::add_to_scope(const SharedType& type) {
  assert(type.doc() == &doc);
  if (std::find(scope.begin(), scope.end(), type.type()) == scope.end()) {
    scope.push_back(type.type());
  }
}

bool UndoManager::Impl::in_scope(Handle item) const {
  if (whole_document) return true;
  while (item != kNoHandle) {
    const TypeIx type = doc.store.types.list(doc.store.items[item].list).type;
    if (std::find(scope.begin(), scope.end(), type) != scope.end()) return true;
    item = doc.store.types[type].item;
  }
  return false;
}

bool UndoManager::Impl::captures(const TransactionEvent& event) const {
  if (options.capture_transaction && !options.capture_transaction(event)) return false;
  const auto& changed = event.state().changed_parents;
  if (!whole_document && std::none_of(scope.begin(), scope.end(), [&](TypeIx type) {
        return std::find(changed.begin(), changed.end(), type) != changed.end();
      })) {
    return false;
  }
  const std::uint64_t origin = event.origin();
  return tracked_origins.contains(origin) ||
         (origin != 0 && options.tracks_origin && options.tracks_origin(origin));
}

// Clients in the orders in which Yjs meets them.
void UndoManager::Impl::remember(const TransactionState& txn, Step& step) const {
  std::vector<document::Touched> inserted;
  for (const document::Touched& entry : txn.touched) {
    if (entry.after > entry.before) inserted.push_back(entry);
  }
  const auto& clients = doc.store.clients;
  std::sort(inserted.begin(), inserted.end(),
            [&](const document::Touched& a, const document::Touched& b) {
              return clients[a.client].rank < clients[b.client].rank;
            });
  for (const document::Touched& entry : inserted) {
    step.inserted.add({entry.client, entry.before, entry.after - entry.before});
  }
  // Empty for deletes from one client.
  for (const store::ClientIx client : txn.delete_order) step.deleted.add_client(client);
  for (const DenseRange& range : txn.deletes) step.deleted.add(range);
}

void UndoManager::Impl::after_transaction(const TransactionEvent& event) {
  TransactionState& txn = event.state();
  std::vector<SharedType> types = event.changed_types();
  if (txn.serial == pop_serial_) popped_types_ = types;
  if (!captures(event)) return;
  Stack& stack = undoing ? redo_stack : undo_stack;
  if (undoing) {
    last_change.reset();  // the next undo is a step of its own
  } else if (!redoing) {
    clear(false, true);
  }
  const std::int64_t now = options.now ? options.now() : time;
  const bool joins = last_change && now - *last_change < options.capture_timeout &&
                     !stack.empty() && !undoing && !redoing;
  if (!joins) stack.push_back(std::make_shared<Step>(doc.store));
  const std::shared_ptr<Step> step = stack.back();
  remember(txn, *step);
  if (!undoing && !redoing) last_change = now;
  for (const DenseRange& range : txn.deletes) {
    document::for_each_item(doc.store, txn, range, [this](Handle item) {
      if (in_scope(item)) document::keep_item(doc.store, item, true);
    });
  }
  emit(joins ? UndoEvent::stack_item_updated : UndoEvent::stack_item_added,
       {*step, undoing ? UndoKind::redo : UndoKind::undo, event.origin(), types});
}

void UndoManager::Impl::emit(UndoEvent event, StackItemEvent&& what) {
  observers->of[static_cast<std::size_t>(event)].call(what);
}

// What it deleted may be collected from now on.
void UndoManager::Impl::forget(TransactionState& txn, const Step& step) {
  for (const auto& [client, ranges] : step.deleted.clients()) {
    for (const auto& [clock, end] : ranges) {
      document::for_each_item(doc.store, txn, {client, clock, end - clock}, [this](Handle item) {
        if (in_scope(item)) document::keep_item(doc.store, item, false);
      });
    }
  }
}

void UndoManager::Impl::clear(bool undo, bool redo) {
  if (!(undo && !undo_stack.empty()) && !(redo && !redo_stack.empty())) return;
  doc.begin(0, true);
  const auto clear_stack = [this](Stack& stack) {
    for (const auto& step : stack) forget(doc.transaction(), *step);
    stack.clear();
  };
  if (undo) clear_stack(undo_stack);
  if (redo) clear_stack(redo_stack);
  observers->cleared.call(undo, redo);
  doc.end();
}

UndoManager::UndoManager(Doc& doc, UndoOptions options)
    : impl_(std::make_unique<Impl>(doc, std::move(options))) {
  impl_->whole_document = true;
}

UndoManager::UndoManager(Doc& doc, const std::vector<SharedType>& scope, UndoOptions options)
    : impl_(std::make_unique<Impl>(doc, std::move(options))) {
  for (const SharedType& type : scope) impl_->add_to_scope(type);
}

UndoManager::~UndoManager() = default;
UndoManager::UndoManager(UndoManager&&) noexcept = default;
UndoManager& UndoManager::operator=(UndoManager&&) noexcept = default;

std::shared_ptr<StackItem> UndoManager::undo() {
  impl_->undoing = true;
  auto done = impl_->pop(impl_->undo_stack, UndoKind::undo);
  impl_->undoing = false;
  return done;
}

std::shared_ptr<StackItem> UndoManager::redo() {
  impl_->redoing = true;
  auto done = impl_->pop(impl_->redo_stack, UndoKind::redo);
  impl_->redoing = false;
  return done;
}

bool UndoManager::can_undo() const { return !impl_->undo_stack.empty(); }
bool UndoManager::can_redo() const { return !impl_->redo_stack.empty(); }
bool UndoManager::undoing() const { return impl_->undoing; }
bool UndoManager::redoing() const { return impl_->redoing; }
std::shared_ptr<StackItem> UndoManager::current() const { return impl_->current; }

std::vector<std::shared_ptr<StackItem>> UndoManager::undo_stack() const {
  return {impl_->undo_stack.begin(), impl_->undo_stack.end()};
}
std::vector<std::shared_ptr<StackItem>> UndoManager::redo_stack() const {
  return {impl_->redo_stack.begin(), impl_->redo_stack.end()};
}

void UndoManager::stop_capturing() { impl_->last_change.reset(); }
void UndoManager::clear(bool undo_stack, bool redo_stack) { impl_->clear(undo_stack, redo_stack); }
void UndoManager::add_to_scope(const SharedType& type) { impl_->add_to_scope(type); }
void UndoManager::add_document_to_scope() { impl_->whole_document = true; }
void UndoManager::add_tracked_origin(std::uint64_t origin) {
  impl_->tracked_origins.insert(origin);
}
void UndoManager::remove_tracked_origin(std::uint64_t origin) {
  impl_->tracked_origins.erase(origin);
}
std::uint64_t UndoManager::origin() const { return impl_->options.origin; }
void UndoManager::set_time(std::int64_t milliseconds) { impl_->time = milliseconds; }

Subscription UndoManager::on(UndoEvent event, std::function<void(StackItemEvent&)> observer) {
  const auto& observers = impl_->observers;
  const auto at = static_cast<std::size_t>(event);
  const std::uint64_t number = ++observers->last_number;
  observers->of[at].add(number, std::move(observer));
  return Subscription([of = std::weak_ptr(observers), at, number] {
    if (const auto still = of.lock()) still->of[at].remove(number);
  });
}

Subscription UndoManager::on_stack_cleared(std::function<void(bool, bool)> observer) {
  const auto& observers = impl_->observers;
  const std::uint64_t number = ++observers->last_number;
  observers->cleared.add(number, std::move(observer));
  return Subscription([of = std::weak_ptr(observers), number] {
    if (const auto still = of.lock()) still->cleared.remove(number);
  });
}

void UndoManager::destroy() {
  impl_->tracked_origins.erase(impl_->options.origin);
  impl_->subscription.reset();
}

}  // namespace weft
