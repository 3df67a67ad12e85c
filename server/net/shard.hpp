// One thread, its loop, its documents and its connections. Nothing of a shard is touched from
// another thread except through `io`'s queue.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "session/registry.hpp"

namespace weft::net {

class WsConnection;

struct Shard {
  boost::asio::io_context io{1};
  std::unique_ptr<session::Registry> registry;
  std::unordered_set<WsConnection*> connections;
  std::vector<std::uint8_t> read_buffer = std::vector<std::uint8_t>(std::size_t{64} << 10);
  std::size_t message_bytes_max = std::size_t{64} << 20;
  boost::asio::steady_timer timer{io};

  static std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace weft::net
