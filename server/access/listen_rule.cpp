#include "access/listen_rule.hpp"

#include <charconv>

namespace weft::access {

std::expected<ListenAddress, std::string> parse_listen_address(std::string_view text) {
  const auto wrong = [&] {
    return std::unexpected("'" + std::string(text) + "' is not HOST:PORT");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return wrong();
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong();
  }
  if (host.empty() || host == "localhost") host = "127.0.0.1";
  return ListenAddress{.host = std::string(host), .port = port};
}

bool is_loopback(std::string_view host) {
  return host == "::1" || (host.starts_with("127.") &&
                           host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::expected<void, std::string> check_listen(const ListenAddress& address, bool open) {
  if (open || is_loopback(address.host)) return {};
  return std::unexpected(
      "refusing to listen on " + address.host +
      ": anybody who reaches that address could read and change every document; say with --auth "
      "who may, give --open if that is meant, or listen on 127.0.0.1 behind a proxy that knows its "
      "users");
}

}  // namespace weft::access
