// Structs that came before their causes. Source: Yjs store.pendingStructs.
//
// Yjs keeps them as one merged update and reads all of it again whenever one of the missing clocks
// has come. Here they are kept in parts, each a row of one client's structs without a hole, with
// the one unit that its first struct waits for: an update out of order costs its own parts and
// those it may let in. Read again together, those join the document in the order in which they
// would among all, which can be seen in the order of a map's keys.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <weft/bytes.hpp>

#include "store/item.hpp"

namespace weft::document {

class PendingStructs {
 public:
  /// A unit that has to be known first.
  using Wait = store::DenseId;

  struct Row {
    store::ClientIx client;
    std::uint32_t begin;  // clocks
    std::uint32_t end;
  };

  bool empty() const { return parts_.empty(); }

  /// Keeps `update`, a V1 update of just that row. False if all of it is here already.
  /// O(log parts); where rows overlap, also the size of those it overlaps.
  bool add(const Row& row, Wait wait, Bytes update);

  /// What is known of a client: the clocks below `end`.
  struct Known {
    store::ClientIx client;
    std::uint32_t end;
  };

  /// Takes out all parts that wait for what is known now, or for each other, as one V1 update.
  /// O(log parts) for each.
  std::optional<Bytes> take_ready(std::vector<Known> known);

  /// Everything as one V1 update. O(bytes * log parts). REQUIRES: not empty.
  Bytes merged() const;

 private:
  using Key = std::pair<store::ClientIx, std::uint32_t>;  // client, begin
  struct Part {
    std::uint32_t end;
    Wait wait;
    Bytes update;
  };
  using Parts = std::map<Key, Part>;

  Parts::iterator first_behind(Key key);
  bool covers(const Row& row);
  void insert(const Row& row, Wait wait, Bytes update);
  Parts::iterator erase(Parts::iterator part);
  static std::pair<Key, Key> waiting_key(const Parts::value_type& part) {
    return {{part.second.wait.client, part.second.wait.clock}, part.first};
  }

  Parts parts_;
  std::set<std::pair<Key, Key>> waiting_;  // what is waited for, by which part
};

}  // namespace weft::document
