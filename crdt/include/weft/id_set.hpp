// Sets of ids as ranges of clocks per client: delete sets, and what an update inserts.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>

namespace weft {

/// Clocks [clock, clock + length) of one client.
struct ClockRange {
  Clock clock = 0;
  Clock length = 0;

  friend bool operator==(const ClockRange&, const ClockRange&) = default;
};

/// A piece of a row of clocks that was asked for: all of it is in the set, or nothing of it.
struct SlicedRange {
  Clock clock = 0;
  Clock length = 0;
  bool exists = false;

  friend bool operator==(const SlicedRange&, const SlicedRange&) = default;
};

/// Yjs DeleteSet, @y/y IdSet. Ranges stand as they were added until `normalize` sorts and joins
/// them; clients stand in descending order, the order of every encoding.
class IdSet {
 public:
  using Clients = std::map<ClientId, std::vector<ClockRange>, std::greater<>>;

  /// Appends a range, joined to the last one of that client where it continues it.
  void add(ClientId client, Clock clock, Clock length);

  /// Takes a range out (@y/y IdSet.delete). The set is normalized then. O(n).
  void remove(ClientId client, Clock clock, Clock length);

  /// Sorts every client's ranges, joins those that touch or overlap, and drops what is empty (Yjs
  /// sortAndMergeDeleteSet, @y/y getIds). O(n log n) in the ranges.
  void normalize();
  /// O(n).
  bool is_normalized() const;

  /// REQUIRES: normalized. O(log n).
  bool contains(Id id) const;

  /// The `length` clocks from `clock` on, cut where the set begins or ends to hold them (@y/y
  /// IdSet.slice). REQUIRES: normalized. O(log n + pieces).
  std::vector<SlicedRange> slice(ClientId client, Clock clock, Clock length) const;

  const Clients& clients() const { return clients_; }
  Clients& clients() { return clients_; }
  bool empty() const { return clients_.empty(); }

  /// Delete set encoding V1 or V2 (without the update around it); @y/y encodeIdSet writes V2. V1
  /// has the ranges as they stand, V2 as normalize would leave them.
  Bytes encode(Encoding encoding = Encoding::v1) const;

  /// V13: ranges as they were written; v14: normalized, and of a client with two sections the last
  /// one counts. Errors: unexpected_end, number_too_large, invalid_delete_set. Trailing bytes are
  /// ignored.
  static Result<IdSet> decode(ByteView bytes, Encoding encoding = Encoding::v1,
                              Compat compat = Compat::v13);

  friend bool operator==(const IdSet&, const IdSet&) = default;

 private:
  Clients clients_;
};

// What follows takes sets as they are and gives normalized ones. O(n log n) in the ranges; O(n)
// where all are normalized already.

/// Every id that one of `sets` holds. Source: Yjs mergeDeleteSets, @y/y mergeIdSets,
/// insertIntoIdSet.
IdSet merge_id_sets(std::span<const IdSet> sets);

/// The ids of `set` that `exclude` lacks. Source: @y/y diffIdSet.
IdSet diff_id_sets(const IdSet& set, const IdSet& exclude);

/// The ids that both hold. Source: @y/y intersectSets.
IdSet intersect_id_sets(const IdSet& a, const IdSet& b);

}  // namespace weft
