// The request that turns an HTTP connection into a WebSocket (RFC 6455 4.2).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <weft/bytes.hpp>

#include "api/http.hpp"
#include "net/seats.hpp"

namespace weft::net {

/// What a WebSocket is to speak.
enum class Endpoint : std::uint8_t { y_websocket, y_sweet, hocuspocus, phoenix };

/// A request to speak WebSocket, already found valid.
struct Upgrade {
  Endpoint endpoint = Endpoint::y_websocket;
  std::string document{};  // of y-websocket: raw path after the first '/', up to '?'
  std::string token{};     // what the client showed at the handshake
  std::string response{};  // the 101 answer, to be written first
  Bytes early{};           // bytes that came behind the request
  Seat seat{};             // of the client's address
};

bool is_ws_handshake(const api::HttpRequest& request);

/// Where the sockets of many documents are, each path with all below it.
struct EndpointPaths {
  std::string_view hocuspocus;
  std::string_view phoenix;  // below it, /websocket
};

/// Finds out what a handshake is for: Hocuspocus at its path and below it; Phoenix; y-sweet at
/// /d/NAME/ws/NAME and /doc/ws/NAME; else y-websocket. Errors: the answer to one that is malformed
/// or names no possible document.
std::expected<Upgrade, api::HttpResponse> ws_upgrade(const api::HttpRequest& request,
                                                     const EndpointPaths& paths);

}  // namespace weft::net
