// How the parts of a document name an item: a number instead of a pointer.
#pragma once

#include <cstdint>

namespace weft::store {

/// An item of one document's ItemArena.
using Handle = std::uint32_t;
inline constexpr Handle kNoHandle = 0xFFFF'FFFF;

}  // namespace weft::store
