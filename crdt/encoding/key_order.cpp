#include "encoding/key_order.hpp"

#include <algorithm>
#include <numeric>

namespace weft::encoding {

namespace {

constexpr std::size_t kFewKeys = 8;  // up to here comparing all pairs is the fastest

bool all_different(std::span<const std::string_view> keys) {
  if (keys.size() <= kFewKeys) {
    for (std::size_t i = 1; i < keys.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (keys[i] == keys[j]) return false;
      }
    }
    return true;
  }
  std::vector<std::string_view> sorted(keys.begin(), keys.end());
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
}

}  // namespace

std::optional<std::uint32_t> array_index(std::string_view key) {
  constexpr std::uint64_t kIndexMax = 4294967294;
  if (key.empty() || key.size() > 10 || key[0] < '0' || key[0] > '9') return std::nullopt;
  if (key[0] == '0' && key.size() > 1) return std::nullopt;
  std::uint64_t value = 0;
  for (const char digit : key) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (value > kIndexMax) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

bool in_own_key_order(std::span<const std::string_view> keys) {
  std::size_t i = 0;
  std::optional<std::uint32_t> previous;
  for (; i < keys.size(); ++i) {
    const auto index = array_index(keys[i]);
    if (!index) break;
    if (previous && *index <= *previous) return false;
    previous = index;
  }
  const auto names = keys.subspan(i);
  for (const std::string_view name : names) {
    if (array_index(name)) return false;
  }
  return all_different(names);
}

std::vector<OwnKey> own_key_order(std::span<const std::string_view> keys) {
  std::vector<std::size_t> by_key(keys.size());
  std::iota(by_key.begin(), by_key.end(), std::size_t{0});
  std::sort(by_key.begin(), by_key.end(), [&](std::size_t a, std::size_t b) {
    const int order = keys[a].compare(keys[b]);
    return order < 0 || (order == 0 && a < b);
  });
  struct Ranked {
    std::optional<std::uint32_t> index;
    OwnKey key;
  };
  std::vector<Ranked> ranked;
  for (std::size_t i = 0; i < by_key.size();) {
    const std::string_view key = keys[by_key[i]];
    const std::size_t first = by_key[i];
    while (i < by_key.size() && keys[by_key[i]] == key) ++i;
    ranked.push_back({array_index(key), {first, by_key[i - 1]}});
  }
  std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    if (a.index && b.index) return *a.index < *b.index;
    if (a.index || b.index) return a.index.has_value();
    return a.key.position < b.key.position;
  });
  std::vector<OwnKey> result;
  result.reserve(ranked.size());
  for (const Ranked& r : ranked) result.push_back(r.key);
  return result;
}

}  // namespace weft::encoding
