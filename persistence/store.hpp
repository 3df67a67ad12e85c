// DocumentStore: what survives a restart. One interface; SQLite, PostgreSQL and
// memory stand behind it.
//
// A store keeps, for each document name, at most one *checkpoint* (the whole state up to some
// sequence) and the *log*: the updates after it, numbered 1, 2, 3 ... without a gap. To a store
// states and updates are opaque bytes.
//
// Contract, the same for every store and held by one test suite:
//
//  1. Durability. A write's completion reports success only after the store has done all that its
//     medium offers against a crash of the process and a loss of power (SQLite: WAL with
//     synchronous=FULL, the commit's fsync has returned; PostgreSQL: COMMIT with
//     synchronous_commit has been answered, or was found to have happened). A write that fails has
//     changed nothing that a load shows, except that a crash right after a failed commit may still
//     bring it back, whole and with its sequence.
//  2. The caller numbers the updates. `load` tells a document's last sequence; each append carries
//     the next one. An append that does not follow is refused with `out_of_order` and stores
//     nothing. So when update 5 fails, 6 and 7, already on their way, fail too: what is stored is
//     always a prefix of what was sent, and no acknowledged update rests on a lost one. After a
//     failure wait for the completions of everything sent, then send again from the first failed
//     sequence (the same updates, or all of them merged into one).
//  3. Order. The writes of all documents take effect, and complete, in the order of the calls. A
//     load or list sees every write called before it, and may see later ones.
//  4. A checkpoint and the deletion of exactly those updates that it contains are one atomic step.
//  5. Damage. Every record carries a checksum over all of its fields and its document's name. A
//     load that finds a wrong checksum, a gap or a missing end fails with `corrupt`, and from then
//     on the store refuses to append to that document or to write a checkpoint of it: what is left
//     stays as it is. Only an explicit remove discards it. A document that was not loaded must not
//     be written (the caller cannot know its sequence).
//  6. Completion. Every call returns at once. If it returns an error, nothing was queued and `done`
//     will never be called. Otherwise `done` is called exactly once, on the store's own thread (the
//     memory store: inside run_one). It must return quickly, must not throw, and may call the store
//     again, except close. Callers post from there to the thread where their document lives.
//  7. Bounds. Queued and running operations are limited in number and in bytes (StoreLimits). One
//     that does not fit is refused with `overloaded`: the caller keeps its update, tells its
//     clients to slow down and sends again later. Nothing queued is ever dropped.
//  8. Versions are whole states of their own: what becomes of log and checkpoint does not touch
//     them. A damaged one makes its load fail, and nothing else.
//  9. Threads. All functions but close and the destructor may be called from any thread unless a
//     store says otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/id.hpp>

#include "persistence/version.hpp"

