// Source: @y/y 14 ids.js (IdMap and what is done with it).
#include <algorithm>
#include <iterator>

#include <weft/id_map.hpp>

#include "encoding/writer.hpp"
#include "update/attributed_ranges.hpp"
#include "update/range_algebra.hpp"

namespace weft {

namespace {

const std::vector<AttributedRange> kNoRanges;

}  // namespace

// Builds maps from ranges of others.
class IdMapMaker {
 public:
  /// Client by client; `ranges` may overlap.
  void put(ClientId client, std::vector<AttributedRange> ranges, bool sorted = false) {
    map_.clients_[client] = {std::move(ranges), sorted};
  }
  void append(ClientId client, std::vector<AttributedRange> ranges) {
    auto& into = map_.clients_[client].ranges;
    std::move(ranges.begin(), ranges.end(), std::back_inserter(into));
  }

  ContentAttributes adopt(const ContentAttributes& attributes) { return map_.adopt(attributes); }
  /// Takes an attribute as it is; it becomes the one for its content.
  void know(const ContentAttributePtr& attribute) {
    map_.known_.insert(attribute);
    map_.by_content_.insert_or_assign(IdMap::content_of(*attribute), attribute);
  }
  void know_all_of(const IdMap& map) {
    map_.known_ = map.known_;
    map_.by_content_ = map.by_content_;
  }

  IdMap take() { return std::move(map_); }

