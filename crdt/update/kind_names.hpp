// Names of content kinds, by their numbers.
#pragma once

#include <array>
#include <string_view>

namespace weft::update {

inline constexpr std::array<std::string_view, 11> kKindNames = {
    "gc", "deleted", "json", "binary", "string", "embed", "format", "type", "any", "doc", "skip"};

}  // namespace weft::update
