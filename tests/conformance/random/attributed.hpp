// What is said of the second half of a user's updates; attributed.mjs does the same with @y/y 14.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <weft/bytes.hpp>

namespace weft::conformance {

/// A name and a text for each way of looking at it.
std::vector<std::pair<std::string, std::string>> attributed_texts(std::span<const Bytes> updates);

}  // namespace weft::conformance
