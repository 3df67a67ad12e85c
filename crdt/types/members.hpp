// Members of JavaScript objects, where their order does not count and where it does.
#pragma once

#include <string_view>

#include <weft/value.hpp>

namespace weft::types {

/// lib0 equalityDeep of two objects: the same members in any order. Recursion as deep as they are.
bool same_members(const ValueObject& a, const ValueObject& b);

/// The members as a JavaScript object that got them one by one has them.
ValueObject in_own_order(ValueObject members);

/// The member `key`, or null.
Value* find_member(ValueObject& object, std::string_view key);
const Value* find_member(const ValueObject& object, std::string_view key);
void set_member(ValueObject& object, std::string_view key, Value value);
void erase_member(ValueObject& object, std::string_view key);

}  // namespace weft::types
