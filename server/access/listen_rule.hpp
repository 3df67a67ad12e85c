// Where a server without access control may listen.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace weft::access {

struct ListenAddress {
  std::string host;  // an IP address, without brackets
  std::uint16_t port = 0;
};

/// Reads "HOST:PORT", "[IPv6]:PORT" or ":PORT"; `localhost` and an empty host mean 127.0.0.1.
/// Errors: a sentence without a full stop.
std::expected<ListenAddress, std::string> parse_listen_address(std::string_view text);

/// True for 127.0.0.0/8 and ::1.
bool is_loopback(std::string_view host);

/// Nobody may reach documents from outside before somebody decides who: beyond loopback only with
/// `open`. Errors: a sentence that says what to do.
std::expected<void, std::string> check_listen(const ListenAddress& address, bool open);

}  // namespace weft::access
