// One document: its store, the open transaction, what waits for missing causes, and observers.
//
// Everything that changes a document goes through here, in six files: integrate.cpp (structs join
// the store), remove.cpp (deletion and collection), commit.cpp (the end of a transaction),
// observe.cpp (who is told), apply.cpp (updates from outside) and retry.cpp (what waited). Source:
// Yjs Item, Transaction, encoding.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include <weft/doc.hpp>

#include "document/decode.hpp"
#include "document/format_place.hpp"
#include "document/observers.hpp"
#include "document/pending.hpp"
#include "document/pending_deletes.hpp"
#include "document/scan_set.hpp"
#include "document/subdocs.hpp"
#include "document/transaction.hpp"
#include "store/store.hpp"

namespace weft::document {

using store::Handle;
using store::Item;
using store::kNoHandle;
using store::ListIx;
using store::Store;
using store::TypeIx;

/// Content for a new item.
struct NewContent {
  Kind kind = Kind::deleted;
  std::uint32_t length = 1;
  std::uint32_t flags = 0;  // Item::kAscii, Item::kJson
  std::string_view bytes;
  std::string_view key;  // format: put before the value; type: its name; doc: the guid
  std::uint32_t type_ref = 0;
  std::optional<bool> should_load = std::nullopt;  // doc; nothing: as its option autoLoad says
};

/// Where a new item goes. `left` and `right` are the neighbours that its author saw.
struct Place {
  Handle left = kNoHandle;
  Handle right = kNoHandle;
  DenseId origin;
  DenseId right_origin;
  ListIx list = store::kNoIndex;  // kNoIndex: nowhere, it becomes a GC struct
  std::uint32_t clock =
      store::kNoIndex;  // kNoIndex: behind all that the client has, else in a Skip
};

/// What waits for its causes in a document of @y/y 14, kept as Yjs keeps it: one V2 update, and the
/// clocks from which on it shall be tried again.
struct PendingV14 {
  std::map<ClientId, Clock> missing;
  Bytes update;
};

struct SingleStruct;

class DocState {
 public:
  explicit DocState(DocOptions opts);

  // --- transactions (commit.cpp) ---
  /// Opens a transaction, or joins the one that is open.
  void begin(std::uint64_t origin, bool local);
  /// Ends what the last `begin` opened. Observers are called here, may open transactions of their
  /// own, and see those end after this one, as in Yjs.
  void end();
  bool in_transaction() const { return txn_->depth > 0; }
  /// The open transaction. REQUIRES: in_transaction().
  TransactionState& transaction() { return *txn_; }

  // --- observers (observe.cpp) ---
  /// Made when first asked for: a document that nobody observes pays nothing. Subscriptions see
  /// when they are gone.
  const std::shared_ptr<Observers>& observers();
  void tell_end() {
    if (observers_) observers_->destroy.call();
  }
  /// Somebody wants to know what changes, and finds deleted content as it was.
  bool observing() const { return observers_ != nullptr && observers_->wants_changes(); }

  // --- updates (apply.cpp, encode.cpp) ---
  Result<void> apply(ByteView update, Encoding encoding, std::uint64_t origin,
                     update::Trust trust = update::Trust::none);
  Bytes encode_state(const StateVector& since, Encoding encoding) const;
  /// The structs that begin below the clocks of `until`, and `deletes`, as a V2 update.
  /// REQUIRES: the document has reached `until`.
  Bytes encode_until(const StateVector& until, const IdSet& deletes) const;
  StateVector state_vector() const;
  IdSet delete_set() const;
  IdSet to_id_set(const std::vector<DenseRange>& ranges) const;
  /// What the transaction inserted, by client, sorted and joined (@y/y 14 Transaction.insertSet).
  /// REQUIRES: its body has ended.
  std::vector<DenseRange> inserted(const TransactionState& txn) const;
  /// Grows whenever an update or edit brought anything new, pending structs included.
  std::uint64_t revision() const { return revision_; }
  bool has_pending() const {
    return !pending_.empty() || pending_v14_ || !pending_deletes_.empty();
  }
  /// What pending structs wait for.
  std::vector<Id> missing() const;

