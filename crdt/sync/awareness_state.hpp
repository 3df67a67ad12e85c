// The states of awareness as values, where their text alone does not tell.
#pragma once

#include <string_view>

namespace weft {

/// Whether two JSON texts say the same, members in any order (lib0 equalityDeep). Texts that are no
/// JSON differ. O(n log n).
bool same_state(std::string_view a, std::string_view b);

}  // namespace weft
