// y-protocols' messages, one a frame.
#include "protocol/y_websocket.hpp"

#include <array>
#include <utility>

#include "encoding/reader.hpp"

namespace weft::protocol {

using session::Broadcast;
using session::Frame;
using sync::MessageKind;
namespace close_code = session::close_code;

namespace {

// Providers drop a connection on which they read nothing for 30 seconds; pings do not reach them.
constexpr std::int64_t kKeepAliveMs = 15'000;
constexpr std::uint8_t kSyncStatus = 102;

}  // namespace

YWebSocket::YWebSocket(std::shared_ptr<session::SharedDoc> doc, access::Grant grant,
                       const session::Limits& limits, Transport& transport, std::int64_t now_ms,
                       Dialect dialect)
    : DocSession(std::move(doc), std::move(grant), limits, transport, now_ms), dialect_(dialect) {
  join();
}

Frame YWebSocket::frame(MessageKind kind, ByteView body) const {
  return std::make_shared<const Bytes>(sync::encode(kind, body));
}

Frame YWebSocket::frame(MessageKind kind, const Broadcast& body) const {
  return body.frame(session::Wire::y_websocket,
                    [kind](const Bytes& bytes) { return sync::encode(kind, bytes); });
}

void YWebSocket::greet() {
  tell(frame(MessageKind::step1, doc().encode_state_vector()));
  if (dialect_ == Dialect::y_sweet && doc().encode_awareness().empty()) send_sign_of_life();
}

void YWebSocket::handle_frame(ByteView frame) {
  if (dialect_ == Dialect::y_sweet && !frame.empty() && frame.front() == kSyncStatus) {
    return answer_sync_status(frame);
  }
  sync::MessageReader reader(frame);
  if (reader.done()) return fail(close_code::invalid_data, "empty message");
  while (!reader.done() && !closed()) {
    const auto next = reader.next();
    if (!next) return fail(close_code::invalid_data, weft::message(next.error()));
    if (!handle(*next)) return;
  }
}

void YWebSocket::answer_sync_status(ByteView frame) {
  encoding::Reader reader(frame.subspan(1));
  reader.varbytes();
  if (!reader.ok()) return fail(close_code::invalid_data, weft::message(reader.error()));
  tell(std::make_shared<const Bytes>(frame.begin(), frame.end()));
}

// A reader's provider answers each step 1 with a step 2, mostly an empty one: said once, and only
// when it held something.
void YWebSocket::on_refused(const sync::Message& message, std::string_view reason) {
  if (told_refusal_ || !doc().holds_news(message.body)) return;
  told_refusal_ = true;
  send(frame(MessageKind::auth_denied, as_bytes(reason)));
}

void YWebSocket::tick(std::int64_t now_ms) {
  DocSession::tick(now_ms);
  if (closed()) return;
  // Who asked and hears nothing for three seconds gives up, though it is the store that lasts.
  const bool asked = dialect_ == Dialect::y_sweet && tells_later();
  if (asked || now_ms - last_sent_ms() >= kKeepAliveMs) send_sign_of_life();
}

// Nobody's awareness.
void YWebSocket::send_sign_of_life() {
  static constexpr std::array<std::uint8_t, 1> kNobody{0};
  send(frame(MessageKind::awareness, kNobody));
}

void YWebSocket::end_with(std::uint16_t close_code, std::string_view reason) {
  const bool denied = close_code == close_code::unauthorized || close_code == close_code::forbidden;
  if (denied) transport().send(frame(MessageKind::auth_denied, as_bytes(reason)));
  transport().close(close_code, reason);
}

Refusal::Refusal(const access::Denial& denial, Transport& transport)
    : Refusal(denial.known ? close_code::forbidden : close_code::unauthorized, denial.reason,
              transport) {}

Refusal::Refusal(std::uint16_t close_code, std::string_view reason, Transport& transport) {
  transport.send(
      std::make_shared<const Bytes>(sync::encode(MessageKind::auth_denied, as_bytes(reason))));
  transport.close(close_code, reason);
}

}  // namespace weft::protocol
