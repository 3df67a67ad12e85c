// Entries come, go and move between neighbours; so do nodes.
#include "store/order_node.hpp"

namespace weft::store {

void OrderNode::clear(std::uint16_t at_level) {
  count = 0;
  level = at_level;
  parent = previous = next = kNone;
  std::fill(units, units + kMax, 0);
  std::fill(entries, entries + kMax, kNoEntry);
  sum_up();
}

// The sums of four lanes each.
OrderNode::Lanes OrderNode::sums(Lanes a, Lanes b, Lanes c, Lanes d) {
  const Lanes ab =
      __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const Lanes cd =
      __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

void OrderNode::sum_up() {
  const auto both = [this](std::uint32_t group) {
    return load(eight(group)) + load(eight(group) + kLanes);
  };
  const Lanes low = sums(both(0), both(1), both(2), both(3));
  const Lanes high = sums(both(4), both(5), both(6), Lanes{});
  store(groups, low);
  store(groups + kLanes, high);
  total = sum(low + high);
}

// Four at a time from the end, so that none is overwritten before it is read; in the four where the
// new entry comes, only those behind it move.
void OrderNode::insert(std::uint32_t slot, std::uint32_t entry, std::uint32_t entry_units) {
  assert(count < kMax && slot <= count);
  const std::uint32_t first = slot / kLanes * kLanes;
  for (std::uint32_t at = count / kLanes * kLanes; at > first; at -= kLanes) {
    store(units + at, load(units + at - 1));
    store(entries + at, load(entries + at - 1));
  }
  const Slots slots = slots_from(first);
  const Slots comes = splat(slot);
  const auto place = [&](std::uint32_t* four, std::uint32_t number) {
    const Lanes old = load(four);
    store(four, slots > comes ? shifted(old) : slots == comes ? Lanes{} + number : old);
  };
  place(units + first, entry_units);
  place(entries + first, entry);
  ++count;
  if (slot + 1 == count) {
    add_one(groups, slot / kGroup, entry_units);
    total += entry_units;
  } else {
    sum_up();
  }
}

void OrderNode::remove(std::uint32_t slot) {
  assert(slot < count);
  std::copy(units + slot + 1, units + count, units + slot);
  std::copy(entries + slot + 1, entries + count, entries + slot);
  --count;
  units[count] = 0;
  entries[count] = kNoEntry;
  sum_up();
}

void OrderNode::move_tail(std::uint32_t slot, OrderNode& right) {
  assert(slot <= count && count - slot + right.count <= kMax);
  const std::uint32_t moved = count - slot;
  std::copy_backward(right.units, right.units + right.count, right.units + right.count + moved);
  std::copy_backward(right.entries, right.entries + right.count,
                     right.entries + right.count + moved);
  std::copy(units + slot, units + count, right.units);
  std::copy(entries + slot, entries + count, right.entries);
  std::fill(units + slot, units + count, 0);
  std::fill(entries + slot, entries + count, kNoEntry);
  right.count = static_cast<std::uint16_t>(right.count + moved);
  count = static_cast<std::uint16_t>(slot);
  sum_up();
  right.sum_up();
}

void OrderNode::move_head(std::uint32_t moved, OrderNode& right) {
  assert(moved <= right.count && count + moved <= kMax);
  const std::uint32_t rest = right.count - moved;
  std::copy(right.units, right.units + moved, units + count);
  std::copy(right.entries, right.entries + moved, entries + count);
  std::copy(right.units + moved, right.units + right.count, right.units);
  std::copy(right.entries + moved, right.entries + right.count, right.entries);
  std::fill(right.units + rest, right.units + right.count, 0);
  std::fill(right.entries + rest, right.entries + right.count, kNoEntry);
  count = static_cast<std::uint16_t>(count + moved);
  right.count = static_cast<std::uint16_t>(rest);
  sum_up();
  right.sum_up();
}

std::uint32_t OrderNodePool::allocate(std::uint16_t level) {
  std::uint32_t node = free_;
  if (node != OrderNode::kNone) {
    free_ = (*this)[node].next;
  } else {
    if (used_ == nodes_.capacity()) nodes_.grow(1);
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
