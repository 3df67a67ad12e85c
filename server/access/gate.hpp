// The one place that decides who may do what: a token and a document come in, a grant goes out.
//
// A gate without rules lets everybody write; it is for the loopback interface. With rules, a token
// is looked up among the static ones, then verified as y-sweet's and as a JWT; who brings none is
// let in as far as `anonymous` says. A token that is wrong is never taken for none.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/grant.hpp"
#include "access/jwt.hpp"
#include "access/y_sweet_token.hpp"

namespace weft::access {

struct StaticToken {
  Digest digest = {};  // SHA-256 of the token: the token itself is nowhere in memory
  std::string user;
  std::vector<std::string> documents;  // patterns
  Role role = Role::none;
};

struct Rules {
  Role anonymous = Role::none;
  std::vector<Digest> admins;  // SHA-256 of tokens that open everything
  std::vector<StaticToken> tokens;
  std::optional<JwtRules> jwt;
  std::optional<YSweetKey> y_sweet;
};

class Gate {
 public:
  /// Lets everybody write.
  Gate() = default;
  explicit Gate(Rules rules) : rules_(std::move(rules)) {}

  /// Whether everybody may write everything.
  bool is_open() const { return !rules_ || rules_->anonymous == Role::write; }

  /// What the bearer of `token` (empty: none) may do with `document` at `unix_ms`; the role is
  /// never none.
  std::expected<Grant, Denial> enter(std::string_view token, std::string_view document,
                                     std::int64_t unix_ms) const;

  /// Whether tokens of admins are known, and whether `token` is one of them.
  bool has_admins() const { return rules_ && !rules_->admins.empty(); }
  bool is_admin(std::string_view token) const;

  /// Whether the bearer of `token` may make documents and tokens for them: and see which there are:
  /// by an admin's or y-sweet's server token, or where there are no rules at all.
  bool may_manage(std::string_view token, std::int64_t unix_ms) const;
  /// A token for one document, by y-sweet's key; nothing where there is none.
  std::optional<std::string> sign(const YSweetClaims& claims) const;

 private:
  std::optional<Rules> rules_;
};

}  // namespace weft::access
