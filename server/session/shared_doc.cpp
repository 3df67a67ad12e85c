// The document and its sessions; its log is in shared_doc_log.cpp.
#include "session/shared_doc.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <weft/snapshot.hpp>
#include <weft/update.hpp>

namespace weft::session {

namespace {
// Updates whose authors are noted in a second: more than anybody types, and a fraction of a
// millisecond.
constexpr std::size_t kDigestedPerSecond = 1000;
// Checkpoints are V2; so many times as long is the same state at most, but for the oddest.
constexpr std::size_t kSizePerStored = 16;
}  // namespace

SharedDoc::SharedDoc(std::string name, const Environment& environment)
    : name_(std::move(name)),
      environment_(environment),
      doc_({.client_id = environment.random() & 0xFFFF'FFFF, .hash_seed = environment.random()}),
      awareness_(environment.limits.awareness_bytes_max) {}

void SharedDoc::load() {
  state_ = State::loading;
  ++counters().loads;
  std::weak_ptr<SharedDoc> self = weak_from_this();
  const auto& post = environment_.post;
  auto queued = environment_.store->load(name_, [self, &post](auto result) {
    // std::function wants copies, a loaded document can only be moved.
    auto held = std::make_shared<decltype(result)>(std::move(result));
    post([self, held] {
      if (const auto doc = self.lock()) doc->loaded(std::move(*held));
    });
  });
  if (!queued) loaded(std::unexpected(queued.error()));
}

void SharedDoc::loaded(persistence::StoreResult<persistence::LoadedDocument> result) {
  if (state_ == State::ended) return;
  if (!result) {
    end(persistence::is_transient(result.error().code) ? close_code::try_again_later
                                                       : close_code::internal_error,
        "the document cannot be loaded");
    return;
  }
  Result<void> applied;
  if (result->checkpoint) {
    applied = doc_.apply_update(result->checkpoint->state, result->checkpoint->encoding);
    if (applied) applied = attribution_.load(result->checkpoint->attribution);
    checkpoint_up_to_ = result->checkpoint->up_to;
    checkpoint_bytes_ = version_bytes_ = result->checkpoint->state.size();
  }
  if (auto former = StateVector::decode(result->former); former && !result->former.empty())
    former_ = std::move(*former);
  for (const persistence::StoredUpdate& update : result->updates) {
    if (!applied) break;
    applied = doc_.apply_update(update.bytes, update.encoding);
    attribution_.add(update.user, update.bytes, update.encoding);
    log_bytes_ += update.bytes.size();
  }
  // Whoever wrote the log could not end it with a version.
  unversioned_ = {.changes = log_bytes_ > 0, .since_ms = now_ms_, .log_bytes = log_bytes_};
  if (!applied) {
    end(close_code::internal_error, "the stored document is damaged");
    return;
  }
  deltas_ = doc_.on_update([this](const UpdateEvent& event) {
    delta_.assign(event.update.begin(), event.update.end());
  });
  sequence_ = result->sequence;
  size_bound_ = (checkpoint_bytes_ + log_bytes_) * kSizePerStored;
  content_from_ = doc_.state_vector().empty() ? 0 : sequence_;
  state_ = State::ready;
  const std::vector<Session*> waiting = sessions_;
  for (Session* session : waiting) {
    if (std::find(sessions_.begin(), sessions_.end(), session) != sessions_.end()) {
      session->on_ready();
    }
  }
}

void SharedDoc::join(Session& session, std::int64_t now_ms) {
  now_ms_ = idle_since_ms_ = now_ms;
  session.id_ = environment_.random();
  sessions_.push_back(&session);
  if (state_ == State::ready) return session.on_ready();
  if (state_ == State::ended) return session.on_end(end_code_, end_reason_);
  if (state_ == State::removing) {
    session.on_end(close_code::try_again_later, "the document is being deleted");
  }
}

void SharedDoc::leave(Session& session, std::int64_t now_ms) {
  std::erase(sessions_, &session);
  std::erase(waiting_, &session);
  now_ms_ = idle_since_ms_ = now_ms;
  for (Unstored& entry : unstored_) {
    if (entry.author == &session) entry.author = nullptr;
  }
  std::vector<ClientId> gone;
  for (const auto& [client, owner] : owners_) {
    if (owner == &session) gone.push_back(client);
  }
  relay(awareness_.remove(gone));
}

// The bound adds up what came; only where that is too much the state is measured. An update that
// begins with 0 has no structs: it only deletes.
bool SharedDoc::may_grow_by(ByteView update) {
  const std::size_t max = environment_.limits.document_bytes_max;
  if (max == 0 || update.empty() || update.front() == 0) return true;
  if (size_bound_ + update.size() > max) size_bound_ = whole_state()->body()->size();
  if (size_bound_ + update.size() > max) return false;
  size_bound_ += update.size();
  return true;
}

Result<bool> SharedDoc::receive_update(Session& author, ByteView update, bool first_hand) {
  const bool pending_before = doc_.has_pending();
  const auto changed = apply(update);
  if (!changed || !*changed) return changed;

  ++counters().updates_received;
  counters().update_bytes_received += update.size();
  counters().updates_sent += sessions_.size() - 1;
  const bool pending = pending_before || doc_.has_pending();
  const auto news = news_of(update, pending);
  const bool at_once = first_hand && !pending && known_on_disk() && is_own(author, *news);
  const auto broadcast = std::make_shared<const Broadcast>(news);
  store({.update = broadcast, .author = &author, .user = std::string(author.user())});
  const std::vector<Session*> others = sessions_;
  for (Session* session : others) {
    if (session != &author)
      session->on_update(*broadcast, at_once ? Told::at_once : Told::when_stored);
  }
  return true;
}

// Of one client, for which no other session speaks.
bool SharedDoc::is_own(const Session& author, ByteView update) const {
  const auto meta = parse_update_meta(update);
  if (!meta || meta->to.entries().size() > 1) return false;
  return std::ranges::all_of(meta->to.entries(), [&](const auto& entry) {
    const auto owner = owners_.find(entry.first);
    return owner == owners_.end() || owner->second == &author;
  });
}

void SharedDoc::create() {
  if (sequence_ > 0) return;
  static constexpr std::array<std::uint8_t, 2> kNothing{0, 0};  // the update without contents
  store({.update = std::make_shared<const Broadcast>(
             std::make_shared<const Bytes>(kNothing.begin(), kNothing.end())),
         .author = nullptr,
         .user = {}});
  unversioned_ = {};
}

// True: the document has changed, and delta_ says how.
Result<bool> SharedDoc::apply(ByteView update) {
  const std::uint64_t before = doc_.revision();
  delta_.clear();
  if (auto applied = doc_.apply_update(update); !applied) return std::unexpected(applied.error());
  return doc_.revision() != before;
}

bool SharedDoc::holds_news(ByteView update) const {
  return !snapshot_contains_update(snapshot(doc_), update).value_or(false);
}

void SharedDoc::send_stateless(std::string_view payload) {
  const Broadcast broadcast(std::make_shared<const Bytes>(payload.begin(), payload.end()));
  const std::vector<Session*> all = sessions_;
  for (Session* session : all) session->on_stateless(broadcast);
}

// What is worth storing and sending: only what the update changed (a client that returns brings all
// that it has). What waits for its causes is in no delta; then the update without what was known.
std::shared_ptr<const Bytes> SharedDoc::news_of(ByteView update, bool pending) {
  if (pending) {
    StateVector known = doc_.state_vector();
    if (!delta_.empty()) {
      if (const auto added = parse_update_meta(delta_)) {
        for (const auto& [client, clock] : added->from.entries()) known.set(client, clock);
      }
    }
    if (auto unknown = diff_update(update, known))
      return std::make_shared<const Bytes>(std::move(*unknown));
  } else if (!delta_.empty()) {
    return std::make_shared<const Bytes>(std::exchange(delta_, {}));
  }
  return std::make_shared<const Bytes>(update.begin(), update.end());
}

std::shared_ptr<const Broadcast> SharedDoc::whole_state() {
  if (!whole_state_ || whole_state_revision_ != doc_.revision()) {
    whole_state_ = std::make_shared<const Broadcast>(
        std::make_shared<const Bytes>(doc_.encode_state_as_update()));
    whole_state_revision_ = doc_.revision();
  }
  return whole_state_;
}

Result<void> SharedDoc::receive_awareness(Session& from, ByteView update, std::int64_t now_ms) {
  now_ms_ = now_ms;
  auto change =
      awareness_.apply(update, now_ms, [&](ClientId client) { return may_speak(from, client); });
  if (!change) return std::unexpected(change.error());
  claim(from, update, *change);
  relay(std::move(*change));
  return {};
}

// Nobody speaks for a client that another session owns. A new connection takes over what its own
// user's connection before it owned: claim.
bool SharedDoc::may_speak(const Session& session, ClientId client) const {
  const auto owner = owners_.find(client);
  return owner == owners_.end() || owner->second == &session ||
         (!session.spoke_awareness_ && owner->second->user() == session.user());
}

// Clients relay what they hear, so the first session that a state came through is its owner. But a
// provider's first message is its own state, alone: that session owns it whoever was first, be it a
// tab beside it or the connection that it had before.
void SharedDoc::claim(Session& session, ByteView update, const Awareness::Change& change) {
  for (const ClientId client : change.added) owners_[client] = &session;
  if (std::exchange(session.spoke_awareness_, true)) return;
  const auto named = Awareness::clients(update);
  if (!named || named->size() != 1) return;
  if (awareness_.state(named->front()).empty()) return;
  Session*& owner = owners_[named->front()];
  if (owner == nullptr || owner->user() == session.user()) owner = &session;
}

std::vector<SharedDoc::Present> SharedDoc::present() const {
  std::vector<Present> all;
  for (const ClientId client : awareness_.present()) {
    const auto owner = owners_.find(client);
    all.push_back({.client = client,
                   .user = owner == owners_.end() ? std::string_view() : owner->second->user(),
                   .state = awareness_.state(client)});
  }
  return all;
}

// A few frames go out at once. Of a crowd that moves its cursors each member would get as many
// frames as there are members: they wait until the window ends, and become one.
void SharedDoc::relay(Awareness::Change change) {
  for (const ClientId client : change.removed) owners_.erase(client);
  if (change.update.empty()) return;
  if (!put_off_.empty()) return put_off(change);
  const Limits& limits = environment_.limits;
  if (environment_.later && now_us() - window_us_ >= limits.awareness_window_ms * 1000) {
    window_us_ = now_us();
    window_frames_ = 0;
  }
  const bool first = window_frames_ == 0;
  window_frames_ += sessions_.size();
  if (environment_.later && !first && window_frames_ > limits.awareness_frames_max) {
    environment_.later(limits.awareness_window_ms, [self = weak_from_this()] {
      if (const auto doc = self.lock()) doc->relay_put_off();
    });
    return put_off(change);
  }
  tell_awareness(std::move(change.update));
}

void SharedDoc::put_off(const Awareness::Change& change) {
  for (const auto* clients : {&change.added, &change.updated, &change.removed}) {
    put_off_.insert(put_off_.end(), clients->begin(), clients->end());
  }
}

void SharedDoc::relay_put_off() {
  std::ranges::sort(put_off_);
  const auto repeated = std::ranges::unique(put_off_);
  put_off_.erase(repeated.begin(), repeated.end());
  window_us_ = now_us();
  window_frames_ = sessions_.size();
  tell_awareness(awareness_.encode(std::exchange(put_off_, {})));
}

void SharedDoc::tell_awareness(Bytes update) {
  const Broadcast broadcast(std::make_shared<const Bytes>(std::move(update)));
  const std::vector<Session*> all = sessions_;
  for (Session* session : all) session->on_awareness(broadcast);
}

void SharedDoc::tick(std::int64_t now_ms) {
  now_ms_ = now_ms;
  whole_state_.reset();
  if (state_ != State::ready) return;
  relay(awareness_.expire(now_ms));
  retry();
  if (sessions_.empty() && now_ms - idle_since_ms_ >= environment_.limits.idle_ms &&
      unstored_.empty()) {
    checkpoint();
  }
  attribution_.digest(kDigestedPerSecond);
  if (version_is_due()) keep_changes();
}

void SharedDoc::end(std::uint16_t close_code, const std::string& reason, const Session* but) {
  if (state_ == State::loading) ++counters().loads_failed;
  state_ = State::ended;
  end_code_ = close_code;
  end_reason_ = reason;
  for (Unstored& entry : unstored_) {
    if (const auto done = std::exchange(entry.done, nullptr))
      done(std::unexpected(persistence::StoreError{persistence::StoreErrc::unavailable, reason}));
  }
  end_sessions(close_code, reason, [but](const Session& session) { return &session != but; });
}

std::size_t SharedDoc::end_sessions(std::uint16_t close_code, const std::string& reason,
                                    const std::function<bool(const Session&)>& which) {
  std::vector<Session*> ending = sessions_;
  if (which) std::erase_if(ending, [&](const Session* session) { return !which(*session); });
  for (Session* session : ending) session->on_end(close_code, reason);
  return ending.size();
}

bool SharedDoc::can_unload(std::int64_t now_ms) const {
  if (!sessions_.empty() || busy()) return false;
  if (state_ == State::ended) return true;
  return unstored_.empty() && (sequence_ == checkpoint_up_to_ || checkpoint_failed_) &&
         (!unversioned_.changes || version_failed_) &&
         now_ms - idle_since_ms_ >= environment_.limits.idle_ms;
}

}  // namespace weft::session
