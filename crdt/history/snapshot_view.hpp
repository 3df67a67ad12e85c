// One document seen at a snapshot. Source: Yjs isVisible.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include <weft/snapshot.hpp>

#include "store/store.hpp"

namespace weft::history {

/// Looks clients up once instead of once for each item. Valid as long as the snapshot, and as long
/// as the document gets no new clients.
class SnapshotView {
 public:
  SnapshotView(const store::Store& store, const Snapshot& snapshot);

  /// How many units of the item had been inserted.
  std::uint32_t inserted(const store::Item& item) const {
    const Clock end = std::min<Clock>(item.end(), states_[item.client]);
    return end > item.clock ? static_cast<std::uint32_t>(end - item.clock) : 0;
  }
  /// Whether a unit had been deleted.
  bool deleted(store::DenseId id) const;
  /// Whether the item's first unit had been inserted and not deleted (Yjs isVisible).
  bool visible(const store::Item& item) const {
    return item.clock < states_[item.client] && !deleted({item.client, item.clock});
  }

  /// Calls `body(from, to)` for each run of units of `item` that was there and not deleted.
  template <typename Body>
  void for_each_run(const store::Item& item, Body body) const {
    const Clock end = std::min<Clock>(item.end(), states_[item.client]);
    Clock clock = item.clock;
    for (auto range = first_range(item.client, clock); clock < end; ++range) {
      const bool none = range == deletes_[item.client].end() || range->clock >= end;
      const Clock until = none ? end : std::max(range->clock, clock);
      if (until > clock) {
        body(static_cast<std::uint32_t>(clock - item.clock),
             static_cast<std::uint32_t>(until - item.clock));
      }
      if (none) return;
      clock = range->clock + range->length;
    }
  }

 private:
  using Ranges = std::span<const ClockRange>;
  /// The first range that does not end before `clock`.
  Ranges::iterator first_range(store::ClientIx client, Clock clock) const;

  std::vector<Clock> states_;    // by client
  std::vector<Ranges> deletes_;  // by client
};

}  // namespace weft::history
