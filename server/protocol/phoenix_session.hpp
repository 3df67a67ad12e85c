// One document on a Phoenix socket: the messages of y-protocols as the payload of the event `yjs`.
// Source: y_ex's channels and y-phoenix-channel.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/doc_session.hpp"

namespace weft::protocol {

struct PhoenixPlace {
  std::string document;  // and the channel's topic
  std::string join_ref;  // what the client called this join
  access::Grant grant;
};

/// A text frame of version 2: [join_ref, ref, topic, event, payload]. An empty reference is null;
/// `payload` is JSON.
session::Frame phoenix_text(std::string_view join_ref, std::string_view ref, std::string_view topic,
                            std::string_view event, std::string_view payload);

class PhoenixSession final : public DocSession {
 public:
  /// Joins the document. `ended` is called once, when this channel is over but the socket is not.
  /// `transport` must outlive this.
  PhoenixSession(std::shared_ptr<session::SharedDoc> doc, const PhoenixPlace& place,
                 const session::Limits& limits, Transport& transport, std::function<void()> ended,
                 std::int64_t now_ms);

 private:
  void handle_frame(ByteView message) override;
  session::Frame frame(sync::MessageKind kind, ByteView body) const override;
  session::Frame frame(sync::MessageKind kind, const session::Broadcast& body) const override;
  void greet() override {}
  void before_answer() override;
  void on_accepted(bool) override {}
  void on_refused(const sync::Message&, std::string_view) override {}
  void end_with(std::uint16_t close_code, std::string_view reason) override;

  std::string topic_;
  std::string join_ref_;
  std::function<void()> ended_;
};

}  // namespace weft::protocol
