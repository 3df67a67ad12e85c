// A shared document and the transactions that change it.
//
// A Doc and all handles to it belong to one thread at a time. It starts no thread, reads no clock
// and does no I/O.
#pragma once

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/id_set.hpp>
#include <weft/state_vector.hpp>
#include <weft/subscription.hpp>
#include <weft/types.hpp>
#include <weft/value.hpp>

namespace weft {

namespace document {
class DocState;
struct TransactionState;
}  // namespace document

/// Units of one type that were inserted together and not cut since. Valid until the document
/// changes. Source: Yjs Item.
struct ItemInfo {
  Id id;                     // of its first unit
  std::uint64_t length = 0;  // in units of the clock
  bool deleted = false;
  SharedType parent{nullptr, 0};
  std::optional<std::string_view> key;  // where it is the value of a map key or attribute
  std::optional<SharedType> type;       // where it is a nested type
};

/// What a program keeps with a transaction, by name (Yjs Transaction.meta).
using TransactionMeta = std::map<std::string, std::any, std::less<>>;

struct DocOptions {
  /// This replica's number, below 2^53: unique among all replicas of the document. Draw it at
  /// random (32 bits is Yjs 13's habit, 53 that of @y/y 14); the engine has no random source of its
  /// own.
  ClientId client_id = 1;
  /// Collect the content of deleted items when a transaction ends.
  bool gc = true;
  Compat compat = Compat::v13;
  /// Formats without effect are deleted, after an edit and after what others send. False for a
  /// document of suggestions, where they may yet get an effect (@y/y 14 isSuggestionDoc).
  bool cleanup_formatting = true;
  /// Seeds the hash tables whose keys peers choose. Random where updates are not trusted.
  std::uint64_t hash_seed = 0;
  /// False: the content of this deleted item is kept. It changes nothing, and asks nothing of the
  /// document but what it is given.
  std::function<bool(const ItemInfo&)> gc_filter = nullptr;

  // The following the engine keeps for the program, and tells nobody.

  /// Names the document everywhere, a UUID. That of a subdocument is SubDoc::guid.
  std::string guid = {};
  /// Which of the program's collections it is in (Yjs collectionid).
  std::optional<std::string> collection_id = std::nullopt;
  /// Anything.
  Value meta = Null{};
};

/// What a transaction changed, as the bytes that Yjs's `update` or `updateV2` event carries.
struct UpdateEvent {
  ByteView update;       // valid during the call
  std::uint64_t origin;  // as given to transact or apply_update
  bool local;
};

/// The stations of a transaction, in their order (Yjs doc events of the same names). Types'
/// observers are called between before_observer_calls and after_transaction; content is collected
/// and items are joined between after_transaction and after_transaction_cleanup, which the update
/// events follow.
enum class DocEvent : std::uint8_t {
  before_all_transactions,  // before the first of those that observers may open in turn
  before_transaction,
  before_observer_calls,
  after_transaction,
  after_transaction_cleanup,
  after_all_transactions,
};
inline constexpr std::size_t kDocEvents = 6;

/// A transaction as its observers see it; valid during the call.
class TransactionEvent {
 public:
  TransactionEvent(document::DocState* doc, document::TransactionState* txn)
      : doc_(doc), txn_(txn) {}

  std::uint64_t origin() const;
  bool local() const;
  /// The state vectors before and after. After before_transaction only. O(clients).
  StateVector before_state() const;
  StateVector after_state() const;
  /// What it deleted. After before_transaction only. O(ranges).
  IdSet delete_set() const;
  /// What it inserted (@y/y 14 insertSet). After before_transaction only. O(structs inserted).
  IdSet insert_set() const;

  /// One type that changed, but for those that are new or gone.
  struct Changed {
    SharedType type;
    std::vector<std::optional<std::string>> keys;  // nothing: its elements, text or children
  };
  /// The types that changed themselves, in the order of their first change (Yjs changed). From
  /// before_observer_calls on. O(changes).
  std::vector<Changed> changed() const;
  /// Those types and all that they are in (the keys of Yjs changedParentTypes). From
  /// after_transaction on.
  std::vector<SharedType> changed_types() const;
  /// What it did to subdocuments so far (Yjs subdocsLoaded, subdocsAdded, subdocsRemoved).
  SubdocsEvent subdocs() const;
  /// The program's own; gone with the transaction.
  TransactionMeta& meta() const;

  /// For the engine's own rooms.
  document::TransactionState& state() const { return *txn_; }

 private:
  document::DocState* doc_;
  document::TransactionState* txn_;
};

class Doc;

/// One change of a document; everything done through it becomes visible to observers, is collected,
/// merged and emitted as one update when it ends. A transaction opened inside another joins it.
class Transaction {
 public:
  ~Transaction();
  Transaction(Transaction&&) noexcept;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;

  /// Ends the transaction now; the destructor then does nothing. REQUIRES for all else that takes a
  /// transaction: it was not ended, and is one of the document that changes.
  void commit();

  /// The program's own; observers find it in their TransactionEvent. REQUIRES: not ended.
  TransactionMeta& meta();

 private:
  friend class Doc;
  explicit Transaction(document::DocState* doc) : doc_(doc) {}
  document::DocState* doc_;
};

class Doc {
 public:
  explicit Doc(DocOptions options = {});
  ~Doc();
  Doc(Doc&&) noexcept;
  Doc& operator=(Doc&&) noexcept;

  /// As it was made, but for the client id.
  const DocOptions& options() const;
  /// Another one than it was made with, once an update brought something that somebody else wrote
  /// under that id (Yjs draws a new one, too).
  ClientId client_id() const;

