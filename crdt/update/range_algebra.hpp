// Differences, intersections and slices of sorted ranges that do not overlap, with or without
// attributes. Source: @y/y 14 ids.js (_diffSet, _intersectSets, _deleteRangeFromIdSet, slice).
//
// A range has `clock` and `length`; `part(range, clock, length)` is a piece of it.
#pragma once

#include <algorithm>
#include <vector>

#include <weft/id_set.hpp>

namespace weft::update {

template <typename Range>
Clock end_of(const Range& range) {
  return range.clock + range.length;
}

inline ClockRange part(const ClockRange&, Clock clock, Clock length) { return {clock, length}; }

/// The first range that ends behind `clock`.
template <typename Range>
auto first_behind(const std::vector<Range>& ranges, Clock clock) {
  return std::partition_point(ranges.begin(), ranges.end(),
                              [clock](const Range& range) { return end_of(range) <= clock; });
}

/// What is in `ranges` and not in `excluded`. O(n + m).
template <typename Range, typename Excluded>
std::vector<Range> difference(const std::vector<Range>& ranges,
                              const std::vector<Excluded>& excluded) {
  std::vector<Range> result;
  auto hole = excluded.begin();
  for (const Range& range : ranges) {
    Clock from = range.clock;
    const Clock end = end_of(range);
    while (hole != excluded.end() && end_of(*hole) <= from) ++hole;
    for (auto at = hole; at != excluded.end() && at->clock < end; ++at) {
      if (from < at->clock) result.push_back(part(range, from, at->clock - from));
      from = std::max(from, end_of(*at));
      hole = at;
    }
    if (from < end) result.push_back(part(range, from, end - from));
  }
  return result;
}

/// What is in both; `join(a, b, clock, length)` makes the range that they have in common. O(n + m).
template <typename Range, typename Other, typename Join>
std::vector<Range> intersection(const std::vector<Range>& ranges, const std::vector<Other>& others,
                                Join join) {
  std::vector<Range> result;
  auto a = ranges.begin();
  auto b = others.begin();
  while (a != ranges.end() && b != others.end()) {
    const Clock begin = std::max(a->clock, b->clock);
    const Clock end = std::min(end_of(*a), end_of(*b));
    if (begin < end) result.push_back(join(*a, *b, begin, end - begin));
    if (end_of(*a) < end_of(*b)) {
      ++a;
    } else {
      ++b;
    }
  }
  return result;
}

/// Walks the clocks [clock, clock + length): `found(range, clock, length)` for each piece in a
/// range, `missing(clock, length)` for each between. At least one call, also for length 0.
template <typename Range, typename Found, typename Missing>
void slice_ranges(const std::vector<Range>& ranges, Clock clock, Clock length, Found found,
                  Missing missing) {
  const Clock end = clock + length;
  Clock from = clock;
  for (auto at = first_behind(ranges, clock); at != ranges.end() && at->clock < end; ++at) {
    if (from < at->clock) missing(from, at->clock - from);
    from = std::max(from, at->clock);
    const Clock to = std::min(end_of(*at), end);
    found(*at, from, to - from);
    from = to;
  }
  if (from < end || length == 0) missing(from, end - from);
}

}  // namespace weft::update
