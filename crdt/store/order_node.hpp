// One node of an OrderIndex, and the pool that nodes live in.
//
// Leaves and inner nodes have the same form, so that one set of moves serves both: an entry is an
// item's handle in a leaf and a node's number above. `starts` says how many visible units of the
// node come before each entry, so a search counts the starts that are not beyond an index, and an
// edit adds to those behind it. Both work on four entries at a time and take no branch that depends
// on the data: mispredicted ones cost more than the work.
//
// Invariants: starts[0] is 0 and starts ascend; unused starts are kPad and unused entries kNoEntry,
// so that searches have a fixed length; entries are distinct.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace weft::store {

/// Eight cache lines: a search reads the first four and one of the others.
#ifndef KMAX
#define KMAX 60
#endif
struct alignas(64) OrderNode {
  static constexpr std::uint32_t kMax = KMAX;               // entries
  static constexpr std::uint32_t kMin = kMax / 8 + 1;     // entries of every node but the root
  static constexpr std::uint32_t kLow = kMax / 3;         // from here on, joins a neighbour if
  static constexpr std::uint32_t kJoined = kMax / 4 * 3;  // both together are no more than this
  static constexpr std::uint32_t kPad = 0xFFFF'FFFF;
  static constexpr std::uint32_t kNoEntry = 0xFFFF'FFFF;
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;  // no node

  std::uint16_t count;
  std::uint16_t level;  // 0: a leaf
  std::uint32_t parent;
  std::uint32_t total;  // visible units
  std::uint32_t unused;
  std::uint32_t starts[kMax];
  std::uint32_t entries[kMax];
  std::uint32_t previous;  // neighbours on the same level
  std::uint32_t next;

  void clear(std::uint16_t at_level) {
    count = 0;
    level = at_level;
    parent = previous = next = kNone;
    total = unused = 0;
    std::fill(starts, starts + kMax, kPad);
    std::fill(entries, entries + kMax, kNoEntry);
  }

  /// Asks for all of the node at once: what is read first decides what is read next.
  void prefetch() const {
    for (std::size_t line = 0; line < sizeof(OrderNode); line += 64) {
      __builtin_prefetch(reinterpret_cast<const char*>(this) + line);
    }
  }

  /// The entry that unit `index` of this node lies in, never an invisible one.
  /// REQUIRES: index < total.
  std::uint32_t slot_at(std::uint32_t index) const {
    Lanes beyond{};
    for (std::uint32_t at = 0; at < kMax; at += kLanes) beyond += as_mask(load(starts + at) > index);
    return kMax - 1 + beyond[0] + beyond[1] + beyond[2] + beyond[3];
  }

  /// Where `entry` stands; slot 0 if it does not.
  std::uint32_t slot_of(std::uint32_t entry) const {
    Lanes slot{};
    for (std::uint32_t at = 0; at < kMax; at += kLanes) {
      slot |= as_mask(load(entries + at) == entry) & as_mask(slots_from(at));
    }
    return slot[0] | slot[1] | slot[2] | slot[3];
  }

  std::uint32_t start(std::uint32_t slot) const { return slot < count ? starts[slot] : total; }
  std::uint32_t units(std::uint32_t slot) const { return start(slot + 1) - starts[slot]; }

  /// Gives the entry at `slot` `delta` more units (modulo 2^32: less).
  void add(std::uint32_t slot, std::uint32_t delta) {
    const Slots last = splat(slot);
    const Slots end = splat(count);
    for (std::uint32_t at = (slot + 1) / kLanes * kLanes; at < count; at += kLanes) {
      const Slots slots = slots_from(at);
      store(starts + at, load(starts + at) + (as_mask((slots > last) & (slots < end)) & delta));
    }
    total += delta;
  }

