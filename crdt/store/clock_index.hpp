// One client's structs by clock. Source: Yjs StructStore.clients (an array and findIndexSS).
//
// Invariants: start clocks ascend without holes, so a struct ends where the next one starts and the
// last one ends at `state()`. A struct is an item's handle, kGc or kSkip; GC and Skip structs need
// no memory beyond their entry.
//
// Entries stand in leaves of at most kLeafMax; clocks and handles in separate arrays, so that a
// search touches clocks only. Every kGroup-th clock of a large leaf is also kept in `samples`: a
// search compares with all samples at once, then with one group, and so reads two cache lines
// without a branch. Appending is O(1); a search is O(log n) with shortcuts for the last entry and
// the last leaf found; an insertion or removal moves at most one leaf's entries.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "store/handle.hpp"

namespace weft::store {

inline constexpr Handle kGc = 0xFFFF'FFFE;
inline constexpr Handle kSkip = 0xFFFF'FFFD;
constexpr bool is_item(Handle handle) { return handle < kSkip; }

class ClockIndex {
 public:
  /// An entry's place; any insertion or removal ends its validity.
  struct Cursor {
    std::uint32_t leaf = 0;
    std::uint32_t at = 0;
    friend bool operator==(const Cursor&, const Cursor&) = default;
  };

  /// The clock that comes next (Yjs getState).
  std::uint32_t state() const { return state_; }
  bool empty() const { return leaves_.empty(); }
  std::size_t size() const { return size_; }

  void append(Handle handle, std::uint32_t length) {
    if (leaves_.empty() || leaves_.back().count == kLeafMax) {
      leaves_.emplace_back(state_);
    }
    Leaf& leaf = leaves_.back();
    if (leaf.count == leaf.capacity) grow(leaf);
    leaf.clocks()[leaf.count] = state_;
    leaf.handles()[leaf.count] = handle;
    if (leaf.count % kGroup == 0 && leaf.has_samples())
      leaf.samples()[leaf.count / kGroup] = state_;
    ++leaf.count;
    ++size_;
    state_ += length;
  }

  /// Appends a Skip: a hole that may be filled later.
  void append_skip(std::uint32_t length) {
    append(kSkip, length);
    skipped_ += length;
  }
  /// How many clocks lie in Skips.
  std::uint32_t skipped() const { return skipped_; }
  /// The clock up to which there is no Skip. O(1) without Skips, else O(entries).
  std::uint32_t first_skip() const;
  /// Puts a struct in the place of a part of the Skip at `c`. REQUIRES: the part lies inside it.
  void fill(Cursor c, std::uint32_t clock, std::uint32_t length, Handle handle);

  /// Lengthens the last entry.
  void extend(std::uint32_t length) { state_ += length; }

  /// The entry that contains `clock`. REQUIRES: clock < state().
  Cursor find(std::uint32_t clock) const {
    assert(clock < state_);
    const auto last = static_cast<std::uint32_t>(leaves_.size() - 1);
    const Leaf& tail = leaves_[last];
    if (clock >= tail.clocks()[tail.count - 1]) return {last, tail.count - 1};
    std::uint32_t leaf = hint_;
    if (leaf > last || clock < leaves_[leaf].first ||
        (leaf < last && clock >= leaves_[leaf + 1].first)) {
      leaf = find_leaf(clock);
      hint_ = leaf;
    }
    return {leaf, find_in(leaves_[leaf], clock)};
  }

  /// Entries side by side in one leaf, and where the last of them ends.
  struct Run {
    std::span<const std::uint32_t> clocks;
    std::span<const Handle> handles;
    std::uint32_t end;
  };
  /// The entry at `c` and what follows it in its leaf; nothing behind the end.
  Run run(Cursor c) const {
    if (is_end(c)) return {{}, {}, state_};
    const Leaf& leaf = leaves_[c.leaf];
    const std::uint32_t count = leaf.count - c.at;
    return {{leaf.clocks() + c.at, count},
            {leaf.handles() + c.at, count},
            c.leaf + 1 < leaves_.size() ? leaves_[c.leaf + 1].first : state_};
  }
  static Cursor next_run(Cursor c) { return {c.leaf + 1, 0}; }

  /// As find, for what lies near the entry at `hint`. REQUIRES: hint is an entry.
  Cursor find_near(Cursor hint, std::uint32_t clock) const {
    constexpr unsigned kSteps = 4;
    if (clock >= this->clock(hint)) {
      for (unsigned step = 0; step < kSteps; ++step) {
        if (clock < end(hint)) return hint;
        hint = next(hint);
      }
    } else {
      for (unsigned step = 0; step < kSteps; ++step) {
        hint = prev(hint);
        if (clock >= this->clock(hint)) return hint;
      }
    }
    return find(clock);
  }

