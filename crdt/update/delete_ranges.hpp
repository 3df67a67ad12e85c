// Delete sets on their way from update to update, as a flat list of ranges.
#pragma once

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include <weft/id_set.hpp>

namespace weft::update {

struct DeleteRange {
  ClientId client = 0;
  ClockRange range;
};

/// In the place of the ranges of a client that has none; see take_deletes_v14.
inline constexpr ClockRange kNoRange{std::numeric_limits<Clock>::max(), 0};

/// The ranges in the order in which they were read.
using DeleteRanges = std::vector<DeleteRange>;

/// Appends a range, joined to the last one where they touch or overlap. Only for ranges that
/// merge_deletes will see, which would join them too.
inline void add_joining(DeleteRanges& deletes, ClientId client, ClockRange range) {
  if (!deletes.empty() && deletes.back().client == client) {
    ClockRange& last = deletes.back().range;
    const Clock last_end = last.clock + last.length;
    const Clock end = range.clock + range.length;
    if (range.clock <= last_end && last.clock <= end) {
      last.clock = std::min(last.clock, range.clock);
      last.length = std::max(last_end, end) - last.clock;
      return;
    }
  }
  deletes.push_back({client, range});
}

/// Sorts by client (descending) and clock, and joins what touches or overlaps within a client.
/// Drops kNoRange. Source: Yjs mergeDeleteSets, sortAndMergeDeleteSet. O(n log n).
void merge_deletes(DeleteRanges& deletes);

/// Takes all ranges of a reader's delete set as @y/y 14 readIdSet does: sorted and merged, without
/// empty ones; of a client with two sections only the last counts. A client whose ranges are all
/// empty is written again, without any: it gets kNoRange.
/// `Reader` is a StructReader or a ScannerV1. Errors stay with the reader.
template <typename Reader>
void take_deletes_v14(Reader& reader, DeleteRanges& deletes) {
  std::map<ClientId, DeleteRanges, std::greater<>> clients;
  std::uint64_t section = std::numeric_limits<std::uint64_t>::max();
  ClientId client = 0;
  for (ClockRange range; reader.next_delete(client, range);) {
    DeleteRanges& ranges = clients[client];
    if (reader.sections_left() != section) ranges.clear();
    section = reader.sections_left();
    ranges.push_back({client, range});
  }
  for (auto& [owner, ranges] : clients) {
    merge_deletes(ranges);
    std::erase_if(ranges, [](const DeleteRange& range) { return range.range.length == 0; });
    if (ranges.empty()) ranges.push_back({owner, kNoRange});
    deletes.insert(deletes.end(), ranges.begin(), ranges.end());
  }
}

/// Brings the clients to descending order and leaves each client's ranges in theirs, as Yjs's
/// readDeleteSet followed by writeDeleteSet does.
void group_deletes(DeleteRanges& deletes);

/// Writes a delete set. REQUIRES: grouped by client.
/// V2 can hold ranges only in order, apart and not empty. Differs from Yjs: where a client's ranges
/// are not so, Yjs throws or writes bytes that nobody can read; here they are merged first.
template <typename Encoder>
void write_deletes(Encoder& encoder, const DeleteRanges& deletes);

}  // namespace weft::update
