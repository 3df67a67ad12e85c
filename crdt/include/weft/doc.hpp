// A shared document and the transactions that change it.
//
// A Doc and all handles to it belong to one thread at a time. It starts no thread, reads no clock
// and does no I/O.
#pragma once

#include <functional>
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
#include <weft/types.hpp>
#include <weft/value.hpp>

namespace weft {

namespace document {
class DocState;
}

struct DocOptions {
  /// This replica's number: unique among all replicas of the document. Draw it at random (32 bits
  /// for Yjs 13's habit); the engine has no random source of its own.
  ClientId client_id = 1;
  /// Collect the content of deleted items when a transaction ends.
  bool gc = true;
  Compat compat = Compat::v13;
  /// Seeds the hash tables whose keys peers choose. Random where updates are not trusted.
  std::uint64_t hash_seed = 0;
};

/// What a transaction changed, as the bytes that Yjs's `update` event carries.
struct UpdateEvent {
  ByteView update;       // V1, valid during the call
  std::uint64_t origin;  // as given to transact or apply_update
  bool local;
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

  /// Ends the transaction now; the destructor then does nothing.
  void commit();

 private:
  friend class Doc;
  explicit Transaction(document::DocState* doc) : doc_(doc) {}
  document::DocState* doc_;
};

/// Ends an observation when destroyed. Must not outlive its Doc.
class Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::function<void()> cancel) : cancel_(std::move(cancel)) {}
  ~Subscription() { reset(); }
  Subscription(Subscription&& other) noexcept : cancel_(std::exchange(other.cancel_, nullptr)) {}
  Subscription& operator=(Subscription&& other) noexcept {
    if (this != &other) {
      reset();
      cancel_ = std::exchange(other.cancel_, nullptr);
    }
    return *this;
  }
  void reset() {
    if (auto cancel = std::exchange(cancel_, nullptr)) cancel();
  }

 private:
  std::function<void()> cancel_;
};

class Doc {
 public:
  explicit Doc(DocOptions options = {});
  ~Doc();
  Doc(Doc&&) noexcept;
  Doc& operator=(Doc&&) noexcept;

  ClientId client_id() const;

  /// Integrates an update in one transaction (Yjs applyUpdate). Structs whose causes are missing
  /// are kept and integrated when those arrive. On error the document is exactly as it was. Errors:
  /// whatever is malformed in `update`. Memory grows with the update's size alone.
  Result<void> apply_update(ByteView update, Encoding encoding = Encoding::v1,
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

  /// The root type of that name, made where it does not exist. The handles stay valid as long as
  /// the Doc. One name may be asked for as several kinds, as in Yjs.
  Text text(std::string_view name);
  Array array(std::string_view name);
  Map map(std::string_view name);

  /// The names of the root types that exist, in the order of their making.
  std::vector<std::string> root_names() const;

  Transaction transact(std::uint64_t origin = 0);

  /// Calls `observer` at the end of each transaction that changed something (Yjs 'update' event).
  [[nodiscard]] Subscription on_update(std::function<void(const UpdateEvent&)> observer);

  /// Checks every invariant of the store; returns the first broken one in words, or an empty
  /// string. For tests and fuzzers: O(document * log).
  std::string check_invariants() const;

  /// For the engine's own rooms and tests.
  document::DocState& state() { return *state_; }
  const document::DocState& state() const { return *state_; }

 private:
  std::unique_ptr<document::DocState> state_;
};

/// The kind that a root's contents speak for: as it was asked for, else text where its sequence
/// holds strings, xml_fragment where it holds XML, array where other values, map where only keys;
/// nothing for a root without contents that tell, or without any. O(items until the first that
/// tells).
std::optional<TypeKind> infer_kind(const Doc& doc, std::string_view root);

}  // namespace weft
