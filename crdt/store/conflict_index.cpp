#include "store/conflict_index.hpp"

#include <algorithm>
#include <cassert>

#include <xxhash.h>

namespace weft::store {

bool ConflictIndex::build(Handle first) {
  std::vector<std::uint32_t> way;  // down to the last node, by depth
  std::uint32_t last = kNone;
  for (Handle at = first; at != kNoHandle; at = items_[at].right) {
    const Item& item = items_[at];
    const std::uint64_t depth = depth_of(item);
    if (depth == 0) return false;
    while (!way.empty() && nodes_[way.back()].depth >= depth) way.pop_back();
    if ((way.empty() ? kNone : way.back()) != node_of(item.origin())) return false;
    last = insert_behind(last, at, depth);
    if (!note_sort(last)) return false;
    way.push_back(last);
  }
  return true;
}

Handle ConflictIndex::place(const Item& item, ClientId client, Handle left, Handle right) const {
  const std::uint64_t depth = depth_of(item);
  const std::uint32_t from = left == kNoHandle ? 0 : rank(node_of_.find(left)) + 1;
  const std::uint32_t stop = find_stop(item, client, from, right);
  const std::uint32_t to = stop == kNone ? size(root_) : rank(stop);
  const std::uint32_t before = last_below(root_, from, to, depth, client);
  if (before == kNone) return left;
  // All that hangs on it comes first.
  std::uint32_t behind = first_above(root_, rank(before) + 1, depth + 1);
  if (behind == kNone || (stop != kNone && rank(behind) > to)) behind = stop;
  if (behind != kNone) return items_[nodes_[behind].item].left;
  std::uint32_t last = root_;
  while (nodes_[last].right != kNone) last = nodes_[last].right;
  return nodes_[last].item;
}

// The first node from rank `from` on that the item may not pass, or kNone.
std::uint32_t ConflictIndex::find_stop(const Item& item, ClientId client, std::uint32_t from,
                                       Handle right) const {
  std::uint32_t stop = first_above(root_, from, depth_of(item));
  const auto stop_at = [&](std::uint32_t node) {
    if (node == kNone || rank(node) < from) return;
    if (stop == kNone || rank(node) < rank(stop)) stop = node;
  };
  if (right != kNoHandle) stop_at(node_of_.find(right));
  const Sort sort{number(item.origin()), number(item.right_origin()), client};
  const auto found = sorts_.lower_bound(sort);
  if (found != sorts_.end() && found->first.is_like(sort)) stop_at(node_of(found->second));
  return stop;
}

bool ConflictIndex::insert(Handle handle) {
  const Item& item = items_[handle];
  // What stands behind it must not hang on what stands before it.
  if (item.right != kNoHandle && nodes_[node_of_.find(item.right)].depth > depth_of(item))
    return false;
  return insert_rest(handle);
}

bool ConflictIndex::insert_rest(Handle handle) {
  const Item& item = items_[handle];
  const std::uint64_t depth = depth_of(item);
  if (depth == 0) return false;
  const std::uint32_t left = item.left == kNoHandle ? kNone : node_of_.find(item.left);
  return note_sort(insert_behind(left, handle, depth));
}

// Its sort stays: where the item was joined, it is cut off again before anybody looks for it.
void ConflictIndex::erase(Handle item) {
  const std::uint32_t node = node_of_.find(item);
  while (nodes_[node].left != kNone || nodes_[node].right != kNone) {
    const std::uint32_t left = nodes_[node].left;
    const std::uint32_t right = nodes_[node].right;
    const bool left_up =
        right == kNone || (left != kNone && nodes_[left].priority < nodes_[right].priority);
    rotate_up(left_up ? left : right);
  }
  const std::uint32_t above = nodes_[node].above;
  if (above == kNone) {
    root_ = kNone;
  } else {
    (nodes_[above].left == node ? nodes_[above].left : nodes_[above].right) = kNone;
  }
  for (std::uint32_t at = above; at != kNone; at = nodes_[at].above) sum_up(at);
  node_of_.erase(item);
  free_.push_back(node);
}

// --- Nodes -------------------------------------------------------------------------------------

std::uint32_t ConflictIndex::node_of(DenseId id) const {
  if (!id.exists()) return kNone;
  const ClockIndex& structs = clients_[id.client].structs;
  const Handle handle = structs.handle(structs.find(id.clock));
  return is_item(handle) ? node_of_.find(handle) : kNone;
}

// 0: its origin is not in this list.
std::uint64_t ConflictIndex::depth_of(const Item& item) const {
  if (!item.origin().exists()) return 1;
  const std::uint32_t node = node_of(item.origin());
  if (node == kNone) return 0;
  const Node& origin = nodes_[node];
  return origin.depth + (item.origin_clock - items_[origin.item].clock) + 1;
}

std::uint32_t ConflictIndex::rank(std::uint32_t node) const {
  std::uint32_t rank = size(nodes_[node].left);
  for (std::uint32_t above = nodes_[node].above; above != kNone; above = nodes_[above].above) {
    if (nodes_[above].right == node) rank += size(nodes_[above].left) + 1;
    node = above;
  }
  return rank;
}

// Behind `node`, or before all for kNone.
std::uint32_t ConflictIndex::insert_behind(std::uint32_t node, Handle item, std::uint64_t depth) {
  std::uint32_t made = static_cast<std::uint32_t>(nodes_.size());
  if (free_.empty()) {
    nodes_.emplace_back();
  } else {
    made = free_.back();
    free_.pop_back();
  }
  const std::uint64_t count = made_++;
  const auto priority =
      static_cast<std::uint32_t>(XXH3_64bits_withSeed(&count, sizeof count, seed_));
  Node& own = nodes_[made] = Node{};
  own.depth = own.least_depth = depth;
  own.client = own.smallest = clients_[items_[item].client].id;
  own.item = item;
  own.priority = priority;
  node_of_.insert(item, made);
  if (root_ == kNone) return root_ = made;
  std::uint32_t above = node;
  if (node == kNone || nodes_[node].right != kNone) {
    above = node == kNone ? root_ : nodes_[node].right;
    while (nodes_[above].left != kNone) above = nodes_[above].left;
    nodes_[above].left = made;
  } else {
    nodes_[above].right = made;
  }
  own.above = above;
  while (own.above != kNone && priority < nodes_[own.above].priority) rotate_up(made);
  for (std::uint32_t at = made; at != kNone; at = nodes_[at].above) sum_up(at);
  return made;
}

// False if those of its sort do not stand by ascending client.
bool ConflictIndex::note_sort(std::uint32_t node) {
  const Item& item = items_[nodes_[node].item];
  const Sort sort = sort_of(item);
  const std::uint32_t own = rank(node);
  // Of equal ones the first counts; one that was cut off again is itself.
  const auto [at, added] = sorts_.try_emplace(sort, DenseId{item.client, item.clock});
  if (!added) {
    const std::uint32_t other = node_of(at->second);
    if (other == kNone) return false;
    if (rank(other) > own) at->second = {item.client, item.clock};
  }
  const auto stands_right = [&](Sorts::iterator other, bool before) {
    if (!other->first.is_like(sort)) return true;
    const std::uint32_t there = node_of(other->second);
    return there != kNone && (rank(there) < own) == before;
  };
  return (at == sorts_.begin() || stands_right(std::prev(at), true)) &&
         (std::next(at) == sorts_.end() || stands_right(std::next(at), false));
}

void ConflictIndex::sum_up(std::uint32_t node) {
  Node& own = nodes_[node];
  own.size = 1;
  own.least_depth = own.depth;
  own.smallest = own.client;
  for (const std::uint32_t child : {own.left, own.right}) {
    if (child == kNone) continue;
    const Node& below = nodes_[child];
    own.size += below.size;
    if (below.least_depth < own.least_depth) {
      own.least_depth = below.least_depth;
      own.smallest = below.smallest;
    } else if (below.least_depth == own.least_depth) {
      own.smallest = std::min(own.smallest, below.smallest);
    }
  }
}

void ConflictIndex::rotate_up(std::uint32_t node) {
  Node& own = nodes_[node];
  const std::uint32_t parent = own.above;
  Node& old = nodes_[parent];
  std::uint32_t& inner = old.left == node ? own.right : own.left;
  (old.left == node ? old.left : old.right) = inner;
  if (inner != kNone) nodes_[inner].above = parent;
  inner = parent;
  own.above = old.above;
  old.above = node;
  if (own.above == kNone) {
    root_ = node;
  } else {
    Node& above = nodes_[own.above];
    (above.left == parent ? above.left : above.right) = node;
  }
  sum_up(parent);
  sum_up(node);
}

// --- Searches. Recursion is as deep as the treap is high ---------------------------------------

// The first node below `node`, from its rank `from` on, that is less deep than `depth`.
std::uint32_t ConflictIndex::first_above(std::uint32_t node, std::uint32_t from,
                                         std::uint64_t depth) const {
  if (node == kNone || from >= nodes_[node].size || nodes_[node].least_depth >= depth) return kNone;
  const Node& own = nodes_[node];
  const std::uint32_t place = size(own.left);
  if (const std::uint32_t found = first_above(own.left, from, depth); found != kNone) return found;
  if (from <= place && own.depth < depth) return node;
  return first_above(own.right, from > place ? from - place - 1 : 0, depth);
}

// The last node of a smaller client and of just that depth among those below `node` from rank
// `from` to before `to`, of which none is less deep.
std::uint32_t ConflictIndex::last_below(std::uint32_t node, std::uint32_t from, std::uint32_t to,
                                        std::uint64_t depth, ClientId client) const {
  if (node == kNone || from >= to) return kNone;
  const Node& own = nodes_[node];
  const bool whole = from == 0 && to == own.size;
  if (whole && (own.least_depth != depth || own.smallest >= client)) return kNone;
  const std::uint32_t place = size(own.left);
  if (to > place + 1) {
    const std::uint32_t found =
        last_below(own.right, from > place ? from - place - 1 : 0, to - place - 1, depth, client);
    if (found != kNone) return found;
  }
  if (from <= place && place < to && own.depth == depth && own.client < client) return node;
  return last_below(own.left, from, std::min(to, place), depth, client);
}

std::string ConflictIndex::check(Handle first) const {
  std::uint32_t place = 0;
  for (Handle at = first; at != kNoHandle; at = items_[at].right, ++place) {
    const std::uint32_t node = node_of_.find(at);
    if (node == kNone) return "conflict index lacks clock " + std::to_string(items_[at].clock);
    if (nodes_[node].item != at || rank(node) != place ||
        nodes_[node].depth != depth_of(items_[at]))
      return "conflict index misplaces clock " + std::to_string(items_[at].clock);
  }
  return place == size(root_) ? "" : "conflict index has more than its list";
}

}  // namespace weft::store
