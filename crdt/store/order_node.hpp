// One node of an OrderIndex, and the pool that nodes live in.
//
// Leaves and inner nodes have the same form, so that one set of moves serves both: an entry is an
// item's handle in a leaf and a node's number above. Beside each entry stand the visible units that
// it holds, and above those the sums of eight: so a change of units is three additions, and a
// search looks at eight sums and then at eight units, all at once and without a branch that depends
// on the data. Mispredicted branches would cost more than all the rest.
//
// Invariants: groups[g] is the sum of units[8 g] to units[8 g + 7] and total of all; unused units
// are 0 and unused entries kNoEntry, so that sums and searches need not know the count; entries are
// distinct.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <cstring>

#include "store/paged_blocks.hpp"

namespace weft::store {

/// Eight cache lines: a search reads the first, and one each of units and entries.
struct alignas(64) OrderNode {
  static constexpr std::uint32_t kMax = 56;               // entries
  static constexpr std::uint32_t kMin = kMax / 8;         // entries of every node but the root
  static constexpr std::uint32_t kLow = kMax / 3;         // from here on, joins a neighbour if
  static constexpr std::uint32_t kJoined = kMax / 4 * 3;  // both together are no more than this
  static constexpr std::uint32_t kGroup = 8;
  static constexpr std::uint32_t kNoEntry = 0xFFFF'FFFF;
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;  // no node

  /// An entry and the units that come before it in the node.
  struct Hit {
    std::uint32_t slot;
    std::uint32_t before;
  };

  std::uint32_t groups[kGroup];  // the last stays 0
  std::uint32_t total;
  std::uint16_t count;
  std::uint16_t level;  // 0: a leaf
  std::uint32_t parent;
  std::uint32_t previous;  // neighbours on the same level
  std::uint32_t next;
  alignas(64) std::uint32_t units[kMax];
  std::uint32_t entries[kMax];

  void clear(std::uint16_t at_level);

  /// Asks for all of the node at once: what is read first decides what is read next.
  void prefetch() const {
    for (std::size_t line = 0; line < sizeof(OrderNode); line += 64) {
      __builtin_prefetch(reinterpret_cast<const char*>(this) + line);
    }
  }

  /// The entry that unit `index` of this node lies in, never an invisible one.
  /// REQUIRES: index < total.
  Hit find(std::uint32_t index) const {
    const Hit group = scan(groups, index);
    const Hit entry = scan(eight(group.slot), index - group.before);
    return {group.slot * kGroup + entry.slot, group.before + entry.before};
  }

  /// The units before the entry at `slot`.
  std::uint32_t before(std::uint32_t slot) const {
    const std::uint32_t group = slot / kGroup;
    return sum(first_of(groups, group) + first_of(eight(group), slot % kGroup));
  }

  /// Where `entry` stands; slot 0 if it does not.
  std::uint32_t slot_of(std::uint32_t entry) const {
    Lanes slot{};
    for (std::uint32_t at = 0; at < kMax; at += kLanes) {
      slot |= as_mask(load(entries + at) == entry) & as_mask(slots_from(at));
    }
    return slot[0] | slot[1] | slot[2] | slot[3];
  }

  /// Gives the entry at `slot` `delta` more units (modulo 2^32: less).
  void add(std::uint32_t slot, std::uint32_t delta) {
    add_one(units, slot, delta);
    add_one(groups, slot / kGroup, delta);
    total += delta;
  }

  /// Puts an entry before the one at `slot`. REQUIRES: room.
  void insert(std::uint32_t slot, std::uint32_t entry, std::uint32_t entry_units);
  /// Takes the entry at `slot` and its units out.
  void remove(std::uint32_t slot);
  /// Moves the entries from `slot` on to the front of `right`. REQUIRES: room there.
  void move_tail(std::uint32_t slot, OrderNode& right);
  /// Moves the first `moved` entries of `right` to the end of this node. REQUIRES: room here.
  void move_head(std::uint32_t moved, OrderNode& right);

