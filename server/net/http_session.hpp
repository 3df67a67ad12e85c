// One HTTP connection: the page and its files, health, and the upgrade to WebSocket.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "access/origin_rule.hpp"
#include "api/health.hpp"
#include "net/ws_handshake.hpp"

namespace weft::net {

/// What the session asks of the server around it.
struct HttpHooks {
  /// Takes the connection over.
  std::function<void(boost::asio::ip::tcp::socket, Upgrade)> upgrade;
  /// The answer to /healthz.
  std::function<api::HealthAnswer()> health;
  /// Which pages may upgrade, or send what changes something.
  const access::OriginRule* origins;
  /// The path of Hocuspocus sockets, and of all below it.
  std::string hocuspocus_path;
};

/// Serves `socket` until it closes or upgrades; keeps itself alive. `hooks` must outlive it.
void serve_http(boost::asio::ip::tcp::socket socket, const HttpHooks& hooks);

}  // namespace weft::net
