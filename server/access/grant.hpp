// What somebody may do with a document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace weft::access {

enum class Role : std::uint8_t {
  none,
  read,   // sees the document and is seen (awareness)
  write,  // changes it, too
};

struct Grant {
  Role role = Role::none;
  std::string user;                         // empty: nobody in particular
  std::optional<std::int64_t> valid_ms{};   // from now on; nothing: for ever
  std::optional<std::int64_t> issued_ms{};  // since 1970, if the token says
};

/// Why somebody may not; `reason` is what a client may be told.
struct Denial {
  bool known = false;  // the token is good, but not for this
  std::string reason;
};

}  // namespace weft::access
