// JSON Web Tokens: RFC 7519, signed by RFC 7515 with HS256, RS256, ES256 or EdDSA.
//
// A token names its algorithm, but the key decides: one that says "none", or takes a public key for
// a secret, finds no key. Nothing of a token is looked at before its signature is verified, but for
// the header that finds the key.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/crypto.hpp"
#include "access/grant.hpp"

namespace weft::access {

struct JwtKey {
  std::string id;  // "kid"; empty: for tokens that name no key, or one that nobody has
  Key key;
};

/// What tokens must say, under which names, and what holds where they say nothing.
struct JwtRules {
  std::vector<JwtKey> keys;
  std::string issuer;    // empty: any
  std::string audience;  // empty: any
  std::int64_t leeway_ms = 10'000;
  std::string user_claim = "sub";
  std::string documents_claim = "documents";
  std::string role_claim = "role";
  std::vector<std::string> documents;  // patterns, for tokens without the claim
  Role role = Role::none;              // likewise
};

/// A verified token.
struct Claims {
  std::string user;
  std::vector<std::string> documents;  // patterns
  Role role = Role::none;
  std::optional<std::int64_t> expires_ms;  // since 1970
  std::optional<std::int64_t> issued_ms{};
};

/// Reads the keys of a JWK set (RFC 7517); keys that this server cannot use are passed over.
/// Errors: a sentence without a full stop.
std::expected<std::vector<JwtKey>, std::string> parse_jwks(std::string_view json);

/// Errors: a reason for the client, which tells nothing of the keys.
std::expected<Claims, std::string> verify_jwt(const JwtRules& rules, std::string_view token,
                                              std::int64_t unix_ms);

/// True when `token` has a JWT's form: three parts of base64url.
bool looks_like_jwt(std::string_view token);

std::optional<Role> role_of(std::string_view name);

}  // namespace weft::access
