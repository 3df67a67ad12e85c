// A y-websocket client over a real socket, for tests of the whole server.
#pragma once

#include <string>

#include <weft/doc.hpp>
#include <weft/sync.hpp>

#include "served.hpp"
#include "update_of.hpp"

namespace weft::net::test {

/// The sample handshake of RFC 6455 1.3, with lines to change.
std::string handshake(std::string_view target,
                      std::string_view key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                      std::string_view more = "Sec-WebSocket-Version: 13");

using server::test::update_of;

class Client {
 public:
  /// Connects, and is upgraded.
  Client(std::uint16_t port, const std::string& document);

  /// Sends an empty step 1 and reads up to the answer.
  void synced();
  void send(sync::MessageKind kind, ByteView body);
  void send_frame(const Bytes& message);
  /// The body of the next message of that kind; others before it are skipped.
  Bytes next(sync::MessageKind kind);
  /// Reads one frame: whether it is the server's greeting, its step 1.
  bool is_greeted();
  /// The code of the close frame that ends the stream, messages before it are skipped; 0: it ended
  /// without.
  int close_code();
  RawSocket& socket() { return socket_; }

 private:
  RawSocket socket_;
};

}  // namespace weft::net::test