namespace weft::persistence {

enum class StoreErrc : std::uint8_t {
  invalid_name,  // a name or an origin that is not UTF-8, or a name above kNameBytesMax
  too_large,     // an update, a state or an origin above its limit
  overloaded,    // the queue is full: send again later
  out_of_order,  // an append that does not follow, or a checkpoint of what is not stored
  corrupt,       // stored bytes are not what was written
  not_found,     // a version that the document does not have
  disk_full,     // no space (or the configured size is reached): send again later
  locked,        // another process holds the store
  unavailable,   // any other failure of the medium: send again later
  incompatible,  // written by a newer version, or not by this program at all
  timed_out,     // the deadline passed first
  closed,        // the store is closed or closing
};

/// `code` is for programs. `message` is one English sentence without a full stop for people; it
/// names the folder or the document.
struct StoreError {
  StoreErrc code;
  std::string message;
};

/// True where the same call may succeed later without anyone repairing anything.
bool is_transient(StoreErrc code);

template <typename T>
using StoreResult = std::expected<T, StoreError>;

inline constexpr std::size_t kNameBytesMax = 1024;
inline constexpr std::size_t kOriginBytesMax = 256;  // user and session each
inline constexpr std::size_t kPageDocumentsMax = 10'000;

struct StoreLimits {
  std::size_t update_bytes_max = std::size_t{64} << 20;
  std::size_t checkpoint_bytes_max = std::size_t{512} << 20;
  /// Payload bytes queued or being written. A single operation above it is taken when alone.
  std::size_t queue_bytes_max = std::size_t{256} << 20;
  std::size_t queue_count_max = 65'536;
};

/// Who made an update: kept for people who ask later, never interpreted.
struct Origin {
  std::string user;
  std::string session;
};

/// An update on its way to the log.
struct Update {
  Sequence sequence = 0;               // one more than the document's last
  std::shared_ptr<const Bytes> bytes;  // shared with whoever sends them on; never copied
  Encoding encoding = Encoding::v1;
  Origin origin;
};

/// A whole state on its way to the store.
struct Checkpoint {
  std::shared_ptr<const Bytes> state;
  Encoding encoding = Encoding::v1;
  /// The state contains every update up to and including this sequence.
  Sequence up_to = 0;
  /// Who did what of it, in a form of the caller's; null: nothing is said.
  std::shared_ptr<const Bytes> attribution = nullptr;
};

struct StoredCheckpoint {
  Bytes state;
  Encoding encoding = Encoding::v1;
  Sequence up_to = 0;
  std::int64_t created_at_ms = 0;  // since 1970, by the store's clock
  Bytes attribution = {};
};

/// An update as it was stored. The views live as long as the UpdateLog that gave them.
struct StoredUpdate {
  Sequence sequence = 0;
  ByteView bytes;
  Encoding encoding = Encoding::v1;
  std::string_view user;
  std::string_view session;
  std::int64_t created_at_ms = 0;  // since 1970, by the store's clock
};

/// Updates in ascending sequence. Their bytes stand in a few large blocks, so that a log of 100,000
/// small updates costs no 100,000 allocations. Can be moved, not copied; views survive a move.
class UpdateLog {
 public:
  std::size_t size() const { return updates_.size(); }
  bool empty() const { return updates_.empty(); }
  const StoredUpdate& operator[](std::size_t index) const { return updates_[index]; }
  auto begin() const { return updates_.begin(); }
  auto end() const { return updates_.end(); }

  /// Copies `update` and what its views show. Amortised O(bytes).
  void add(const StoredUpdate& update);

 private:
  std::uint8_t* allocate(std::size_t bytes);

  std::vector<StoredUpdate> updates_;
  std::vector<std::unique_ptr<std::uint8_t[]>> blocks_;
  std::size_t block_free_bytes_ = 0;
  std::uint8_t* block_next_ = nullptr;
};

/// The document is the checkpoint, if there is one, and after it the updates in their order.
/// An unknown name gives an empty one.
struct LoadedDocument {
  std::optional<StoredCheckpoint> checkpoint;
  UpdateLog updates;
  /// The last one that is stored; the next append carries one more.
  Sequence sequence = 0;
  /// What set_former last said of this name.
  Bytes former = {};
};

/// What is left of a document, record by record. `document.sequence` is that of the last record,
/// or what the store has noted for it where that is more; gaps are possible between updates.
struct SalvagedDocument {
  LoadedDocument document;           // records that are as they were written
  LoadedDocument doubtful;           // records whose checksum is wrong
  std::vector<std::string> damages;  // a sentence for each, without a full stop
};

struct DocumentInfo {
  std::string name;
  Sequence sequence = 0;
  /// What the checkpoint contains, or nothing where there is none. The log holds the updates after.
  std::optional<Sequence> checkpoint_up_to;
};

struct ListRequest {
  std::optional<std::string> after;  // start behind this name; nothing: at the first one
  std::size_t count_max = 1000;      // at most kPageDocumentsMax are given
};

/// Names ascend by bytes. `more`: ask again with `after` set to the last name.
struct DocumentPage {
  std::vector<DocumentInfo> documents;
  bool more = false;
};

/// Counters since the store was opened, and the queue now.
struct StoreStats {
  std::uint64_t commits = 0;         // transactions that became durable
  std::uint64_t commits_failed = 0;  // transactions rolled back
  std::uint64_t appends = 0;         // updates that became durable
  std::uint64_t append_bytes = 0;    // their payload
  std::uint64_t checkpoints = 0;
  std::size_t queued_count = 0;  // operations queued or running
  std::size_t queued_bytes = 0;  // their payload
  /// The last write failed in a way that may pass, and `failure` says why.
  bool failing = false;
  std::string failure;
};

class DocumentStore {
 public:
  using Queued = StoreResult<void>;
  template <typename T>
  using Done = std::function<void(StoreResult<T>)>;

