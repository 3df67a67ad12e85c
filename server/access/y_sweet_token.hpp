// The tokens of y-sweet: who holds the server's key makes them, for itself or for one document.
//
// A token is base64url of a payload (what it opens, until when) and SHA-256(payload, key), by
// bincode. Source: y-sweet's auth.rs.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "access/grant.hpp"

namespace weft::access {

/// What a token opens. Without a document it is the server's own: it opens all and makes others.
struct YSweetClaims {
  std::optional<std::string> document{};
  Role role = Role::write;
  std::optional<std::uint64_t> expires_ms{};  // since 1970
};

class YSweetKey {
 public:
  /// `base64`: at least 16 bytes, as `y-sweet gen-auth` prints them (30). `id` comes before a dot
  /// in front of each token, so that keys can be told apart; empty: there is none.
  /// Errors: a sentence without a full stop.
  static std::expected<YSweetKey, std::string> parse(std::string_view base64, std::string id = {});

  std::string sign(const YSweetClaims& claims) const;
  /// Errors: what its bearer may be told. REQUIRES: unix_ms is not negative.
  std::expected<YSweetClaims, std::string> verify(std::string_view token,
                                                  std::int64_t unix_ms) const;

 private:
  YSweetKey(std::string secret, std::string id) : secret_(std::move(secret)), id_(std::move(id)) {}

  std::string secret_;
  std::string id_;
};

}  // namespace weft::access
