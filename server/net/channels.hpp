// The documents of a socket that has many, each on the shard of its name.
//
// Where that is the socket's own shard, the socket calls the session. Otherwise messages, frames
// and ends are posted between the two, in order; what a session sends in one turn of its loop
// travels in one piece.
#pragma once

#include <memory>
#include <string_view>

#include "net/ws_connection.hpp"
#include "protocol/hocuspocus.hpp"
#include "protocol/phoenix.hpp"

namespace weft::net {

/// The wire of `connection`, which lives on `home` and outlives the wire.
std::unique_ptr<protocol::Wire> hocuspocus_wire(Shard& home, WsConnection& connection,
                                                std::int64_t now_ms);
/// `token` was shown at the handshake.
std::unique_ptr<protocol::Wire> phoenix_wire(Shard& home, WsConnection& connection,
                                             std::string_view token, std::int64_t now_ms);

}  // namespace weft::net
