// Deletes that came before what they delete. Source: Yjs store.pendingDs.
#pragma once

#include <map>
#include <vector>

#include <weft/id_set.hpp>

namespace weft::document {

class PendingDeletes {
 public:
  PendingDeletes() = default;
  explicit PendingDeletes(const IdSet& set) { add(set); }

  bool empty() const { return clients_.empty(); }
  /// False if all of it waits already. O(log + ranges that it joins), for each range.
  bool add(const IdSet& set);
  /// Whether some of what waits begins before `state`.
  bool is_due(ClientId client, Clock state) const;
  /// Takes out the ranges that do, in order. O(log + those).
  std::vector<ClockRange> take_due(ClientId client, Clock state);
  /// All of it, normalized.
  IdSet set() const;

  friend bool operator==(const PendingDeletes&, const PendingDeletes&) = default;

 private:
  /// The end of each range by its beginning; none touches another.
  using Ranges = std::map<Clock, Clock>;

  static bool add(Ranges& ranges, ClockRange range);

  std::map<ClientId, Ranges> clients_;
};

}  // namespace weft::document
