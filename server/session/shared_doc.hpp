// One living document: the Doc, who is here, its log, and its sessions.
//
// The way of an update: decode, check and integrate in one step; nothing new: stop; append to the
// log; tell every other session; when the log says durable, echo it to its author. Nothing waits
// between those steps, and nothing is acknowledged that is not on disk.
//
// Whoever finds an edit of its own in what it is told takes it for durable, and cannot know by whom
// that edit came to the server. So what is not plainly its sender's own is told to the others only
// when it is durable. The same holds for the first edits of a document: were they lost, all who had
// seen them would be taken for strangers (epoch.hpp).
//
// States: loading -> ready -> (removing ->) ended. A document whose load failed ends and is never
// written. While the store has not taken every update the document stays in memory, and tries
// again.
//
// Three files: shared_doc.cpp has the document and its sessions, shared_doc_log.cpp its log,
// shared_doc_versions.cpp its versions.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <weft/awareness.hpp>
#include <weft/doc.hpp>

#include "persistence/store.hpp"
#include "session/attribution.hpp"
#include "session/counters.hpp"
#include "session/limits.hpp"
#include "session/retention.hpp"
#include "session/session.hpp"

namespace weft::session {

/// What the world around gives to the documents of one shard.
struct Environment {
  persistence::DocumentStore* store = nullptr;
  /// Runs a function on the shard's thread; called from the store's thread.
  std::function<void(std::function<void()>)> post;
  std::function<std::uint64_t()> random;
  /// Whether a document of that name belongs to this shard; null: all do.
  std::function<bool(std::string_view)> is_mine = nullptr;
  Limits limits;
  Retention retention = {};
  /// A clock that only goes forward, in microseconds; nothing: no latency is measured.
  std::function<std::int64_t()> now_us{};
  /// Runs a function on the shard's thread after so many milliseconds; needs now_us. Nothing: there
  /// are no timers, and nothing is put off.
  std::function<void(std::int64_t ms, std::function<void()> work)> later{};
  /// What happens is counted here, on the shard's thread.
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
};

class SharedDoc : public std::enable_shared_from_this<SharedDoc> {
 public:
  SharedDoc(std::string name, const Environment& environment);

  /// Begins to read the document from the store. Call once.
  void load();

  const std::string& name() const { return name_; }
  bool ready() const { return state_ == State::ready; }
  /// True when it could not be loaded or stored: nobody can join it any more.
  bool ended() const { return state_ == State::ended; }

  /// Calls on_ready once the document is loaded, on_end when it ended.
  void join(Session& session, std::int64_t now_ms);
  /// Ends what the session brought. Must be called before the session is destroyed.
  void leave(Session& session, std::int64_t now_ms);

  // --- for sessions; REQUIRES: ready ---
  /// False while too much waits for the store: the update must be refused.
  bool has_room_for(std::size_t update_bytes) const {
    return unstored_bytes_ + update_bytes <= environment_.limits.unstored_bytes_max;
  }
  /// False where the document would be larger than it may be. O(1), but O(document) now and then.
  bool may_grow_by(ByteView update);
  /// True: it changed the document, and on_update(own) follows when that is durable. False: nothing
  /// new. Errors: the update is malformed; the document is as before. `first_hand`: it was sent as
  /// an edit, not as a part of what its sender has.
  Result<bool> receive_update(Session& author, ByteView update, bool first_hand);
  /// Lets the store know the document, where it has no updates yet.
  void create();
  /// Errors: malformed, or more states than a document may have; nothing is changed then.
  Result<void> receive_awareness(Session& from, ByteView update, std::int64_t now_ms);
  /// Whether the document has anything to learn from `update`; true also for what is malformed.
  /// O(document).
  bool holds_news(ByteView update) const;
  /// Says `payload` to every session.
  void send_stateless(std::string_view payload);
  Bytes encode_state_as_update(const StateVector& since) const {
    return doc_.encode_state_as_update(since);
  }
  /// The whole state; encoded once for all who ask for it before it changes.
  std::shared_ptr<const Broadcast> whole_state();
  Bytes encode_state_vector() const { return doc_.encode_state_vector(); }
  StateVector state_vector() const { return doc_.state_vector(); }
  /// All present states; empty when there are none.
  Bytes encode_awareness() const { return awareness_.encode(); }
  /// Whose states are present, and who brought them; views end with the next change.
  struct Present {
    ClientId client = 0;
    std::string_view user;
    std::string_view state;  // JSON
  };
  std::vector<Present> present() const;
  /// As encode_awareness, and who has gone: for one who may have missed that.
  Bytes encode_awareness_with_gone() const { return awareness_.encode_with_gone(); }
  /// False while the store has not yet taken everything. A client takes what it reads back for
  /// stored, so what it is told of the document must wait.
  bool all_stored() const { return unstored_.empty(); }
  /// The number of the last update, and of the last one that is durable.
  persistence::Sequence sequence() const { return sequence_; }
  persistence::Sequence stored_sequence() const {
    return unstored_.empty() ? sequence_ : unstored_.front().sequence - 1;
  }
  /// Session::on_stored is called once the updates up to `sequence` are durable. A session that
  /// waits already waits on for what it waited for.
  /// REQUIRES: sequence is above stored_sequence().
  void wait_until_stored(Session& session, persistence::Sequence sequence);

