// Users whose tokens were good until they were revoked. Kept in memory: a restart forgets them, so
// they are for the time until a token expires or its rule is gone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "access/grant.hpp"

namespace weft::access {

class Revocations {
 public:
  /// Tokens of `user` that were issued until `unix_ms`, or do not say when, are good no more.
  void revoke(std::string user, std::int64_t unix_ms) { users_[std::move(user)] = unix_ms; }

  /// Whether the token behind `grant` was revoked.
  bool hold(const Grant& grant) const {
    const auto at = users_.find(grant.user);
    return at != users_.end() && grant.issued_ms.value_or(at->second) <= at->second;
  }

 private:
  std::map<std::string, std::int64_t, std::less<>> users_;
};

}  // namespace weft::access
