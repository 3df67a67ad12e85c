// What most items of a document are, and the fast writers know: text of one byte a unit, or a
// tombstone, in a sequence and with a neighbour that names it.
#pragma once

#include <array>

#include "store/store.hpp"

namespace weft::document {

class PlainItems {
 public:
  explicit PlainItems(const store::Store& store) : store_(store) {}

  bool has(const store::Item& item) {
    if (item.list != sequence_) [[unlikely]] {
      if (!store_.types.list(item.list).is_sequence()) return false;
      sequence_ = item.list;
    }
    return (~item.flags & kNeeded[item.kind]) == 0 &&
           (item.origin_client & item.right_origin_client) != store::kNoClient;
  }

 private:
  static constexpr std::uint32_t kNever = 0x100;  // a flag that no item has
  static constexpr auto kNeeded = [] {
    std::array<std::uint32_t, 256> flags{};
    flags.fill(kNever);
    flags[static_cast<std::size_t>(store::Kind::deleted)] = 0;
    flags[static_cast<std::size_t>(store::Kind::string)] = store::Item::kAscii;
    return flags;
  }();

  const store::Store& store_;
  store::ListIx sequence_ = store::kNoIndex;  // the last list that was found to be one
};

}  // namespace weft::document
