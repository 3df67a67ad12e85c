// The y-protocols messages keep their bytes; an address stands before them.
#include "protocol/hocuspocus_session.hpp"

#include <algorithm>
#include <utility>

#include "encoding/reader.hpp"
#include "encoding/utf.hpp"
#include "encoding/writer.hpp"

namespace weft::protocol {

using session::Broadcast;
using session::Frame;
using sync::MessageKind;
namespace close_code = session::close_code;

namespace {

constexpr std::uint64_t kPermissionDenied = 1;

}  // namespace

// --- HocuspocusFrame -----------------------------------------------------------------------------

HocuspocusFrame::HocuspocusFrame(std::string_view address, HocuspocusType type) {
  text(address);
  number(static_cast<std::uint64_t>(type));
}

HocuspocusFrame& HocuspocusFrame::number(std::uint64_t value) {
  encoding::Writer writer;
  writer.varuint(value);
  return raw(writer.take());
}

HocuspocusFrame& HocuspocusFrame::text(std::string_view value) {
  number(value.size());
  return raw(as_bytes(value));
}

HocuspocusFrame& HocuspocusFrame::raw(ByteView bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return *this;
}

Frame HocuspocusFrame::take() { return std::make_shared<const Bytes>(std::move(bytes_)); }

Frame HocuspocusSession::denial(std::string_view address, std::string_view reason) {
  return HocuspocusFrame(address, HocuspocusType::auth)
      .number(kPermissionDenied)
      .text(reason)
      .take();
}

namespace {

Bytes addressed(std::string_view address, ByteView message) {
  encoding::Writer writer(address.size() + message.size() + 8);
  writer.varstring(address);
  writer.raw(message);
  return writer.take();
}

}  // namespace

// --- HocuspocusSession ---------------------------------------------------------------------------

HocuspocusSession::HocuspocusSession(std::shared_ptr<session::SharedDoc> doc,
                                     const HocuspocusPlace& place, const session::Limits& limits,
                                     Transport& transport, std::function<void()> ended,
                                     std::int64_t now_ms)
    : DocSession(std::move(doc), place.grant, limits, transport, now_ms),
      address_(place.address),
      plain_(place.address == place.document),
      relay_stateless_(place.relay_stateless),
      ended_(std::move(ended)) {
  join();
}

Frame HocuspocusSession::frame(MessageKind kind, ByteView body) const {
  return std::make_shared<const Bytes>(addressed(address_, sync::encode(kind, body)));
}

Frame HocuspocusSession::frame(MessageKind kind, const Broadcast& body) const {
  if (!plain_) return frame(kind, *body.body());
  return body.frame(session::Wire::hocuspocus, [this, kind](const Bytes& bytes) {
    return addressed(address_, sync::encode(kind, bytes));
  });
}

Frame HocuspocusSession::status(bool taken) const {
  return HocuspocusFrame(address_, HocuspocusType::sync_status).number(taken ? 1 : 0).take();
}

void HocuspocusSession::before_answer() {
  tell(frame(MessageKind::step1, doc().encode_state_vector()));
}

void HocuspocusSession::on_accepted(bool news) {
  if (news) {
    send(status(true));
  } else {
    tell(status(true));
  }
}

void HocuspocusSession::on_refused(const sync::Message& message, std::string_view) {
  const bool known = message.kind == MessageKind::step2 && !doc().holds_news(message.body);
  if (known) {
    tell(status(true));
  } else {
    send(status(false));
  }
}

void HocuspocusSession::handle_frame(ByteView message) {
  encoding::Reader reader(message);
  switch (static_cast<HocuspocusType>(std::min<std::uint64_t>(reader.varuint(), 0xFF))) {
    case HocuspocusType::sync:
    case HocuspocusType::awareness:
    case HocuspocusType::query_awareness: {
      const auto next = sync::MessageReader(message).next();
      if (!next) return fail(close_code::invalid_data, weft::message(next.error()));
      handle(*next);
      return;
    }
    case HocuspocusType::stateless: {
      const ByteView payload = reader.varbytes();
      if (!reader.ok() || !encoding::scan_utf8(as_text(payload)).valid) {
        return fail(close_code::invalid_data, "malformed stateless message");
      }
      if (relay_stateless_) doc().send_stateless(as_text(payload));
      return;
    }
    case HocuspocusType::broadcast_stateless:
      return fail(close_code::invalid_data, "a client may not send BroadcastStateless");
    default:
      if (!reader.ok()) fail(close_code::invalid_data, "malformed message");
      return;
  }
}

void HocuspocusSession::on_stateless(const Broadcast& payload) {
  send(HocuspocusFrame(address_, HocuspocusType::stateless).text(as_text(*payload.body())).take());
}

// A provider that is told that its document is closed does not come back by itself; one whose
// socket is closed does. What passes with time closes the socket.
void HocuspocusSession::end_with(std::uint16_t close_code, std::string_view reason) {
  if (close_code == close_code::service_restart || close_code == close_code::try_again_later ||
      close_code == close_code::going_away) {
    transport().close(close_code, reason);
    return;
  }
  if (close_code == close_code::unauthorized || close_code == close_code::forbidden) {
    transport().send(denial(address_, reason));
  } else {
    transport().send(HocuspocusFrame(address_, HocuspocusType::close).text(reason).take());
  }
  ended_();
}

}  // namespace weft::protocol
