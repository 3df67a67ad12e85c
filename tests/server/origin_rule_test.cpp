// Which pages may talk to the server.
#include "access/origin_rule.hpp"

#include <catch2/catch.hpp>

namespace weft::access {

TEST_CASE("a page of the server itself passes, others do not") {
  const OriginRule rule;
  REQUIRE(rule.allows("http://127.0.0.1:1234", "127.0.0.1:1234"));
  REQUIRE(rule.allows("http://[::1]:1234", "[::1]:1234"));
  REQUIRE(rule.allows("HTTP://Weft.Example", "weft.example"));
  REQUIRE(rule.allows("http://weft.example", "weft.example:80"));
  REQUIRE(rule.allows("https://weft.example", "weft.example"));  // TLS ends at a proxy
  REQUIRE(rule.allows("https://weft.example", "weft.example:443"));
  REQUIRE(rule.allows("https://weft.example:443", "weft.example"));

  REQUIRE_FALSE(rule.allows("http://evil.example", "127.0.0.1:1234"));
  REQUIRE_FALSE(rule.allows("http://127.0.0.1:1235", "127.0.0.1:1234"));
  REQUIRE_FALSE(rule.allows("http://127.0.0.1", "127.0.0.1:1234"));
  REQUIRE_FALSE(rule.allows("http://weft.example.evil.example", "weft.example"));
  REQUIRE_FALSE(rule.allows("http://evil.example@weft.example", "weft.example"));
  REQUIRE_FALSE(rule.allows("http://weft.example/", "weft.example/"));
  REQUIRE_FALSE(rule.allows("https://weft.example", "weft.example:80"));
  REQUIRE_FALSE(rule.allows("null", "null"));
  REQUIRE_FALSE(rule.allows("", ""));
  REQUIRE_FALSE(rule.allows("http://", ""));
  REQUIRE_FALSE(rule.allows("*", "*"));
}

TEST_CASE("what the operator names passes, with its scheme and port") {
  OriginRule rule;
  REQUIRE(rule.allow("https://App.example:8443"));
  REQUIRE(rule.allow("http://localhost:3000"));
  REQUIRE(rule.allows("https://app.example:8443", "127.0.0.1:1234"));
  REQUIRE(rule.allows("http://localhost:3000", "127.0.0.1:1234"));
  REQUIRE_FALSE(rule.allows("http://app.example:8443", "127.0.0.1:1234"));
  REQUIRE_FALSE(rule.allows("https://app.example", "127.0.0.1:1234"));
  REQUIRE_FALSE(rule.allows("https://localhost:3000", "127.0.0.1:1234"));
  REQUIRE_FALSE(rule.allows("null", "127.0.0.1:1234"));
  REQUIRE(rule.allow("null"));
  REQUIRE(rule.allows("null", "127.0.0.1:1234"));
  REQUIRE(rule.allow("*"));
  REQUIRE(rule.allows("http://anywhere", "127.0.0.1:1234"));
}

TEST_CASE("what is no origin is not taken for one") {
  OriginRule rule;
  for (const auto* wrong :
       {"", "example.com", "https://", "https://a/", "https://a/path", "://a"}) {
    const auto allowed = rule.allow(wrong);
    REQUIRE_FALSE(allowed);
    REQUIRE(allowed.error().find("SCHEME://HOST") != std::string::npos);
  }
}

}  // namespace weft::access
