#include "history/ordered_ranges.hpp"

#include <algorithm>

namespace weft::history {

std::vector<document::DenseRange> dense_ranges(const store::Store& store, const IdSet& ids) {
  std::vector<document::DenseRange> ranges;
  for (const auto& [id, of_client] : ids.clients()) {
    const store::ClientIx client = store.clients.find(id);
    if (client == store::kNoClient) continue;
    const Clock state = store.clients[client].structs.state();
    for (const ClockRange& range : of_client) {
      if (range.clock >= state) continue;
      const Clock length = std::min(range.length, state - range.clock);
      ranges.push_back(
          {client, static_cast<std::uint32_t>(range.clock), static_cast<std::uint32_t>(length)});
    }
  }
  return ranges;
}

void OrderedRanges::add_client(store::ClientIx client) {
  const auto [place, added] = places_.emplace(client, clients_.size());
  if (added) clients_.push_back({client, {}});
}

void OrderedRanges::add(document::DenseRange range) {
  add_client(range.client);
  std::vector<Range>& ranges = clients_[places_.at(range.client)].ranges;
  Range joined{range.clock, range.clock + range.length};
  const auto first = std::partition_point(ranges.begin(), ranges.end(),
                                          [&](const Range& at) { return at.end < joined.clock; });
  auto last = first;
  for (; last != ranges.end() && last->clock <= joined.end; ++last) {
    joined.clock = std::min(joined.clock, last->clock);
    joined.end = std::max(joined.end, last->end);
  }
  if (first == last) {
    ranges.insert(first, joined);
  } else {
    *first = joined;
    ranges.erase(first + 1, last);
  }
}

void OrderedRanges::add(const store::Store& store, const IdSet& ids) {
  for (const document::DenseRange& range : dense_ranges(store, ids)) add(range);
}

bool OrderedRanges::contains(store::DenseId id) const {
  const auto place = places_.find(id.client);
  if (place == places_.end()) return false;
  const std::vector<Range>& ranges = clients_[place->second].ranges;
  const auto at = std::partition_point(ranges.begin(), ranges.end(),
                                       [&](const Range& range) { return range.end <= id.clock; });
  return at != ranges.end() && at->clock <= id.clock;
}

IdSet OrderedRanges::to_id_set(const store::Store& store) const {
  IdSet set;
  for (const auto& [client, ranges] : clients_) {
    for (const Range& range : ranges) {
      set.add(store.clients[client].id, range.clock, range.end - range.clock);
    }
  }
  return set;
}

}  // namespace weft::history
