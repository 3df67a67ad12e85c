// One document on a Hocuspocus socket: the messages behind the address. Source: Hocuspocus
// MessageReceiver and Connection.
//
// The client speaks first: each step 1 of it is answered by a step 1 and a step 2. Each step 2 and
// each update gets exactly one SyncStatus: 1 when it is durable, 0 when it was refused.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "protocol/doc_session.hpp"

namespace weft::protocol {

enum class HocuspocusType : std::uint8_t {
  sync = 0,
  awareness = 1,
  auth = 2,
  query_awareness = 3,
  sync_reply = 4,
  stateless = 5,
  broadcast_stateless = 6,
  close = 7,
  sync_status = 8,
  ping = 9,
  pong = 10,
};

/// A frame's beginning: the address, exactly as the client wrote it, and the type.
class HocuspocusFrame {
 public:
  HocuspocusFrame(std::string_view address, HocuspocusType type);
  HocuspocusFrame& number(std::uint64_t value);
  HocuspocusFrame& text(std::string_view value);
  HocuspocusFrame& raw(ByteView bytes);
  session::Frame take();

 private:
  Bytes bytes_;
};

struct HocuspocusPlace {
  std::string document;
  std::string address;  // the document's name, or that, a zero byte and a session's name
  access::Grant grant;
  bool relay_stateless = false;  // what a client says beside the document reaches everybody on it
};

class HocuspocusSession final : public DocSession {
 public:
  /// Joins the document. `ended` is called once, when this document is over for the client but the
  /// socket is not. `transport` must outlive this.
  HocuspocusSession(std::shared_ptr<session::SharedDoc> doc, const HocuspocusPlace& place,
                    const session::Limits& limits, Transport& transport,
                    std::function<void()> ended, std::int64_t now_ms);

  void on_stateless(const session::Broadcast& payload) override;

  /// PermissionDenied, for a document that is not, or no longer, open to its client.
  static session::Frame denial(std::string_view address, std::string_view reason);

 private:
  void handle_frame(ByteView message) override;
  session::Frame frame(sync::MessageKind kind, ByteView body) const override;
  session::Frame frame(sync::MessageKind kind, const session::Broadcast& body) const override;
  void greet() override {}
  void before_answer() override;
  void on_accepted(bool news) override;
  void on_refused(const sync::Message& message, std::string_view reason) override;
  void end_with(std::uint16_t close_code, std::string_view reason) override;
  session::Frame status(bool taken) const;

  std::string address_;
  bool plain_;  // the address is the document's name: frames can be shared
  bool relay_stateless_;
  std::function<void()> ended_;
};

}  // namespace weft::protocol
