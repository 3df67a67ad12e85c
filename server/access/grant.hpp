// What somebody may do with a document.
#pragma once

#include <cstdint>
#include <string>

namespace weft::access {

enum class Role : std::uint8_t {
  none,
  read,   // sees the document and is seen (awareness)
  write,  // changes it, too
};

struct Grant {
  Role role = Role::none;
  std::string user;             // empty: nobody in particular
  std::int64_t expires_ms = 0;  // on the clock of the wires; 0: never
};

}  // namespace weft::access
