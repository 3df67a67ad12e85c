// The log of a document: appends in order, what the store has not taken yet, checkpoints.
#include <algorithm>
#include <utility>

#include <weft/update.hpp>

#include "session/shared_doc.hpp"

namespace weft::session {

using persistence::StoreErrc;

void SharedDoc::store(Unstored entry) {
  entry.sequence = ++sequence_;
  entry.came_us = now_us();
  if (content_from_ == 0 && !doc_.state_vector().empty()) content_from_ = sequence_;
  const ByteView bytes = *entry.update->body();
  unstored_bytes_ += bytes.size();
  attribution_.add(entry.user, bytes, Encoding::v1);
  if (!std::exchange(unversioned_.changes, true)) unversioned_.since_ms = now_ms_;
  unversioned_.log_bytes += bytes.size();
  unstored_.push_back(std::move(entry));
  if (!append_failed_) append(unstored_.back());
}

void SharedDoc::append(const Unstored& entry) {
  std::weak_ptr<SharedDoc> self = weak_from_this();
  const auto& post = environment_.post;
  persistence::Update update{.sequence = entry.sequence,
                             .bytes = entry.update->body(),
                             .encoding = Encoding::v1,
                             .origin = {.user = entry.user, .session = {}}};
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
  const std::int64_t now = now_us();
  while (!unstored_.empty() && unstored_.front().sequence <= up_to) {
    const Unstored entry = std::move(unstored_.front());
    unstored_.pop_front();
    unstored_bytes_ -= entry.update->body()->size();
    log_bytes_ += entry.update->body()->size();
    counters().acknowledgements.add(now - entry.came_us);
    if (entry.author != nullptr) entry.author->on_update(*entry.update, Told::own);
    if (entry.done) entry.done(entry.sequence);
  }
  std::vector<Session*> told;
  std::erase_if(waiting_, [&](Session* session) {
    if (session->waits_for_ > up_to) return false;
    session->waits_for_ = 0;
    told.push_back(session);
    return true;
  });
  for (Session* session : told) session->on_stored();
  if (log_is_long()) checkpoint();
}

void SharedDoc::wait_until_stored(Session& session, persistence::Sequence sequence) {
  if (session.waits_for_ != 0) return;
  waiting_.push_back(&session);
  session.waits_for_ = sequence;
}

std::int64_t SharedDoc::unstored_us() const {
  return unstored_.empty() ? 0 : now_us() - unstored_.front().came_us;
}

// Updates that follow a failed one fail, too (out_of_order): all are sent again when the last of
// them has come back. What cannot be mended by waiting ends the sessions; nothing was acknowledged.
void SharedDoc::store_failed(const persistence::StoreError& error) {
  ++counters().appends_failed;
  const bool first = !std::exchange(append_failed_, true);
  if (first) {
    retry_at_ms_ = 0;
    retry_wait_ms_ = std::clamp(retry_wait_ms_ * 2, environment_.limits.retry_first_ms,
                                environment_.limits.retry_last_ms);
  }
  const bool follows = !first && error.code == StoreErrc::out_of_order;
  if (!follows && !persistence::is_transient(error.code) && !is_over()) {
    end(close_code::internal_error, "the document cannot be stored");
  }
}

void SharedDoc::retry() {
  if (!append_failed_ || in_flight_ > 0) return;
  if (retry_at_ms_ == 0) retry_at_ms_ = now_ms_ + retry_wait_ms_;
  if (now_ms_ < retry_at_ms_) return;
  append_failed_ = false;
  const std::deque<Unstored> again = unstored_;
  for (const Unstored& entry : again) {
    if (append_failed_) break;
    append(entry);
  }
}

bool SharedDoc::log_is_long() const {
  const Limits& limits = environment_.limits;
  if (sequence_ - checkpoint_up_to_ >= limits.log_updates_max && log_bytes_ >= checkpoint_bytes_)
    return true;
  const std::size_t long_enough = std::min(checkpoint_bytes_ * limits.log_per_checkpoint,
                                           std::max(checkpoint_bytes_, limits.log_bytes_max));
  return log_bytes_ >= std::max(limits.log_bytes_min, long_enough);
}

// V2 is smaller, but not every document can be read again from it (limits::v2_structs_max).
std::pair<std::shared_ptr<const Bytes>, Encoding> SharedDoc::readable_state() const {
  auto v2 = std::make_shared<const Bytes>(doc_.encode_state_as_update({}, Encoding::v2));
  if (validate_update(*v2, Encoding::v2)) return {std::move(v2), Encoding::v2};
  return {std::make_shared<const Bytes>(doc_.encode_state_as_update()), Encoding::v1};
}

void SharedDoc::checkpoint() {
  if (state_ != State::ready || checkpointing_ || sequence_ == checkpoint_up_to_ ||
      append_failed_ || (checkpoint_failed_ && now_ms_ < checkpoint_again_ms_)) {
    return;
  }
  checkpointing_ = true;
  std::weak_ptr<SharedDoc> self = weak_from_this();
  const auto& post = environment_.post;
  const auto [bytes, encoding] = readable_state();
  const std::size_t log_bytes = log_bytes_ + unstored_bytes_;
  auto queued = environment_.store->checkpoint(
      name_,
      {.state = bytes,
       .encoding = encoding,
       .up_to = sequence_,
       .attribution = std::make_shared<const Bytes>(attribution_.encode())},
      [self, &post, log_bytes](auto result) {
        post([self, result, log_bytes] {
          if (const auto doc = self.lock()) doc->checkpointed(result, log_bytes);
        });
      });
  checkpoint_bytes_ = bytes->size();
  if (!queued) checkpointed(std::unexpected(queued.error()), 0);
}

// A checkpoint that failed loses nothing: the log still holds everything.
void SharedDoc::checkpointed(const persistence::StoreResult<persistence::Sequence>& result,
                             std::size_t log_bytes) {
  checkpointing_ = false;
  checkpoint_failed_ = !result;
  if (!result) {
    checkpoint_again_ms_ = now_ms_ + environment_.limits.retry_last_ms;
    return;
  }
  checkpoint_up_to_ = *result;
  log_bytes_ -= std::min(log_bytes_, log_bytes);
}

}  // namespace weft::session
