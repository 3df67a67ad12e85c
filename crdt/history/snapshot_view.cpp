#include "history/snapshot_view.hpp"

namespace weft::history {

SnapshotView::SnapshotView(const store::Store& store, const Snapshot& snapshot)
    : states_(store.clients.size()), deletes_(store.clients.size()) {
  for (const auto& [client, clock] : snapshot.state.entries()) {
    const store::ClientIx known = store.clients.find(client);
    if (known != store::kNoClient) states_[known] = clock;
  }
  for (const auto& [client, ranges] : snapshot.deletes.clients()) {
    const store::ClientIx known = store.clients.find(client);
    if (known != store::kNoClient) deletes_[known] = ranges;
  }
}

SnapshotView::Ranges::iterator SnapshotView::first_range(store::ClientIx client,
                                                         Clock clock) const {
  const Ranges& ranges = deletes_[client];
  return std::partition_point(ranges.begin(), ranges.end(), [clock](const ClockRange& range) {
    return range.clock + range.length <= clock;
  });
}

bool SnapshotView::deleted(store::DenseId id) const {
  const auto range = first_range(id.client, id.clock);
  return range != deletes_[id.client].end() && range->clock <= id.clock;
}

}  // namespace weft::history
