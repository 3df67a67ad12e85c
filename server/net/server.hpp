// The whole server behind one call: shards, listening, signals, and the orderly end.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "access/gate.hpp"
#include "access/origin_rule.hpp"
#include "api/notices.hpp"
#include "net/limits.hpp"
#include "persistence/store.hpp"
#include "session/limits.hpp"

namespace weft::net {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 1234;  // 0: any free one
  unsigned shards = 1;
  std::chrono::milliseconds drain_time{10'000};
  access::OriginRule origins;
  access::Gate gate;
  /// Asked once a second: another gate, if the rules have changed. Must be quick.
  std::function<std::optional<access::Gate>()> newer_gate;
  /// Where Hocuspocus providers connect; all other paths are documents of y-websocket.
  std::string hocuspocus_path = "/hocuspocus";
  /// Where Phoenix's sockets are: at PATH/websocket.
  std::string phoenix_path = "/socket";
  /// Where y-sweet's clients reach this server, if not under the name that their application's
  /// server called it: "https://example.com".
  std::string url_prefix;
  /// What a Hocuspocus client says beside a document reaches everybody on it.
  bool relay_stateless = false;
  /// Told, on one thread, what an operator should know. Must be quick.
  std::function<void(const api::Notice&)> notice;
  ConnectionLimits connections;
  session::SocketLimits sockets;
  session::Limits limits;
};

/// Serves until SIGTERM or SIGINT, then stops accepting, sends everybody away with 1012, waits
/// until `store` has everything, and returns; within `drain_time`. A second signal ends the
/// process. `listening` is told the address once connections are accepted, for example
/// "127.0.0.1:1234". Errors: a sentence without a full stop (address in use, not an address of this
/// machine, ...).
std::expected<void, std::string> serve(const ServerOptions& options,
                                       persistence::DocumentStore& store,
                                       const std::function<void(const std::string&)>& listening);

}  // namespace weft::net
