// Searches and edits of the order index; the tree's shape changes in order_shape.cpp.
#include "store/order_index.hpp"

namespace weft::store {

OrderIndex::Place OrderIndex::place_of(Handle item) const {
  if (cursor_.leaf != kNone && nodes_[cursor_.leaf].entries[cursor_.slot] == item) {
    return {cursor_.leaf, cursor_.slot};
  }
  const std::uint32_t leaf = (*leaf_of_)[item];
  nodes_[leaf].prefetch();
  const std::uint32_t slot = nodes_[leaf].slot_of(item);
  assert(nodes_[leaf].entries[slot] == item);
  return {leaf, slot};
}

// The nodes above a leaf need what is pending only when somebody comes down through them.
void OrderIndex::settle() const {
  if (cursor_.pending == 0) return;
  add_above(cursor_.leaf, cursor_.pending);
  cursor_.pending = 0;
}

void OrderIndex::add_above(std::uint32_t node, std::uint32_t delta) const {
  for (std::uint32_t above = nodes_[node].parent; above != kNone; above = nodes_[node].parent) {
    OrderNode& parent = nodes_[above];
    parent.add(parent.slot_of(node), delta);
    node = above;
  }
}

// Reads only what stands before the node, so its own pending units do not matter.
std::uint32_t OrderIndex::start_of(std::uint32_t node) const {
  std::uint32_t start = 0;
  for (std::uint32_t above = nodes_[node].parent; above != kNone; above = nodes_[node].parent) {
    const OrderNode& parent = nodes_[above];
    start += parent.starts[parent.slot_of(node)];
    node = above;
  }
  return start;
}

void OrderIndex::visit(Place place) const {
  if (cursor_.leaf != place.node) {
    settle();
    cursor_ = {.leaf = place.node};
  }
  cursor_.slot = place.slot;
}

void OrderIndex::visit_unit(std::uint32_t index) const {
  settle();
  std::uint32_t node = root_;
  std::uint32_t start = 0;
  while (nodes_[node].level != 0) {
    const OrderNode& inner = nodes_[node];
    const std::uint32_t slot = inner.slot_at(index - start);
    start += inner.starts[slot];
    node = inner.entries[slot];
    nodes_[node].prefetch();
  }
  cursor_ = {.leaf = node, .start = start, .start_known = true};
}

OrderIndex::Position OrderIndex::find(std::uint32_t index) const {
  assert(index < total_);
  if (!cursor_.start_known || index - cursor_.start >= nodes_[cursor_.leaf].total) {
    visit_unit(index);
  }
  const OrderNode& leaf = nodes_[cursor_.leaf];
  const std::uint32_t inside = index - cursor_.start;
  std::uint32_t slot = cursor_.slot;
  if (inside < leaf.starts[slot] || inside >= leaf.start(slot + 1)) {
    slot = leaf.slot_at(inside);
    cursor_.slot = slot;
  }
  return {leaf.entries[slot], inside - leaf.starts[slot]};
}

std::uint32_t OrderIndex::index_of(Handle item) const {
  const Place place = place_of(item);
  visit(place);
  if (!cursor_.start_known) {
    cursor_.start = start_of(place.node);
    cursor_.start_known = true;
  }
  return cursor_.start + nodes_[place.node].starts[place.slot];
}

std::uint32_t OrderIndex::visible(Handle item) const {
  const Place place = place_of(item);
  return nodes_[place.node].units(place.slot);
}

bool OrderIndex::contains(Handle item) const {
  const std::uint32_t leaf = item == kNoHandle ? LeafMap::kNoLeaf : leaf_of_->find(item);
  if (leaf >= nodes_.bound()) return false;
  const OrderNode& node = nodes_[leaf];
  return node.count != 0 && node.level == 0 && node.entries[node.slot_of(item)] == item;
}

Handle OrderIndex::next(Handle item) const {
  const Place place = place_of(item);
  const OrderNode& leaf = nodes_[place.node];
  if (place.slot + 1 < leaf.count) return leaf.entries[place.slot + 1];
  return leaf.next == kNone ? kNoHandle : nodes_[leaf.next].entries[0];
}

Handle OrderIndex::previous(Handle item) const {
  const Place place = place_of(item);
  const OrderNode& leaf = nodes_[place.node];
  if (place.slot > 0) return leaf.entries[place.slot - 1];
  if (leaf.previous == kNone) return kNoHandle;
  const OrderNode& before = nodes_[leaf.previous];
  return before.entries[before.count - 1U];
}

// The cursor's leaf has `delta` more units.
void OrderIndex::change(std::uint32_t delta) {
  cursor_.pending += delta;
  total_ += delta;
}

// A run of insertions, each behind the last, leaves full leaves behind: the leaf is cut where the
// run goes on, or near its end. Elsewhere it is cut in half.
void OrderIndex::insert_after(Handle left, Handle item, std::uint32_t visible) {
  assert(visible <= kUnitsMax - total_);
  if (empty()) add_root();
  Place place{first_leaf_, 0};
  if (left != kNoHandle) {
    place = place_of(left);
    ++place.slot;
  }
  if (nodes_[place.node].count == OrderNode::kMax) {
    const bool run = left == inserted_ || place.slot == 0 || place.slot == OrderNode::kMax;
    place = make_room(place, run ? place.slot : OrderNode::kMax / 2);
  }
  visit(place);
  nodes_[place.node].insert(place.slot, item, visible);
  leaf_of_->set(item, place.node);
  inserted_ = item;
  change(visible);
}

void OrderIndex::erase(Handle item) {
  const Place place = place_of(item);
  visit(place);
  OrderNode& leaf = nodes_[place.node];
  change(std::uint32_t{0} - leaf.units(place.slot));
  leaf.remove(place.slot);
  if (leaf.count <= OrderNode::kLow) mend(place.node);
}

void OrderIndex::set_visible(Handle item, std::uint32_t visible) {
  const Place place = place_of(item);
  visit(place);
  OrderNode& leaf = nodes_[place.node];
  const std::uint32_t delta = visible - leaf.units(place.slot);
  assert(visible <= kUnitsMax - (total_ - leaf.units(place.slot)));
  leaf.add(place.slot, delta);
  change(delta);
}

}  // namespace weft::store