  Cursor last() const {
    assert(!empty());
    return {static_cast<std::uint32_t>(leaves_.size() - 1), leaves_.back().count - 1};
  }
  static Cursor begin() { return {}; }
  bool is_begin(Cursor c) const { return c.leaf == 0 && c.at == 0; }
  bool is_end(Cursor c) const { return c.leaf >= leaves_.size(); }
  Cursor next(Cursor c) const {
    return c.at + 1 < leaves_[c.leaf].count ? Cursor{c.leaf, c.at + 1} : Cursor{c.leaf + 1, 0};
  }
  /// REQUIRES: not is_begin.
  Cursor prev(Cursor c) const {
    return c.at > 0 ? Cursor{c.leaf, c.at - 1} : Cursor{c.leaf - 1, leaves_[c.leaf - 1].count - 1};
  }

  /// How many entries stand before `c`. O(leaves).
  std::size_t rank(Cursor c) const {
    std::size_t before = c.at;
    for (std::uint32_t leaf = 0; leaf < c.leaf; ++leaf) before += leaves_[leaf].count;
    return before;
  }

  Handle handle(Cursor c) const { return leaves_[c.leaf].handles()[c.at]; }
  void set_handle(Cursor c, Handle handle) { leaves_[c.leaf].handles()[c.at] = handle; }
  std::uint32_t clock(Cursor c) const { return leaves_[c.leaf].clocks()[c.at]; }
  std::uint32_t end(Cursor c) const {
    const Cursor after = next(c);
    return is_end(after) ? state_ : clock(after);
  }

  /// Moves the boundary between the entry at `c` and the one before it. REQUIRES: not is_begin.
  void set_clock(Cursor c, std::uint32_t clock) {
    Leaf& leaf = leaves_[c.leaf];
    leaf.clocks()[c.at] = clock;
    if (c.at == 0) leaf.first = clock;
    if (c.at % kGroup == 0 && leaf.has_samples()) leaf.samples()[c.at / kGroup] = clock;
  }

  /// Inserts after `c` an entry that starts at `clock`, inside the entry at `c`; gives its place.
  Cursor split(Cursor c, std::uint32_t clock, Handle handle);

  /// Removes `count` entries that follow `c`: the entry at `c` then reaches to where they ended.
  void absorb(Cursor c, std::uint32_t count);

 private:
  static constexpr std::uint32_t kLeafMax = 256;

  static constexpr std::uint32_t kGroup = 16;
  static constexpr std::uint32_t kNoClock = 0xFFFF'FFFF;  // above every clock

  // Clocks, then handles, then samples if it is large, in one block of numbers. Clocks and samples
  // that are not in use are kNoClock in a leaf with samples.
  struct Leaf {
    std::uint32_t first;  // start clock of entry 0
    std::uint32_t count;
    std::uint32_t capacity;
    std::unique_ptr<std::uint32_t[]> block;

    explicit Leaf(std::uint32_t first_clock) : first(first_clock), count(0), capacity(0) {}
    void allocate(std::uint32_t size);
    /// Entries from `at` on are new or have moved; `old_count` there were.
    void mend(std::uint32_t at, std::uint32_t old_count);
    void erase(std::uint32_t at, std::uint32_t gone);

    bool has_samples() const { return capacity > kGroup; }
    std::uint32_t* samples() { return block.get() + std::size_t{2} * capacity; }
    const std::uint32_t* samples() const { return block.get() + std::size_t{2} * capacity; }

    std::uint32_t* clocks() { return block.get(); }
    const std::uint32_t* clocks() const { return block.get(); }
    Handle* handles() { return block.get() + capacity; }
    const Handle* handles() const { return block.get() + capacity; }
  };

  // How many of kGroup clocks are at most `clock`.
  static std::uint32_t count_up_to(const std::uint32_t* clocks, std::uint32_t clock) {
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < kGroup; ++i) count += clocks[i] <= clock ? 1U : 0U;
    return count;
  }

  // The last entry whose start is <= clock.
  static std::uint32_t find_in(const Leaf& leaf, std::uint32_t clock) {
    if (leaf.has_samples()) [[likely]] {
      const std::uint32_t group = count_up_to(leaf.samples(), clock) - 1;
      return group * kGroup + count_up_to(leaf.clocks() + std::size_t{group} * kGroup, clock) - 1;
    }
    std::uint32_t at = 0;
    while (at + 1 < leaf.count && leaf.clocks()[at + 1] <= clock) ++at;
    return at;
  }
  std::uint32_t find_leaf(std::uint32_t clock) const;
  static void grow(Leaf& leaf);

  std::vector<Leaf> leaves_;
  mutable std::uint32_t hint_ = 0;
  std::uint32_t state_ = 0;
  std::uint32_t skipped_ = 0;
  std::size_t size_ = 0;
};

}  // namespace weft::store