  /// Integrates an update in one transaction (Yjs applyUpdate). Structs whose causes are missing
  /// are kept and integrated when those arrive. On error the document is exactly as it was. Errors:
  /// whatever is malformed in `update`. Memory grows with the update's size alone.
  [[nodiscard]] Result<void> apply_update(ByteView update, Encoding encoding = Encoding::v1,
                                          std::uint64_t origin = 0);

  /// Everything that a replica at `since` lacks, pending structs included, and the whole delete set
  /// (Yjs encodeStateAsUpdate, to the byte). O(document).
  Bytes encode_state_as_update(const StateVector& since = {},
                               Encoding encoding = Encoding::v1) const;

  StateVector state_vector() const;
  /// Yjs encodeStateVector(doc). O(clients).
  Bytes encode_state_vector() const;
  /// All deleted ids. O(structs).
  IdSet delete_set() const;
  /// Grows whenever an update or edit brought anything new, what waits for its causes included: an
  /// update after which it is the same need not be stored or sent on. O(1).
  std::uint64_t revision() const;
  /// True while structs or deletes wait for causes that have not arrived.
  bool has_pending() const;
  /// What pending structs wait for: all of them are tried again when one of these ids has come.
  /// At most one of each client, in no order; empty where only deletes wait. O(clients). Source:
  /// Yjs store.pendingStructs.missing.
  std::vector<Id> missing() const;

  /// The root type of that name, made where it does not exist. The handles stay valid as long as
  /// the Doc, also when it is moved. One name may be asked for as several kinds, which Yjs 13
  /// refuses and @y/y 14 has no words for: SharedType::kind tells the first, and all see the same
  /// contents.
  Text text(std::string_view name);
  Array array(std::string_view name);
  Map map(std::string_view name);
  XmlFragment xml_fragment(std::string_view name);
  XmlElement xml_element(std::string_view name);
  XmlText xml_text(std::string_view name);
  /// As the one type of @y/y 14 (its Doc.get).
  YType get(std::string_view name);

  /// {root: contents} of all roots that somebody asked for (Yjs Doc.toJSON). O(document).
  Value to_json() const;

  /// The item that holds that unit (Yjs getItem); nothing where it has not arrived, and where its
  /// type was collected. O(log items).
  std::optional<ItemInfo> find_item(Id id);

  /// The names of the root types that exist, in the order of their making (Yjs share).
  std::vector<std::string> root_names() const;

  /// The subdocuments in it, in the order of their arrival here (Yjs Doc.subdocs). As of the last
  /// transaction whose events have passed.
  std::vector<SubDoc> subdocs() const;

  /// Opens a transaction, or joins the open one, whose origin and `local` then count. `origin` is
  /// what observers are told; `local`: false for changes that come from somewhere else.
  [[nodiscard]] Transaction transact(std::uint64_t origin = 0, bool local = true);

  /// Calls `observer` at the end of each transaction that changed something, with the bytes of the
  /// change (Yjs 'update' event, 'updateV2' event). Observers are called in the order of their
  /// arrival and must not throw. One that opens a transaction sees its event after this one.
  [[nodiscard]] Subscription on_update(std::function<void(const UpdateEvent&)> observer,
                                       Encoding encoding = Encoding::v1);
  /// Calls `observer` at that station of every transaction.
  [[nodiscard]] Subscription on(DocEvent event,
                                std::function<void(const TransactionEvent&)> observer);

  /// Calls `observer` after each transaction that added, removed or asked to load subdocuments,
  /// after the update events (Yjs 'subdocs' event). Deleting one gives two events that name it as
  /// removed, as Yjs gives: for the deletion, and for the end of its instance.
  [[nodiscard]] Subscription on_subdocs(std::function<void(const SubdocsEvent&)> observer);

  // What storage and network tell each other and the program of the contents (Yjs isLoaded,
  // isSynced, events 'load' and 'sync'). The engine itself makes nothing of it.

  bool loaded() const;
  bool synced() const;
  /// What was stored is in the document.
  void set_loaded();
  /// The document has what its peers had, or no more follows what they do. Who is synced is loaded.
  void set_synced(bool synced = true);
  [[nodiscard]] Subscription on_load(std::function<void()> observer);
  [[nodiscard]] Subscription on_sync(std::function<void(bool synced)> observer);
  /// Calls `observer` when the document is about to end, and still whole (Yjs event 'destroy').
  [[nodiscard]] Subscription on_destroy(std::function<void()> observer);

  /// Checks every invariant of the store; returns the first broken one in words, or an empty
  /// string. For tests and fuzzers: O(document * log).
  std::string check_invariants() const;

  /// For the engine's own rooms and tests.
  document::DocState& state() { return *state_; }
  const document::DocState& state() const { return *state_; }

 private:
  void tell_end() noexcept;

  std::unique_ptr<document::DocState> state_;
};

/// A new document with what `update` holds (@y/y 14 createDocFromUpdate). Errors: those of
/// Doc::apply_update.
Result<Doc> create_doc_from_update(ByteView update, Encoding encoding = Encoding::v1,
                                   DocOptions options = {});
/// A new document with all that `doc` holds, what is pending included (@y/y 14 cloneDoc). Choose
/// another client id. O(document).
Doc clone_doc(const Doc& doc, DocOptions options);

/// The kind that a root's contents speak for: as it was asked for, else text where its sequence
/// holds strings, xml_fragment where it holds XML, array where other values, map where only keys;
/// nothing for a root without contents that tell, or without any. O(items until the first that
/// tells).
std::optional<TypeKind> infer_kind(const Doc& doc, std::string_view root);

}  // namespace weft
