// Which document a frame is for, and whether its sender has been let in.
#include "protocol/hocuspocus.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "encoding/reader.hpp"
#include "encoding/utf.hpp"

namespace weft::protocol {

using session::Frame;

namespace {

constexpr std::uint16_t kResetConnection = 4205;
constexpr std::uint16_t kUnauthorized = 4401;
constexpr std::uint16_t kConnectionTimeout = 4408;

// Providers drop a connection on which they read nothing for 30 seconds; pings do not reach them.
constexpr std::int64_t kKeepAliveMs = 15'000;
// So long before a token expires its client is asked for another.
constexpr std::int64_t kAskBeforeMs = 30'000;
// What a token's end may differ by when the same one is shown again.
constexpr std::int64_t kSameTokenMs = 500;
constexpr std::size_t kNameBytesMax = 1024;

constexpr std::uint64_t kToken = 0;
constexpr std::uint64_t kAuthenticated = 2;

std::string_view document_of(std::string_view address) {
  return address.substr(0, address.find('\0'));
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         name.find_first_not_of(" \t\r\n") != std::string_view::npos;
}

struct Head {
  HocuspocusType type;
  std::optional<std::string_view> token;  // of an Auth message that holds one
};

// Nothing: malformed.
std::optional<Head> head_of(ByteView message) {
  encoding::Reader reader(message);
  Head head{.type = static_cast<HocuspocusType>(std::min<std::uint64_t>(reader.varuint(), 0xFF)),
            .token = {}};
  if (head.type == HocuspocusType::auth && reader.varuint() == kToken) {
    head.token = as_text(reader.varbytes());
  }
  if (!reader.ok()) return std::nullopt;
  return head;
}

}  // namespace

HocuspocusSocket::HocuspocusSocket(Enter enter, Open open, Options options, Transport& transport,
                                   std::int64_t now_ms)
    : enter_(std::move(enter)),
      open_(std::move(open)),
      options_(options),
      transport_(transport),
      opened_ms_(now_ms),
      now_ms_(now_ms),
      kept_alive_ms_(now_ms) {}

void HocuspocusSocket::on_message(ByteView message, std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (closed_) return;
  // Ping and pong have no address.
  if (message.size() == 1) {
    if (message[0] == static_cast<std::uint8_t>(HocuspocusType::pong)) return;
    if (message[0] == static_cast<std::uint8_t>(HocuspocusType::ping)) {
      static constexpr auto kPong = static_cast<std::uint8_t>(HocuspocusType::pong);
      return send(std::make_shared<const Bytes>(1, kPong));
    }
  }
  encoding::Reader reader(message);
  const std::string_view address = as_text(reader.varbytes());
  if (!reader.ok() || reader.at_end() || !encoding::scan_utf8(address).valid) {
    return close(kUnauthorized, "malformed message");
  }
  route(address, message.subspan(reader.offset()));
}

// What a provider sends under a document's plain name is for whatever has that name.
HocuspocusSocket::Documents::iterator HocuspocusSocket::find(std::string_view address) {
  auto at = documents_.find(address);
  if (at == documents_.end()) {
    const auto plain = documents_.find(document_of(address));
    if (plain != documents_.end() && plain->second.channel) at = plain;
  }
  if (at != documents_.end() && *at->second.ended) {
    forget(at);
    at = documents_.end();
  }
  return at;
}

void HocuspocusSocket::route(std::string_view address, ByteView message) {
  auto at = find(address);
  if (at == documents_.end()) {
    if (!is_name(document_of(address)) || address.size() > 2 * kNameBytesMax) {
      return send(HocuspocusSession::denial(address, "no document has this name"));
    }
    if (waiting_ >= options_.limits.waiting_max ||
        documents_.size() >= options_.limits.documents_max) {
      return close(kResetConnection, "too many documents on one connection");
    }
    at = documents_.try_emplace(std::string(address)).first;
    ++waiting_;
  }
  if (at->second.channel) {
    handle_open(at, message);
  } else {
    handle_waiting(at, message);
  }
}

void HocuspocusSocket::handle_open(Documents::iterator at, ByteView message) {
  const auto head = head_of(message);
  if (!head) return close(kResetConnection, "malformed message");
  if (head->token) return renew(at, *head->token);
  if (head->type != HocuspocusType::close) return at->second.channel->give(message, now_ms_);
  const std::string address = at->first;
  forget(at);
  send(HocuspocusFrame(address, HocuspocusType::close).text("provider_initiated").take());
}

void HocuspocusSocket::handle_waiting(Documents::iterator at, ByteView message) {
  const auto head = head_of(message);
  if (!head) return close(kResetConnection, "malformed message");
  if (head->token) {
    auto grant = enter_(*head->token, document_of(at->first));
    return grant ? let_in(at, std::move(*grant)) : deny(at, grant.error().reason);
  }
  if (head->type == HocuspocusType::close) return forget(at);
  // A provider of 2.x that has no token says nothing of it.
  if (head->type == HocuspocusType::sync) {
    if (auto grant = enter_({}, document_of(at->first))) {
      let_in(at, std::move(*grant));
      return at->second.channel->give(message, now_ms_);
    }
  }
  early_bytes_ += message.size();
  ++early_messages_;
  if (early_messages_ > options_.limits.early_messages_max ||
      early_bytes_ > options_.limits.early_bytes_max) {
    return close(kResetConnection, "too much was sent before the token");
  }
  at->second.early.emplace_back(message.begin(), message.end());
}

void HocuspocusSocket::let_in(Documents::iterator at, access::Grant grant) {
  const std::string& address = at->first;
  Document& document = at->second;
  --waiting_;
  let_in_ = true;
  document.role = grant.role;
  set_expiry(document, grant);
  send_scope(*at);
  document.channel = open_({.document = std::string(document_of(address)),
                            .address = address,
                            .grant = std::move(grant),
                            .relay_stateless = options_.relay_stateless},
                           [ended = document.ended] { *ended = true; });
  for (const Bytes& message : std::exchange(document.early, {})) {
    early_bytes_ -= message.size();
    --early_messages_;
    document.channel->give(message, now_ms_);
  }
}

// A token on a document that is entered already: the client renews what it may do.
void HocuspocusSocket::renew(Documents::iterator at, std::string_view token) {
  const auto grant = enter_(token, document_of(at->first));
  if (!grant) {
    const std::string address = at->first;
    forget(at);
    return send(HocuspocusFrame(address, HocuspocusType::close).text(grant.error().reason).take());
  }
  set_expiry(at->second, *grant);
  at->second.channel->set_grant(*grant);
  if (std::exchange(at->second.role, grant->role) != grant->role) send_scope(*at);
}

// Providers from 3.3 on send a new token when they are asked; those that send the same one are not
// asked again.
void HocuspocusSocket::set_expiry(Document& document, const access::Grant& grant) const {
  const std::int64_t valid_ms = grant.valid_ms.value_or(0);
  const std::int64_t before_ms = std::exchange(document.until_ms, now_ms_ + valid_ms);
  document.ask_ms = 0;
  if (grant.valid_ms && document.until_ms > before_ms + kSameTokenMs) {
    document.ask_ms = now_ms_ + std::max(valid_ms - kAskBeforeMs, valid_ms / 2);
  }
}

void HocuspocusSocket::send_scope(const Documents::value_type& entry) {
  const bool writes = entry.second.role == access::Role::write;
  send(HocuspocusFrame(entry.first, HocuspocusType::auth)
           .number(kAuthenticated)
           .text(writes ? "read-write" : "readonly")
           .take());
}

void HocuspocusSocket::deny(Documents::iterator at, std::string_view reason) {
  const std::string address = at->first;
  forget(at);
  send(HocuspocusSession::denial(address, reason));
}

void HocuspocusSocket::forget(Documents::iterator at) {
  if (!at->second.channel) --waiting_;
  for (const Bytes& message : at->second.early) {
    early_bytes_ -= message.size();
    --early_messages_;
  }
  documents_.erase(at);
}

void HocuspocusSocket::on_drained() {
  for (const auto& [address, document] : documents_) {
    if (document.channel) document.channel->on_drained();
  }
}

void HocuspocusSocket::tick(std::int64_t now_ms) {
  now_ms_ = now_ms;
  if (closed_) return;
  if (!let_in_ && now_ms - opened_ms_ > options_.limits.enter_ms) {
    return close(kConnectionTimeout, "no document was entered in time");
  }
  for (auto at = documents_.begin(); at != documents_.end();) {
    const auto each = at++;
    if (*each->second.ended) {
      forget(each);
    } else if (each->second.channel) {
      each->second.channel->tick(now_ms);
      if (each->second.ask_ms != 0 && now_ms >= each->second.ask_ms) {
        each->second.ask_ms = 0;
        send(HocuspocusFrame(each->first, HocuspocusType::auth).number(kToken).take());
      }
    }
  }
  if (now_ms - kept_alive_ms_ < kKeepAliveMs) return;
  kept_alive_ms_ = now_ms;
  // An empty address: no provider has such a document, and each takes it for a sign of life.
  static constexpr std::array<std::uint8_t, 2> kAlive{0, 0};
  send(std::make_shared<const Bytes>(kAlive.begin(), kAlive.end()));
}

void HocuspocusSocket::send(Frame message) {
  if (!closed_) transport_.send(std::move(message));
}

void HocuspocusSocket::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(closed_, true)) return;
  documents_.clear();
  transport_.close(code, reason);
}

}  // namespace weft::protocol