  /// True where a replica at `since`, or one that sends `update`, has another document's history:
  /// it must get nothing and give nothing (epoch.hpp). O(clients); O(update).
  bool is_other_history(const StateVector& since) const;
  bool is_other_history(ByteView update) const;

  // --- for programs; REQUIRES: ready. `done` is called on this thread, perhaps at once ---
  template <typename T>
  using Done = std::function<void(persistence::StoreResult<T>)>;
  /// An edit of the server itself, which all sessions are told of; done when it is durable. Errors
  /// besides the store's: whatever is malformed, as StoreErrc::corrupt.
  void edit(ByteView update, std::string_view user, Done<persistence::Sequence> done);
  /// Keeps the document as it is now as a version.
  void keep_version(persistence::VersionKind kind, std::string name, std::string user,
                    Done<persistence::VersionNumber> done);
  /// Makes the document what it was at that version by an edit; what it is now becomes a version
  /// before. Done when the edit is durable.
  void restore(persistence::VersionNumber number, std::string user,
               Done<persistence::Sequence> done);
  /// Deletes the document from the store, with its versions, and ends all sessions but `by`; copies
  /// of it that clients have are refused from now on (epoch.hpp). Nobody can join until that is
  /// done; then the name is free. On an error it may be joined again, without what was not durable.
  void remove(const Session& by, Done<persistence::Sequence> done);
  /// Keeps an automatic version if anything changed since the last version.
  void keep_changes();
  /// Who did what, up to now. Valid until it changes.
  const ContentMap& attribution() { return attribution_.map(); }

  /// Once a second: expired awareness, failed appends, checkpoints, versions.
  void tick(std::int64_t now_ms);
  /// Tells sessions to go, all or those that `which` says; the document stays for those that come
  /// back. Returns how many.
  std::size_t end_sessions(std::uint16_t close_code, const std::string& reason,
                           const std::function<bool(const Session&)>& which = nullptr);
  /// Writes what the log holds into a checkpoint, if there is anything; not again for a while when
  /// that failed.
  void checkpoint();

  /// True when it may be dropped: nobody here for a while, nothing unstored, and the log in a
  /// checkpoint unless the store refuses that.
  bool can_unload(std::int64_t now_ms) const;
  /// How long the oldest update that is not yet durable has waited; 0: there is none.
  std::int64_t unstored_us() const;
  /// True while the store takes no updates of this document.
  bool store_fails() const { return append_failed_; }
  bool busy() const {
    return state_ == State::loading || state_ == State::removing || checkpointing_ ||
           versions_under_way_ > 0 || in_flight_ > 0;
  }
  std::size_t session_count() const { return sessions_.size(); }
  const std::vector<Session*>& sessions() const { return sessions_; }
  Counters& counters() { return *environment_.counters; }

 private:
  enum class State : std::uint8_t { fresh, loading, ready, removing, ended };

  struct Unstored {
    persistence::Sequence sequence = 0;  // store() gives it
    std::shared_ptr<const Broadcast> update;
    Session* author;   // null when it has left, or when the server wrote it
    std::string user;  // whom the log names
    Done<persistence::Sequence> done = nullptr;
    std::int64_t came_us = 0;  // by Environment::now_us
  };

