// The inside of an UndoManager: undo_manager.cpp remembers, undo_pop.cpp takes back.
#pragma once

#include <array>
#include <set>
#include <unordered_set>

#include <weft/undo.hpp>

#include "document/callbacks.hpp"
#include "document/doc_state.hpp"
#include "history/ordered_ranges.hpp"

namespace weft {

class UndoManager::Impl {
 public:
  struct Step : StackItem {
    explicit Step(const store::Store& of) : store(of) {}
    IdSet insertions() const override { return inserted.to_id_set(store); }
    IdSet deletions() const override { return deleted.to_id_set(store); }

    const store::Store& store;
    history::OrderedRanges inserted;
    history::OrderedRanges deleted;
  };
  using Stack = std::vector<std::shared_ptr<Step>>;

  Impl(Doc& doc, UndoOptions options);

  void add_to_scope(const SharedType& type);
  /// Puts a step on the undo stack that takes back these ids.
  void push(const ContentIds& ids);
  std::shared_ptr<StackItem> pop(Stack& stack, UndoKind kind);
  void clear(bool undo_stack, bool redo_stack);

  document::DocState& doc;
  UndoOptions options;
  bool whole_document = false;
  std::vector<store::TypeIx> scope;
  std::set<std::uint64_t> tracked_origins;
  Stack undo_stack;
  Stack redo_stack;
  bool undoing = false;
  bool redoing = false;
  std::shared_ptr<Step> current;
  std::optional<std::int64_t> last_change;  // nothing: the next transaction begins a step
  std::int64_t time = 0;                    // as set by the caller
  struct Observers {
    std::array<document::Callbacks<StackItemEvent&>, kUndoEvents> of;
    document::Callbacks<bool, bool> cleared;
    std::uint64_t last_number = 0;
  };
  std::shared_ptr<Observers> observers = std::make_shared<Observers>();
  Subscription subscription;

 private:
  // undo_manager.cpp
  void after_transaction(const TransactionEvent& event);
  bool captures(const TransactionEvent& event) const;
  void remember(const document::TransactionState& txn, Step& step) const;
  bool in_scope(store::Handle item) const;
  void forget(document::TransactionState& txn, const Step& step);
  void emit(UndoEvent event, StackItemEvent&& what);

  // undo_pop.cpp
  bool take_back(const Step& step);
  std::vector<store::Handle> inserted_items(const Step& step);
  std::vector<store::Handle> deleted_items(const Step& step);
  bool undone(const Step& step, store::DenseId id) const;
  bool may_delete(store::Handle item) const;

  std::uint32_t pop_serial_ = 0;  // of the transaction that pop() opened
  std::vector<SharedType> popped_types_;
};

}  // namespace weft
