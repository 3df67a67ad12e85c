// The order of an object's own keys in JavaScript: array indices ascending, then the others in the
// order in which they were first set. Source: ECMA-262 OrdinaryOwnPropertyKeys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace weft::encoding {

/// The number that `key` is as an array index ("0" to "4294967294" without leading zeros).
std::optional<std::uint32_t> array_index(std::string_view key);

/// True when a JavaScript object that is given `keys` in this order has just these in this order.
/// O(n), or O(n log n) for more than a few keys.
bool in_own_key_order(std::span<const std::string_view> keys);

/// Which of `keys` remain, in own-key order. A key that is given twice keeps its first place and
/// its last value: `position` orders, `last` is the one that counts. O(n log n).
struct OwnKey {
  std::size_t position;
  std::size_t last;
};
std::vector<OwnKey> own_key_order(std::span<const std::string_view> keys);

}  // namespace weft::encoding