  std::int64_t now_us() const { return environment_.now_us ? environment_.now_us() : 0; }
  void loaded(persistence::StoreResult<persistence::LoadedDocument> result);
  std::shared_ptr<const Bytes> news_of(ByteView update, bool pending);
  bool is_own(const Session& author, ByteView update) const;
  bool known_on_disk() const { return content_from_ != 0 && stored_sequence() >= content_from_; }
  bool may_speak(const Session& session, ClientId client) const;
  void claim(Session& session, ByteView update, const Awareness::Change& change);
  Result<bool> apply(ByteView update);
  void store(Unstored entry);
  void append(const Unstored& entry);
  void appended(const persistence::StoreResult<persistence::Sequence>& result);
  void acknowledge(persistence::Sequence up_to);
  void store_failed(const persistence::StoreError& error);
  void retry();
  bool log_is_long() const;
  std::pair<std::shared_ptr<const Bytes>, Encoding> readable_state() const;
  void checkpointed(const persistence::StoreResult<persistence::Sequence>& result,
                    std::size_t log_bytes);
  bool version_is_due() const;
  void thin_versions(const std::shared_ptr<std::vector<persistence::VersionInfo>>& known);
  void restore_from(persistence::StoredVersion version, const std::string& user,
                    const Done<persistence::Sequence>& done);
  template <typename T>
  Done<T> on_this_thread(std::function<void(SharedDoc&, persistence::StoreResult<T>)> then);
  void relay(Awareness::Change change);
  void put_off(const Awareness::Change& change);
  void relay_put_off();
  void tell_awareness(Bytes update);
  bool is_over() const { return state_ == State::removing || state_ == State::ended; }
  void end(std::uint16_t close_code, const std::string& reason, const Session* but = nullptr);
  void remove_noted(const Done<persistence::Sequence>& done);
  void removed(persistence::StoreResult<persistence::Sequence> result,
               const Done<persistence::Sequence>& done);

  std::string name_;
  const Environment& environment_;
  Doc doc_;
  Bytes delta_;          // what the last transaction changed
  Subscription deltas_;  // fills delta_
  Awareness awareness_;
  std::vector<ClientId> put_off_;        // whose states are told at the end of the window
  std::int64_t window_us_ = 0;           // when it began
  std::size_t window_frames_ = 0;        // that went out in it
  std::map<ClientId, Session*> owners_;  // who takes an awareness state along when it leaves
  std::vector<Session*> sessions_;
  std::vector<Session*> waiting_;  // those with waits_for_
  State state_ = State::fresh;
  std::uint16_t end_code_ = 0;
  std::string end_reason_;
  std::int64_t now_ms_ = 0;  // the last that was told
  std::shared_ptr<const Broadcast> whole_state_;
  std::uint64_t whole_state_revision_ = 0;
  std::size_t size_bound_ = 0;  // the state has at most so many bytes, about

  persistence::Sequence sequence_ = 0;      // of the last update sent to the store
  persistence::Sequence content_from_ = 0;  // of the first one with contents; 0: there are none
  std::deque<Unstored> unstored_;           // not yet durable, in order
  std::size_t unstored_bytes_ = 0;
  std::uint32_t in_flight_ = 0;  // appends that the store is working on
  bool append_failed_ = false;
  std::int64_t retry_wait_ms_ = 0;
  std::int64_t retry_at_ms_ = 0;

  persistence::Sequence checkpoint_up_to_ = 0;
  std::size_t checkpoint_bytes_ = 0;
  std::size_t log_bytes_ = 0;  // behind the checkpoint
  bool checkpointing_ = false;
  bool checkpoint_failed_ = false;
  std::int64_t checkpoint_again_ms_ = 0;
  std::int64_t idle_since_ms_ = 0;

  Attribution attribution_;
  StateVector former_;  // of earlier documents of this name
  struct Unversioned {
    bool changes = false;       // since the last version
    std::int64_t since_ms = 0;  // of the first of them
    std::size_t log_bytes = 0;
  } unversioned_;
  std::size_t version_bytes_ = 0;  // of the last one, or of the checkpoint
  std::uint32_t versions_under_way_ = 0;
  bool version_failed_ = false;
  std::int64_t version_again_ms_ = 0;
};

}  // namespace weft::session
