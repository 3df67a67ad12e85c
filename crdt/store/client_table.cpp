#include "store/client_table.hpp"

namespace weft::store {

std::vector<ClientIx> ClientTable::descending() const {
  std::vector<ClientIx> order;
  order.reserve(clients_.size());
  for (ClientIx i = 0; i < clients_.size(); ++i) {
    if (!clients_[i].structs.empty()) order.push_back(i);
  }
  std::sort(order.begin(), order.end(),
            [this](ClientIx a, ClientIx b) { return clients_[a].id > clients_[b].id; });
  return order;
}

}  // namespace weft::store
