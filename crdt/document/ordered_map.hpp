// A JavaScript Map with small numbers as keys: it is walked in the order in which keys were set
// first.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "store/flat_map.hpp"

namespace weft::document {

template <typename T>
class OrderedMap {
 public:
  explicit OrderedMap(std::uint64_t seed) : seed_(seed) {}

  std::size_t size() const { return live_; }
  bool empty() const { return live_ == 0; }

  /// The value, or null. Valid until the next change.
  const T* find(std::uint32_t key) const {
    const std::size_t at = place(key);
    return at == kNowhere ? nullptr : &entries_[at].value;
  }
  bool contains(std::uint32_t key) const { return find(key) != nullptr; }

  void set(std::uint32_t key, T value) {
    const std::size_t at = place(key);
    if (at != kNowhere) {
      entries_[at].value = std::move(value);
      return;
    }
    entries_.push_back({key, true, std::move(value)});
    ++live_;
    if (index_) {
      index_->insert(key, static_cast<std::uint32_t>(entries_.size() - 1));
    } else if (entries_.size() > kFew) {
      build_index();
    }
  }

  void erase(std::uint32_t key) {
    const std::size_t at = place(key);
    if (at == kNowhere) return;
    --live_;
    if (!index_) {
      entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    }
    entries_[at].live = false;
    index_->erase(key);
    if (live_ * 2 < entries_.size()) {
      std::erase_if(entries_, [](const Entry& entry) { return !entry.live; });
      build_index();
    }
  }

  void clear() {
    entries_.clear();
    index_.reset();
    live_ = 0;
  }

  /// Calls `visit(key, value)` for each. The map must not be changed meanwhile.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Entry& entry : entries_) {
      if (entry.live) visit(entry.key, entry.value);
    }
  }

 private:
  static constexpr std::size_t kFew = 12;  // up to here looking through all is the fastest
  static constexpr std::size_t kNowhere = ~std::size_t{0};

  struct Entry {
    std::uint32_t key;
    bool live;
    T value;
  };

  std::size_t place(std::uint32_t key) const {
    if (index_) {
      const std::uint32_t at = index_->find(key);
      return at == store::FlatMap::kNone ? kNowhere : at;
    }
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [key](const Entry& entry) { return entry.key == key; });
    return found == entries_.end() ? kNowhere : static_cast<std::size_t>(found - entries_.begin());
  }

  void build_index() {
    index_.reset();
    if (entries_.size() <= kFew) return;
    index_.emplace(seed_);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      index_->insert(entries_[i].key, static_cast<std::uint32_t>(i));
    }
  }

  std::uint64_t seed_;
  std::vector<Entry> entries_;
  std::optional<store::FlatMap> index_;
  std::size_t live_ = 0;
};

}  // namespace weft::document