 private:
  IdMap map_;
};

Bytes IdMap::content_of(const ContentAttribute& attribute) {
  encoding::Writer out;
  out.varstring(attribute.name);
  out.raw(attribute.value.encode());
  return out.take();
}

void IdMap::sort(Ranges& ranges) {
  if (!ranges.sorted) update::sort_and_join(ranges.ranges);
  ranges.sorted = true;
}

ContentAttributes IdMap::adopt(const ContentAttributes& attributes) {
  ContentAttributes own;
  for (const ContentAttributePtr& attribute : attributes) {
    if (known_.contains(attribute)) {
      own.push_back(attribute);
      continue;
    }
    const auto [at, added] = by_content_.try_emplace(content_of(*attribute), attribute);
    if (added) known_.insert(attribute);
    own.push_back(at->second);
  }
  return own;
}

void IdMap::add(ClientId client, Clock clock, Clock length, const ContentAttributes& attributes) {
  if (length == 0) return;
  Ranges& ranges = clients_[client];
  ranges.ranges.push_back({clock, length, adopt(attributes)});
  ranges.sorted = false;
}

void IdMap::remove(ClientId client, Clock clock, Clock length) {
  const auto found = clients_.find(client);
  if (found == clients_.end() || length == 0) return;
  sort(found->second);
  const std::vector<ClockRange> gone{{clock, length}};
  auto& ranges = found->second.ranges;
  ranges = update::difference(ranges, gone);
  if (ranges.empty()) clients_.erase(found);
}

void IdMap::insert(const IdMap& other) {
  for (const ClientId client : other.clients()) {
    std::vector<AttributedRange> added = other.ranges(client);  // a copy: `other` may be this map
    const auto [at, is_new] = clients_.try_emplace(client);
    Ranges& own = at->second;
    if (!is_new) sort(own);
    own.ranges.insert(own.ranges.end(), std::make_move_iterator(added.begin()),
                      std::make_move_iterator(added.end()));
    own.sorted = is_new;
  }
}

bool IdMap::contains(Id id) const {
  const auto& own = ranges(id.client);
  const auto at = update::first_behind(own, id.clock);
  return at != own.end() && at->clock <= id.clock;
}

std::vector<AttributedSlice> IdMap::slice(ClientId client, Clock clock, Clock length) const {
  std::vector<AttributedSlice> pieces;
  update::slice_ranges(
      ranges(client), clock, length,
      [&](const AttributedRange& range, Clock from, Clock size) {
        pieces.push_back({from, size, range.attributes});
      },
      [&](Clock from, Clock size) {
        pieces.push_back({from, size, std::nullopt});
      });
  return pieces;
}

std::vector<ClientId> IdMap::clients() const {
  std::vector<ClientId> clients;
  clients.reserve(clients_.size());
  for (const auto& [client, ranges] : clients_) clients.push_back(client);
  return clients;
}

const std::vector<AttributedRange>& IdMap::ranges(ClientId client) const {
  const auto found = clients_.find(client);
  if (found == clients_.end()) return kNoRanges;
  sort(found->second);
  return found->second.ranges;
}

IdMap merge_id_maps(std::span<const IdMap> maps) {
  IdMapMaker maker;
  std::map<ContentAttributePtr, ContentAttributePtr> adopted;
  const auto adopt = [&](const AttributedRange& range) {
    AttributedRange own = range;
    for (ContentAttributePtr& attribute : own.attributes) {
      ContentAttributePtr& known = adopted[attribute];
      if (!known) known = maker.adopt({attribute})[0];
      attribute = known;
    }
    return own;
  };
  for (const IdMap& map : maps) {
    for (const ClientId client : map.clients()) {
      std::vector<AttributedRange> own;
      const auto& ranges = map.ranges(client);
      std::transform(ranges.begin(), ranges.end(), std::back_inserter(own), adopt);
      maker.append(client, std::move(own));
    }
  }
  return maker.take();
}

namespace {

template <typename RangesOf>
IdMap diff(const IdMap& map, RangesOf excluded) {
  IdMapMaker maker;
  maker.know_all_of(map);
  for (const ClientId client : map.clients()) {
    auto left = update::difference(map.ranges(client), excluded(client));
    if (!left.empty()) maker.put(client, std::move(left));
  }
  return maker.take();
}

std::vector<ClockRange> ranges_of(const IdSet& normalized, ClientId client) {
  const auto found = normalized.clients().find(client);
  return found == normalized.clients().end() ? std::vector<ClockRange>{} : found->second;
}

}  // namespace

IdMap diff_id_maps(const IdMap& map, const IdSet& exclude) {
  IdSet excluded = exclude;
  excluded.normalize();
  return diff(map, [&](ClientId client) { return ranges_of(excluded, client); });
}

IdMap diff_id_maps(const IdMap& map, const IdMap& exclude) {
  return diff(map, [&](ClientId client) { return exclude.ranges(client); });
}

IdMap intersect_id_maps(const IdMap& a, const IdMap& b) {
  IdMapMaker maker;
  const auto join = [](const AttributedRange& left, const AttributedRange& right, Clock clock,
                       Clock length) {
    AttributedRange range = update::part(left, clock, length);
    range.attributes.insert(range.attributes.end(), right.attributes.begin(),
                            right.attributes.end());
    return range;
  };
  for (const ClientId client : a.clients()) {
    auto common = update::intersection(a.ranges(client), b.ranges(client), join);
    if (!common.empty()) maker.put(client, std::move(common));
  }
  return maker.take();
}

IdMap intersect_id_maps(const IdMap& a, const IdSet& b) {
  IdSet others = b;
  others.normalize();
  IdMapMaker maker;
  const auto join = [](const AttributedRange& range, const ClockRange&, Clock clock, Clock length) {
    return update::part(range, clock, length);
  };
  for (const ClientId client : a.clients()) {
    auto common = update::intersection(a.ranges(client), ranges_of(others, client), join);
    if (!common.empty()) maker.put(client, std::move(common));
  }
  return maker.take();
}

IdMap filter_id_map(const IdMap& map,
                    const std::function<bool(const ContentAttributes&)>& predicate) {
  IdMapMaker maker;
  for (const ClientId client : map.clients()) {
    std::vector<AttributedRange> kept;
    for (const AttributedRange& range : map.ranges(client)) {
      if (!predicate(range.attributes)) continue;
      kept.push_back(range);
      for (const ContentAttributePtr& attribute : range.attributes) maker.know(attribute);
    }
    if (!kept.empty()) maker.put(client, std::move(kept));
  }
  return maker.take();
}

IdMap id_map_from_id_set(const IdSet& set, const ContentAttributes& attributes) {
  IdMapMaker maker;
  ContentAttributes once;
  for (const ContentAttributePtr& attribute : maker.adopt(attributes)) {
    if (std::find(once.begin(), once.end(), attribute) == once.end()) once.push_back(attribute);
  }
  for (const auto& [client, ranges] : set.clients()) {
    std::vector<AttributedRange> all;
    for (const ClockRange& range : ranges) all.push_back({range.clock, range.length, once});
    maker.put(client, std::move(all), true);
  }
  return maker.take();
}

IdSet id_set_from_id_map(const IdMap& map) {
  IdSet set;
  for (const ClientId client : map.clients()) {
    for (const AttributedRange& range : map.ranges(client)) {
      set.add(client, range.clock, range.length);
    }
  }
  return set;
}

}  // namespace weft
