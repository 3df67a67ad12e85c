// Names of one document, each once: root names, map keys, node names.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include <xxhash.h>

#include "store/flat_map.hpp"
#include "store/item.hpp"

namespace weft::store {

class StringTable {
 public:
  explicit StringTable(std::uint64_t seed) : seed_(seed), by_hash_(seed) {}

  std::string_view operator[](std::uint32_t index) const { return strings_[index]; }

  /// The number of `text`, or kNoIndex.
  std::uint32_t find(std::string_view text) const {
    if (last_ != kNoIndex && strings_[last_] == text) return last_;
    for (std::uint64_t key = hash(text);; ++key) {
      const std::uint32_t found = by_hash_.find(key);
      if (found == FlatMap::kNone) return kNoIndex;
      if (strings_[found] == text) return last_ = found;
    }
  }

  /// The number of `text`, made when it is new.
  std::uint32_t intern(std::string_view text) {
    if (const std::uint32_t found = find(text); found != kNoIndex) return found;
    std::uint64_t key = hash(text);
    while (by_hash_.find(key) != FlatMap::kNone) ++key;
    const auto made = static_cast<std::uint32_t>(strings_.size());
    strings_.emplace_back(text);
    by_hash_.insert(key, made);
    return last_ = made;
  }

 private:
  std::uint64_t hash(std::string_view text) const {
    return XXH3_64bits_withSeed(text.data(), text.size(), seed_);
  }

  std::uint64_t seed_;
  FlatMap by_hash_;
  std::deque<std::string> strings_;
  mutable std::uint32_t last_ = kNoIndex;
};

}  // namespace weft::store
