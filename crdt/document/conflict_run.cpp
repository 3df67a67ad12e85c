#include "document/conflict_run.hpp"

#include <algorithm>

#include <xxhash.h>

namespace weft::document {

bool ConflictRun::learn(const store::Store& store, const store::Item& item, store::Handle left,
                        std::size_t most) {
  const store::List& list = store.types.list(item.list);
  store::Handle at = left == store::kNoHandle ? list.first : store.items[left].right;
  for (; at != store::kNoHandle; at = store.items[at].right) {
    const store::Item& other = store.items[at];
    if (other.origin() != item.origin()) {
      // Something inside the row ends it for nobody; something behind it ends every walk.
      const bool inside = other.origin().exists() &&
                          members_.find(store.containing(other.origin())) != store::FlatMap::kNone;
      if (inside) return false;
      break;
    }
    if (nodes_.size() == most || !append(at, other, store.clients[other.client].id)) return false;
  }
  list_ = item.list;
  version_ = list.version;
  left_ = left;
  origin_ = item.origin();
  return true;
}

// False if those of its right origin do not ascend, which no document of Yjs comes to.
bool ConflictRun::append(store::Handle handle, const store::Item& item, ClientId client) {
  const Key key{item.right_origin(), client};
  const auto behind = stops_.upper_bound(key);
  if (behind != stops_.end() && behind->first.right_origin == key.right_origin) return false;
  std::uint32_t last = root_;
  while (last != kNone && nodes_[last].right != kNone) last = nodes_[last].right;
  stops_.emplace_hint(behind, key, insert_behind(last, handle, client));
  return true;
}

store::Handle ConflictRun::place(const store::Item& item, ClientId client, store::Handle handle,
                                 store::Handle right) {
  std::uint32_t stop = right == store::kNoHandle ? kNone : members_.find(right);
  const Key key{item.right_origin(), client};
  const auto found = stops_.lower_bound(key);
  if (found != stops_.end() && found->first.right_origin == key.right_origin &&
      (stop == kNone || stands_before(found->second, stop))) {
    stop = found->second;
  }
  const std::uint32_t left = last_below(stop, client);
  stops_.insert_or_assign(key, insert_behind(left, handle, client));
  ++version_;
  return left == kNone ? left_ : nodes_[left].item;
}

std::uint32_t ConflictRun::insert_behind(std::uint32_t node, store::Handle handle,
                                         ClientId client) {
  const auto made = static_cast<std::uint32_t>(nodes_.size());
  const std::uint64_t number = made;
  nodes_.push_back({.client = client,
                    .smallest = client,
                    .item = handle,
                    .priority = static_cast<std::uint32_t>(
                        XXH3_64bits_withSeed(&number, sizeof number, seed_))});
  members_.insert(handle, made);
  if (root_ == kNone) return root_ = made;
  std::uint32_t above = node;
  if (node == kNone || nodes_[node].right != kNone) {
    above = node == kNone ? root_ : nodes_[node].right;
    while (nodes_[above].left != kNone) above = nodes_[above].left;
    nodes_[above].left = made;
  } else {
    nodes_[above].right = made;
  }
  nodes_[made].above = above;
  for (std::uint32_t at = above; at != kNone && client < nodes_[at].smallest; at = nodes_[at].above)
    nodes_[at].smallest = client;
  while (nodes_[made].above != kNone &&
         nodes_[made].priority < nodes_[nodes_[made].above].priority) {
    rotate_up(made);
  }
  return made;
}

void ConflictRun::sum_up(std::uint32_t node) {
  Node& own = nodes_[node];
  own.smallest = own.client;
  for (const std::uint32_t child : {own.left, own.right}) {
    if (child != kNone) own.smallest = std::min(own.smallest, nodes_[child].smallest);
  }
}

void ConflictRun::rotate_up(std::uint32_t node) {
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

// By the ways down to both.
bool ConflictRun::stands_before(std::uint32_t a, std::uint32_t b) const {
  const auto rank = [this](std::uint32_t node) {
    std::vector<bool> way;  // from the node up: whether each is a right child
    for (std::uint32_t above = nodes_[node].above; above != kNone; above = nodes_[node].above) {
      way.push_back(nodes_[above].right == node);
      node = above;
    }
    std::reverse(way.begin(), way.end());
    return way;
  };
  const std::vector<bool> to_a = rank(a);
  const std::vector<bool> to_b = rank(b);
  for (std::size_t i = 0;; ++i) {
    if (i == to_a.size()) return i < to_b.size() && to_b[i];
    if (i == to_b.size()) return !to_a[i];
    if (to_a[i] != to_b[i]) return to_b[i];
  }
}

std::uint32_t ConflictRun::last_below(std::uint32_t stop, ClientId client) const {
  std::uint32_t under = stop == kNone ? root_ : nodes_[stop].left;
  for (std::uint32_t at = stop; !has_below(under, client);) {
    // Up to the nearest node before; its left side comes next.
    if (at == kNone) return kNone;
    std::uint32_t from = at;
    at = nodes_[at].above;
    while (at != kNone && nodes_[at].left == from) {
      from = at;
      at = nodes_[at].above;
    }
    if (at == kNone) return kNone;
    if (nodes_[at].client < client) return at;
    under = nodes_[at].left;
  }
  for (;;) {
    const Node& node = nodes_[under];
    if (has_below(node.right, client)) {
      under = node.right;
    } else if (node.client < client) {
      return under;
    } else {
      under = node.left;
    }
  }
}

}  // namespace weft::document
