// Byte strings as the engine takes and gives them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace weft {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of `text`, without a copy; valid as long as `text`'s storage.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// `bytes` seen as characters, without a copy or a check of the encoding.
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace weft
