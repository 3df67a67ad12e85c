#include "document/wait_graph.hpp"

#include <algorithm>
#include <cassert>
#include <functional>

namespace weft::document {

void WaitGraph::add(ClientIx client, ClientId id, DenseId lack, std::uint32_t state) {
  Node& node = nodes_[client];
  assert(!node.lack.exists());
  node.id = id;
  node.lack = lack;
  if (lack.client == client) {
    node.state = state;
    return;
  }
  const auto [cause, added] = nodes_.try_emplace(lack.client);
  if (added) cause->second.state = state;
  cause->second.waiters.emplace(lack.clock, client);
}

void WaitGraph::remove(ClientIx client) {
  const auto at = nodes_.find(client);
  if (at == nodes_.end() || !at->second.lack.exists()) return;
  const DenseId lack = std::exchange(at->second.lack, DenseId{});
  forget_unused(at);
  if (lack.client == client) return;
  const auto cause = nodes_.find(lack.client);
  cause->second.waiters.erase({lack.clock, client});
  forget_unused(cause);
}

void WaitGraph::forget_unused(Nodes::iterator at) {
  const Node& node = at->second;
  if (node.lack.exists() || !node.waiters.empty()) return;
  assert(!node.advanced);
  nodes_.erase(at);
}

void WaitGraph::release(ClientIx client, std::uint32_t known, Clients& out) {
  const auto at = nodes_.find(client);
  if (at == nodes_.end()) return;
  Node& node = at->second;
  while (!node.waiters.empty() && node.waiters.begin()->first < known) {
    const ClientIx waiter = node.waiters.begin()->second;
    out.push_back(waiter);
    node.waiters.erase(node.waiters.begin());
    const auto freed = nodes_.find(waiter);
    freed->second.lack = {};
    forget_unused(freed);
  }
  if (has_hole(client, node) && node.lack.clock < known) {
    out.push_back(client);
    node.lack = {};
  }
  forget_unused(at);
}

// At least one of two that wait for a client finds it tried; so does one, where no higher client
// behind it came to it first.
bool WaitGraph::is_remembered(ClientIx client, const Node& node) const {
  if (node.waiters.empty()) return false;
  if (!node.lack.exists() || node.waiters.size() > 1) return true;
  const auto none = [](ClientIx) { return false; };
  const auto highest = highest_behind(client, none);
  return !highest || node.id > nodes_.at(highest->client).id;
}

bool WaitGraph::advance(ClientIx client, std::uint32_t state) {
  const auto at = nodes_.find(client);
  if (at == nodes_.end() || state <= at->second.state) return false;
  Node& node = at->second;
  if (!std::exchange(node.advanced, true)) advanced_.push_back(client);
  return (has_hole(client, node) && node.lack.clock < state) || is_remembered(client, node);
}

WaitGraph::Clients WaitGraph::take_advanced() {
  for (const ClientIx client : advanced_) nodes_.at(client).advanced = false;
  return std::exchange(advanced_, {});
}

void WaitGraph::settle(ClientIx client, std::uint32_t state) {
  if (const auto at = nodes_.find(client); at != nodes_.end()) at->second.state = state;
}

bool WaitGraph::waits(ClientIx client) const {
  const auto at = nodes_.find(client);
  return at != nodes_.end() && at->second.lack.exists();
}

// As Yjs goes, the highest client id first.
void WaitGraph::add_missing(std::map<ClientIx, std::uint32_t>& missing) const {
  const auto remember = [&](ClientIx client, std::uint32_t clock) {
    const auto [at, added] = missing.try_emplace(client, clock);
    if (!added) at->second = std::min(at->second, clock);
  };
  std::vector<std::pair<ClientId, ClientIx>> waiting;
  for (const auto& [client, node] : nodes_) {
    if (node.lack.exists()) waiting.emplace_back(node.id, client);
  }
  std::sort(waiting.begin(), waiting.end(), std::greater<>());
  std::set<ClientIx> tried;
  for (auto [id, client] : waiting) {
    while (tried.insert(client).second) {
      const DenseId lack = nodes_.at(client).lack;
      if (lack.client == client) {
        remember(client, lack.clock);
        break;
      }
      client = lack.client;
      const Node& cause = nodes_.at(client);
      if (!cause.lack.exists() || tried.contains(client)) {
        remember(client, cause.state);
        break;
      }
    }
  }
}

}  // namespace weft::document
