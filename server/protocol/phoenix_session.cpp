#include "protocol/phoenix_session.hpp"

#include <array>
#include <utility>

#include <weft/value.hpp>

#include "encoding/writer.hpp"

namespace weft::protocol {

using session::Broadcast;
using session::Frame;
using sync::MessageKind;
namespace close_code = session::close_code;

namespace {

constexpr std::uint8_t kBroadcast = 2;
constexpr std::string_view kEvent = "yjs";

std::string quoted(std::string_view text) { return Value(text).to_json(); }

// To everybody on the topic alike, so that all receivers share one frame.
Bytes broadcast(std::string_view topic, ByteView message) {
  encoding::Writer writer(topic.size() + message.size() + 8);
  writer.u8(kBroadcast);
  writer.u8(static_cast<std::uint8_t>(topic.size()));
  writer.u8(static_cast<std::uint8_t>(kEvent.size()));
  writer.raw(as_bytes(topic));
  writer.raw(as_bytes(kEvent));
  writer.raw(message);
  return writer.take();
}

}  // namespace

Frame phoenix_text(std::string_view join_ref, std::string_view ref, std::string_view topic,
                   std::string_view event, std::string_view payload) {
  const auto reference = [](std::string_view text) {
    return text.empty() ? std::string("null") : quoted(text);
  };
  const std::string text = "[" + reference(join_ref) + "," + reference(ref) + "," + quoted(topic) +
                           "," + quoted(event) + "," + std::string(payload) + "]";
  return std::make_shared<const Bytes>(text.begin(), text.end());
}

PhoenixSession::PhoenixSession(std::shared_ptr<session::SharedDoc> doc, const PhoenixPlace& place,
                               const session::Limits& limits, Transport& transport,
                               std::function<void()> ended, std::int64_t now_ms)
    : DocSession(std::move(doc), place.grant, limits, transport, now_ms),
      topic_(place.document),
      join_ref_(place.join_ref),
      ended_(std::move(ended)) {
  join();
}

Frame PhoenixSession::frame(MessageKind kind, ByteView body) const {
  return std::make_shared<const Bytes>(broadcast(topic_, sync::encode(kind, body)));
}

Frame PhoenixSession::frame(MessageKind kind, const Broadcast& body) const {
  return body.frame(session::Wire::phoenix, [this, kind](const Bytes& bytes) {
    return broadcast(topic_, sync::encode(kind, bytes));
  });
}

// What a provider wrote before it had joined it has dropped: only the server's own question brings
// it here.
void PhoenixSession::before_answer() {
  tell(frame(MessageKind::step1, doc().encode_state_vector()));
  static constexpr std::array<std::uint8_t, 1> kNobody{0};
  const Bytes states = doc().encode_awareness();
  tell(frame(MessageKind::awareness, states.empty() ? ByteView(kNobody) : ByteView(states)));
}

void PhoenixSession::handle_frame(ByteView message) {
  sync::MessageReader reader(message);
  if (reader.done()) return fail(close_code::invalid_data, "empty message");
  const auto next = reader.next();
  if (!next) return fail(close_code::invalid_data, weft::message(next.error()));
  handle(*next);
}

// A channel that has failed is joined again, by clients of all versions; one whose socket is closed
// comes back with it.
void PhoenixSession::end_with(std::uint16_t close_code, std::string_view reason) {
  if (close_code == close_code::service_restart || close_code == close_code::try_again_later ||
      close_code == close_code::going_away) {
    return transport().close(close_code, reason);
  }
  transport().send_text(phoenix_text(join_ref_, join_ref_, topic_, "phx_error",
                                     "{\"reason\":" + quoted(reason) + "}"));
  ended_();
}

}  // namespace weft::protocol
