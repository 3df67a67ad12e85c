// The wire of Phoenix channels, version 2 of its serializer, for y-phoenix-channel: one socket,
// many documents. Source: phoenix.js, Phoenix.Socket.V2.JSONSerializer.
//
// A channel's topic is its document's name. What belongs to channels travels as JSON, what belongs
// to documents as binary pushes. A client names each join; what it says under the name of a join
// that is over is dropped.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/channel.hpp"
#include "protocol/phoenix_session.hpp"
#include "protocol/transport.hpp"
#include "protocol/wire.hpp"

namespace weft {
class Value;
}

namespace weft::protocol {

class PhoenixSocket final : public Wire {
 public:
  /// Makes the session of a document; the function that it is given must be called, on the socket's
  /// thread, when the channel is over.
  using Open = std::function<std::unique_ptr<DocumentChannel>(const PhoenixPlace&,
                                                              std::function<void()> ended)>;
  /// Decides what the bearer of a token may do with a document; the token is what a join carries as
  /// `token`, or empty.
  using Enter = std::function<std::expected<access::Grant, access::Denial>(
      std::string_view token, std::string_view document)>;

  /// `transport` must outlive this.
  PhoenixSocket(Enter enter, Open open, const session::SocketLimits& limits, Transport& transport,
                std::int64_t now_ms);

  void on_message(ByteView message, std::int64_t now_ms) override;
  void on_text(std::string_view message, std::int64_t now_ms) override;
  bool takes_text() const override { return true; }
  void on_drained() override;
  void tick(std::int64_t now_ms) override;

 private:
  struct Channel {
    std::string join_ref;
    std::unique_ptr<DocumentChannel> document;
    std::shared_ptr<bool> ended = std::make_shared<bool>(false);
  };
  /// What all frames have in common.
  struct Head {
    std::string_view join_ref;
    std::string_view ref;
    std::string_view topic;
    std::string_view event;
  };

  void handle(const Head& head, const Value& payload);
  void join(const Head& head, const Value& payload);
  void leave(const Head& head);
  Channel* find(const Head& head);
  void reply(const Head& head, std::string_view status, std::string_view response);
  void close(std::uint16_t code, std::string_view reason);

  Enter enter_;
  Open open_;
  session::SocketLimits limits_;
  Transport& transport_;
  std::map<std::string, Channel, std::less<>> channels_;
  std::int64_t now_ms_;
  bool closed_ = false;
};

}  // namespace weft::protocol
