#include "store/clock_index.hpp"

#include <cstring>

namespace weft::store {

// The last leaf that begins at or before `clock`; halving without a branch.
std::uint32_t ClockIndex::find_leaf(std::uint32_t clock) const {
  const Leaf* base = leaves_.data();
  std::size_t n = leaves_.size();
  while (n > 1) {
    const std::size_t half = n / 2;
    base += base[half].first <= clock ? half : 0;
    n -= half;
  }
  return static_cast<std::uint32_t>(base - leaves_.data());
}

void ClockIndex::Leaf::allocate(std::uint32_t size) {
  capacity = size;
  const std::size_t samples_max = has_samples() ? kLeafMax / kGroup : 0;
  block = std::make_unique_for_overwrite<std::uint32_t[]>(std::size_t{2} * size + samples_max);
  if (!has_samples()) return;
  std::fill_n(clocks(), size, kNoClock);
  std::fill_n(samples(), samples_max, kNoClock);
}

void ClockIndex::Leaf::mend(std::uint32_t at, std::uint32_t old_count) {
  if (!has_samples()) return;
  for (std::uint32_t i = count; i < old_count; ++i) clocks()[i] = kNoClock;
  const std::uint32_t groups = (std::max(count, old_count) + kGroup - 1) / kGroup;
  for (std::uint32_t group = at / kGroup; group < groups; ++group) {
    samples()[group] = clocks()[std::size_t{group} * kGroup];
  }
}

void ClockIndex::grow(Leaf& leaf) {
  Leaf larger(leaf.first);
  larger.allocate(leaf.capacity == 0 ? 2 : std::min(kLeafMax, leaf.capacity * 2));
  larger.count = leaf.count;
  if (leaf.count > 0) {
    std::memcpy(larger.clocks(), leaf.clocks(), leaf.count * sizeof(std::uint32_t));
    std::memcpy(larger.handles(), leaf.handles(), leaf.count * sizeof(Handle));
  }
  larger.mend(0, 0);
  leaf = std::move(larger);
}

ClockIndex::Cursor ClockIndex::split(Cursor c, std::uint32_t clock, Handle handle) {
  if (leaves_[c.leaf].count == kLeafMax) {
    // Halve a full leaf; the new one takes the upper half.
    constexpr std::uint32_t kHalf = kLeafMax / 2;
    Leaf& lower = leaves_[c.leaf];
    Leaf upper(lower.clocks()[kHalf]);
    upper.allocate(kLeafMax);
    upper.count = kLeafMax - kHalf;
    std::memcpy(upper.clocks(), lower.clocks() + kHalf, upper.count * sizeof(std::uint32_t));
    std::memcpy(upper.handles(), lower.handles() + kHalf, upper.count * sizeof(Handle));
    upper.mend(0, 0);
    lower.count = kHalf;
    lower.mend(kHalf, kLeafMax);
    leaves_.insert(leaves_.begin() + c.leaf + 1, std::move(upper));
    if (c.at >= kHalf) c = {c.leaf + 1, c.at - kHalf};
  }
  Leaf& leaf = leaves_[c.leaf];
  if (leaf.count == leaf.capacity) grow(leaf);
  const std::uint32_t at = c.at + 1;
  const std::size_t moved = (leaf.count - at) * sizeof(std::uint32_t);
  std::memmove(leaf.clocks() + at + 1, leaf.clocks() + at, moved);
  std::memmove(leaf.handles() + at + 1, leaf.handles() + at, moved);
  leaf.clocks()[at] = clock;
  leaf.handles()[at] = handle;
  ++leaf.count;
  leaf.mend(at, 0);
  ++size_;
  return {c.leaf, at};
}

std::uint32_t ClockIndex::first_skip() const {
  if (skipped_ == 0) return state_;
  Cursor at = begin();
  while (handle(at) != kSkip) at = next(at);
  return clock(at);
}

void ClockIndex::fill(Cursor c, std::uint32_t from, std::uint32_t length, Handle filling) {
  const std::uint32_t skip_end = end(c);
  if (from > clock(c)) {
    c = split(c, from, filling);
  } else {
    set_handle(c, filling);
  }
  if (from + length < skip_end) split(c, from + length, kSkip);
  skipped_ -= length;
}

void ClockIndex::absorb(Cursor c, std::uint32_t count) {
  size_ -= count;
  Leaf& own = leaves_[c.leaf];
  const std::uint32_t here = std::min(count, own.count - c.at - 1);
  if (here > 0) {
    own.erase(c.at + 1, here);
    count -= here;
  }
  std::uint32_t emptied = 0;
  std::uint32_t leaf = c.leaf + 1;
  while (count > 0) {
    Leaf& next = leaves_[leaf];
    if (next.count <= count) {
      count -= next.count;
      ++emptied;
      ++leaf;
      continue;
    }
    next.erase(0, count);
    next.first = next.clocks()[0];
    count = 0;
  }
  if (emptied > 0) {
    const auto first = leaves_.begin() + c.leaf + 1;
    leaves_.erase(first, first + emptied);
  }
}

void ClockIndex::Leaf::erase(std::uint32_t at, std::uint32_t gone) {
  const std::uint32_t old_count = count;
  const std::size_t moved = (count - at - gone) * sizeof(std::uint32_t);
  std::memmove(clocks() + at, clocks() + at + gone, moved);
  std::memmove(handles() + at, handles() + at + gone, moved);
  count -= gone;
  mend(at, old_count);
}

}  // namespace weft::store
