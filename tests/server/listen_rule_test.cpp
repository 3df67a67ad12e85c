// Where a server without access control may listen.
#include "access/listen_rule.hpp"

#include <catch2/catch.hpp>

namespace weft::access {

namespace {

std::string parsed(std::string_view text) {
  const auto address = parse_listen_address(text);
  return address ? address->host + " " + std::to_string(address->port) : "wrong";
}

}  // namespace

TEST_CASE("listen addresses are read") {
  REQUIRE(parsed("127.0.0.1:1234") == "127.0.0.1 1234");
  REQUIRE(parsed("0.0.0.0:0") == "0.0.0.0 0");
  REQUIRE(parsed("[::1]:65535") == "::1 65535");
  REQUIRE(parsed("[::]:80") == ":: 80");
  REQUIRE(parsed("localhost:80") == "127.0.0.1 80");
  REQUIRE(parsed(":80") == "127.0.0.1 80");
  for (const char* text : {"", "127.0.0.1", "1234", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                           "127.0.0.1:+1", "127.0.0.1: 1", "127.0.0.1:1x", "127.0.0.1:99999999999",
                           "::1:80", "[::1]", "[::1", "[::1:80"}) {
    INFO(text);
    REQUIRE(parsed(text) == "wrong");
  }
  REQUIRE(parse_listen_address("nonsense").error() == "'nonsense' is not HOST:PORT");
}

TEST_CASE("only loopback is open to everybody by itself") {
  for (const char* host : {"127.0.0.1", "127.0.0.2", "127.255.255.254", "::1"}) {
    INFO(host);
    REQUIRE(is_loopback(host));
    REQUIRE(check_listen({.host = host, .port = 1}, false));
  }
  for (const char* host :
       {"0.0.0.0", "::", "192.168.1.1", "10.127.0.1", "128.0.0.1", "::ffff:1.2.3.4", "::2",
        "1127.0.0.1", "127.evil.example", "127.0.0.1.example.com"}) {
    INFO(host);
    REQUIRE_FALSE(is_loopback(host));
    const auto refused = check_listen({.host = host, .port = 1}, false);
    REQUIRE_FALSE(refused);
    REQUIRE(refused.error().find(host) != std::string::npos);
    REQUIRE(refused.error().find("--open") != std::string::npos);
    REQUIRE(check_listen({.host = host, .port = 1}, true));
  }
}

}  // namespace weft::access
