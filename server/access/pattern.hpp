// Which documents a token is for: names with wildcards.
//
// `*` stands for anything but a slash, `**` for anything, `\` takes the next character as it is.
// Who makes a pattern from a document's name must put `\` before its stars.
#pragma once

#include <string_view>

namespace weft::access {

/// O(pattern * name), without recursion.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace weft::access
