// One document: its store, the open transaction, what waits for missing causes, and observers.
//
// Everything that changes a document goes through here, in four files: integrate.cpp (structs join
// the store), remove.cpp (deletion and collection), commit.cpp (the end of a transaction) and
// apply.cpp (updates from outside). Source: Yjs Item, Transaction, encoding.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include <weft/doc.hpp>

#include "document/decode.hpp"
#include "document/scan_set.hpp"
#include "store/store.hpp"

namespace weft::document {

using store::Handle;
using store::Item;
using store::kNoHandle;
using store::ListIx;
using store::Store;
using store::TypeIx;

/// A range of one client's clocks.
struct DenseRange {
  ClientIx client;
  std::uint32_t clock;
  std::uint32_t length;
};

/// What the open transaction has done so far (Yjs Transaction).
struct TransactionState {
  std::uint32_t depth = 0;  // nested transact calls
  std::uint64_t origin = 0;
  bool local = true;
  std::vector<ClientIx> touched;    // clients whose state changed; Client::before has the old one
  std::vector<DenseRange> deletes;  // sorted and joined at commit
  std::vector<DenseId> merge_candidates;  // right halves of splits (Yjs _mergeStructs)
  bool joined = false;                    // what the deletion could join is joined already
};

/// Structs whose causes are missing, as one V1 update, and the clocks that would let some of them
/// in (Yjs store.pendingStructs).
struct PendingStructs {
  std::map<ClientId, std::int64_t> missing;
  Bytes update;
};

/// Content for a new item.
struct NewContent {
  Kind kind = Kind::deleted;
  std::uint32_t length = 1;
  std::uint32_t flags = 0;  // Item::kAscii, Item::kJson
  std::string_view bytes;
  std::string_view key;  // format: put before the value; type: its name; doc: the guid
  std::uint32_t type_ref = 0;
};

/// Where a new item goes. `left` and `right` are the neighbours that its author saw.
struct Place {
  Handle left = kNoHandle;
  Handle right = kNoHandle;
  DenseId origin;
  DenseId right_origin;
  ListIx list = store::kNoIndex;  // kNoIndex: nowhere, it becomes a GC struct
};

class DocState {
 public:
  explicit DocState(const DocOptions& options);

  // --- transactions (commit.cpp) ---
  void begin(std::uint64_t origin, bool local);
  void end();
  bool in_transaction() const { return txn_.depth > 0; }

  // --- updates (apply.cpp, encode.cpp) ---
  Result<void> apply(ByteView update, Encoding encoding, std::uint64_t origin);
  Bytes encode_state(const StateVector& since, Encoding encoding) const;
  StateVector state_vector() const;
  IdSet delete_set() const;
  /// Grows whenever an update or edit brought anything new, pending structs included.
  std::uint64_t revision() const { return revision_; }
  bool has_pending() const { return pending_.has_value() || !pending_deletes_.empty(); }

  // --- moves (integrate.cpp, remove.cpp). REQUIRES: an open transaction ---
  /// Appends an item to `client`'s structs and links it where YATA puts it (Yjs Item.integrate).
  Handle integrate(ClientIx client, const Place& place, const NewContent& content);
  /// A new item of this replica between `left` and `right`, which are neighbours in `list`.
  Handle insert_local(ListIx list, Handle left, Handle right, const NewContent& content);
  /// The item that starts with `id`, cut off its left part if need be (Yjs getItemCleanStart).
  /// kGc where it was collected.
  Handle clean_start(DenseId id);
  /// The item that ends with `id` (Yjs getItemCleanEnd).
  Handle clean_end(DenseId id);
  /// Deletes an item and all inside it; nothing if it is deleted already.
  void remove(Handle item);

  /// This replica's place in the client table.
  ClientIx own_client();

  TypeIx root(std::string_view name);

  /// Cancels through the returned number; see Doc::on_update.
  std::uint64_t add_update_observer(std::function<void(const UpdateEvent&)> observer);
  void remove_update_observer(std::uint64_t number) { update_observers_.erase(number); }

  DocOptions options;
  Store store;

 private:
  friend std::string check_invariants(const DocState& doc);

  // integrate.cpp
  void touch(ClientIx client);
  void append_struct(ClientIx client, Handle handle, std::uint32_t length);
  /// Lengthens the client's last item by text that its author typed right behind it.
  void extend(ClientIx client, Handle last, std::uint32_t flags, std::string_view text,
              std::uint32_t units);
  Handle resolve_conflict(const Item& item, Handle left, Handle right);
  Handle make_item(ClientIx client, const Place& place, const NewContent& content);
  void link(Handle handle, Handle left);
  void integrate_content(Handle handle, const NewContent& content);

  // apply.cpp
  class Integrator;
  void apply_decoded(DecodedUpdate& decoded);
  void keep_rest(std::map<ClientId, std::int64_t> missing, Bytes rest);
  void apply_deletes(const std::vector<DeleteRange>& deletes, IdSet& unapplied);
  void apply_delete(ClientIx client, std::uint32_t clock, std::uint32_t end);

  // remove.cpp
  void mark_deleted(Handle handle);
  void remove_one(Handle handle, bool inside);
  void collect_content(Handle handle);

  // boundary.cpp
  bool move_boundary(const DeleteRange& deletion);
  bool delete_tail(ClientIx client, Store::Cursor at, std::uint32_t units);
  bool delete_head(ClientIx client, Store::Cursor at, std::uint32_t units);

  // commit.cpp
  void sort_deletes();
  void collect_deleted();
  void join_deleted();
  void join_inserted();
  void join_candidates();
  void emit_updates();
  void renew_client_id();

  // encode.cpp
  Bytes encode_transaction() const;

  TransactionState txn_;
  DecodedUpdate decoded_;          // of the update at hand
  DecodedUpdate decoded_pending_;  // of the pending structs, when they are tried again
  std::optional<PendingStructs> pending_;
  IdSet pending_deletes_;
  ScanSet scanned_;  // scratch of resolve_conflict
  struct RemovalFrame {
    Handle item;      // the next item of the sequence
    ListIx next_key;  // then the newest value of each key
  };
  std::vector<RemovalFrame>
      removal_stack_;  // of remove(): nesting is bounded by memory, not by the stack
  ClientIx own_client_ = store::kNoClient;
  std::map<std::uint64_t, std::function<void(const UpdateEvent&)>> update_observers_;
  std::uint64_t next_observer_ = 1;
  struct Emission {
    Bytes update;
    std::uint64_t origin;
    bool local;
  };
  std::deque<Emission> outbox_;  // events that wait for the observers of an earlier one
  bool emitting_ = false;
  std::uint64_t revision_ = 0;
};

}  // namespace weft::document