 private:
  static constexpr std::uint32_t kLanes = 4;
  using Lanes [[gnu::vector_size(16)]] = std::uint32_t;
  using Slots [[gnu::vector_size(16)]] = std::int32_t;

  const std::uint32_t* eight(std::uint32_t group) const {
    return units + std::size_t{group} * kGroup;
  }
  static Lanes load(const std::uint32_t* from) {
    Lanes lanes;
    std::memcpy(&lanes, from, sizeof lanes);
    return lanes;
  }
  static void store(std::uint32_t* to, Lanes lanes) { std::memcpy(to, &lanes, sizeof lanes); }
  // As int32_t, which every machine compares at once.
  static Slots splat(std::uint32_t slot) { return Slots{} + static_cast<std::int32_t>(slot); }
  static Slots slots_from(std::uint32_t slot) { return Slots{0, 1, 2, 3} + splat(slot); }
  // All bits where a comparison holds.
  static Lanes as_mask(Slots holds) { return std::bit_cast<Lanes>(holds); }
  // One place later; the first lane is left as it is.
  static Lanes shifted(Lanes lanes) { return __builtin_shufflevector(lanes, lanes, 0, 0, 1, 2); }
  static std::uint32_t sum(Lanes lanes) {
    lanes += __builtin_shufflevector(lanes, lanes, 2, 3, 0, 1);
    lanes += __builtin_shufflevector(lanes, lanes, 1, 0, 3, 2);
    return lanes[0];
  }
  // Each lane with the sum of those up to it.
  static Lanes running(Lanes lanes) {
    lanes += __builtin_shufflevector(lanes, Lanes{}, 4, 0, 1, 2);
    lanes += __builtin_shufflevector(lanes, Lanes{}, 4, 4, 0, 1);
    return lanes;
  }

  // Among eight numbers, the one that unit `index` lies in: behind those whose running sums it is
  // not below.
  static Hit scan(const std::uint32_t* eight, std::uint32_t index) {
    const Lanes a = load(eight);
    const Lanes b = load(eight + kLanes);
    const Lanes a_ends = running(a);
    const Lanes b_ends = running(b) + __builtin_shufflevector(a_ends, a_ends, 3, 3, 3, 3);
    const Lanes a_passed = as_mask(a_ends <= index);
    const Lanes b_passed = as_mask(b_ends <= index);
    return {std::uint32_t{0} - sum(a_passed + b_passed), sum((a & a_passed) + (b & b_passed))};
  }

  // Stores four numbers, since a search that soon loads four would wait for a store of one.
  static void add_one(std::uint32_t* numbers, std::uint32_t slot, std::uint32_t delta) {
    std::uint32_t* four = numbers + (slot - slot % kLanes);
    store(four, load(four) + (as_mask(slots_from(0) == splat(slot % kLanes)) & delta));
  }

  // Four lanes that sum up to the first `count` of eight numbers.
  static Lanes first_of(const std::uint32_t* eight, std::uint32_t count) {
    const Slots end = splat(count);
    return (load(eight) & as_mask(slots_from(0) < end)) +
           (load(eight + kLanes) & as_mask(slots_from(kLanes) < end));
  }

  static Lanes sums(Lanes a, Lanes b, Lanes c, Lanes d);
  void sum_up();
};
static_assert(sizeof(OrderNode) == 512);

/// Nodes by number, which never move.
class OrderNodePool {
 public:
  OrderNode& operator[](std::uint32_t node) { return nodes_[node]; }
  const OrderNode& operator[](std::uint32_t node) const { return nodes_[node]; }

  /// An empty node.
  std::uint32_t allocate(std::uint16_t level);
  void release(std::uint32_t node);

  /// Numbers ever given are below this.
  std::uint32_t bound() const { return used_; }
  std::uint32_t live() const { return live_; }
  std::size_t memory() const { return nodes_.memory(); }

 private:
  PagedBlocks<OrderNode, 16> nodes_;
  std::uint32_t free_ = OrderNode::kNone;  // released nodes, linked by `next`
  std::uint32_t used_ = 0;
  std::uint32_t live_ = 0;
};

}  // namespace weft::store
