// Where in its sequence an item stands, in visible units, and which item a position lies in: a
// counted B+-tree over the items of one sequence in list order.
//
// It holds handles and their visible lengths (UTF-16 code units or elements; 0 for what is deleted
// or does not count) and never looks at an item. Whoever changes the sequence tells it. A sequence
// has one from its first positional access on; until then it costs nothing.
//
// Edits and searches mostly come where the last one was. So the tree keeps a cursor: the entry
// of the last access, the way to its leaf if that is known, and the units that edits in this leaf
// have not yet added to the nodes above. Near the cursor both cost O(1), elsewhere O(log n).
//
// Invariants (checked by check()):
//  - leaves in order hold every item once; LeafMap names the leaf of each;
//  - an inner node's units are its children's totals, but for the cursor's pending units;
//  - every node but the root has at least OrderNode::kMin entries; all leaves have one depth.
// Source of the idea: counted B-trees; Yjs has ArraySearchMarker for the same purpose.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "store/handle.hpp"
#include "store/leaf_map.hpp"
#include "store/order_node.hpp"

namespace weft::store {

class OrderIndex {
 public:
  /// The most visible units that a sequence may have.
  static constexpr std::uint32_t kUnitsMax = 0xFFFF'FFFE;

  /// An item and a place in it, in units from its start.
  struct Position {
    Handle handle = kNoHandle;
    std::uint32_t offset = 0;
    friend bool operator==(const Position&, const Position&) = default;
  };

  /// `leaf_of` is shared by all sequences of a document and outlives them.
  explicit OrderIndex(LeafMap& leaf_of) : leaf_of_(&leaf_of) {}

  /// Adds `item` at the end: to build the index, call it for every item in list order. O(1)
  /// amortised. REQUIRES: not contains(item), visible <= kUnitsMax - total().
  void append(Handle item, std::uint32_t visible) { insert_after(last(), item, visible); }

  /// Adds `item` behind `left`, or at the front for kNoHandle. O(log n), O(1) near the cursor.
  /// REQUIRES: contains(left), and as append.
  void insert_after(Handle left, Handle item, std::uint32_t visible);

  /// The item has left the sequence. O(log n), O(1) near the cursor. REQUIRES: contains(item).
  void erase(Handle item);

  /// The item was deleted, cut, joined or has grown. Cost and requirements as erase.
  void set_visible(Handle item, std::uint32_t visible);

  /// The item that holds the unit at `index`, passing over invisible ones. O(log n), O(1) near the
  /// cursor. REQUIRES: index < total().
  Position find(std::uint32_t index) const;

  /// The item that an insertion at `index` goes behind or into: the one with the unit before
  /// `index`; 0 < offset, and offset == visible(handle) where it ends at `index`. Invisible items
  /// that follow it are not passed over (Yjs typeListInsertGenerics, findPosition).
  /// REQUIRES: 0 < index <= total().
  Position find_left(std::uint32_t index) const {
    const Position before = find(index - 1);
    return {before.handle, before.offset + 1};
  }

  /// What stands behind the entry of the last search, invisible or not; kNoHandle at the end. O(1).
  Handle behind_found() const {
    const OrderNode& leaf = nodes_[cursor_.leaf];
    if (cursor_.slot + 1 < leaf.count) return leaf.entries[cursor_.slot + 1];
    return leaf.next == kNone ? kNoHandle : nodes_[leaf.next].entries[0];
  }

  /// The visible units before `item`. O(log n), O(1) near the cursor. REQUIRES: contains(item).
  std::uint32_t index_of(Handle item) const;

  /// The item's visible units as last told. O(1). REQUIRES: contains(item).
  std::uint32_t visible(Handle item) const;

  /// Whether `item` was added and not erased. O(1).
  bool contains(Handle item) const;

  /// The visible units of all items. O(1).
  std::uint32_t total() const { return total_; }
  bool empty() const { return root_ == OrderNode::kNone; }

  /// Ends and neighbours in list order, invisible ones too; kNoHandle where there is none. O(1).
  /// REQUIRES for next and previous: contains(item).
  Handle first() const { return empty() ? kNoHandle : nodes_[first_leaf_].entries[0]; }
  Handle last() const {
    return empty() ? kNoHandle : nodes_[last_leaf_].entries[nodes_[last_leaf_].count - 1U];
  }
  Handle next(Handle item) const;
  Handle previous(Handle item) const;

  /// Bytes on the heap, without the LeafMap.
  std::size_t memory() const { return nodes_.memory(); }

  /// Names the first broken invariant; empty if all hold. O(n).
  std::string check() const;

 private:
  friend class OrderIndexChecker;
  static constexpr std::uint32_t kNone = OrderNode::kNone;

  struct Place {
    std::uint32_t node;
    std::uint32_t slot;
  };

  // Levels that 2^32 items can fill with OrderNode::kMin entries in a node.
  static constexpr std::uint32_t kHeightMax = 12;

  // The entry of the last access.
  struct Cursor {
    std::uint32_t leaf = kNone;
    std::uint32_t slot = 0;
    std::uint32_t before = 0;                     // units of the leaf before the slot
    std::uint32_t pending = 0;                    // units that the nodes above lack (modulo 2^32)
    bool found = false;                           // whether the rest is known
    std::uint32_t start = 0;                      // units before the leaf
    std::array<std::uint8_t, kHeightMax> path{};  // slots that lead to the leaf, by level
  };

  Place place_of(Handle item) const;
  void visit(Place place) const;
  void descend(std::uint32_t index) const;
  void find_way() const;
  void settle() const;
  void change(std::uint32_t delta);

  Place make_room(Place place, std::uint32_t split_at);
  std::uint32_t split(std::uint32_t node, std::uint32_t at);
  void add_root();
  void mend(std::uint32_t node);
  void join(std::uint32_t left, std::uint32_t right, std::uint32_t slot);
  void balance(std::uint32_t left, std::uint32_t right, std::uint32_t slot);
  void drop_root();
  void adopt(std::uint32_t node, std::uint32_t from, std::uint32_t to);

  LeafMap* leaf_of_;
  // Mutable: a search may move the cursor and so settle what is pending, which nobody can see.
  mutable OrderNodePool nodes_;
  mutable Cursor cursor_;
  std::uint32_t root_ = kNone;
  std::uint32_t first_leaf_ = kNone;
  std::uint32_t last_leaf_ = kNone;
  std::uint32_t total_ = 0;
  Handle inserted_ = kNoHandle;  // last, to see that a run of insertions goes on
};

}  // namespace weft::store
