// What a document is made of, and the moves that keep it whole. Source: Yjs StructStore, splitItem,
// Item.mergeWith.
//
// Invariants (checked by document/check.cpp):
//  - every clock below a client's state belongs to exactly one entry of its ClockIndex;
//  - an entry's item has that client, clock and length; neighbours name each other;
//  - a list's items are linked from `first` to `last`, and all name that list;
//  - a sequence's length is the sum of its visible items.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include <weft/id.hpp>

#include "store/byte_pool.hpp"
#include "store/client_table.hpp"
#include "store/conflict_index.hpp"
#include "store/item_arena.hpp"
#include "store/string_table.hpp"
#include "store/type_table.hpp"

namespace weft::store {

class Store {
 public:
  explicit Store(std::uint64_t seed)
      : clients(seed), strings(seed), types(seed), seed_(seed), redone_(seed), shared_(seed) {}

  using Cursor = ClockIndex::Cursor;

  /// The entry's handle that contains `id`, kGc where it was collected, kSkip where it has not
  /// arrived. REQUIRES: the client has come that far; known(id) rules kSkip out.
  Handle containing(DenseId id) const {
    const ClockIndex& structs = clients[id.client].structs;
    return structs.handle(structs.find(id.clock));
  }
  bool known(DenseId id) const {
    const ClockIndex& structs = clients[id.client].structs;
    return id.clock < structs.state() && (structs.skipped() == 0 || containing(id) != kSkip);
  }

  /// Cuts the item at `at` before `clock`, which lies inside it; gives the right part's place.
  Cursor split(ClientIx client, Cursor at, std::uint32_t clock);

  /// Joins the struct at `at` with those to its left for as long as they fit (Yjs
  /// tryToMergeWithLefts). `at` becomes the joined struct's place. Gives the number joined.
  std::uint32_t join_lefts(ClientIx client, Cursor& at);

  /// False where the struct at `at` surely stays apart from the one before it: most items follow
  /// something else in their list. O(1). REQUIRES: not at the begin.
  bool may_join_left(ClientIx client, Cursor at) const {
    const ClockIndex& structs = clients[client].structs;
    const Handle handle = structs.handle(at);
    if (!is_item(handle)) return true;
    const Item& item = items[handle];
    if (!item.follows_own()) return false;
    const Handle left = structs.handle(structs.prev(at));
    return is_item(left) && items[left].right == handle && items[left].kind == item.kind;
  }

  /// Whether join_lefts would join the struct at `at`. REQUIRES: not at the begin.
  bool joins_left(ClientIx client, Cursor at) const {
    const ClockIndex& structs = clients[client].structs;
    return may_join_left(client, at) && joins(structs.handle(structs.prev(at)), structs.handle(at));
  }

  /// Puts a GC struct where the item at `at` stands, and frees the item. Its list is not relinked:
  /// whoever collects drops the whole list (TypeTable::collect).
  void collect(Handle item);

  /// What redid an undone item, as long as that item has the flag kRedone.
  void set_redone(Handle item, DenseId by);
  DenseId redone(Handle item) const;

  /// The format `item` holds the very object that the format `from` holds (see document/formats).
  void share_object(Handle item, Handle from);
  /// The format that the item's object came with first: two with one object give the same.
  DenseId object_of(Handle item) const;

  /// The index of the type's sequence, built now if there is none. O(items) then.
  OrderIndex& order(TypeIx type);
  /// The index of the list that `item` is in, or null where there is none.
  OrderIndex* order_of(const Item& item) const {
    if (!ordered_) return nullptr;
    const List& list = types.list(item.list);
    return list.is_sequence() ? types[list.type].order.get() : nullptr;
  }

  /// The list's index of where its items stand by their origins, or null. O(1).
  const ConflictIndex* conflicts_of(ListIx list) const { return find_conflicts(list); }
  /// Builds it, where the list can have one. O(items log items), once for each list.
  void index_conflicts(ListIx list);
  /// The item was linked into its list.
  void note_linked(Handle item) {
    const ListIx list = items[item].list;
    ConflictIndex* conflicts = find_conflicts(list);
    if (conflicts != nullptr && !conflicts->insert(item)) conflicts_[list].reset();
  }

  /// Empty for a type, whose data is no place in the pool.
  /// False for a type that was deleted.
  bool is_live(TypeIx type) const {
    const Type& entry = types[type];
    return !entry.collected && (entry.item == kNoHandle || !items[entry.item].deleted());
  }

  std::string_view content(const Item& item) const {
    return item.size == 0 ? std::string_view() : pool.view(item.data, item.size);
  }
  Id id_of(DenseId id) const { return {clients[id.client].id, id.clock}; }

  ItemArena items;
  BytePool pool;
  ClientTable clients;
  StringTable strings;
  TypeTable types;

 private:
  ConflictIndex* find_conflicts(ListIx list) const {
    if (conflicts_.empty()) return nullptr;
    const auto found = conflicts_.find(list);
    return found == conflicts_.end() ? nullptr : found->second.get();
  }
  bool fit(Handle left, Handle right) const;
  bool joins(Handle left, Handle right) const {
    return is_item(left) && is_item(right) ? fit(left, right) : left == right;
  }
  void join_items(ClientIx client, Cursor first, std::uint32_t count);
  void join_content(Item& left, Item& right);
  void split_content(Item& left, Item& right, std::uint32_t units);
  void split_text(Item& left, Item& right, std::uint32_t units);

  LeafMap leaf_of_;       // of all order indices
  bool ordered_ = false;  // some type has an order index
  // Of lists in which long scans were made; null where there can be none.
  std::unordered_map<ListIx, std::unique_ptr<ConflictIndex>> conflicts_;
  std::uint64_t seed_;
  FlatMap redone_;  // item handle -> place in redone_ids_
  std::vector<DenseId> redone_ids_;
  FlatMap shared_;  // client and clock of a format -> place in shared_ids_
  std::vector<DenseId> shared_ids_;
};

/// Bytes of the first `count` values of any or JSON content.
std::size_t skip_values(std::string_view content, Kind kind, std::uint64_t count);

}  // namespace weft::store
