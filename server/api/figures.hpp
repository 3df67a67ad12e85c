// What the server knows of itself, as plain numbers: the ground of health, readiness and metrics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "persistence/store.hpp"
#include "session/counters.hpp"
#include "session/registry.hpp"

namespace weft::api {

/// Of the sockets of one shard, since it began.
struct Traffic {
  std::uint64_t sockets_opened = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t messages_sent = 0;
  std::uint64_t bytes_sent = 0;
  std::map<std::uint16_t, std::uint64_t> closed{};   // by the close code that the server sent
  std::map<unsigned, std::uint64_t> http_answers{};  // by status; of the shard that speaks HTTP

  Traffic& operator+=(const Traffic& other);
};

/// Of one shard, or of all.
struct ShardFigures {
  std::size_t sockets = 0;  // WebSockets that are open
  session::Registry::Stats documents{};
  session::Counters counters{};
  Traffic traffic{};

  ShardFigures& operator+=(const ShardFigures& other);
};

struct Figures {
  bool stopping = false;
  ShardFigures shards{};
  persistence::StoreStats store{};

  bool store_fails() const { return store.failing || shards.documents.failing_documents > 0; }
};

}  // namespace weft::api
