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
  std::uint32_t node = cursor_.leaf;
  for (std::uint32_t above = nodes_[node].parent; above != kNone; above = nodes_[node].parent) {
    OrderNode& parent = nodes_[above];
    parent.add(cursor_.found ? cursor_.path[parent.level] : parent.slot_of(node), cursor_.pending);
    node = above;
  }
  cursor_.pending = 0;
}

// Puts the cursor at a place of a leaf, whose way from the root need not be known.
void OrderIndex::visit(Place place) const {
  if (cursor_.leaf != place.node) {
    settle();
    cursor_ = {.leaf = place.node};
  }
  const OrderNode& leaf = nodes_[place.node];
  if (place.slot == cursor_.slot + 1) {
    cursor_.before += leaf.units[cursor_.slot];
  } else if (place.slot != cursor_.slot) {
    cursor_.before = leaf.before(place.slot);
  }
  cursor_.slot = place.slot;
}

// Reads only what stands before the leaf, so its pending units do not matter.
void OrderIndex::find_way() const {
  if (cursor_.found) return;
  std::uint32_t node = cursor_.leaf;
  for (std::uint32_t above = nodes_[node].parent; above != kNone; above = nodes_[node].parent) {
    const OrderNode& parent = nodes_[above];
    const std::uint32_t slot = parent.slot_of(node);
    cursor_.start += parent.before(slot);
    cursor_.path[parent.level] = static_cast<std::uint8_t>(slot);
    node = above;
  }
  cursor_.found = true;
}

// Puts the cursor into the leaf that holds a unit.
void OrderIndex::descend(std::uint32_t index) const {
  settle();
  std::uint32_t node = root_;
  cursor_.start = 0;
  for (std::uint32_t level = nodes_[root_].level; level > 0; --level) {
    const OrderNode::Hit hit = nodes_[node].find(index - cursor_.start);
    cursor_.start += hit.before;
    cursor_.path[level] = static_cast<std::uint8_t>(hit.slot);
    node = nodes_[node].entries[hit.slot];
    nodes_[node].prefetch();
  }
  cursor_.leaf = node;
  cursor_.found = true;
}

OrderIndex::Position OrderIndex::find(std::uint32_t index) const {
  assert(index < total_);
  if (cursor_.found) {
    const OrderNode& leaf = nodes_[cursor_.leaf];
    const std::uint32_t offset = index - cursor_.start - cursor_.before;
    if (offset < leaf.units[cursor_.slot]) return {leaf.entries[cursor_.slot], offset};
  }
  if (!cursor_.found || index - cursor_.start >= nodes_[cursor_.leaf].total) descend(index);
  const OrderNode& leaf = nodes_[cursor_.leaf];
  const OrderNode::Hit hit = leaf.find(index - cursor_.start);
  cursor_.slot = hit.slot;
  cursor_.before = hit.before;
  return {leaf.entries[hit.slot], index - cursor_.start - hit.before};
}

std::uint32_t OrderIndex::index_of(Handle item) const {
  visit(place_of(item));
  find_way();
  return cursor_.start + cursor_.before;
}

std::uint32_t OrderIndex::visible(Handle item) const {
  const Place place = place_of(item);
  return nodes_[place.node].units[place.slot];
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
  change(std::uint32_t{0} - leaf.units[place.slot]);
  leaf.remove(place.slot);
  if (leaf.count <= OrderNode::kLow) mend(place.node);
}

void OrderIndex::set_visible(Handle item, std::uint32_t visible) {
  const Place place = place_of(item);
  visit(place);
  OrderNode& leaf = nodes_[place.node];
  const std::uint32_t old = leaf.units[place.slot];
  assert(visible <= kUnitsMax - (total_ - old));
  leaf.add(place.slot, visible - old);
  change(visible - old);
}

}  // namespace weft::store
