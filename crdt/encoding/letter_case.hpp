// Upper and lower case as JavaScript knows them, independent of any locale. Source: ECMA-262
// String.prototype.toLowerCase, toUpperCase; Unicode SpecialCasing.
//
// Differs from JavaScript in one thing: whether a capital sigma ends a word, and becomes a final
// one, is told from the letters next to it alone, not past signs that Unicode says to ignore there.
#pragma once

#include <string>
#include <string_view>

namespace weft::encoding {

/// REQUIRES: text is valid (W)UTF-8.
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

}  // namespace weft::encoding
