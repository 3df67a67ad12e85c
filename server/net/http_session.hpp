// One HTTP connection: the page and its files, health, and the upgrade to WebSocket.
//
// Beast is known to http_session.cpp and gzip.cpp alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include <weft/bytes.hpp>

#include "access/origin_rule.hpp"
#include "api/health.hpp"
#include "session/broadcast.hpp"

namespace weft::net {

/// A request to speak WebSocket, already found valid.
struct Upgrade {
  session::Wire wire = session::Wire::y_websocket;
  std::string document;  // of y-websocket: raw path after the first '/', up to '?'
  std::string token;     // what the client showed at the handshake
  std::string response;  // the 101 answer, to be written first
  Bytes early;           // bytes that came behind the request
};

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
