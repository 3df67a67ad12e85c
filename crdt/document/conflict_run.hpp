// A long row of items that were all put behind one item: side by side and with one origin. Where
// the next such item goes is searched here instead of walking along the row.
//
// What Yjs Item.integrate comes to in such a row: walking from its begin, an item steps behind
// each one of a smaller client, and stops at the first one with its own right origin whose client
// is not smaller, at its right neighbour, or at the end. Those of one right origin so stand by
// ascending client. So the stop is found in a map by right origin and client, and the last smaller
// client before it in a tree over the row that knows the smallest client of each subtree: a treap,
// whose priorities nobody outside can foresee. O(log n) each.
//
// The last few long rows are remembered.
#pragma once

#include <map>
#include <vector>

#include <weft/id.hpp>

#include "store/store.hpp"

namespace weft::document {

class ConflictRun {
 public:
  static constexpr std::uint32_t kLong = 32;  // steps that make a row worth remembering

  explicit ConflictRun(std::uint64_t seed) : seed_(seed), members_(seed) {}

  /// Whether this is the row behind `left`, unchanged, and `item` belongs into it.
  bool holds(const store::Store& store, const store::Item& item, store::Handle left) const {
    return item.list == list_ && left == left_ && item.origin() == origin_ &&
           store.types.list(list_).version == version_;
  }

  /// The item to whose right one of `client` goes, which is then part of the row as soon as the
  /// list knows it. REQUIRES: holds; `right` is `item`'s right neighbour as its author saw it.
  store::Handle place(const store::Item& item, ClientId client, store::Handle handle,
                      store::Handle right);

  /// Remembers the row behind `left`; false if there is none of at most `most` items, or if
  /// something else stands inside it. O(row log row).
  bool learn(const store::Store& store, const store::Item& item, store::Handle left,
             std::size_t most);

 private:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;
  struct Node {
    ClientId client = 0;
    ClientId smallest = 0;  // in this subtree
    store::Handle item = store::kNoHandle;
    std::uint32_t priority = 0;
    std::uint32_t above = kNone;
    std::uint32_t left = kNone;
    std::uint32_t right = kNone;
  };
  struct Key {
    store::DenseId right_origin;
    ClientId client;
    bool operator<(const Key& other) const {
      if (right_origin.client != other.right_origin.client) {
        return right_origin.client < other.right_origin.client;
      }
      if (right_origin.clock != other.right_origin.clock) {
        return right_origin.clock < other.right_origin.clock;
      }
      return client < other.client;
    }
  };

  bool append(store::Handle handle, const store::Item& item, ClientId client);
  /// Puts a new node behind `node`, or before all for kNone.
  std::uint32_t insert_behind(std::uint32_t node, store::Handle handle, ClientId client);
  void rotate_up(std::uint32_t node);
  void sum_up(std::uint32_t node);
  bool stands_before(std::uint32_t a, std::uint32_t b) const;
  /// The last node before `stop` (kNone: of all) with a smaller client, or kNone.
  std::uint32_t last_below(std::uint32_t stop, ClientId client) const;
  bool has_below(std::uint32_t node, ClientId client) const {
    return node != kNone && nodes_[node].smallest < client;
  }

  std::uint64_t seed_;
  store::ListIx list_ = store::kNoIndex;
  std::uint32_t version_ = 0;
  store::Handle left_ = store::kNoHandle;
  store::DenseId origin_;
  std::uint32_t root_ = kNone;
  std::vector<Node> nodes_;
  store::FlatMap members_;              // item -> node
  std::map<Key, std::uint32_t> stops_;  // the first node of each kind
};

/// The rows of one document.
class ConflictRuns {
 public:
  explicit ConflictRuns(std::uint64_t seed) : seed_(seed) {}

  /// The row that `item` belongs into, or null.
  ConflictRun* find(const store::Store& store, const store::Item& item, store::Handle left) {
    for (ConflictRun& run : runs_) {
      if (run.holds(store, item, left)) return &run;
    }
    return nullptr;
  }

  /// Remembers the row behind `left`, if it is one; gives it.
  ConflictRun* learn(const store::Store& store, const store::Item& item, store::Handle left,
                     std::size_t most) {
    ConflictRun run(seed_);
    if (!run.learn(store, item, left, most)) return nullptr;
    if (runs_.size() < kRuns) return &runs_.emplace_back(std::move(run));
    return &(runs_[oldest_++ % kRuns] = std::move(run));
  }

 private:
  static constexpr std::size_t kRuns = 4;
  std::uint64_t seed_;
  std::vector<ConflictRun> runs_;
  std::size_t oldest_ = 0;
};

}  // namespace weft::document
