// Which client's pending structs wait for which client, as of the last time that all was tried.
//
// Yjs tries each client's first pending struct, the highest client id first. One that lacks a
// struct of another client has that client tried before it, unless it was tried already. In the end
// every pending client is stuck on one clock: a hole in its own structs, or a clock of one other
// client. That makes trees. For the root of each, and for each client within that was found stuck
// by another one, Yjs remembers a clock which, once known, has all tried again.
//
// The trees are kept here from one time to the next, so that trying again costs what has changed
// and not what waits.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "store/client_table.hpp"

namespace weft::document {

using store::ClientIx;
using store::DenseId;

class WaitGraph {
 public:
  using Clients = std::vector<ClientIx>;

  /// `client` waits for `lack`, of its own where it has a hole. `state` is that of lack's client.
  /// REQUIRES: it does not wait yet. O(log).
  void add(ClientIx client, ClientId id, DenseId lack, std::uint32_t state);
  /// No longer, if it did. O(log).
  void remove(ClientIx client);
  /// Removes those that wait for a clock of `client` before `known`, and appends them to `out`.
  /// O(log) each.
  void release(ClientIx client, std::uint32_t known, Clients& out);

  /// `client` has come to `state`. True if Yjs has all tried again.
  bool advance(ClientIx client, std::uint32_t state);
  /// The clients that advanced since this was last called.
  Clients take_advanced();
  /// All was tried with `client` at `state`.
  void settle(ClientIx client, std::uint32_t state);

  bool waits(ClientIx client) const;
  /// What a waiting client lacks.
  DenseId lack(ClientIx client) const { return nodes_.at(client).lack; }
  /// Lowers the clocks of `missing` to those that Yjs remembers. O(all that waits * log).
  void add_missing(std::map<ClientIx, std::uint32_t>& missing) const;

  /// One end of a way through the tree, and the clock that is lacked at its upper end.
  struct Way {
    ClientIx client;
    std::uint32_t clock;
  };
  /// The highest client id of those that wait for `client`, also through others; not counting those
  /// that `apart` holds for, nor what is behind them. O(those).
  template <typename Apart>
  std::optional<Way> highest_behind(ClientIx client, const Apart& apart) const;
  /// The first client that `apart` holds for between the waiting `client` and its root.
  /// O(the way).
  template <typename Apart>
  std::optional<Way> first_before(ClientIx client, const Apart& apart) const;

 private:
  struct Node {
    ClientId id = 0;
    DenseId lack = {};        // none: the client does not wait, others wait for it
    std::uint32_t state = 0;  // when all was tried
    bool advanced = false;
    std::set<std::pair<std::uint32_t, ClientIx>> waiters;  // others, by the clock they wait for
  };
  using Nodes = std::map<ClientIx, Node>;

  static bool has_hole(ClientIx client, const Node& node) {
    return node.lack.exists() && node.lack.client == client;
  }
  bool is_remembered(ClientIx client, const Node& node) const;
  void forget_unused(Nodes::iterator at);

  Nodes nodes_;
  Clients advanced_;
};

template <typename Apart>
std::optional<WaitGraph::Way> WaitGraph::highest_behind(ClientIx client, const Apart& apart) const {
  const auto root = nodes_.find(client);
  if (root == nodes_.end()) return std::nullopt;
  std::optional<Way> highest;
  ClientId highest_id = 0;
  std::vector<Way> open;
  const auto visit = [&](ClientIx waiter, std::uint32_t clock) {
    if (waiter != client && !apart(waiter)) open.push_back({waiter, clock});
  };
  for (const auto& [clock, waiter] : root->second.waiters) visit(waiter, clock);
  while (!open.empty()) {
    const Way one = open.back();
    open.pop_back();
    const Node& node = nodes_.at(one.client);
    if (!highest || node.id > highest_id) {
      highest = one;
      highest_id = node.id;
    }
    for (const auto& waiter : node.waiters) visit(waiter.second, one.clock);
  }
  return highest;
}

template <typename Apart>
std::optional<WaitGraph::Way> WaitGraph::first_before(ClientIx client, const Apart& apart) const {
  // In a circle the way has no end.
  for (std::size_t steps = nodes_.size(); steps > 0; --steps) {
    const auto at = nodes_.find(client);
    if (at == nodes_.end() || !at->second.lack.exists() || has_hole(client, at->second)) break;
    client = at->second.lack.client;
    if (apart(client)) return Way{client, at->second.lack.clock};
  }
  return std::nullopt;
}

}  // namespace weft::document
