// Who is here: short-lived states of clients, last writer by clock. Source: y-protocols
// awareness.js.
//
// A state is JSON text that is checked once, when it is taken, and then relayed as it came. Entries
// that are no news cost no more than reading past them: providers send every state that they hear
// back to the server. Time comes from the caller, in milliseconds of any steady clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/value.hpp>

namespace weft {

class Awareness {
 public:
  /// A client that was not heard of for this long is gone (y-protocols outdatedTimeout).
  static constexpr std::int64_t kTimeoutMs = 30'000;
  /// The clock of a client that is gone is remembered for this long after it was last heard of.
  static constexpr std::int64_t kForgetMs = 10 * kTimeoutMs;

  /// What an update changed. `update` holds the accepted entries, ready to be relayed; it is empty
  /// when there were none.
  struct Change {
    std::vector<ClientId> added;
    std::vector<ClientId> updated;
    /// Those of `updated` whose state is another one than before, members in any order (y-protocols
    /// filteredUpdated). Only after compare_states.
    std::vector<ClientId> filtered_updated;
    std::vector<ClientId> removed;
    Bytes update;
  };

  /// `bytes_max` bounds the memory of all states and remembered clocks together.
  explicit Awareness(std::size_t bytes_max = std::size_t{16} << 20) : bytes_max_(bytes_max) {}

  /// From now on changes tell which updated states differ (y-protocols event `change`). Costs
  /// reading the old and the new state, wherever their texts are not the same.
  void compare_states() { compares_ = true; }

  /// Applies an awareness update. An entry counts when its clock is above the known one (0 for an
  /// unknown client), or when it ends a present state at the same clock. A state that returns after
  /// it was removed, with the clock that it had, is taken with the next clock: peers that saw the
  /// removal would ignore it otherwise, and its owner goes on from there.
  /// Errors: unexpected_end, number_too_large; invalid_utf8, invalid_json in an entry that counts;
  /// too_large above bytes_max. Nothing is changed then. O(bytes).
  /// Entries of clients for which `may_speak`, where it is given, says no are as if they were not
  /// there.
  [[nodiscard]] Result<Change> apply(ByteView update, std::int64_t now_ms,
                                     const std::function<bool(ClientId)>& may_speak = {});

  /// What this program itself says as `client`, JSON text (y-protocols setLocalState); `null` ends
  /// it. From then on that client is its own: peers cannot end its state, which comes back with the
  /// next clock, and it does not expire.
  /// Errors: invalid_utf8, invalid_json; too_large above bytes_max. Nothing is changed then.
  [[nodiscard]] Result<Change> set(ClientId client, std::string_view json, std::int64_t now_ms);

  /// The clients that an awareness update names, in its order, whether their entries count or not.
  /// Errors: unexpected_end, number_too_large. O(bytes).
  static Result<std::vector<ClientId>> clients(ByteView update);

  /// Ends the states of `clients`, their clocks stay (y-protocols removeAwarenessStates); those of
  /// its own go on by one.
  Change remove(std::span<const ClientId> clients);

  /// Ends the states that have not been renewed for kTimeoutMs, and renews its own after half of
  /// that: to be called every few seconds. O(clients).
  Change expire(std::int64_t now_ms);

  /// All present states as an update; empty when there are none.
  Bytes encode() const;
  /// Those of `clients`, null for who is gone; who was never heard of is left out (y-protocols
  /// encodeAwarenessUpdate).
  Bytes encode(std::span<const ClientId> clients) const;

  /// As encode, and the ends of those that are gone and not yet forgotten: for one who may have
  /// missed some of what happened.
  Bytes encode_with_gone() const;

  /// The JSON text of a client's state, or an empty string.
  std::string_view state(ClientId client) const;
  /// Those who have a state, in ascending order. O(clients).
  std::vector<ClientId> present() const;
  /// How many states are present.
  std::size_t size() const { return present_; }

 private:
  struct State {
    std::uint64_t clock = 0;
    std::string json;  // empty: gone
    std::int64_t seen_ms = 0;
    bool own = false;
  };
  struct Entry {
    ClientId client = 0;
    std::uint64_t clock = 0;
    std::string_view json;  // empty: null
  };
  /// What the entries of one update come to, before any of it is taken.
  using Staged = std::map<ClientId, Entry>;
  enum class Verdict : std::uint8_t { stale, counts, returns };

  Verdict judge(const Staged& staged, const Entry& entry) const;
  bool fits(const Staged& staged) const;
  void take(const Staged& staged, std::int64_t now_ms, Change& change);
  void end(ClientId client, State& state, Change& change);
  bool is_own_present(ClientId client) const;

  std::map<ClientId, State> states_;
  std::size_t present_ = 0;
  std::size_t bytes_ = 0;
  std::size_t bytes_max_;
  bool compares_ = false;
};

/// The same update with `modify(client, state)` in the place of each state, null for who is gone
/// (y-protocols modifyAwarenessUpdate). Errors: those of Awareness::apply for any entry, too_deep;
/// invalid_json where `modify` gives undefined, which no JSON says. O(bytes).
Result<Bytes> modify_awareness_update(ByteView update,
                                      const std::function<Value(ClientId, Value)>& modify);

}  // namespace weft
