// First bytes of lib0 `any` values. Source: lib0 encoding.js writeAny.
#pragma once

#include <cstdint>

namespace weft::encoding::any_tag {

inline constexpr std::uint8_t kUndefined = 127;
inline constexpr std::uint8_t kNull = 126;
inline constexpr std::uint8_t kInteger = 125;
inline constexpr std::uint8_t kFloat32 = 124;
inline constexpr std::uint8_t kFloat64 = 123;
inline constexpr std::uint8_t kBigInt = 122;
inline constexpr std::uint8_t kFalse = 121;
inline constexpr std::uint8_t kTrue = 120;
inline constexpr std::uint8_t kString = 119;
inline constexpr std::uint8_t kObject = 118;
inline constexpr std::uint8_t kArray = 117;
inline constexpr std::uint8_t kBytes = 116;

}  // namespace weft::encoding::any_tag
