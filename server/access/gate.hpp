// The one place that decides who may do what: a token and a document come in, a grant goes out.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "access/grant.hpp"

namespace weft::access {

class Gate {
 public:
  /// What the bearer of `token` (empty: none) may do with `document`; the role is never none.
  /// Errors: a reason that a client may be told.
  std::expected<Grant, std::string> enter(std::string_view token, std::string_view document) const;
};

}  // namespace weft::access
