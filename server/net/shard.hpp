// One thread, its loop, its documents and its connections. Nothing of a shard is touched from
// another thread except through `io`'s queue.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "access/gate.hpp"
#include "access/revocations.hpp"
#include "api/figures.hpp"
#include "net/limits.hpp"
#include "net/seats.hpp"
#include "protocol/hocuspocus.hpp"
#include "session/registry.hpp"

namespace weft::net {

class WsConnection;

struct Shard;

/// All of them, and what they share; unchanged while they run.
struct Shards {
  std::vector<std::unique_ptr<Shard>> all;
  protocol::HocuspocusSocket::Options hocuspocus;
  ConnectionLimits limits;
  mutable Seats users;

  /// Where a document lives.
  Shard& of(std::string_view document) const;
};

struct Shard {
  const Shards* shards = nullptr;
  /// Replaced as a whole when the rules change.
  std::shared_ptr<const access::Gate> gate = std::make_shared<const access::Gate>();
  std::shared_ptr<const access::Revocations> revocations =
      std::make_shared<const access::Revocations>();
  boost::asio::io_context io{1};
  std::unique_ptr<session::Registry> registry;
  std::unordered_set<WsConnection*> connections;
  /// Those with something to send; all of them send when the loop turns.
  std::vector<std::shared_ptr<WsConnection>> to_flush;
  std::vector<std::uint8_t> read_buffer = std::vector<std::uint8_t>(std::size_t{64} << 10);
  boost::asio::steady_timer timer{io};
  /// Counted by this shard's own thread.
  api::Traffic traffic;
  /// What this shard published last; read and written by shard 0's thread alone.
  api::ShardFigures published;

  /// What the gate says now, and nobody has revoked.
  std::expected<access::Grant, access::Denial> enter(std::string_view token,
                                                     std::string_view document) const {
    auto grant = gate->enter(token, document, unix_ms());
    if (grant && revocations->hold(*grant)) {
      return std::unexpected(access::Denial{.known = false, .reason = "the token was revoked"});
    }
    return grant;
  }

  /// Another document that this user has open; nobody in particular may have any number.
  std::optional<Seat> seat_for(std::string_view user) const {
    if (user.empty()) return Seat();
    return shards->users.take(user, shards->limits.sessions_per_user_max);
  }

  static std::int64_t unix_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  static std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  static std::int64_t now_ms() { return now_us() / 1000; }
};

}  // namespace weft::net
