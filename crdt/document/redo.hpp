// Items that were deleted and brought back as copies. Source: Yjs Item.redone, followRedone,
// redoItem, keepItem, iterateDeletedStructs.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <unordered_set>

#include "document/doc_state.hpp"

namespace weft::document {

/// An item and a unit in it; kGc where it was collected, `offset` then counts in the GC struct.
struct ItemOffset {
  Handle item = kNoHandle;
  std::uint32_t offset = 0;
};

/// Where the unit `id` lies. REQUIRES: store.known(id). O(log structs).
ItemOffset find_unit(const Store& store, DenseId id);

/// The same for what redid it, and what redid that, to the last (Yjs followRedone).
/// REQUIRES: store.known(id). O(log structs) for each redo.
ItemOffset follow_redone(const Store& store, DenseId id);

/// Marks an item and all that it is in: their content is not collected (Yjs keepItem). Stops where
/// the mark is as wanted already.
void keep_item(Store& store, Handle item, bool keep);

/// Cuts the item that has `clock` inside, for `txn` to join again at its end.
void cut_before(Store& store, TransactionState& txn, ClientIx client, std::uint32_t clock);

/// Calls `body(item)` for each item of `range`, cut where the range begins and ends; collected
/// structs are passed over (Yjs iterateDeletedStructs). `body` may cut other items.
template <typename Body>
void for_each_item(Store& store, TransactionState& txn, DenseRange range, Body body) {
  const store::ClockIndex& structs = store.clients[range.client].structs;
  const std::uint32_t end = std::min(range.clock + range.length, structs.state());
  for (std::uint32_t clock = range.clock; clock < end;) {
    cut_before(store, txn, range.client, clock);
    Store::Cursor at = structs.find(clock);
    if (structs.end(at) > end) {
      cut_before(store, txn, range.client, end);
      at = structs.find(clock);
    }
    const Handle item = structs.handle(at);
    clock = structs.end(at);
    if (store::is_item(item)) body(item);
  }
}

/// What a new item would hold that holds the same: of a type an empty one. Valid until the store
/// changes.
NewContent content_of(const Store& store, Handle item);

/// Brings deleted items back, each as a copy with a new id where the old one stood.
class Redo {
 public:
  /// `items` are all that shall come back: what one of them was in comes back first if it is among
  /// them. `undone(id)` tells of a map value that replaced another whether it is undone, too: else
  /// the replaced one does not come back, unless `ignore_remote_map_changes`.
  Redo(DocState& doc, const std::unordered_set<Handle>& items, std::function<bool(DenseId)> undone,
       bool ignore_remote_map_changes)
      : doc_(doc),
        items_(items),
        undone_(std::move(undone)),
        ignore_remote_map_changes_(ignore_remote_map_changes) {}

  /// False where the item cannot come back (Yjs redoItem gives null). REQUIRES: an open
  /// transaction.
  bool redo(Handle item);

 private:
  struct Target {
    TypeIx type;
    Handle owner;  // the item that holds the type
  };

  bool redo_one(Handle item);
  std::optional<Target> target_of(Handle item);
  void find_sequence_place(Handle item, Handle owner, Place& place);
  bool find_map_place(Handle item, const Target& target, ListIx list, Place& place);
  Handle owner_of(Handle item) const;
  Handle step(Handle item);
  Handle trace(Handle item, Handle owner);
  bool has_room(const Item& item);
  Handle copy(Handle item, const Place& place);

  DocState& doc_;
  const std::unordered_set<Handle>& items_;
  std::function<bool(DenseId)> undone_;
  bool ignore_remote_map_changes_;
};

}  // namespace weft::document