  virtual ~DocumentStore() = default;

  /// Reads a document. An unknown name is not an error and is not created.
  /// Completes with corrupt (see 5), unavailable, closed. O(stored bytes).
  [[nodiscard]] virtual Queued load(std::string name, Done<LoadedDocument> done) = 0;

  /// Adds one update; completes with its sequence once it is durable. The first append or
  /// checkpoint creates the document.
  /// Refused with invalid_name, too_large, overloaded, closed. Completes with out_of_order,
  /// corrupt, disk_full, locked, unavailable, closed.
  [[nodiscard]] virtual Queued append(std::string name, Update update, Done<Sequence> done) = 0;

  /// Replaces the checkpoint and deletes the updates up to `checkpoint.up_to`; completes with
  /// up_to. `up_to` is at most the last sequence and at least the present checkpoint's.
  /// Errors as for append.
  [[nodiscard]] virtual Queued checkpoint(std::string name, Checkpoint checkpoint,
                                          Done<Sequence> done) = 0;

  /// Deletes a document and all of its records, damaged or not, and its versions; completes with
  /// the sequence that it had (0 for an unknown name). Afterwards the name is unknown and starts
  /// again at 1. What set_former has said stays.
  [[nodiscard]] virtual Queued remove(std::string name, Done<Sequence> done) = 0;

  /// Puts `checkpoint` in the place of everything that a document has, damaged or not, but for its
  /// versions, in one step; completes with up_to, from which it goes on and which is at least the
  /// last sequence. For repairs.
  [[nodiscard]] virtual Queued replace(std::string name, Checkpoint checkpoint,
                                       Done<Sequence> done) = 0;

  /// Keeps `former` beside the name, in the place of what was said before, whatever becomes of the
  /// document; it need not exist. Completes with 0.
  [[nodiscard]] virtual Queued set_former(std::string name, std::shared_ptr<const Bytes> former,
                                          Done<Sequence> done) = 0;

  /// Keeps a version; completes with its number, one more than the last that the document has had.
  /// Creates the document where it does not exist; damage does not hinder it. Errors as for append
  /// but for out_of_order.
  [[nodiscard]] virtual Queued add_version(std::string name, Version version,
                                           Done<VersionNumber> done) = 0;

  /// Deletes versions; completes with how many of these there were, damaged or not.
  [[nodiscard]] virtual Queued remove_versions(std::string name, std::vector<VersionNumber> numbers,
                                               Done<std::uint64_t> done) = 0;

  /// One page of a document's versions, by number; none of an unknown document.
  [[nodiscard]] virtual Queued list_versions(std::string name, VersionsRequest request,
                                             Done<VersionPage> done) = 0;

  /// One version, whole. Completes with not_found, corrupt, unavailable, closed.
  [[nodiscard]] virtual Queued load_version(std::string name, VersionNumber number,
                                            Done<StoredVersion> done) = 0;

  /// What can still be read of a document, damaged or not: nothing is refused and nothing changed.
  [[nodiscard]] virtual Queued salvage(std::string name, Done<SalvagedDocument> done) = 0;

  /// One page of the documents that exist. O(log(documents) + page).
  [[nodiscard]] virtual Queued list(ListRequest request, Done<DocumentPage> done) = 0;

  /// Completes when every write called before has completed, well or not.
  [[nodiscard]] virtual Queued flush(Done<void> done) = 0;

  /// Refuses new calls, carries out those that are queued, and releases the medium. What is not
  /// done when `deadline` has passed completes with `closed`; the step that runs at that moment is
  /// waited for. No completion is called after close has returned. Error: timed_out when something
  /// was given up. Blocks: not for a thread that serves clients. A second call does nothing.
  virtual StoreResult<void> close(std::chrono::milliseconds deadline) = 0;

  virtual StoreStats stats() const = 0;
};

}  // namespace weft::persistence
