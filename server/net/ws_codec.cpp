#include "net/ws_codec.hpp"

#include <algorithm>
#include <cstring>

#include "encoding/utf.hpp"

namespace weft::net {

namespace {

std::unexpected<WsError> error(std::uint16_t code, std::string_view reason) {
  return std::unexpected(WsError{code, reason});
}

// Unmasks and turns the mask on by as many bytes.
void unmask(std::span<std::uint8_t> bytes, std::array<std::uint8_t, 4>& mask) {
  std::uint64_t wide = 0;
  std::memcpy(&wide, mask.data(), 4);
  wide |= wide << 32;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    word ^= wide;
    std::memcpy(bytes.data() + at, &word, 8);
  }
  for (std::size_t i = 0; at + i < bytes.size(); ++i) bytes[at + i] ^= mask[i % 4];
  std::rotate(mask.begin(), mask.begin() + static_cast<std::ptrdiff_t>(bytes.size() % 4),
              mask.end());
}

// RFC 6455 7.4: what an endpoint may put into a close frame.
bool is_close_code(std::uint16_t code) {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace

std::size_t WsParser::header_need() const {
  if (header_size_ < 2) return 2;
  // Without a mask it is refused at once: the four bytes may never come.
  if ((header_[1] & 0x80) == 0) return 2;
  const std::uint8_t length = header_[1] & 0x7F;
  return std::size_t{6} + (length == 126 ? 2 : length == 127 ? 8 : 0);
}

std::expected<void, WsError> WsParser::feed(std::span<std::uint8_t> bytes, WsSink& sink) {
  while (!bytes.empty() || (in_payload_ && payload_left_ == 0)) {
    if (!in_payload_) {
      const std::size_t take = std::min(header_need() - header_size_, bytes.size());
      std::memcpy(header_.data() + header_size_, bytes.data(), take);
      header_size_ += take;
      bytes = bytes.subspan(take);
      if (header_size_ < header_need()) continue;
      if (auto read = read_header(); !read) return read;
    }
    if (auto taken = take_payload(bytes, sink); !taken) return taken;
  }
  return {};
}

std::expected<void, WsError> WsParser::read_header() {
  header_size_ = 0;
  in_payload_ = true;
  fin_ = (header_[0] & 0x80) != 0;
  opcode_ = header_[0] & 0x0F;
  if ((header_[0] & 0x70) != 0) return error(1002, "reserved bits are set");
  if ((header_[1] & 0x80) == 0) return error(1002, "a client's frame must be masked");
  const std::uint8_t length = header_[1] & 0x7F;
  std::size_t mask_at = 2;
  payload_left_ = length;
  if (length >= 126) {
    const std::size_t size = length == 126 ? 2 : 8;
    payload_left_ = 0;
    for (std::size_t i = 0; i < size; ++i) payload_left_ = payload_left_ << 8 | header_[2 + i];
    mask_at += size;
  }
  std::memcpy(mask_.data(), header_.data() + mask_at, 4);

  if (is_control()) {
    if (opcode_ > kWsPong) return error(1002, "unknown opcode");
    if (!fin_ || length > 125) return error(1002, "a control frame must be short and whole");
    control_size_ = 0;
    return {};
  }
  if (opcode_ == kWsText && !takes_text_) return error(1003, "text messages are not understood");
  if (opcode_ > 2) return error(1002, "unknown opcode");
  if ((opcode_ == 0) != fragmented_) return error(1002, "fragments out of order");
  if (opcode_ != 0) text_ = opcode_ == kWsText;
  if (payload_left_ > message_bytes_max_ || message_.size() > message_bytes_max_ - payload_left_) {
    return error(1009, "message too large");
  }
  return {};
}

std::expected<void, WsError> WsParser::take_payload(std::span<std::uint8_t>& rest, WsSink& sink) {
  const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, rest.size()));
  const std::span<std::uint8_t> part = rest.first(take);
  rest = rest.subspan(take);
  unmask(part, mask_);
  payload_left_ -= take;
  if (is_control()) {
    std::memcpy(control_.data() + control_size_, part.data(), take);
    control_size_ += take;
    if (payload_left_ > 0) return {};
    in_payload_ = false;
    return end_control(sink);
  }
  const bool ends = payload_left_ == 0 && fin_;
  if (ends && message_.empty()) {
    in_payload_ = fragmented_ = false;
    return end_message(part, sink);
  }
  message_.insert(message_.end(), part.begin(), part.end());
  if (payload_left_ > 0) return {};
  in_payload_ = false;
  fragmented_ = !fin_;
  if (!fin_) return {};
  const Bytes message = std::move(message_);
  message_ = {};
  return end_message(message, sink);
}

std::expected<void, WsError> WsParser::end_message(ByteView message, WsSink& sink) const {
  if (!text_) {
    sink.on_message(message);
    return {};
  }
  if (!encoding::scan_utf8(as_text(message)).valid) return error(1007, "text that is not UTF-8");
  sink.on_text(as_text(message));
  return {};
}

std::expected<void, WsError> WsParser::end_control(WsSink& sink) {
  const ByteView payload = std::span(control_).first(control_size_);
  if (opcode_ == kWsPing) {
    sink.on_ping(payload);
  } else if (opcode_ == kWsPong) {
    sink.on_pong();
  } else if (payload.empty()) {
    sink.on_close(1005);
  } else {
    const auto code =
        static_cast<std::uint16_t>(payload.size() < 2 ? 0 : payload[0] << 8 | payload[1]);
    if (!is_close_code(code)) return error(1002, "malformed close frame");
    sink.on_close(code);
  }
  return {};
}

WsHeader ws_header(std::uint8_t opcode, std::size_t payload_size) {
  WsHeader header;
  header.bytes[0] = static_cast<std::uint8_t>(0x80 | opcode);
  std::size_t length_bytes = 0;
  if (payload_size < 126) {
    header.bytes[1] = static_cast<std::uint8_t>(payload_size);
  } else {
    length_bytes = payload_size <= 0xFFFF ? 2 : 8;
    header.bytes[1] = length_bytes == 2 ? 126 : 127;
  }
  for (std::size_t i = 0; i < length_bytes; ++i) {
    header.bytes[2 + i] = static_cast<std::uint8_t>(payload_size >> (8 * (length_bytes - 1 - i)));
  }
  header.size = static_cast<std::uint8_t>(2 + length_bytes);
  return header;
}

Bytes ws_close_payload(std::uint16_t code, std::string_view reason) {
  if (reason.size() > 123) {
    std::size_t end = 123;
    while (end > 0 && (static_cast<std::uint8_t>(reason[end]) & 0xC0) == 0x80) --end;
    reason = reason.substr(0, end);
  }
  Bytes payload(2 + reason.size());
  payload[0] = static_cast<std::uint8_t>(code >> 8);
  payload[1] = static_cast<std::uint8_t>(code);
  std::ranges::copy(reason, payload.begin() + 2);
  return payload;
}

}  // namespace weft::net
