// Strings as JavaScript makes and compares them. Source: ECMA-262 ToString, String.prototype.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/value.hpp>

namespace weft::types {

/// Appends String(value): arrays joined with commas, objects as "[object Object]".
/// Recursion as deep as the value.
void append_js_string(std::string& out, const Value& value);

/// What `for (key in value)` finds: the members of an object, the elements of an array or bytes,
/// the UTF-16 units of a string (half a pair reads as U+FFFD).
std::vector<std::pair<std::string, Value>> enumerable_members(const Value& value);

/// The order of Array.prototype.sort: by UTF-16 code units.
bool utf16_less(std::string_view a, std::string_view b);

}  // namespace weft::types
