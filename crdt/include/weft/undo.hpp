// Undo and redo of what one user did, while others go on: their changes stay.
//
// An UndoManager watches the transactions of a document, remembers those that change its scope and
// come from a tracked origin, and takes them back in reverse. Deleted content that it may bring
// back is not collected. Source: Yjs UndoManager.
#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weft/content_ids.hpp>
#include <weft/doc.hpp>
#include <weft/id.hpp>
#include <weft/id_set.hpp>
#include <weft/subscription.hpp>
#include <weft/types.hpp>

namespace weft {

namespace history {
class OrderedRanges;
}

/// Origins from here on are those of undo managers, unless UndoOptions::origin says otherwise:
/// use smaller ones for everything else.
inline constexpr std::uint64_t kUndoOrigins = std::uint64_t{1} << 63;

struct UndoOptions {
  /// Transactions that follow each other by less than this many milliseconds become one step.
  std::int64_t capture_timeout = 500;
  /// The time in milliseconds, from wherever it counts: the engine reads no clock. Without it the
  /// time is what UndoManager::set_time said last.
  std::function<std::int64_t()> now = nullptr;
  /// False: this transaction is not remembered.
  std::function<bool(const TransactionEvent&)> capture_transaction = nullptr;
  /// False: undo and redo do not delete this item, which was inserted.
  std::function<bool(const ItemInfo&)> delete_filter = nullptr;
  /// Origins whose transactions are remembered. 0 is what local edits have where none is given.
  std::vector<std::uint64_t> tracked_origins = {0};
  /// True for further origins that are tracked: a whole kind of them (Yjs: by constructor).
  std::function<bool(std::uint64_t)> tracks_origin = nullptr;
  /// A map value that was replaced comes back even when somebody else replaced it since.
  bool ignore_remote_map_changes = false;
  /// The origin of the manager's own transactions. 0: the manager takes one from kUndoOrigins on
  /// that no other manager of the document takes.
  std::uint64_t origin = 0;
};

/// What one undo or redo takes back. Its ranges can be read as long as the document lives.
class StackItem {
 public:
  virtual ~StackItem() = default;
  StackItem(const StackItem&) = delete;
  StackItem& operator=(const StackItem&) = delete;

  /// What was inserted and what was deleted. O(ranges).
  virtual IdSet insertions() const = 0;
  virtual IdSet deletions() const = 0;

  /// The caller's own: a selection to restore, for example.
  std::map<std::string, std::any, std::less<>> meta;

 protected:
  StackItem() = default;
};

enum class UndoKind : std::uint8_t { undo, redo };

enum class UndoEvent : std::uint8_t {
  stack_item_added,    // a new item on the stack of `kind`
  stack_item_updated,  // the last item of the stack of `kind` took in one more transaction
  stack_item_popped,   // `kind` was done
};
inline constexpr std::size_t kUndoEvents = 3;

/// Valid during the call.
struct StackItemEvent {
  StackItem& stack_item;
  UndoKind kind;
  std::uint64_t origin;  // of the transaction
  /// The types that it changed, and all that they are in (the keys of Yjs changedParentTypes).
  /// Empty for a pop inside an open transaction, whose observers were not called yet.
  const std::vector<SharedType>& changed_types;
};

/// After the end of its document nothing can be done with it but to destroy it. It must not be
/// destroyed by its own callbacks; those must not throw. Moving it keeps subscriptions.
class UndoManager {
 public:
  /// Everything in `doc` is its scope.
  explicit UndoManager(Doc& doc, UndoOptions options = {});
  /// These types and all inside them. REQUIRES: they are types of `doc`.
  UndoManager(Doc& doc, const std::vector<SharedType>& scope, UndoOptions options = {});
  ~UndoManager();
  UndoManager(UndoManager&&) noexcept;
  UndoManager& operator=(UndoManager&&) noexcept;

  /// Takes back the last step that still has an effect; null where there is none. Joins an open
  /// transaction, whose origin then decides what is remembered. O(items changed * log items), and
  /// for a map value O(steps) for each that came after it.
  std::shared_ptr<StackItem> undo();
  /// Does again what the last undo took back.
  std::shared_ptr<StackItem> redo();

  /// Puts a step on the undo stack that takes back what these ids name.
  void push(const ContentIds& ids);

  bool can_undo() const;
  bool can_redo() const;
  bool undoing() const;
  bool redoing() const;
  /// What is being undone or redone while the observers of that transaction are called, else null
  /// (Yjs currStackItem).
  std::shared_ptr<StackItem> current() const;
  /// Oldest first. O(steps).
  std::vector<std::shared_ptr<StackItem>> undo_stack() const;
  std::vector<std::shared_ptr<StackItem>> redo_stack() const;

  /// The next transaction begins a step of its own.
  void stop_capturing();
  /// Forgets steps. The deleted content that they kept is collected when the type around it is
  /// deleted, as in Yjs.
  void clear(bool undo_stack = true, bool redo_stack = true);

  /// Takes more into the scope: a type of the same document, or all of it.
  void add_to_scope(const SharedType& type);
  void add_document_to_scope();
  void add_tracked_origin(std::uint64_t origin);
  void remove_tracked_origin(std::uint64_t origin);
  /// The origin of its own transactions; tracked.
  std::uint64_t origin() const;
  /// The time in milliseconds for managers without UndoOptions::now.
  void set_time(std::int64_t milliseconds);

  [[nodiscard]] Subscription on(UndoEvent event, std::function<void(StackItemEvent&)> observer);
  /// Told which stacks were cleared: undo, redo.
  [[nodiscard]] Subscription on_stack_cleared(std::function<void(bool, bool)> observer);

  /// Remembers nothing from now on.
  void destroy();

 private:
  friend void undo_ranges(Doc& doc, history::OrderedRanges inserted,
                          history::OrderedRanges deleted);

  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Takes back what these ids name, whoever did it: inserted content is deleted, deleted content
/// comes back as far as `doc` kept it (@y/y 14 undoContentIds). O(items named * log items).
void undo_content_ids(Doc& doc, const ContentIds& ids, UndoOptions options = {});

/// Collects the content of deleted items that `ids` names, in a document that keeps it otherwise,
/// unless an undo manager or `filter`, or else the document's own, wants it kept (@y/y 14 gcIdSet).
/// Nothing else can be seen of it. O(items named * log items).
void gc_id_set(Doc& doc, const IdSet& ids,
               const std::function<bool(const ItemInfo&)>& filter = nullptr);

}  // namespace weft
