// Messages in, messages out; what they mean is for the document.
#include "protocol/doc_session.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace weft::protocol {

using session::Broadcast;
using session::Frame;
using session::Told;
using sync::MessageKind;
namespace close_code = session::close_code;

namespace {

// Frames that wait for the store, of one session.
constexpr std::size_t kKeptMax = 10'000;

// What a replica at both has.
StateVector lower_of(const StateVector& a, const StateVector& b) {
  StateVector lower;
  for (const auto& [client, clock] : a.entries()) {
    if (const Clock both = std::min(clock, b.get(client)); both > 0) lower.set(client, both);
  }
  return lower;
}

}  // namespace

DocSession::DocSession(std::shared_ptr<session::SharedDoc> doc, access::Grant grant,
                       const session::Limits& limits, Transport& transport, std::int64_t now_ms)
    : doc_(std::move(doc)),
      limits_(limits),
      transport_(transport),
      now_ms_(now_ms),
      last_sent_ms_(now_ms),
      grant_(std::move(grant)),
      granted_ms_(now_ms) {}

DocSession::~DocSession() { doc_->leave(*this, now_ms_); }

void DocSession::join() {
  const std::size_t max = limits_.sessions_per_document_max;
  if (max > 0 && doc_->session_count() >= max) {
    return fail(close_code::too_many, "this document has too many connections");
  }
  doc_->join(*this, now_ms_);
}

void DocSession::set_grant(access::Grant grant) {
  grant_ = std::move(grant);
  granted_ms_ = now_ms_;
}

void DocSession::on_ready() {
  if (!doc_->all_stored()) greeting_kept_ = doc_->sequence();
  greet();
  if (greeting_kept_ == 0) send_states();
  const std::vector<Bytes> early = std::exchange(early_, {});
  early_bytes_ = 0;
  for (const Bytes& message : early) {
    if (!closed_) handle_frame(message);
  }
}

void DocSession::on_message(ByteView message, std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (closed_) return;
  if (doc_->ready()) return handle_frame(message);
  early_bytes_ += message.size() + sizeof(Bytes);
  if (early_bytes_ > limits_.early_bytes_max) {
    return fail(close_code::try_again_later, "too much was sent before the document was loaded");
  }
  early_.emplace_back(message.begin(), message.end());
}

bool DocSession::handle(const sync::Message& message) {
  Result<void> done;
  switch (message.kind) {
    case MessageKind::step1:
      if (auto since = StateVector::decode(message.body); since) {
        if (doc_->is_other_history(*since)) return refuse_history();
        belongs_ = true;
        answer_step1(*since);
      } else {
        done = std::unexpected(since.error());
      }
      break;
    case MessageKind::step2:
    case MessageKind::update:
      if (!write(message, done)) return false;
      break;
    case MessageKind::awareness:
      done = doc_->receive_awareness(*this, message.body, now_ms_);
      break;
    case MessageKind::query_awareness:
      send_states();
      break;
    case MessageKind::auth_denied:
    case MessageKind::unknown:
      break;
  }
  if (done) return true;
  const bool large = done.error().code == Errc::too_large;
  fail(large ? close_code::too_large : close_code::invalid_data, weft::message(done.error()));
  return false;
}

// False when the session has ended.
bool DocSession::write(const sync::Message& message, Result<void>& done) {
  const bool writes = grant_.role == access::Role::write;
  if (writes && !outgrown_) outgrown_ = !doc_->may_grow_by(message.body);
  if (!writes || outgrown_) {
    ++doc_->counters().updates_refused;
    on_refused(message, writes ? "the document is full: your changes are not taken"
                               : "read-only: your changes are not taken");
    return !closed_;
  }
  if (doc_->is_other_history(message.body)) return refuse_history();
  belongs_ = true;
  if (!doc_->has_room_for(message.body.size())) {
    fail(close_code::try_again_later, "the store is not keeping up");
    return false;
  }
  const bool first_hand = message.kind == MessageKind::update;
  const auto news = doc_->receive_update(*this, message.body, first_hand);
  if (!news) {
    done = std::unexpected(news.error());
  } else if (!*news) {
    on_accepted(false);
  }
  return true;
}

bool DocSession::refuse_history() {
  fail(close_code::other_history, "your copy is of another document that had this name");
  return false;
}

void DocSession::answer_step1(const StateVector& since) {
  asked_once_ = true;
  if (answer_kept_ != 0 || backlogged()) {
    asked_ = asked_ ? lower_of(*asked_, since) : since;
    return;
  }
  before_answer();
  if (!doc_->all_stored()) answer_kept_ = doc_->sequence();
  if (since.empty()) {
    tell(frame(MessageKind::step2, *doc_->whole_state()));
  } else {
    tell(frame(MessageKind::step2, doc_->encode_state_as_update(since)));
  }
}

