// Bounds of connections. Those of documents and sessions are in session/limits.hpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace weft::net {

/// 0: any number.
struct ConnectionLimits {
  /// A larger message ends its connection with 1009; documents should be no larger
  /// (session::Limits), or who has one whole could never send it.
  std::size_t message_bytes_max = std::size_t{64} << 20;
  /// Of one address, whatever they speak; one more is answered 429. Behind a proxy all clients have
  /// the proxy's address.
  std::uint32_t per_address_max = 0;
  /// Documents that one user has open, by the token's name for him; one more ends with 4429.
  std::uint32_t sessions_per_user_max = 0;
  /// Messages of one connection. What comes too fast for kBurstSeconds ends it with 4429.
  std::uint32_t messages_per_second_max = 0;
  /// Bytes of one connection. What comes faster is read later: nothing is lost.
  std::uint32_t bytes_per_second_max = 0;
  /// So much may come at once as in so many seconds.
  static constexpr std::int64_t kBurstSeconds = 5;
  /// For a request's head, and for each part of its body, however slowly it comes.
  std::chrono::milliseconds request_time{10'000};
  /// Between pings, which browsers answer by themselves; one that was not heard for the second time
  /// is gone, whatever TCP says.
  std::chrono::milliseconds ping_time{20'000};
  std::chrono::milliseconds silence_time{45'000};
};

}  // namespace weft::net
