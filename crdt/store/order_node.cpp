// Entries move between neighbours; nodes come and go.
#include "store/order_node.hpp"

namespace weft::store {

void OrderNode::open(std::uint32_t slot, std::uint32_t start, std::uint32_t entry) {
  assert(count < kMax && slot <= count);
  std::copy_backward(starts + slot, starts + count, starts + count + 1);
  std::copy_backward(entries + slot, entries + count, entries + count + 1);
  starts[slot] = start;
  entries[slot] = entry;
  ++count;
}

void OrderNode::close(std::uint32_t slot) {
  assert(slot < count);
  std::copy(starts + slot + 1, starts + count, starts + slot);
  std::copy(entries + slot + 1, entries + count, entries + slot);
  --count;
  starts[count] = kPad;
  entries[count] = kNoEntry;
}

void OrderNode::move_tail(std::uint32_t slot, OrderNode& right) {
  assert(slot < count && count - slot + right.count <= kMax);
  const std::uint32_t moved = count - slot;
  const std::uint32_t from = starts[slot];
  const std::uint32_t units = total - from;
  std::copy_backward(right.starts, right.starts + right.count, right.starts + right.count + moved);
  std::copy_backward(right.entries, right.entries + right.count,
                     right.entries + right.count + moved);
  for (std::uint32_t i = 0; i < right.count; ++i) right.starts[moved + i] += units;
  for (std::uint32_t i = 0; i < moved; ++i) right.starts[i] = starts[slot + i] - from;
  std::copy(entries + slot, entries + count, right.entries);
  std::fill(starts + slot, starts + count, kPad);
  std::fill(entries + slot, entries + count, kNoEntry);
  right.count = static_cast<std::uint16_t>(right.count + moved);
  right.total += units;
  count = static_cast<std::uint16_t>(slot);
  total = from;
}

void OrderNode::move_head(std::uint32_t moved, OrderNode& right) {
  assert(moved <= right.count && count + moved <= kMax);
  const std::uint32_t units = right.start(moved);
  const std::uint32_t rest = right.count - moved;
  for (std::uint32_t i = 0; i < moved; ++i) starts[count + i] = total + right.starts[i];
  std::copy(right.entries, right.entries + moved, entries + count);
  for (std::uint32_t i = 0; i < rest; ++i) right.starts[i] = right.starts[moved + i] - units;
  std::copy(right.entries + moved, right.entries + right.count, right.entries);
  std::fill(right.starts + rest, right.starts + right.count, kPad);
  std::fill(right.entries + rest, right.entries + right.count, kNoEntry);
  count = static_cast<std::uint16_t>(count + moved);
  total += units;
  right.count = static_cast<std::uint16_t>(rest);
  right.total -= units;
}

std::uint32_t OrderNodePool::allocate(std::uint16_t level) {
  std::uint32_t node = free_;
  if (node != OrderNode::kNone) {
    free_ = (*this)[node].next;
  } else {
    if (used_ == capacity_) {
      const std::size_t size = std::size_t{kFirstChunk} << chunks_.size();
      chunks_.push_back(std::make_unique_for_overwrite<OrderNode[]>(size));
      capacity_ += static_cast<std::uint32_t>(size);
    }
    node = used_++;
  }
  ++live_;
  (*this)[node].clear(level);
  return node;
}

void OrderNodePool::release(std::uint32_t node) {
  (*this)[node].count = 0;
  (*this)[node].next = free_;
  free_ = node;
  --live_;
}

}  // namespace weft::store