  /// Puts an entry before the one at `slot`. REQUIRES: room.
  void insert(std::uint32_t slot, std::uint32_t entry, std::uint32_t units) {
    assert(count < kMax && slot <= count);
    const std::uint32_t begin = start(slot);
    const Slots end = splat(count);
    const auto moved = [&](const std::uint32_t* from, Slots slots, std::uint32_t more) {
      return (load(from) + more) | as_mask(slots > end);
    };
    // Four at a time from the end: none is overwritten before it is read.
    std::uint32_t at = count / kLanes * kLanes;
    for (; at > slot; at -= kLanes) {
      store(starts + at, moved(starts + at - 1, slots_from(at), units));
      store(entries + at, moved(entries + at - 1, slots_from(at), 0));
    }
    // The first that move, in the four where the new one comes.
    const Slots slots = slots_from(at);
    const auto moves = slots > splat(slot);
    const Lanes old_starts = load(starts + at);
    const Lanes old_entries = load(entries + at);
    const Lanes pad = as_mask(slots > end);
    store(starts + at, moves ? (shifted(old_starts) + units) | pad : old_starts);
    store(entries + at, moves ? shifted(old_entries) | pad : old_entries);
    starts[slot] = begin;
    entries[slot] = entry;
    ++count;
    total += units;
  }

  /// Takes the entry at `slot` and its units out.
  void remove(std::uint32_t slot) {
    add(slot, std::uint32_t{0} - units(slot));
    close(slot);
  }

  /// Puts an entry at `slot` that begins at `start` and ends where the next one does.
  void open(std::uint32_t slot, std::uint32_t start, std::uint32_t entry);
  /// Takes the entry at `slot` out; the one before it gets its units.
  void close(std::uint32_t slot);

  /// Moves the entries from `slot` on to the front of `right`. REQUIRES: room there.
  void move_tail(std::uint32_t slot, OrderNode& right);
  /// Moves the first `moved` entries of `right` to the end of this node. REQUIRES: room here.
  void move_head(std::uint32_t moved, OrderNode& right);

 private:
  static constexpr std::uint32_t kLanes = 4;
  using Lanes [[gnu::vector_size(16)]] = std::uint32_t;
  using Slots [[gnu::vector_size(16)]] = std::int32_t;

  static Lanes load(const std::uint32_t* from) {
    Lanes lanes;
    std::memcpy(&lanes, from, sizeof lanes);
    return lanes;
  }
  static void store(std::uint32_t* to, Lanes lanes) { std::memcpy(to, &lanes, sizeof lanes); }
  // As int32_t, which every machine compares at once.
  static Slots splat(std::uint32_t slot) { return Slots{} + static_cast<std::int32_t>(slot); }
  static Slots slots_from(std::uint32_t slot) { return Slots{0, 1, 2, 3} + splat(slot); }
  // One place later; the first lane is left as it is.
  static Lanes shifted(Lanes lanes) { return __builtin_shufflevector(lanes, lanes, 0, 0, 1, 2); }
  // All bits where a comparison holds.
  static Lanes as_mask(Slots holds) { return std::bit_cast<Lanes>(holds); }
};
static_assert(sizeof(OrderNode) == (KMAX+4)*8 && OrderNode::kMax % 4 == 0);

/// Nodes by number, in chunks that never move; chunk k holds 2^(k+1) nodes.
class OrderNodePool {
 public:
  OrderNode& operator[](std::uint32_t node) {
    const std::uint32_t place = node + kFirstChunk;
    const auto chunk = static_cast<unsigned>(std::bit_width(place | kFirstChunk)) - kFirstBits;
    return chunks_[chunk][place - (kFirstChunk << chunk)];
  }
  const OrderNode& operator[](std::uint32_t node) const {
    return const_cast<OrderNodePool&>(*this)[node];
  }

  /// An empty node.
  std::uint32_t allocate(std::uint16_t level);
  void release(std::uint32_t node);

  /// Numbers ever given are below this.
  std::uint32_t bound() const { return used_; }
  std::uint32_t live() const { return live_; }
  std::size_t memory() const {
    return capacity_ * sizeof(OrderNode) + chunks_.capacity() * sizeof chunks_[0];
  }

 private:
  static constexpr std::uint32_t kFirstChunk = 2;
  static constexpr unsigned kFirstBits = 2;

  std::vector<std::unique_ptr<OrderNode[]>> chunks_;
  std::uint32_t free_ = OrderNode::kNone;  // released nodes, linked by `next`
  std::uint32_t used_ = 0;
  std::uint32_t live_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace weft::store
