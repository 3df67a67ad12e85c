// One HTTP connection: the page and its files, health, what the HTTP interfaces do, and the upgrade
// to WebSocket.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "access/origin_rule.hpp"
#include "api/routes.hpp"
#include "net/ws_handshake.hpp"

namespace weft::net {

/// What the session asks of the server around it.
struct HttpHooks {
  /// Takes the connection over.
  std::function<void(boost::asio::ip::tcp::socket, Upgrade)> upgrade;
  /// The answer to who operates the server, `near` where the client is on this machine; nothing:
  /// the request is for something else.
  std::function<std::optional<api::HttpResponse>(const api::HttpRequest&, bool near)> operation;
  /// An answer of this status goes out.
  std::function<void(unsigned status)> answered;
  /// What the HTTP interfaces do for a request; nothing: it is for none of them.
  std::function<std::optional<api::Plan>(const api::HttpRequest&)> plan;
  /// Carries out work with a document or the store, where they live; replies on this thread, or
  /// never. REQUIRES: the step is no answer.
  api::CarryOut carry_out;
  /// Lets somebody listen to a document; what is told comes on this thread.
  std::function<api::Hearing(api::ListenCall, api::Tell)> listen;
  /// Why an upgrade is answered with a status, if it is.
  std::function<std::optional<api::HttpResponse>(const Upgrade&)> refusal;
  /// Which pages may upgrade, or send what changes something.
  const access::OriginRule* origins;
  EndpointPaths paths;
  /// ConnectionLimits::request_time.
  std::chrono::milliseconds request_time;
};

/// Serves `socket` until it closes or upgrades; keeps itself and `seat` alive. `full`: its address
/// has too many connections, which is all that it is told. `hooks` must outlive it.
void serve_http(boost::asio::ip::tcp::socket socket, const HttpHooks& hooks, Seat seat = {},
                bool full = false);

}  // namespace weft::net
