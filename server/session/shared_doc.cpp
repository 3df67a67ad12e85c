#include "session/shared_doc.hpp"

#include <algorithm>

namespace weft::session {

using persistence::StoreErrc;

SharedDoc::SharedDoc(std::string name, const Environment& environment)
    : name_(std::move(name)),
      environment_(environment),
      doc_({.client_id = environment.random() & 0xFFFF'FFFF, .hash_seed = environment.random()}) {}

void SharedDoc::load() {
  state_ = State::loading;
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
    checkpoint_up_to_ = result->checkpoint->up_to;
  }
  for (const persistence::StoredUpdate& update : result->updates) {
    if (!applied) break;
    applied = doc_.apply_update(update.bytes, update.encoding);
    log_bytes_ += update.bytes.size();
  }
  if (!applied) {
    end(close_code::internal_error, "the stored document is damaged");
    return;
  }
  sequence_ = result->sequence;
  state_ = State::ready;
  const std::vector<Session*> waiting = sessions_;
  for (Session* session : waiting) {
    if (std::find(sessions_.begin(), sessions_.end(), session) != sessions_.end()) {
      session->on_ready();
    }
  }
}

void SharedDoc::join(Session& session, std::int64_t now_ms) {
  idle_since_ms_ = now_ms;
  sessions_.push_back(&session);
  if (state_ == State::ready) session.on_ready();
}

void SharedDoc::leave(Session& session, std::int64_t now_ms) {
  std::erase(sessions_, &session);
  idle_since_ms_ = now_ms;
  for (Unstored& entry : unstored_) {
    if (entry.author == &session) entry.author = nullptr;
  }
  const std::vector<ClientId> gone(session.introduced_.begin(), session.introduced_.end());
  session.introduced_.clear();
  relay(awareness_.remove(gone));
}

Result<void> SharedDoc::receive_update(Session& author, ByteView update) {
  const std::uint64_t before = doc_.revision();
  if (auto applied = doc_.apply_update(update); !applied) return applied;
  if (doc_.revision() == before) return {};

  const auto bytes = std::make_shared<const Bytes>(update.begin(), update.end());
  const auto broadcast = std::make_shared<const Broadcast>(bytes);
  unstored_.push_back({.sequence = ++sequence_, .update = broadcast, .author = &author});
  unstored_bytes_ += bytes->size();
  if (!append_failed_) append(unstored_.back());
  const std::vector<Session*> others = sessions_;
  for (Session* session : others) {
    if (session != &author) session->on_update(*broadcast, false);
  }
  return {};
}

void SharedDoc::append(const Unstored& entry) {
  std::weak_ptr<SharedDoc> self = weak_from_this();
  const auto& post = environment_.post;
  persistence::Update update{.sequence = entry.sequence,
                             .bytes = entry.update->body(),
                             .encoding = Encoding::v1,
                             .origin = {}};
  auto queued = environment_.store->append(name_, std::move(update), [self, &post](auto result) {
    post([self, result] {
      if (const auto doc = self.lock()) doc->appended(result);
    });
  });
  if (queued) {
    ++in_flight_;
  } else {
    store_failed(queued.error());
  }
}

void SharedDoc::appended(const persistence::StoreResult<persistence::Sequence>& result) {
  --in_flight_;
  if (result) {
    retry_wait_ms_ = 0;
    acknowledge(*result);
  } else {
    store_failed(result.error());
  }
}

void SharedDoc::acknowledge(persistence::Sequence up_to) {
  while (!unstored_.empty() && unstored_.front().sequence <= up_to) {
    const Unstored entry = std::move(unstored_.front());
    unstored_.pop_front();
    unstored_bytes_ -= entry.update->body()->size();
    log_bytes_ += entry.update->body()->size();
    if (entry.author != nullptr) entry.author->on_update(*entry.update, true);
  }
  const std::vector<Session*> all = sessions_;
  for (Session* session : all) {
    if (session->waits_for_ == 0 || session->waits_for_ > up_to) continue;
    session->waits_for_ = 0;
    session->on_stored();
  }
  if (sequence_ - checkpoint_up_to_ >= environment_.limits.log_updates_max ||
      log_bytes_ >= environment_.limits.log_bytes_max) {
    checkpoint();
  }
}

// Updates that follow a failed one fail, too (out_of_order): all are sent again when the last of
// them has come back. What cannot be mended by waiting ends the sessions; nothing was acknowledged.
void SharedDoc::store_failed(const persistence::StoreError& error) {
  if (!append_failed_) {
    append_failed_ = true;
    retry_at_ms_ = 0;
    retry_wait_ms_ = std::clamp(retry_wait_ms_ * 2, environment_.limits.retry_first_ms,
                                environment_.limits.retry_last_ms);
  }
  if (error.code == StoreErrc::corrupt || error.code == StoreErrc::closed) {
    end(close_code::internal_error, "the document cannot be stored");
  }
}

void SharedDoc::retry(std::int64_t now_ms) {
  if (!append_failed_ || in_flight_ > 0 || state_ != State::ready) return;
  if (retry_at_ms_ == 0) retry_at_ms_ = now_ms + retry_wait_ms_;
  if (now_ms < retry_at_ms_) return;
  append_failed_ = false;
  const std::deque<Unstored> again = unstored_;
  for (const Unstored& entry : again) {
    if (append_failed_) break;
    append(entry);
  }
}

Result<void> SharedDoc::receive_awareness(Session& from, ByteView update, std::int64_t now_ms) {
  auto change = awareness_.apply(update, now_ms);
  if (!change) return std::unexpected(change.error());
  // Clients relay what they hear: the session that a state came through first is its owner.
  for (const ClientId client : change->added) from.introduced_.insert(client);
  for (const ClientId client : change->removed) {
    for (Session* session : sessions_) session->introduced_.erase(client);
  }
  relay(std::move(*change));
  return {};
}

void SharedDoc::relay(Awareness::Change change) {
  if (change.update.empty()) return;
  const Broadcast broadcast(std::make_shared<const Bytes>(std::move(change.update)));
  const std::vector<Session*> all = sessions_;
  for (Session* session : all) session->on_awareness(broadcast);
}

void SharedDoc::tick(std::int64_t now_ms) {
  if (state_ != State::ready) return;
  relay(awareness_.expire(now_ms));
  retry(now_ms);
  if (sessions_.empty() && now_ms - idle_since_ms_ >= environment_.limits.idle_ms &&
      unstored_.empty()) {
    checkpoint();
  }
}

void SharedDoc::end(std::uint16_t close_code, const std::string& reason) {
  state_ = State::ended;
  end_sessions(close_code, reason);
}

void SharedDoc::end_sessions(std::uint16_t close_code, const std::string& reason) {
  const std::vector<Session*> all = sessions_;
  for (Session* session : all) session->on_end(close_code, reason);
}

void SharedDoc::checkpoint() {
  if (state_ != State::ready || checkpointing_ || sequence_ == checkpoint_up_to_ ||
      append_failed_) {
    return;
  }
  std::weak_ptr<SharedDoc> self = weak_from_this();
  const auto& post = environment_.post;
  persistence::Checkpoint state{
      .state = std::make_shared<const Bytes>(doc_.encode_state_as_update({}, Encoding::v2)),
      .encoding = Encoding::v2,
      .up_to = sequence_};
  const std::size_t log_bytes = log_bytes_ + unstored_bytes_;
  auto queued = environment_.store->checkpoint(name_, std::move(state),
                                               [self, &post, log_bytes](auto result) {
                                                 post([self, result, log_bytes] {
                                                   if (const auto doc = self.lock())
                                                     doc->checkpointed(result, log_bytes);
                                                 });
                                               });
  checkpointing_ = queued.has_value();
}

// A checkpoint that failed loses nothing: the log still holds everything, and it is tried again.
void SharedDoc::checkpointed(const persistence::StoreResult<persistence::Sequence>& result,
                             std::size_t log_bytes) {
  checkpointing_ = false;
  if (!result) return;
  checkpoint_up_to_ = *result;
  log_bytes_ -= std::min(log_bytes_, log_bytes);
}

bool SharedDoc::can_unload(std::int64_t now_ms) const {
  if (!sessions_.empty() || busy()) return false;
  if (state_ == State::ended) return true;
  return unstored_.empty() && sequence_ == checkpoint_up_to_ &&
         now_ms - idle_since_ms_ >= environment_.limits.idle_ms;
}

}  // namespace weft::session
