#include "store/clock_index.hpp"

#include <cstring>

namespace weft::store {

std::uint32_t ClockIndex::find_leaf(std::uint32_t clock) const {
  const auto after =
      std::upper_bound(leaves_.begin(), leaves_.end(), clock,
                       [](std::uint32_t value, const Leaf& leaf) { return value < leaf.first; });
  return static_cast<std::uint32_t>(after - leaves_.begin() - 1);
}

void ClockIndex::grow(Leaf& leaf) {
  const std::uint32_t capacity = leaf.capacity == 0 ? 2 : std::min(kLeafMax, leaf.capacity * 2);
  auto block = std::make_unique_for_overwrite<std::uint32_t[]>(std::size_t{2} * capacity);
  if (leaf.count > 0) {
    std::memcpy(block.get(), leaf.clocks(), leaf.count * sizeof(std::uint32_t));
    std::memcpy(block.get() + capacity, leaf.handles(), leaf.count * sizeof(Handle));
  }
  leaf.block = std::move(block);
  leaf.capacity = capacity;
}

ClockIndex::Cursor ClockIndex::split(Cursor c, std::uint32_t clock, Handle handle) {
  if (leaves_[c.leaf].count == kLeafMax) {
    // Halve a full leaf; the new one takes the upper half.
    Leaf upper{0, 0, 0, nullptr};
    upper.capacity = kLeafMax;
    upper.block = std::make_unique_for_overwrite<std::uint32_t[]>(std::size_t{2} * kLeafMax);
    Leaf& lower = leaves_[c.leaf];
    constexpr std::uint32_t kHalf = kLeafMax / 2;
    upper.count = kLeafMax - kHalf;
    std::memcpy(upper.clocks(), lower.clocks() + kHalf, upper.count * sizeof(std::uint32_t));
    std::memcpy(upper.handles(), lower.handles() + kHalf, upper.count * sizeof(Handle));
    upper.first = upper.clocks()[0];
    lower.count = kHalf;
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
  ++size_;
  return {c.leaf, at};
}

void ClockIndex::absorb(Cursor c, std::uint32_t count) {
  size_ -= count;
  Leaf& own = leaves_[c.leaf];
  const std::uint32_t here = std::min(count, own.count - c.at - 1);
  if (here > 0) {
    const std::uint32_t from = c.at + 1 + here;
    const std::size_t moved = (own.count - from) * sizeof(std::uint32_t);
    std::memmove(own.clocks() + c.at + 1, own.clocks() + from, moved);
    std::memmove(own.handles() + c.at + 1, own.handles() + from, moved);
    own.count -= here;
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
    const std::size_t kept = (next.count - count) * sizeof(std::uint32_t);
    std::memmove(next.clocks(), next.clocks() + count, kept);
    std::memmove(next.handles(), next.handles() + count, kept);
    next.count -= count;
    next.first = next.clocks()[0];
    count = 0;
  }
  if (emptied > 0) {
    const auto first = leaves_.begin() + c.leaf + 1;
    leaves_.erase(first, first + emptied);
  }
}

std::size_t ClockIndex::memory() const {
  std::size_t bytes = leaves_.capacity() * sizeof(Leaf);
  for (const Leaf& leaf : leaves_) bytes += std::size_t{leaf.capacity} * 8;
  return bytes;
}

}  // namespace weft::store