  // --- moves (integrate.cpp, remove.cpp). REQUIRES: an open transaction ---
  /// Appends an item to `client`'s structs and links it where YATA puts it (Yjs Item.integrate).
  Handle integrate(ClientIx client, const Place& place, const NewContent& content);
  /// A new item of this replica between `left` and `right`, which are neighbours in `list`.
  Handle insert_local(ListIx list, Handle left, Handle right, const NewContent& content);
  /// Text that goes on where this replica wrote last joins that item at once, as the end of the
  /// transaction would join it anyway. True if it did.
  bool continue_local(Handle left, Handle right, const NewContent& content);
  /// The item that starts with `id`, cut off its left part if need be (Yjs getItemCleanStart).
  /// kGc where it was collected.
  Handle clean_start(DenseId id);
  /// The item that ends with `id` (Yjs getItemCleanEnd).
  Handle clean_end(DenseId id);
  /// Readies the place for a struct at `clock`, which the document lacks: behind all that is there,
  /// with a Skip between where there is a hole, or in a Skip (@y/y 14 StructStore.add).
  void open_place(ClientIx client, std::uint32_t clock, Place& place);
  /// Deletes an item and all inside it; nothing if it is deleted already.
  void remove(Handle item);
  /// Gives a deleted item whose content was collected that content again. REQUIRES: of its length.
  void restore_content(Handle item, const NewContent& content);
  /// Collects deleted items of these ranges, sorted and apart, that nobody keeps and `filter` lets
  /// go (@y/y 14 tryGc).
  void collect_ids(const std::vector<DenseRange>& ranges,
                   const std::function<bool(Handle)>& filter);

  /// This replica's place in the client table.
  ClientIx own_client();

  TypeIx root(std::string_view name);
  /// The item for eyes from outside.
  ItemInfo info(Handle item);

  // --- subdocuments (subdocs.cpp) ---
  /// The present instance of an item of kind doc.
  SubDoc subdoc_at(Handle item);
  void load_subdoc(SubdocNumber number);
  void destroy_subdoc(SubdocNumber number);

  /// Those of the transaction so far.
  SubdocsEvent subdocs_event(const SubdocChanges& changes);

  DocOptions options;
  Store store;
  Subdocs subdocs;
  bool loaded = false;
  bool synced = false;
  FormatPlace format_place;  // of the last edit of a formatted text

 private:
  friend std::string check_invariants(const DocState& doc);

  // integrate.cpp
  void touch(ClientIx client);
  void append_struct(ClientIx client, Handle handle, std::uint32_t length);
  bool may_join(ClientIx client, Handle last) const;
  /// A split made the item that begins with `right`: the end of the transaction tries to join it.
  void note_split(DenseId right);
  void store_struct(ClientIx client, const Place& place, Handle handle, std::uint32_t length);
  /// Lengthens the client's last item by text that its author typed right behind it.
  void extend(ClientIx client, Handle last, std::uint32_t flags, std::string_view text,
              std::uint32_t units);
  Handle resolve_conflict(Handle handle, Handle left, Handle right);
  void note_long_scan(ListIx list);
  Handle make_item(ClientIx client, const Place& place, const NewContent& content);
  void link(Handle handle, Handle left);
  void integrate_content(Handle handle, const NewContent& content);

  // apply_v14.cpp
  void fill_struct(ClientIx client, std::uint32_t clock, Handle handle, std::uint32_t length);
  void apply_decoded_v14(DecodedUpdate& decoded);
  void keep_rest_v14(std::map<ClientId, Clock> missing, Bytes rest);
  void apply_deletes_v14(ClientId id, std::span<const ClockRange> ranges, IdSet& unapplied);
  void note_skipped(ClientId id, ClientIx client, ClockRange range, IdSet& unapplied) const;

  // apply.cpp
  class Integrator;
  bool applies_at_once(Encoding encoding) const;
  void begin_update(std::uint64_t origin);
  class PlainRows;
  void apply_decoded(DecodedUpdate& decoded);
  bool integrate_decoded(DecodedUpdate& decoded);
  void apply_deletes(const DecodedUpdate& decoded, IdSet& unapplied);
  void apply_deletes(ClientId id, std::span<const ClockRange> ranges, IdSet& unapplied,
                     DeleteSearch& noted);
  void apply_delete(ClientIx client, std::uint32_t clock, std::uint32_t end, Store::Cursor& at);
  void note_delete_split(DenseId right);
  void join_around(ClientIx client, Store::Cursor& at, bool cut, bool goes_on);

