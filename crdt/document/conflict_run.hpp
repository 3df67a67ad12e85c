// A long row of items that were all put at one place: side by side, with one origin and one right
// origin, and so by ascending client. Where the next such item goes is searched here instead of
// walking along the row.
//
// The last few long rows are remembered. Source: what Yjs Item.integrate comes to for them.
#pragma once

#include <algorithm>
#include <vector>

#include <weft/id.hpp>

#include "store/store.hpp"

namespace weft::document {

class ConflictRun {
 public:
  static constexpr std::uint32_t kLong = 32;  // steps that make a row worth remembering

  /// Whether this is the row between `left` and `right`, unchanged, and `item` belongs into it.
  bool holds(const store::Store& store, const store::Item& item, store::Handle left,
             store::Handle right) const {
    return item.list == list_ && left == left_ && right == right_ && item.origin() == origin_ &&
           item.right_origin() == right_origin_ && store.types.list(list_).version == version_;
  }

  /// The item to whose right one of `client` goes, which is then part of the row as soon as the
  /// list knows it. REQUIRES: holds.
  store::Handle place(ClientId client, store::Handle item) {
    const auto at =
        std::lower_bound(row_.begin(), row_.end(), client,
                         [](const Entry& entry, ClientId value) { return entry.client < value; });
    const store::Handle left = at == row_.begin() ? left_ : (at - 1)->item;
    row_.insert(at, {client, item});
    ++version_;
    return left;
  }

  /// Remembers what lies between `left` and `right`; false if not all of it is such a row.
  /// O(items there).
  bool learn(const store::Store& store, const store::Item& item, store::Handle left,
             store::Handle right);

 private:
  struct Entry {
    ClientId client;
    store::Handle item;
  };

  store::ListIx list_ = store::kNoIndex;
  std::uint32_t version_ = 0;
  store::Handle left_ = store::kNoHandle;
  store::Handle right_ = store::kNoHandle;
  store::DenseId origin_;
  store::DenseId right_origin_;
  std::vector<Entry> row_;
};

/// The rows of one document.
class ConflictRuns {
 public:
  /// The row that `item` belongs into, or null.
  ConflictRun* find(const store::Store& store, const store::Item& item, store::Handle left,
                    store::Handle right) {
    for (ConflictRun& run : runs_) {
      if (run.holds(store, item, left, right)) return &run;
    }
    return nullptr;
  }

  void learn(const store::Store& store, const store::Item& item, store::Handle left,
             store::Handle right) {
    ConflictRun run;
    if (!run.learn(store, item, left, right)) return;
    if (runs_.size() < kRuns) {
      runs_.push_back(std::move(run));
    } else {
      runs_[oldest_++ % kRuns] = std::move(run);
    }
  }

 private:
  static constexpr std::size_t kRuns = 4;
  std::vector<ConflictRun> runs_;
  std::size_t oldest_ = 0;
};

}  // namespace weft::document
