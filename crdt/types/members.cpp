#include "types/members.hpp"

#include <algorithm>
#include <map>

#include "encoding/key_order.hpp"

namespace weft::types {

namespace {

bool same_value(const Value& a, const Value& b) {
  const auto* left = a.get_if<ValueArray>();
  const auto* right = b.get_if<ValueArray>();
  if (left != nullptr && right != nullptr) {
    return std::equal(left->begin(), left->end(), right->begin(), right->end(), same_value);
  }
  const auto* object = a.get_if<ValueObject>();
  const auto* other = b.get_if<ValueObject>();
  if (object != nullptr && other != nullptr) return same_members(*object, *other);
  return a == b;
}

}  // namespace

bool same_members(const ValueObject& a, const ValueObject& b) {
  if (a.size() != b.size()) return false;
  // Mostly they have come in the same order.
  std::size_t at = 0;
  while (at < a.size() && a[at].first == b[at].first) {
    if (!same_value(a[at].second, b[at].second)) return false;
    ++at;
  }
  std::map<std::string_view, const Value*> others;
  for (std::size_t i = at; i < b.size(); ++i) others.emplace(b[i].first, &b[i].second);
  for (; at < a.size(); ++at) {
    const auto other = others.find(a[at].first);
    if (other == others.end() || !same_value(a[at].second, *other->second)) return false;
  }
  return true;
}

ValueObject in_own_order(ValueObject members) {
  std::vector<std::string_view> keys;
  keys.reserve(members.size());
  for (const auto& [key, value] : members) keys.push_back(key);
  if (encoding::in_own_key_order(keys)) return members;
  ValueObject ordered;
  ordered.reserve(members.size());
  for (const encoding::OwnKey& own : encoding::own_key_order(keys)) {
    ordered.push_back(members[own.last]);
  }
  return ordered;
}

Value* find_member(ValueObject& object, std::string_view key) {
  const auto found = std::find_if(object.begin(), object.end(),
                                  [&](const auto& member) { return member.first == key; });
  return found == object.end() ? nullptr : &found->second;
}

const Value* find_member(const ValueObject& object, std::string_view key) {
  const auto found = std::find_if(object.begin(), object.end(),
                                  [&](const auto& member) { return member.first == key; });
  return found == object.end() ? nullptr : &found->second;
}

void set_member(ValueObject& object, std::string_view key, Value value) {
  if (Value* found = find_member(object, key)) {
    *found = std::move(value);
  } else {
    object.emplace_back(key, std::move(value));
  }
}

void erase_member(ValueObject& object, std::string_view key) {
  std::erase_if(object, [&](const auto& member) { return member.first == key; });
}

}  // namespace weft::types
