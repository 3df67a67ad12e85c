// What a replica has seen: for each client, the clock that it expects next.
#pragma once

#include <utility>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>

namespace weft {

/// A map from client to next clock, kept in descending client order: the order of every encoding.
/// Values: a client that is absent counts as 0.
class StateVector {
 public:
  using Entry = std::pair<ClientId, Clock>;

  /// The next clock of `client`, 0 where unknown. O(log clients).
  Clock get(ClientId client) const;

  /// Sets the next clock of `client`. O(clients) unless clients arrive in descending order.
  void set(ClientId client, Clock clock);

  const std::vector<Entry>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }

  /// Yjs encodeStateVector: varuint count, then client and clock in descending client order.
  Bytes encode() const;

  /// Yjs decodeStateVector. A repeated client keeps its last clock. Trailing bytes are ignored.
  /// Errors: unexpected_end, number_too_large. Memory is bounded by the input.
  static Result<StateVector> decode(ByteView bytes);

  friend bool operator==(const StateVector&, const StateVector&) = default;

 private:
  std::vector<Entry> entries_;
};

}  // namespace weft
