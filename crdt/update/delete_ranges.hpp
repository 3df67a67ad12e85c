// Delete sets on their way from update to update, as a flat list of ranges.
#pragma once

#include <algorithm>
#include <vector>

#include <weft/id_set.hpp>

namespace weft::update {

struct DeleteRange {
  ClientId client;
  ClockRange range;
};

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
/// Source: Yjs mergeDeleteSets, sortAndMergeDeleteSet. O(n log n).
void merge_deletes(DeleteRanges& deletes);

/// merge_deletes, then drops what is empty. Source: @y/y 14 readIdSet. Of a client with two
/// sections only the last counts there.
void normalize_deletes(DeleteRanges& deletes);

/// Brings the clients to descending order and leaves each client's ranges in theirs, as Yjs's
/// readDeleteSet followed by writeDeleteSet does.
void group_deletes(DeleteRanges& deletes);

/// Writes a delete set. REQUIRES: grouped by client.
/// V2 can hold ranges only in order, apart and not empty. Differs from Yjs: where a client's ranges
/// are not so, Yjs throws or writes bytes that nobody can read; here they are merged first.
template <typename Encoder>
void write_deletes(Encoder& encoder, const DeleteRanges& deletes);

}  // namespace weft::update
