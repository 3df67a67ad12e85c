// WebSocket frames as bytes (RFC 6455), server side, without a socket.
//
// A message that arrives whole is unmasked where it stands and handed on without a copy; only what
// is incomplete is kept. Memory is bounded by the largest message allowed and by what has arrived,
// never by what a header claims.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include <weft/bytes.hpp>

namespace weft::net {

/// Why a connection has to end: a close code (RFC 6455 7.4.1) and a sentence for people.
struct WsError {
  std::uint16_t code;
  std::string_view reason;
};

/// What a parser tells.
class WsSink {
 public:
  virtual ~WsSink() = default;
  /// A whole binary message; the view lives until the call returns.
  virtual void on_message(ByteView message) = 0;
  /// A whole text message, UTF-8. Only where the parser takes text.
  virtual void on_text(std::string_view) {}
  virtual void on_ping(ByteView payload) = 0;
  virtual void on_pong() = 0;
  /// The peer closes; 1005 when it gave no code.
  virtual void on_close(std::uint16_t code) = 0;
};

class WsParser {
 public:
  explicit WsParser(std::size_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}

  /// From now on text messages are taken; without this they are an error.
  void take_text() { takes_text_ = true; }

  /// Takes the next bytes of the stream, which it unmasks in place. After an error or a close frame
  /// nothing more may be fed. O(bytes).
  std::expected<void, WsError> feed(std::span<std::uint8_t> bytes, WsSink& sink);

  /// Bytes that are kept of an incomplete message.
  std::size_t kept_bytes() const { return message_.capacity(); }

 private:
  std::expected<void, WsError> read_header();
  std::expected<void, WsError> take_payload(std::span<std::uint8_t>& rest, WsSink& sink);
  std::expected<void, WsError> end_control(WsSink& sink);
  std::expected<void, WsError> end_message(ByteView message, WsSink& sink) const;
  std::size_t header_need() const;
  bool is_control() const { return (opcode_ & 0x8) != 0; }

  std::size_t message_bytes_max_;
  std::array<std::uint8_t, 14> header_{};
  std::size_t header_size_ = 0;
  bool in_payload_ = false;

  bool fin_ = false;
  std::uint8_t opcode_ = 0;
  std::uint64_t payload_left_ = 0;
  std::array<std::uint8_t, 4> mask_{};  // turned so that it begins with the next byte's

  bool takes_text_ = false;
  bool text_ = false;        // the message is text
  bool fragmented_ = false;  // a message has begun and not ended
  Bytes message_;
  std::array<std::uint8_t, 125> control_{};
  std::size_t control_size_ = 0;
};

/// The header of an unfragmented, unmasked frame in front of `payload_size` bytes.
struct WsHeader {
  std::array<std::uint8_t, 10> bytes{};
  std::uint8_t size = 0;
};
inline constexpr std::uint8_t kWsText = 0x1;
inline constexpr std::uint8_t kWsBinary = 0x2;
inline constexpr std::uint8_t kWsClose = 0x8;
inline constexpr std::uint8_t kWsPing = 0x9;
inline constexpr std::uint8_t kWsPong = 0xA;
WsHeader ws_header(std::uint8_t opcode, std::size_t payload_size);

/// The payload of a close frame; the reason is cut to 123 bytes, between two characters.
Bytes ws_close_payload(std::uint16_t code, std::string_view reason);

}  // namespace weft::net
