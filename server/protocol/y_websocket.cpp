// Frames in, frames out; what they mean is for the document.
#include "protocol/y_websocket.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace weft::protocol {

using session::Broadcast;
using session::Frame;
using sync::MessageKind;
namespace close_code = session::close_code;

namespace {

// Providers drop a connection on which they read nothing for 30 seconds; pings do not reach them.
constexpr std::int64_t kKeepAliveMs = 15'000;

Frame frame(MessageKind kind, ByteView body) {
  return std::make_shared<const Bytes>(sync::encode(kind, body));
}

// What a replica at both has.
StateVector lower_of(const StateVector& a, const StateVector& b) {
  StateVector lower;
  for (const auto& [client, clock] : a.entries()) {
    if (const Clock both = std::min(clock, b.get(client)); both > 0) lower.set(client, both);
  }
  return lower;
}

Bytes as_step2(const Bytes& body) { return sync::encode(MessageKind::step2, body); }
Bytes as_update(const Bytes& body) { return sync::encode(MessageKind::update, body); }
Bytes as_awareness(const Bytes& body) { return sync::encode(MessageKind::awareness, body); }

}  // namespace

YWebSocket::YWebSocket(std::shared_ptr<session::SharedDoc> doc, const session::Limits& limits,
                       Transport& transport, std::int64_t now_ms)
    : doc_(std::move(doc)),
      limits_(limits),
      transport_(transport),
      now_ms_(now_ms),
      last_sent_ms_(now_ms) {
  doc_->join(*this, now_ms);
}

YWebSocket::~YWebSocket() { doc_->leave(*this, now_ms_); }

void YWebSocket::on_ready() {
  greeting_kept_ = !doc_->all_stored();
  tell(frame(MessageKind::step1, doc_->encode_state_vector()));
  if (!greeting_kept_) send_states();
  const std::vector<Bytes> early = std::exchange(early_, {});
  early_bytes_ = 0;
  for (const Bytes& message : early) {
    if (!closed_) handle(message);
  }
}

void YWebSocket::on_message(ByteView message, std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (closed_) return;
  if (doc_->ready()) return handle(message);
  early_bytes_ += message.size() + sizeof(Bytes);
  if (early_bytes_ > limits_.early_bytes_max) {
    return fail(close_code::try_again_later, "too much was sent before the document was loaded");
  }
  early_.emplace_back(message.begin(), message.end());
}

void YWebSocket::handle(ByteView message) {
  sync::MessageReader reader(message);
  if (reader.done()) return fail(close_code::invalid_data, "empty message");
  while (!reader.done() && !closed_) {
    const auto next = reader.next();
    if (!next) return fail(close_code::invalid_data, weft::message(next.error()));
    if (!handle(*next)) return;
  }
}

bool YWebSocket::handle(const sync::Message& message) {
  Result<void> done;
  switch (message.kind) {
    case MessageKind::step1:
      if (auto since = StateVector::decode(message.body); since) {
        answer_step1(*since);
      } else {
        done = std::unexpected(since.error());
      }
      break;
    case MessageKind::step2:
    case MessageKind::update:
      if (!doc_->has_room_for(message.body.size())) {
        fail(close_code::try_again_later, "the store is not keeping up");
        return false;
      }
      done = doc_->receive_update(*this, message.body);
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

void YWebSocket::answer_step1(const StateVector& since) {
  if (answer_kept_ || backlogged()) {
    asked_ = asked_ ? lower_of(*asked_, since) : since;
    return;
  }
  answer_kept_ = !doc_->all_stored();
  if (since.empty()) {
    tell(doc_->whole_state()->frame(session::Wire::y_websocket, as_step2));
  } else {
    tell(frame(MessageKind::step2, doc_->encode_state_as_update(since)));
  }
}

void YWebSocket::answer_owed() {
  if (states_owed_) send_states();
  if (!asked_ || answer_kept_) return;
  const StateVector since = std::move(*asked_);
  asked_.reset();
  answer_step1(since);
}

// One who was kept from something is told who has gone, too.
void YWebSocket::send_states() {
  if (backlogged()) {
    states_owed_ = true;
    return;
  }
  const Bytes states = std::exchange(states_owed_, false) ? doc_->encode_awareness_with_gone()
                                                          : doc_->encode_awareness();
  if (!states.empty()) send(frame(MessageKind::awareness, states));
}

void YWebSocket::tell(Frame message) {
  if (doc_->all_stored()) return send(std::move(message));
  kept_.push_back(std::move(message));
  doc_->wait_until_stored(*this);
}

void YWebSocket::on_stored() {
  for (Frame& message : std::exchange(kept_, {})) send(std::move(message));
  answer_kept_ = false;
  if (std::exchange(greeting_kept_, false)) send_states();
  if (behind_since_ && transport_.queued_bytes() == 0) catch_up();
  answer_owed();
}

void YWebSocket::on_update(const Broadcast& update, bool own) {
  if (behind_since_) {
    // The echo is the acknowledgement: the diff has to show the update again.
    if (own) behind_since_.emplace();
    return;
  }
  send(update.frame(session::Wire::y_websocket, as_update));
  if (!backlogged()) return;
  behind_since_ = doc_->state_vector();
  watch_reader();
}

void YWebSocket::on_awareness(const Broadcast& update) {
  if (!doc_->ready()) return;
  if (behind_since_ || backlogged()) {
    states_owed_ = true;
  } else {
    send(update.frame(session::Wire::y_websocket, as_awareness));
  }
}

void YWebSocket::on_drained() {
  behind_until_ms_ = 0;
  if (behind_since_ && kept_.empty()) catch_up();
  answer_owed();
}

void YWebSocket::catch_up() {
  assert(behind_since_);
  const StateVector since = std::move(*behind_since_);
  behind_since_.reset();
  tell(frame(MessageKind::update, doc_->encode_state_as_update(since)));
}

// Sets the time by which a slow reader must have read what waits for it.
void YWebSocket::watch_reader() {
  if (behind_until_ms_ != 0) return;
  const std::size_t queued = transport_.queued_bytes();
  const std::size_t above = queued - std::min(queued, limits_.send_queue_bytes_max);
  behind_until_ms_ =
      now_ms_ + limits_.behind_ms_max +
      static_cast<std::int64_t>(above / (limits_.read_bytes_per_second_min / 1000 + 1));
}

void YWebSocket::tick(std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (closed_) return;
  if (backlogged() || (behind_since_ && transport_.queued_bytes() > 0)) {
    watch_reader();
    if (now_ms > behind_until_ms_) return fail(close_code::try_again_later, "reading too slowly");
  } else {
    behind_until_ms_ = 0;
  }
  if (now_ms - last_sent_ms_ >= kKeepAliveMs) {
    static constexpr std::array<std::uint8_t, 1> kNobody{0};
    send(frame(MessageKind::awareness, kNobody));
  }
}

void YWebSocket::on_end(std::uint16_t close_code, std::string_view reason) {
  fail(close_code, reason);
}

void YWebSocket::send(Frame message) {
  if (closed_) return;
  last_sent_ms_ = now_ms_;
  transport_.send(std::move(message));
}

void YWebSocket::fail(std::uint16_t close_code, std::string_view reason) {
  if (std::exchange(closed_, true)) return;
  transport_.close(close_code, reason);
}

}  // namespace weft::protocol
