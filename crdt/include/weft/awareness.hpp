// Who is here: short-lived states of clients, last writer by clock. Source: y-protocols
// awareness.js.
//
// A state is JSON text that is checked once and then relayed as it is, never parsed. Time comes
// from the caller, in milliseconds of any steady clock.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>

namespace weft {

class Awareness {
 public:
  /// A client that was not heard of for this long is gone (y-protocols outdatedTimeout).
  static constexpr std::int64_t kTimeoutMs = 30'000;

  /// What an update changed. `update` holds the accepted entries, ready to be relayed; it is empty
  /// when there were none.
  struct Change {
    std::vector<ClientId> added;
    std::vector<ClientId> updated;
    std::vector<ClientId> removed;
    Bytes update;
  };

  /// Applies an awareness update. An entry counts when its clock is above the known one, or when it
  /// ends a present state at the same clock. A state that returns after it was removed, with the
  /// clock that it had, is taken with the next clock: peers that saw the removal would ignore it
  /// otherwise, and its owner goes on from there.
  /// Errors: unexpected_end, number_too_large, invalid_utf8, invalid_json; nothing is changed then.
  /// O(bytes).
  Result<Change> apply(ByteView update, std::int64_t now_ms);

  /// Ends the states of `clients`, their clocks stay (y-protocols removeAwarenessStates).
  Change remove(std::span<const ClientId> clients);

  /// Ends the states that have not been renewed for kTimeoutMs. O(clients).
  Change expire(std::int64_t now_ms);

  /// All present states as an update; empty when there are none.
  Bytes encode() const;

  /// The JSON text of a client's state, or an empty string.
  std::string_view state(ClientId client) const;
  std::size_t size() const { return present_; }

 private:
  struct State {
    std::uint64_t clock = 0;
    std::string json;  // empty: gone
    std::int64_t seen_ms = 0;
  };
  struct Entry {
    ClientId client;
    std::uint64_t clock;
    std::string_view json;  // empty: null
  };

  static Result<std::vector<Entry>> decode(ByteView update);
  static Bytes encode(std::span<const Entry> entries);

  std::map<ClientId, State> states_;
  std::size_t present_ = 0;
};

}  // namespace weft
