// Structs that came before their causes. Source: Yjs store.pendingStructs, readUpdateV2,
// integrateStructs.
//
// Yjs keeps them as one merged update together with the first missing clock of each client, and
// reads all of it again once one of those clocks has come. So a struct whose causes have come
// another way waits until then, too. Here they are kept in parts, each a row of one client's
// structs without a hole: the missing clocks say when, as in Yjs, but only the parts that can go on
// are read, and only clients that something has come for are looked at (wait_graph.hpp). What can
// go on joins the document in the order in which it would among all, which can be seen in the order
// of a map's keys; so clients that stay behind take part where they would have others tried first.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <weft/bytes.hpp>

#include "document/decode.hpp"
#include "document/wait_graph.hpp"

namespace weft::document {

using store::ClientIx;
using store::DenseId;

class PendingStructs {
 public:
  /// What a struct needs of other clients.
  struct Causes {
    DenseId origin;
    DenseId right_origin;
    DenseId parent;
  };

  static Causes causes_of(ClientIx own, DenseId origin, DenseId right_origin, DenseId parent = {}) {
    const auto other = [own](DenseId id) { return id.client != own ? id : DenseId{}; };
    return {other(origin), other(right_origin), other(parent)};
  }
  /// Those of a record of `own`.
  static Causes causes_of(ClientIx own, const DecodedUpdate& decoded, const Record& record) {
    const Extra* extra = decoded.extra(record);
    return causes_of(own, record.origin(), record.right_origin(),
                     extra != nullptr ? extra->parent_id : DenseId{});
  }

  /// Structs of one client without a hole.
  struct Row {
    ClientIx client = store::kNoClient;
    ClientId id = 0;          // the same client
    std::uint32_t begin = 0;  // clocks
    std::uint32_t end = 0;
    bool starts_gc = false;  // its first struct is GC
    std::uint32_t from = 0;  // the caller's: its records
    std::uint32_t to = 0;
  };

  /// The first part of a client that cannot go on.
  struct Waiting {
    ClientIx client = store::kNoClient;
    std::uint32_t clock = 0;
    Causes causes;
  };

  bool empty() const { return parts_.empty(); }

  /// Readies the place for rows that were set aside: where they overlap what is here, one of both
  /// stays, as when Yjs merges updates. Moves the beginning of each row to where it stays from on;
  /// the end, where nothing stays. True if any of it was not here. `rows` stand by descending
  /// client id and ascending clock. O(rows * log), where they overlap also the parts.
  bool make_room(std::span<Row> rows);
  /// Whether any of it is here. Where not, there is room.
  bool overlaps(const Row& row) const { return meeting(row).overlap; }
  /// Keeps `update`, a V1 update of just that row, in the place that was readied. `causes` are
  /// those of its first struct; `single` is the row where it is one struct without an Extra, its
  /// content a piece of the update. O(log).
  void add(const Row& row, const Causes& causes, Bytes update,
           std::optional<Record> single = std::nullopt);

  /// All is tried again once `missing` is known; the lowest clock of each client counts.
  void wait_for(DenseId missing);
  /// One for each client, by dense client. O(clients that wait * log).
  std::vector<DenseId> missing() const;
  /// Notes that a client has reached `state`.
  void note(ClientIx client, std::uint32_t state);
  /// One of the missing clocks has come.
  bool may_go_on() const { return may_go_on_; }

  /// A part that can go on, as it was added.
  struct Ready {
    ClientIx client = store::kNoClient;
    Bytes update;
    std::optional<Record> single;
  };
  /// Reads the causes of the first struct of a V1 update.
  using ReadCauses = std::function<Causes(ByteView)>;
  /// Takes out all parts whose causes are known now, or among those taken, by client and clock, and
  /// tells what stays. Forgets what is missing. `settle` must follow once they have joined the
  /// document. O(clients that something came for, and parts taken), each * log; where several
  /// clients can go on, also what waits for them.
  std::vector<Ready> take_ready(const store::ClientTable& clients, const ReadCauses& read);
  /// What stayed then and is tried before some of it.
  std::span<const Waiting> waiting() const { return waiting_; }
  /// All has been tried: what did not go on is missing its causes.
  void settle(const store::ClientTable& clients, const ReadCauses& read);

  /// Everything as one V1 update. O(bytes * log parts). REQUIRES: not empty.
  Bytes merged() const;

 private:
  using Key = std::pair<ClientIx, std::uint32_t>;  // client, begin
  struct Part {
    std::uint32_t end = 0;
    bool starts_gc = false;
    bool cut = false;  // `update` has structs before the beginning, which do not count
    ClientId id = 0;
    Causes causes;
    Bytes update;
    std::optional<Record> single;
  };
  using Parts = std::map<Key, Part>;
  /// The clocks that one client's parts cover without a hole.
  using Runs = std::map<std::pair<ClientId, std::uint32_t>, std::uint32_t>;

  /// How far the parts of one client can go on.
  struct Way {
    std::uint32_t known = 0;  // the client's state, with what goes on
    Parts::iterator next;
  };

  /// Of a row and what is here.
  struct Meeting {
    bool overlap = false;
    bool covered = false;
  };

  Meeting meeting(const Row& row) const;
  void add_run(const Row& row);
  void note_change(ClientIx client);
  bool merge_client(std::span<Row> rows, bool rest_leads);
  bool starts_gc(const Row& row, std::uint32_t begin) const;
  void cut(ClientIx client, std::uint32_t begin, std::uint32_t end);
  void forget_runs(ClientId id, std::uint32_t end);
  static Bytes without_front(std::uint32_t begin, const Part& part);
  Parts::iterator first_of(ClientIx client) { return parts_.lower_bound({client, 0}); }
  std::uint32_t known(ClientIx client, const store::ClientTable& clients) const;
  void try_all(const store::ClientTable& clients, const ReadCauses& read);
  void try_client(ClientIx client, const store::ClientTable& clients, const ReadCauses& read);
  DenseId lack_of(ClientIx client, const Way& way, const store::ClientTable& clients,
                  const ReadCauses& read);
  void take_way(ClientIx client, const Way& way, std::vector<Ready>& taken);
  void add_waiting();

  Parts parts_;
  Runs runs_;
  std::map<ClientIx, std::uint32_t> missing_;  // since all was tried
  bool may_go_on_ = false;
  std::vector<Waiting> waiting_;
  WaitGraph graph_;
  std::vector<ClientIx> changed_;  // clients whose parts are others than when all was tried
  // Of the present try.
  std::map<ClientIx, Way> ways_;
  std::vector<ClientIx> open_;
};

}  // namespace weft::document
