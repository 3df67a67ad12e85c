#include "access/gate.hpp"

#include <algorithm>
#include <limits>

#include "access/pattern.hpp"

namespace weft::access {

namespace {

bool names(const Claims& claims, std::string_view document) {
  return std::ranges::any_of(
      claims.documents, [&](const std::string& pattern) { return matches(pattern, document); });
}

bool names_admin(const Rules& rules, std::string_view token) {
  return !rules.admins.empty() &&
         std::ranges::find(rules.admins, sha256(token)) != rules.admins.end();
}

Denial not_for_this() {
  return {.known = true, .reason = "this token does not open this document"};
}

// A grant for who has the role, until `expires_ms`.
Grant grant_of(Role role, std::string user, std::optional<std::int64_t> expires_ms,
               std::int64_t unix_ms) {
  Grant grant{.role = role, .user = std::move(user)};
  if (expires_ms) grant.valid_ms = *expires_ms - unix_ms;
  return grant;
}

std::expected<Grant, Denial> y_sweet_grant(const YSweetClaims& claims, std::string_view document,
                                           std::int64_t unix_ms) {
  if (claims.document && *claims.document != document) return std::unexpected(not_for_this());
  std::optional<std::int64_t> expires_ms;
  if (claims.expires_ms && *claims.expires_ms < std::numeric_limits<std::int64_t>::max()) {
    expires_ms = static_cast<std::int64_t>(*claims.expires_ms);
  }
  return grant_of(claims.role, {}, expires_ms, unix_ms);
}

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
  if (names_admin(*rules_, token)) return Grant{.role = Role::write, .user = {}};
  if (rules_->y_sweet && !looks_like_jwt(token)) {
    if (const auto claims = rules_->y_sweet->verify(token, unix_ms); claims) {
      return y_sweet_grant(*claims, document, unix_ms);
    } else if (claims.error().ends_with("expired")) {
      return std::unexpected(Denial{.known = false, .reason = claims.error()});
    }
  }
  auto claims = claims_of(*rules_, token, unix_ms);
  if (!claims) return std::unexpected(claims.error());
  if (!names(*claims, document) || claims->role == Role::none) {
    return std::unexpected(not_for_this());
  }
  Grant grant = grant_of(claims->role, std::move(claims->user), claims->expires_ms, unix_ms);
  grant.issued_ms = claims->issued_ms;
  return grant;
}

bool Gate::is_admin(std::string_view token) const { return rules_ && names_admin(*rules_, token); }

bool Gate::may_manage(std::string_view token, std::int64_t unix_ms) const {
  if (!rules_ || names_admin(*rules_, token)) return true;
  if (!rules_->y_sweet) return false;
  const auto claims = rules_->y_sweet->verify(token, unix_ms);
  return claims && !claims->document;
}

std::optional<std::string> Gate::sign(const YSweetClaims& claims) const {
  if (!rules_ || !rules_->y_sweet) return std::nullopt;
  return rules_->y_sweet->sign(claims);
}

}  // namespace weft::access
