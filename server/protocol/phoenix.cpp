#include "protocol/phoenix.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <weft/value.hpp>

#include "encoding/reader.hpp"
#include "encoding/utf.hpp"

namespace weft::protocol {

namespace close_code = session::close_code;

namespace {

constexpr std::size_t kChannelsMax = 100;  // Phoenix's own
constexpr std::size_t kTopicBytesMax = 255;
constexpr std::size_t kTextBytesMax = std::size_t{1} << 20;
constexpr std::uint8_t kPush = 0;

std::string because(std::string_view reason) {
  return Value(ValueObject{{"reason", reason}}).to_json();
}

// A reference is a text or null.
std::optional<std::string_view> text_of(const Value& value) {
  if (value.is<Null>()) return std::string_view();
  const auto* text = value.get_if<std::string>();
  return text == nullptr ? std::nullopt : std::optional<std::string_view>(*text);
}

}  // namespace

PhoenixSocket::PhoenixSocket(Enter enter, Open open, const session::SocketLimits& limits,
                             Transport& transport, std::int64_t now_ms)
    : enter_(std::move(enter)),
      open_(std::move(open)),
      limits_(limits),
      transport_(transport),
      now_ms_(now_ms) {}

void PhoenixSocket::on_text(std::string_view message, std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (closed_) return;
  const auto parsed =
      message.size() > kTextBytesMax ? Result<Value>(Null{}) : Value::from_json(message);
  const auto* parts = parsed ? parsed->get_if<ValueArray>() : nullptr;
  if (parts == nullptr || parts->size() != 5) {
    return close(close_code::invalid_data, "no message of Phoenix's version 2");
  }
  std::array<std::string_view, 4> words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = text_of((*parts)[i]);
    if (!word) return close(close_code::invalid_data, "no message of Phoenix's version 2");
    words[i] = *word;
  }
  handle({.join_ref = words[0], .ref = words[1], .topic = words[2], .event = words[3]},
         (*parts)[4]);
}

void PhoenixSocket::handle(const Head& head, const Value& payload) {
  if (head.topic == "phoenix" && head.event == "heartbeat") return reply(head, "ok", "{}");
  if (head.event == "phx_join") return join(head, payload);
  if (head.event == "phx_leave") return leave(head);
  const Channel* channel = find(head);
  if (channel == nullptr) return reply(head, "error", because("unmatched topic"));
  if (!head.ref.empty()) reply(head, "error", because("unknown event"));
}

void PhoenixSocket::join(const Head& head, const Value& payload) {
  if (head.topic.empty() || head.topic.size() > kTopicBytesMax || head.topic == "phoenix") {
    return reply(head, "error", because("unmatched topic"));
  }
  // Who joins again has forgotten the join before.
  if (const auto before = channels_.find(head.topic); before != channels_.end()) {
    transport_.send_text(phoenix_text(before->second.join_ref, before->second.join_ref, head.topic,
                                      "phx_close", "{}"));
    channels_.erase(before);
  }
  if (channels_.size() >= std::min(kChannelsMax, limits_.documents_max))
    return reply(head, "error", because("too many channels"));
  const Value* shown = payload.find("token");
  const auto* token = shown == nullptr ? nullptr : shown->get_if<std::string>();
  auto grant = enter_(token == nullptr ? std::string_view() : *token, head.topic);
  if (!grant) return reply(head, "error", because(grant.error().reason));
  reply(head, "ok", "{}");
  Channel& channel = channels_[std::string(head.topic)];
  channel.join_ref = head.join_ref;
  channel.document = open_({.document = std::string(head.topic),
                            .join_ref = std::string(head.join_ref),
                            .grant = std::move(*grant)},
                           [ended = channel.ended] { *ended = true; });
}

void PhoenixSocket::leave(const Head& head) {
  const bool joined = find(head) != nullptr;
  reply(head, joined ? "ok" : "error", joined ? "{}" : because("unmatched topic"));
  if (!joined) return;
  channels_.erase(channels_.find(head.topic));
  transport_.send_text(phoenix_text(head.join_ref, head.join_ref, head.topic, "phx_close", "{}"));
}

// The channel that a message is for; none: it is over, or was never joined.
PhoenixSocket::Channel* PhoenixSocket::find(const Head& head) {
  const auto at = channels_.find(head.topic);
  if (at == channels_.end()) return nullptr;
  if (*at->second.ended) {
    channels_.erase(at);
    return nullptr;
  }
  const bool current = head.join_ref.empty() || head.join_ref == at->second.join_ref;
  return current ? &at->second : nullptr;
}

void PhoenixSocket::on_message(ByteView message, std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (closed_) return;
  encoding::Reader reader(message);
  const std::uint8_t kind = reader.u8();
  std::array<std::uint8_t, 4> sizes{};
  for (std::uint8_t& size : sizes) size = reader.u8();
  std::array<std::string_view, 4> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = as_text(reader.bytes(sizes[i]));
  if (!reader.ok() || kind != kPush) {
    return close(close_code::invalid_data, "no push of Phoenix's version 2");
  }
  for (const std::string_view word : words) {
    if (!encoding::scan_utf8(word).valid) {
      return close(close_code::invalid_data, "a name that is not UTF-8");
    }
  }
  const Head head{.join_ref = words[0], .ref = words[1], .topic = words[2], .event = words[3]};
  Channel* channel = find(head);
  if (channel == nullptr) return reply(head, "error", because("unmatched topic"));
  if (head.event != "yjs" && head.event != "yjs_sync") {
    if (!head.ref.empty()) reply(head, "error", because("unknown event"));
    return;
  }
  channel->document->give(message.subspan(reader.offset()), now_ms);
}

void PhoenixSocket::reply(const Head& head, std::string_view status, std::string_view response) {
  if (closed_) return;
  const std::string payload =
      "{\"status\":\"" + std::string(status) + "\",\"response\":" + std::string(response) + "}";
  transport_.send_text(phoenix_text(head.join_ref, head.ref, head.topic, "phx_reply", payload));
}

void PhoenixSocket::on_drained() {
  for (const auto& [topic, channel] : channels_) channel.document->on_drained();
}

void PhoenixSocket::tick(std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (closed_) return;
  for (auto at = channels_.begin(); at != channels_.end();) {
    const auto each = at++;
    if (*each->second.ended) {
      channels_.erase(each);
    } else {
      each->second.document->tick(now_ms);
    }
  }
}

void PhoenixSocket::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(closed_, true)) return;
  channels_.clear();
  transport_.close(code, reason);
}

}  // namespace weft::protocol