  // retry.cpp
  void let_pending_in(bool retry);
  bool keep_single(ByteView update, const SingleStruct& single, std::uint64_t origin);
  void note_states(const TransactionState& txn);
  bool pending_may_go_on();
  void retry_pending();
  void retry_structs();
  static Bytes merge_ready(std::span<const PendingStructs::Ready> ready);
  void take_singles(std::span<const PendingStructs::Ready> ready);
  Section& pending_section(ClientIx client);
  PendingStructs::Causes causes_of_first(ByteView update);
  void add_waiting(const PendingStructs::Waiting& waiting);
  void keep_deletes(const IdSet& unapplied);
  void note_due_deletes();
  void retry_deletes();

  // remove.cpp
  void mark_deleted(Handle handle);
  void remove_one(Handle handle, bool inside);
  void remove_value(Handle newest);
  /// In a transaction that collects, deletes and collects plain content; true then. Any other item
  /// is only removed.
  bool remove_at_once(Handle handle);
  void collect_content(TransactionState& txn, Handle handle);
  void drop_content(Item& item);

  // boundary.cpp
  bool move_boundary(ClientId owner, ClockRange range);
  /// The same for [clock, end) of the struct at `at`, which becomes the place of what is left.
  bool shift_boundary(ClientIx client, Store::Cursor& at, std::uint32_t clock, std::uint32_t end);
  bool delete_tail(ClientIx client, Store::Cursor at, std::uint32_t units);
  bool delete_head(ClientIx client, Store::Cursor& at, std::uint32_t units);

  // commit.cpp
  std::unique_ptr<TransactionState> spare_transaction();
  void close_body();
  void run_ended();
  void recycle(std::vector<std::unique_ptr<TransactionState>> ended);
  void finish(TransactionState& txn);
  void collect_deleted(TransactionState& txn);
  void join_deleted(const TransactionState& txn);
  void join_inserted(const TransactionState& txn);
  void join_candidates(const TransactionState& txn);
  void renew_client_id(const TransactionState& txn);

  // observe.cpp
  void record_change(ListIx list) {
    if (observing() || store.types[store.types.list(list).type].has_formatting) note_change(list);
  }
  void note_change(ListIx list);
  void group_changes(TransactionState& txn);
  bool needs_format_cleanup(const TransactionState& txn) const;  // Yjs _needFormattingCleanup
  void call_observers(TransactionState& txn);
  void call_deep_observers(TransactionState& txn, const std::vector<Event>& events);
  void emit_updates(const TransactionState& txn);

  // subdocs.cpp
  SubdocChanges& subdoc_changes();
  SubdocNumber make_subdoc(Handle item, std::optional<bool> should_load);
  void integrate_subdoc(Handle item, std::optional<bool> should_load);
  void delete_subdoc(Handle item);
  void finish_subdocs(const SubdocChanges& changes);

  // encode.cpp, encode_v14.cpp
  Bytes encode_transaction(const TransactionState& txn, Encoding encoding) const;
  Bytes encode_transaction_v14(const TransactionState& txn, Encoding encoding) const;

  static constexpr std::size_t kSpareMax = 4;
  std::unique_ptr<TransactionState> txn_;                 // open where its depth is above 0
  std::vector<std::unique_ptr<TransactionState>> ended_;  // those whose ends are being run
  std::vector<std::unique_ptr<TransactionState>> spare_;
  std::uint32_t serial_ = 0;       // of the last transaction
  std::uint32_t client_rank_ = 0;  // of the client that came last
  std::uint64_t new_splits_ = 0;   // of what the open transaction brought, ever
  std::shared_ptr<Observers> observers_;
  DecodedUpdate decoded_;                  // of the update at hand
  DecodedUpdate decoded_pending_;          // of the pending structs, when they are tried again
  PendingStructs pending_;                 // of documents of Yjs 13
  std::vector<PendingStructs::Row> rest_;  // scratch: what an update leaves there
  std::optional<PendingV14> pending_v14_;  // and of 14
  PendingDeletes pending_deletes_;
  std::vector<ClientId> due_deletes_;  // clients that came to some of them
  ScanSet scanned_;                    // scratch of resolve_conflict
  static constexpr std::uint32_t kLongScan = 32;
  struct LongScans {
    std::uint64_t steps = 0;
    std::uint64_t look_at = 512;  // steps at which an index may be worth it
  };
  std::unordered_map<ListIx, LongScans> long_scans_;
  struct RemovalFrame {
    Handle item;      // the next item of the sequence
    ListIx next_key;  // then the newest value of each key
  };
  std::vector<RemovalFrame>
      removal_stack_;  // of remove(): nesting is bounded by memory, not by the stack
  ClientIx own_client_ = store::kNoClient;
  std::uint64_t revision_ = 0;
};

}  // namespace weft::document
