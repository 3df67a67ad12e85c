// How the tree of the order index grows and shrinks: nodes split, join and balance, level by level.
// Loops and recursion are bounded by the tree's height, which is below kHeightMax.
#include "store/order_index.hpp"

namespace weft::store {

// Entries [from, to) of `node` are new there.
void OrderIndex::adopt(std::uint32_t node, std::uint32_t from, std::uint32_t to) {
  const OrderNode& parent = nodes_[node];
  for (std::uint32_t slot = from; slot < to; ++slot) {
    if (parent.level == 0) {
      leaf_of_->set(parent.entries[slot], node);
    } else {
      nodes_[parent.entries[slot]].parent = node;
    }
  }
}

// Above the root; the first root of all is a leaf.
void OrderIndex::add_root() {
  if (empty()) {
    root_ = first_leaf_ = last_leaf_ = nodes_.allocate(0);
    return;
  }
  OrderNode& old = nodes_[root_];
  const std::uint32_t root = nodes_.allocate(static_cast<std::uint16_t>(old.level + 1));
  nodes_[root].insert(0, root_, old.total);
  old.parent = root;
  root_ = root;
}

// Splits a full node near `split_at`; gives the place again that was meant.
OrderIndex::Place OrderIndex::make_room(Place place, std::uint32_t split_at) {
  const std::uint32_t at = std::clamp(split_at, OrderNode::kMin, OrderNode::kMax - OrderNode::kMin);
  const std::uint32_t right = split(place.node, at);
  return place.slot <= at ? place : Place{right, place.slot - at};
}

// Moves the entries from `at` on into a new node to the right.
std::uint32_t OrderIndex::split(std::uint32_t node, std::uint32_t at) {
  settle();
  cursor_ = {};
  if (node == root_) add_root();
  Place place{nodes_[node].parent, 0};
  place.slot = nodes_[place.node].slot_of(node) + 1;
  if (nodes_[place.node].count == OrderNode::kMax) {
    // Both halves of `node` come into the same parent.
    place = make_room(place, place.slot == OrderNode::kMax ? place.slot : OrderNode::kMax / 2);
  }
  OrderNode& left = nodes_[node];
  const std::uint32_t new_node = nodes_.allocate(left.level);
  OrderNode& right = nodes_[new_node];
  left.move_tail(at, right);
  OrderNode& parent = nodes_[place.node];
  parent.add(place.slot - 1, std::uint32_t{0} - right.total);
  parent.insert(place.slot, new_node, right.total);
  right.parent = place.node;
  right.previous = node;
  right.next = left.next;
  left.next = new_node;
  if (right.next != kNone) {
    nodes_[right.next].previous = new_node;
  } else if (right.level == 0) {
    last_leaf_ = new_node;
  }
  adopt(new_node, 0, right.count);
  return new_node;
}

// `node` has lost entries: joins it with a neighbour that has few, or fills it from one with many.
void OrderIndex::mend(std::uint32_t node) {
  while (node != root_ && nodes_[node].count <= OrderNode::kLow) {
    const std::uint32_t parent = nodes_[node].parent;
    const OrderNode& siblings = nodes_[parent];
    std::uint32_t slot = siblings.slot_of(node);
    if (slot + 1 == siblings.count) --slot;
    const std::uint32_t left = siblings.entries[slot];
    const std::uint32_t right = siblings.entries[slot + 1];
    if (nodes_[left].count + nodes_[right].count <= OrderNode::kJoined) {
      join(left, right, slot);
      node = parent;
    } else {
      if (nodes_[node].count < OrderNode::kMin) balance(left, right, slot);
      return;
    }
  }
  drop_root();
}

// `slot` is the place of `left` in the parent.
void OrderIndex::join(std::uint32_t left, std::uint32_t right, std::uint32_t slot) {
  settle();
  cursor_ = {};
  OrderNode& node = nodes_[left];
  OrderNode& gone = nodes_[right];
  const std::uint32_t before = node.count;
  node.move_head(gone.count, gone);
  adopt(left, before, node.count);
  OrderNode& parent = nodes_[node.parent];
  parent.add(slot, parent.units[slot + 1]);
  parent.remove(slot + 1);
  node.next = gone.next;
  if (node.next != kNone) {
    nodes_[node.next].previous = left;
  } else if (node.level == 0) {
    last_leaf_ = left;
  }
  nodes_.release(right);
}

void OrderIndex::balance(std::uint32_t left, std::uint32_t right, std::uint32_t slot) {
  settle();
  cursor_ = {};
  OrderNode& a = nodes_[left];
  OrderNode& b = nodes_[right];
  const std::uint32_t half = (a.count + b.count) / 2U;
  if (a.count < half) {
    const std::uint32_t before = a.count;
    a.move_head(half - before, b);
    adopt(left, before, half);
  } else {
    const std::uint32_t moved = a.count - half;
    a.move_tail(half, b);
    adopt(right, 0, moved);
  }
  OrderNode& parent = nodes_[a.parent];
  const std::uint32_t delta = a.total - parent.units[slot];
  parent.add(slot, delta);
  parent.add(slot + 1, std::uint32_t{0} - delta);
}

// Takes away roots with a single child, and a leaf without items.
void OrderIndex::drop_root() {
  while (nodes_[root_].level != 0 && nodes_[root_].count == 1) {
    const std::uint32_t child = nodes_[root_].entries[0];
    nodes_.release(root_);
    root_ = child;
    nodes_[root_].parent = kNone;
  }
  if (nodes_[root_].count == 0) {
    nodes_.release(root_);
    root_ = first_leaf_ = last_leaf_ = kNone;
    cursor_ = {};
  }
}

}  // namespace weft::store
