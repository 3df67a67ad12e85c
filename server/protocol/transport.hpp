// What a wire asks of the connection under it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "session/broadcast.hpp"

namespace weft::protocol {

class Transport {
 public:
  virtual ~Transport() = default;

  /// Queues one message. Never blocks and never fails: a dead connection is told by on_close.
  virtual void send(session::Frame message) = 0;
  /// Queues one text message, UTF-8. Only for wires that have any.
  virtual void send_text(session::Frame message) { send(std::move(message)); }
  /// Ends the connection once what is queued has been sent. Later calls do nothing.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// Bytes queued and not yet taken by the network.
  virtual std::size_t queued_bytes() const = 0;
};

}  // namespace weft::protocol
