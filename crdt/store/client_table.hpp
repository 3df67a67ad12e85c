// The clients of one document: 53-bit client ids become dense numbers once for each update.
#pragma once

#include <vector>

#include <weft/id.hpp>

#include "store/clock_index.hpp"
#include "store/flat_map.hpp"
#include "store/item.hpp"

namespace weft::store {

struct Client {
  ClientId id = 0;
  ClockIndex structs;
  std::uint32_t section = kNoIndex;  // while an update is integrated: its section of this client
  std::uint32_t rank = 0;            // the clients' order by their first struct (Yjs store.clients)
  std::uint32_t before = 0;  // while a transaction is open and `touched`: state at its begin
  bool touched = false;
  bool joins = false;  // while `touched`: something new may join what stands before it

  /// The state before the open transaction; without one, the state.
  std::uint32_t state_before() const { return touched ? before : structs.state(); }
};

class ClientTable {
 public:
  explicit ClientTable(std::uint64_t seed) : by_id_(seed) {}

  /// The number of `id`, or kNoClient.
  ClientIx find(ClientId id) const {
    if (id == last_id_ && last_ != kNoClient) return last_;
    const std::uint32_t found = by_id_.find(id);
    if (found == FlatMap::kNone) return kNoClient;
    last_id_ = id;
    last_ = found;
    return found;
  }

  /// The number of `id`, made when it is new. REQUIRES: size() < limits::clients_max.
  ClientIx intern(ClientId id) {
    if (const ClientIx found = find(id); found != kNoClient) return found;
    const auto made = static_cast<ClientIx>(clients_.size());
    clients_.emplace_back().id = id;
    by_id_.insert(id, made);
    last_id_ = id;
    last_ = made;
    return made;
  }

  /// Forgets the clients numbered `size` and up: those that a rejected update named.
  void truncate(std::size_t size) {
    for (std::size_t i = size; i < clients_.size(); ++i) by_id_.erase(clients_[i].id);
    clients_.resize(size);
    last_ = kNoClient;
  }

  Client& operator[](ClientIx client) { return clients_[client]; }
  const Client& operator[](ClientIx client) const { return clients_[client]; }
  std::size_t size() const { return clients_.size(); }

  /// Numbers of the clients that have structs, by descending client id: the order of encodings.
  std::vector<ClientIx> descending() const;

 private:
  std::vector<Client> clients_;
  FlatMap by_id_;
  mutable ClientId last_id_ = 0;
  mutable ClientIx last_ = kNoClient;
};

}  // namespace weft::store
