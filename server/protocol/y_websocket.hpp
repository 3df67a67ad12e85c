// The y-websocket wire, as providers 1 to 4 speak it: one connection, one document.
//
// Out: one message a frame. In: one or more. On open, when the document is loaded: sync step 1,
// then everybody's awareness. The echo of an update to its author says that it is durable. The wire
// has no word for a reader's refused edits but the one for "permission denied", which providers
// log.
//
// y-sweet's clients speak it, too, and ask now and then how far things are (SyncStatus): the
// question comes back once everything before it is durable. Source: y-sweet's DocConnection.
#pragma once

#include <cstdint>
#include <memory>

#include "protocol/doc_session.hpp"

namespace weft::protocol {

enum class Dialect : std::uint8_t { y_websocket, y_sweet };

class YWebSocket final : public DocSession {
 public:
  /// Joins the document. `transport` must outlive this.
  YWebSocket(std::shared_ptr<session::SharedDoc> doc, access::Grant grant,
             const session::Limits& limits, Transport& transport, std::int64_t now_ms,
             Dialect dialect = Dialect::y_websocket);

  void tick(std::int64_t now_ms) override;

 private:
  void handle_frame(ByteView frame) override;
  session::Frame frame(sync::MessageKind kind, ByteView body) const override;
  session::Frame frame(sync::MessageKind kind, const session::Broadcast& body) const override;
  void greet() override;
  void on_accepted(bool) override {}
  void on_refused(const sync::Message& message, std::string_view reason) override;
  void end_with(std::uint16_t close_code, std::string_view reason) override;

  void answer_sync_status(ByteView frame);
  void send_sign_of_life();

  Dialect dialect_;
  bool told_refusal_ = false;
};

/// For one who may not enter: says why, and closes. Browsers hide the answers to handshakes, so the
/// reason is told behind one.
class Refusal final : public Wire {
 public:
  Refusal(const access::Denial& denial, Transport& transport);
  Refusal(std::uint16_t close_code, std::string_view reason, Transport& transport);
  void on_message(ByteView, std::int64_t) override {}
  void on_drained() override {}
  void tick(std::int64_t) override {}
};

}  // namespace weft::protocol
