// Sets of ids as ranges of clocks per client: delete sets, and what an update inserts.
#pragma once

#include <map>
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

/// Yjs DeleteSet, @y/y IdSet. Ranges stand as they were added until `normalize` sorts and joins
/// them; clients stand in descending order, the order of every encoding.
class IdSet {
 public:
  using Clients = std::map<ClientId, std::vector<ClockRange>, std::greater<>>;

  /// Appends a range, joined to the last one of that client where it continues it.
  void add(ClientId client, Clock clock, Clock length);

  /// Sorts every client's ranges and joins those that touch or overlap (Yjs
  /// sortAndMergeDeleteSet). O(n log n) in the ranges.
  void normalize();

  /// REQUIRES: normalized. O(log n).
  bool contains(Id id) const;

  const Clients& clients() const { return clients_; }
  Clients& clients() { return clients_; }
  bool empty() const { return clients_.empty(); }

  /// Delete set encoding V1 or V2 (without the update around it). V2 REQUIRES: normalized.
  Bytes encode(Encoding encoding = Encoding::v1) const;

  /// Errors: unexpected_end, number_too_large, invalid_delete_set. Trailing bytes are ignored.
  static Result<IdSet> decode(ByteView bytes, Encoding encoding = Encoding::v1);

  friend bool operator==(const IdSet&, const IdSet&) = default;

 private:
  Clients clients_;
};

}  // namespace weft