void DocSession::answer_owed() {
  if (states_owed_) send_states();
  if (!asked_ || answer_kept_ != 0) return;
  const StateVector since = std::move(*asked_);
  asked_.reset();
  answer_step1(since);
}

// One who was kept from something is told who has gone, too.
void DocSession::send_states() {
  if (backlogged()) {
    states_owed_ = true;
    return;
  }
  const Bytes states = std::exchange(states_owed_, false) ? doc_->encode_awareness_with_gone()
                                                          : doc_->encode_awareness();
  if (!states.empty()) send(frame(MessageKind::awareness, states));
}

void DocSession::tell(Frame message) {
  if (doc_->all_stored()) return send(std::move(message));
  if (kept_.size() >= kKeptMax) {
    return fail(close_code::try_again_later, "the store is not keeping up");
  }
  kept_.push_back({.sequence = doc_->sequence(), .frame = std::move(message)});
  doc_->wait_until_stored(*this, kept_.front().sequence);
}

void DocSession::on_stored() {
  const persistence::Sequence stored = doc_->stored_sequence();
  while (!kept_.empty() && kept_.front().sequence <= stored) {
    const Frame message = std::move(kept_.front().frame);
    kept_.pop_front();
    send(message);
  }
  if (answer_kept_ <= stored) answer_kept_ = 0;
  if (greeting_kept_ != 0 && greeting_kept_ <= stored) {
    greeting_kept_ = 0;
    send_states();
  }
  if (behind_since_ && kept_.empty() && transport_.queued_bytes() == 0) catch_up();
  answer_owed();
  if (!kept_.empty()) doc_->wait_until_stored(*this, kept_.front().sequence);
}

void DocSession::on_update(const Broadcast& update, Told told) {
  const bool own = told == Told::own;
  if (own) on_accepted(true);
  if (!belongs_) return;
  if (behind_since_) {
    // The echo is the acknowledgement: the diff has to show the update again.
    if (own) behind_since_.emplace();
    return;
  }
  const bool has_answer = asked_once_ && answer_kept_ == 0;
  if (told == Told::when_stored || (told == Told::at_once && !has_answer)) {
    tell(frame(MessageKind::update, update));
  } else {
    send(frame(MessageKind::update, update));
  }
  if (!backlogged()) return;
  behind_since_ = doc_->state_vector();
  ++doc_->counters().slow_readers;
  watch_reader();
}

void DocSession::on_awareness(const Broadcast& update) {
  if (!doc_->ready()) return;
  if (behind_since_ || backlogged()) {
    states_owed_ = true;
  } else {
    send(frame(MessageKind::awareness, update));
  }
}

void DocSession::on_drained() {
  behind_until_ms_ = 0;
  if (behind_since_ && kept_.empty()) catch_up();
  answer_owed();
}

void DocSession::catch_up() {
  assert(behind_since_);
  const StateVector since = std::move(*behind_since_);
  behind_since_.reset();
  tell(frame(MessageKind::update, doc_->encode_state_as_update(since)));
}

// Sets the time by which a slow reader must have read what waits for it.
void DocSession::watch_reader() {
  if (behind_until_ms_ != 0) return;
  const std::size_t queued = transport_.queued_bytes();
  const std::size_t above = queued - std::min(queued, limits_.send_queue_bytes_max);
  behind_until_ms_ =
      now_ms_ + limits_.behind_ms_max +
      static_cast<std::int64_t>(above / (limits_.read_bytes_per_second_min / 1000 + 1));
}

void DocSession::tick(std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (closed_) return;
  if (grant_.valid_ms && now_ms - granted_ms_ >= *grant_.valid_ms) {
    return fail(close_code::unauthorized, "the token has expired");
  }
  if (backlogged() || (behind_since_ && transport_.queued_bytes() > 0)) {
    watch_reader();
    if (now_ms > behind_until_ms_) {
      ++doc_->counters().slow_readers_ended;
      return fail(close_code::try_again_later, "reading too slowly");
    }
  } else {
    behind_until_ms_ = 0;
  }
}

void DocSession::on_end(std::uint16_t close_code, std::string_view reason) {
  fail(close_code, reason);
}

void DocSession::send(Frame message) {
  if (closed_) return;
  last_sent_ms_ = now_ms_;
  transport_.send(std::move(message));
}

void DocSession::fail(std::uint16_t close_code, std::string_view reason) {
  if (std::exchange(closed_, true)) return;
  end_with(close_code, reason);
}

}  // namespace weft::protocol
