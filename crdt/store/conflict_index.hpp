// Where a new item goes among many that were put at the same place: searched instead of scanned.
//
// The items of a list form a tree: each hangs on the unit that was its left neighbour when it was
// written, its origin. The list is that tree in preorder: what was put behind an item stands behind
// it, each with all that was put behind that. So the depth of an item (1 without an origin, else
// one more than its origin; each unit of an item is one deeper than the unit before) says all: a
// new item's *siblings*, those of its origin, are the least deep between its origin and the first
// item that is no deeper than that.
//
// Yjs Item.integrate walks along them: the new item steps behind each sibling of a smaller client,
// with all that hangs on it, and stops at a sibling of its own right origin whose client is not
// smaller, at its right neighbour, or where the siblings end. That is: behind the last sibling of a
// smaller client before the stop. Siblings of one right origin stand by ascending client, so the
// stop is found in a map; the rest in a treap over the list, whose subtrees know how deep they are
// at least, and the smallest client of that depth. O(log n) each.
//
// Whoever wants to stand behind what he wants to stand before is put between an item and what hangs
// on it. Then the list is no preorder, and has no index: no editor writes that.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "store/client_table.hpp"
#include "store/flat_map.hpp"
#include "store/item_arena.hpp"

namespace weft::store {

class ConflictIndex {
 public:
  /// `items`, `clients` outlive the index.
  ConflictIndex(const ItemArena& items, const ClientTable& clients, std::uint64_t seed)
      : items_(items), clients_(clients), seed_(seed), node_of_(seed) {}

  /// All items from `first` on. False: there can be no index. O(n log n).
  bool build(Handle first);

  /// The item to whose right one of `client` goes; kNoHandle: to the front. `left` and `right` are
  /// its neighbours as its author saw them. REQUIRES: the item of its origin ends there. O(log n).
  Handle place(const Item& item, ClientId client, Handle left, Handle right) const;

  /// `item` is in its list now. False: there can be no index any more. O(log n).
  bool insert(Handle item);
  /// `item` was cut off its left neighbour, with what hangs on it. As insert.
  bool insert_rest(Handle item);
  /// `item` has joined its left neighbour. O(log n).
  void erase(Handle item);

  /// Names the first broken invariant; empty if all hold. O(n log n).
  std::string check(Handle first) const;

 private:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;
  struct Node {
    std::uint64_t depth = 0;
    std::uint64_t least_depth = 0;  // in this subtree
    ClientId client = 0;
    ClientId smallest = 0;  // of those that are no deeper
    Handle item = kNoHandle;
    std::uint32_t size = 1;  // of this subtree
    std::uint32_t priority = 0;
    std::uint32_t above = kNone;
    std::uint32_t left = kNone;
    std::uint32_t right = kNone;
  };
  struct Sort {
    std::uint64_t origin;
    std::uint64_t right_origin;
    ClientId client;
    auto operator<=>(const Sort&) const = default;
    bool is_like(const Sort& other) const {
      return origin == other.origin && right_origin == other.right_origin;
    }
  };
  using Sorts = std::map<Sort, DenseId>;

  static std::uint64_t number(DenseId id) { return std::uint64_t{id.client} << 32 | id.clock; }
  Sort sort_of(const Item& item) const {
    return {number(item.origin()), number(item.right_origin()), clients_[item.client].id};
  }
  std::uint32_t node_of(DenseId id) const;
  std::uint64_t depth_of(const Item& item) const;
  std::uint32_t size(std::uint32_t node) const { return node == kNone ? 0 : nodes_[node].size; }
  std::uint32_t rank(std::uint32_t node) const;

  std::uint32_t insert_behind(std::uint32_t node, Handle item, std::uint64_t depth);
  bool note_sort(std::uint32_t node);
  void sum_up(std::uint32_t node);
  void rotate_up(std::uint32_t node);

  std::uint32_t first_above(std::uint32_t node, std::uint32_t from, std::uint64_t depth) const;
  std::uint32_t last_below(std::uint32_t node, std::uint32_t from, std::uint32_t to,
                           std::uint64_t depth, ClientId client) const;
  std::uint32_t find_stop(const Item& item, ClientId client, std::uint32_t from,
                          Handle right) const;

  const ItemArena& items_;
  const ClientTable& clients_;
  std::uint64_t seed_;
  FlatMap node_of_;  // item -> node
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> free_;
  std::uint32_t root_ = kNone;
  std::uint32_t made_ = 0;  // nodes, ever
  Sorts sorts_;             // where the first item of each sort begins
};

}  // namespace weft::store
