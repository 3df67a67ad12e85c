#include "access/gate.hpp"

#include <algorithm>

#include "access/pattern.hpp"

namespace weft::access {

namespace {

std::expected<Claims, Denial> claims_of(const Rules& rules, std::string_view token,
                                        std::int64_t unix_ms) {
  const Digest digest = sha256(token);
  const auto at = std::ranges::find(rules.tokens, digest, &StaticToken::digest);
  if (at != rules.tokens.end()) {
    return Claims{.user = at->user, .documents = at->documents, .role = at->role, .expires_ms = {}};
  }
  if (!rules.jwt || !looks_like_jwt(token)) {
    return std::unexpected(Denial{.known = false, .reason = "this token is not known here"});
  }
  auto claims = verify_jwt(*rules.jwt, token, unix_ms);
  if (!claims) return std::unexpected(Denial{.known = false, .reason = claims.error()});
  return *claims;
}

}  // namespace

std::expected<Grant, Denial> Gate::enter(std::string_view token, std::string_view document,
                                         std::int64_t unix_ms) const {
  if (!rules_) return Grant{.role = Role::write, .user = {}};
  if (token.empty()) {
    if (rules_->anonymous != Role::none) return Grant{.role = rules_->anonymous, .user = {}};
    return std::unexpected(Denial{.known = false, .reason = "a token is needed"});
  }
  auto claims = claims_of(*rules_, token, unix_ms);
  if (!claims) return std::unexpected(claims.error());
  const bool named = std::ranges::any_of(
      claims->documents, [&](const std::string& pattern) { return matches(pattern, document); });
  if (!named || claims->role == Role::none) {
    return std::unexpected(
        Denial{.known = true, .reason = "this token does not open this document"});
  }
  Grant grant{.role = claims->role, .user = std::move(claims->user)};
  if (claims->expires_ms) grant.valid_ms = *claims->expires_ms - unix_ms;
  return grant;
}

}  // namespace weft::access
