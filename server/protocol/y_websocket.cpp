#include "protocol/y_websocket.hpp"

#include <array>
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
  if (doc_->all_stored()) {
    greet();
  } else {
    doc_->wait_until_stored(*this);
  }
  const std::vector<Bytes> early = std::exchange(early_, {});
  for (const Bytes& message : early) {
    if (!closed_) handle(message);
  }
}

void YWebSocket::greet() {
  greeted_ = true;
  send(frame(MessageKind::step1, doc_->encode_state_vector()));
  if (const Bytes states = doc_->encode_awareness(); !states.empty()) {
    send(frame(MessageKind::awareness, states));
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
      if (const Bytes states = doc_->encode_awareness(); !states.empty()) {
        send(frame(MessageKind::awareness, states));
      }
      break;
    case MessageKind::auth_denied:
    case MessageKind::unknown:
      break;
  }
  if (!done) fail(close_code::invalid_data, weft::message(done.error()));
  return done.has_value();
}

void YWebSocket::answer_step1(const StateVector& since) {
  if (!doc_->all_stored()) {
    asked_ = since;
    return doc_->wait_until_stored(*this);
  }
  send(frame(MessageKind::step2, doc_->encode_state_as_update(since)));
}

void YWebSocket::on_stored() {
  if (!greeted_) greet();
  if (asked_) {
    const StateVector since = *std::exchange(asked_, std::nullopt);
    send(frame(MessageKind::step2, doc_->encode_state_as_update(since)));
  }
  if (behind_since_ && transport_.queued_bytes() == 0) catch_up();
}

void YWebSocket::on_update(const Broadcast& update, bool own) {
  if (behind_since_) {
    // The echo is the acknowledgement: the diff has to show the update again.
    if (own) behind_since_.emplace();
    return;
  }
  send(update.frame(session::Wire::y_websocket, as_update));
  if (transport_.queued_bytes() <= limits_.send_queue_bytes_max) return;
  behind_since_ = doc_->state_vector();
  behind_at_ms_ = now_ms_;
}

void YWebSocket::on_awareness(const Broadcast& update) {
  if (!doc_->ready() || behind_since_) return;
  send(update.frame(session::Wire::y_websocket, as_awareness));
}

void YWebSocket::on_drained() {
  if (!behind_since_) return;
  if (doc_->all_stored()) {
    catch_up();
  } else {
    doc_->wait_until_stored(*this);
  }
}

void YWebSocket::catch_up() {
  const StateVector since = *std::exchange(behind_since_, std::nullopt);
  send(frame(MessageKind::update, doc_->encode_state_as_update(since)));
  if (const Bytes states = doc_->encode_awareness(); !states.empty()) {
    send(frame(MessageKind::awareness, states));
  }
}

void YWebSocket::tick(std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (closed_) return;
  if (behind_since_ && now_ms - behind_at_ms_ > limits_.behind_ms_max) {
    return fail(close_code::try_again_later, "reading too slowly");
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
