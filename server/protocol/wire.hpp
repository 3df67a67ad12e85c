// What the connection gives to the wire that it speaks.
#pragma once

#include <cstdint>
#include <string_view>

#include <weft/bytes.hpp>

namespace weft::protocol {

class Wire {
 public:
  virtual ~Wire() = default;

  /// A whole binary message from the client. What cannot be understood ends the connection, or only
  /// the document that it was for; nothing of a message that is wrong takes effect.
  virtual void on_message(ByteView message, std::int64_t now_ms) = 0;
  /// A whole text message, UTF-8; only for wires that said so.
  virtual void on_text(std::string_view, std::int64_t) {}
  /// Whether text messages are more than a mistake.
  virtual bool takes_text() const { return false; }
  /// The transport's queue has become empty.
  virtual void on_drained() = 0;
  /// Once a second: keep-alive, and the end of readers that stay behind.
  virtual void tick(std::int64_t now_ms) = 0;
};

}  // namespace weft::protocol
