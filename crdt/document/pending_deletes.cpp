#include "document/pending_deletes.hpp"

#include <algorithm>
#include <iterator>

namespace weft::document {

bool PendingDeletes::add(const IdSet& set) {
  bool news = false;
  for (const auto& [client, ranges] : set.clients()) {
    for (const ClockRange& range : ranges) {
      if (range.length > 0 && add(clients_[client], range)) news = true;
    }
  }
  return news;
}

bool PendingDeletes::add(Ranges& ranges, ClockRange range) {
  Clock begin = range.clock;
  Clock end = range.clock + range.length;
  auto at = ranges.upper_bound(begin);
  if (at != ranges.begin() && std::prev(at)->second >= begin) --at;
  if (at != ranges.end() && at->first <= begin && at->second >= end) return false;
  while (at != ranges.end() && at->first <= end) {
    begin = std::min(begin, at->first);
    end = std::max(end, at->second);
    at = ranges.erase(at);
  }
  ranges.emplace_hint(at, begin, end);
  return true;
}

bool PendingDeletes::is_due(ClientId client, Clock state) const {
  const auto at = clients_.find(client);
  return at != clients_.end() && at->second.begin()->first < state;
}

std::vector<ClockRange> PendingDeletes::take_due(ClientId client, Clock state) {
  std::vector<ClockRange> due;
  const auto at = clients_.find(client);
  if (at == clients_.end()) return due;
  Ranges& ranges = at->second;
  while (!ranges.empty() && ranges.begin()->first < state) {
    due.push_back({ranges.begin()->first, ranges.begin()->second - ranges.begin()->first});
    ranges.erase(ranges.begin());
  }
  if (ranges.empty()) clients_.erase(at);
  return due;
}

IdSet PendingDeletes::set() const {
  IdSet set;
  for (const auto& [client, ranges] : clients_) {
    for (const auto& [begin, end] : ranges) set.add(client, begin, end - begin);
  }
  return set;
}

}  // namespace weft::document
