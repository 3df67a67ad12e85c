// What all targets with documents ask of them.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include <weft/doc.hpp>
#include <weft/value.hpp>

#include "target.hpp"

namespace weft {

/// The same with all members in the order of their names: those of a Y.Map stand in the order in
/// which the replica first saw them, so that two replicas differ in it.
inline Value sorted(Value value) {
  if (auto* array = std::get_if<ValueArray>(&value.variant())) {
    for (Value& element : *array) element = sorted(std::move(element));
  } else if (auto* object = std::get_if<ValueObject>(&value.variant())) {
    for (auto& member : *object) member.second = sorted(std::move(member.second));
    std::ranges::sort(*object, {}, [](const auto& member) { return member.first; });
  }
  return value;
}

/// Every invariant of the store holds.
inline void check(const Doc& doc) {
  const std::string broken = doc.check_invariants();
  if (!broken.empty()) std::fprintf(stderr, "%s\n", broken.c_str());
  WEFT_PROMISE(broken.empty());
}

/// Both are the same; says them where not.
inline void check_same(const std::string& a, const std::string& b) {
  if (a != b) std::fprintf(stderr, "%s\n%s\n", a.c_str(), b.c_str());
  WEFT_PROMISE(a == b);
}

}  // namespace weft
