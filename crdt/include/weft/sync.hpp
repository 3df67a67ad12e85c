// The y-protocols sync messages. Source: y-protocols sync.js, y-websocket message types.
//
// A frame holds one message (several are accepted): varuint type and a body. Type 0, sync, has a
// varuint step and a length-prefixed body.
#pragma once

#include <cstdint>
#include <string_view>

#include <weft/bytes.hpp>
#include <weft/error.hpp>

namespace weft::sync {

enum class MessageKind : std::uint8_t {
  step1,            // body: a state vector, asks for what it lacks
  step2,            // body: an update, the answer
  update,           // body: an update
  awareness,        // body: an awareness update
  auth_denied,      // body: the reason, UTF-8
  query_awareness,  // no body
  unknown,          // to be ignored: a type that this version does not know, whose frame is skipped
                    // to its end, or the step 1 without a body that some 4.0 providers send
};

struct Message {
  MessageKind kind = MessageKind::unknown;
  ByteView body;  // points into the frame
};

/// Reads a frame's messages one after the other.
class MessageReader {
 public:
  explicit MessageReader(ByteView frame) : rest_(frame) {}

  bool done() const { return rest_.empty(); }
  /// What was not read yet.
  ByteView rest() const { return rest_; }
  /// REQUIRES: not done. Errors: unexpected_end, number_too_large, invalid_message.
  Result<Message> next();

 private:
  ByteView rest_;
};

/// One message. REQUIRES: kind is not unknown.
Bytes encode(MessageKind kind, ByteView body = {});

}  // namespace weft::sync
