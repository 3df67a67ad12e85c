// Clock ranges by client, clients in the order of their coming. Source: Yjs DeleteSet, whose Map
// keeps that order, mergeDeleteSets.
//
// In which order an undo goes through clients decides which clocks its copies get, so the order is
// visible in every later encoding.
#pragma once

#include <unordered_map>
#include <vector>

#include <weft/id_set.hpp>

#include "document/transaction.hpp"
#include "store/store.hpp"

namespace weft::history {

/// What of `ids` the document has, as they stand.
std::vector<document::DenseRange> dense_ranges(const store::Store& store, const IdSet& ids);

class OrderedRanges {
 public:
  struct Range {
    std::uint32_t clock;
    std::uint32_t end;
  };
  struct Client {
    store::ClientIx client;
    std::vector<Range> ranges;  // ascending, apart
  };

  /// Puts a client behind those that are there, unless it is one of them.
  void add_client(store::ClientIx client);
  /// Joins a range to what is there. O(log ranges) at the end of a client's ranges, else O(ranges).
  void add(document::DenseRange range);
  /// What of `ids` the document has.
  void add(const store::Store& store, const IdSet& ids);
  bool contains(store::DenseId id) const;

  const std::vector<Client>& clients() const { return clients_; }
  IdSet to_id_set(const store::Store& store) const;

 private:
  std::vector<Client> clients_;
  std::unordered_map<store::ClientIx, std::size_t> places_;
};

}  // namespace weft::history
