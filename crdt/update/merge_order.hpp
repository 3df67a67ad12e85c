// Which of the updates being merged comes next: the order in which Yjs keeps its struct readers.
//
// Yjs sorts all readers before each step by their next struct (client descending, clock ascending)
// with a stable sort, and a step changes only the first one. So among equal ones a reader that has
// just been first stands before all others, and those never touched stand in the order in which
// they were given. A heap with a stamp gives the same without sorting.
//
// One comparison contradicts itself: of a GC and an Item at the same id each is smaller than the
// other. Then the order hangs on V8's sort (v8_sort.hpp); ExactOrder repeats it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <weft/id.hpp>

#include "update/v8_sort.hpp"

namespace weft::update {

/// Where a reader stands: its next struct.
struct HeadKey {
  ClientId client = 0;
  Clock clock = 0;
  bool is_gc = false;

  bool same_id(const HeadKey& other) const {
    return client == other.client && clock == other.clock;
  }
};

/// Stands before by id alone.
inline bool id_before(const HeadKey& a, const HeadKey& b) {
  return a.client != b.client ? a.client > b.client : a.clock < b.clock;
}

/// compare(a, b) < 0 in Yjs, contradiction included.
inline bool yjs_before(const HeadKey& a, const HeadKey& b) {
  return a.same_id(b) ? a.is_gc != b.is_gc : id_before(a, b);
}

/// The order of Yjs to the last tie, for up to kReadersMax readers: a step costs O(readers) while a
/// GC and an Item tie, else O(log readers) comparisons.
/// `Heads` tells has(i) and key(i) of reader i.
template <typename Heads>
class ExactOrder {
 public:
  static constexpr std::size_t kReadersMax = 1024;

  ExactOrder(const Heads& heads, std::size_t count) : heads_(heads) {
    for (std::size_t i = 0; i < count; ++i) {
      if (heads_.has(i)) list_.push_back(static_cast<std::uint32_t>(i));
    }
    sort_all();
  }

  bool empty() const { return begin_ == list_.size(); }
  std::size_t first() const { return list_[begin_]; }

  /// After each step: the first reader may stand elsewhere or have ended.
  void step() {
    if (!heads_.has(first())) {
      ++begin_;
      if (contradicts_) sort_all();
      return;
    }
    if (contradicts_) return sort_all();
    const HeadKey key = heads_.key(first());
    const auto from = list_.begin() + static_cast<std::ptrdiff_t>(begin_) + 1;
    const auto to = std::partition_point(
        from, list_.end(), [&](std::uint32_t other) { return id_before(heads_.key(other), key); });
    if (to != list_.end() && heads_.key(*to).same_id(key) && heads_.key(*to).is_gc != key.is_gc) {
      return sort_all();
    }
    std::rotate(from - 1, from, to);
  }

 private:
  void sort_all() {
    const auto live = std::span(list_).subspan(begin_);
    v8_sort(live, [this](std::uint32_t a, std::uint32_t b) {
      return yjs_before(heads_.key(a), heads_.key(b));
    });
    const auto tie = std::adjacent_find(live.begin(), live.end(), [this](auto a, auto b) {
      return heads_.key(a).same_id(heads_.key(b)) && heads_.key(a).is_gc != heads_.key(b).is_gc;
    });
    contradicts_ = tie != live.end();
  }

  const Heads& heads_;
  std::vector<std::uint32_t> list_;
  std::size_t begin_ = 0;
  bool contradicts_ = false;  // a GC and an Item tie somewhere in the list
};

/// For any number of readers: O(log moved readers) a step.
/// Differs from Yjs where a GC and an Item tie: among readers never touched the kind of the last
/// one given comes first, otherwise the one that was first most lately.
template <typename Heads>
class LargeOrder {
 public:
  LargeOrder(const Heads& heads, std::size_t count);

  bool empty() const { return begin_ == fresh_.size() && moved_.empty(); }

  std::size_t first() const { return moved_first_ ? moved_.front().reader : fresh_[begin_]; }

  /// After each step: the first reader may stand elsewhere or have ended.
  void step() {
    const auto reader = static_cast<std::uint32_t>(first());
    if (moved_first_) {
      std::pop_heap(moved_.begin(), moved_.end(), stands_behind);
      moved_.pop_back();
    } else {
      ++begin_;
    }
    if (heads_.has(reader)) {
      moved_.push_back({heads_.key(reader), ++stamp_, reader});
      std::push_heap(moved_.begin(), moved_.end(), stands_behind);
    }
    moved_first_ = is_moved_first();
  }

 private:
  struct Moved {
    HeadKey key;
    std::uint64_t stamp = 0;
    std::uint32_t reader = 0;
  };

  static bool stands_behind(const Moved& a, const Moved& b) {
    return a.key.same_id(b.key) ? a.stamp < b.stamp : id_before(b.key, a.key);
  }

  bool is_moved_first() const {
    if (moved_.empty()) return false;
    return begin_ == fresh_.size() || !id_before(heads_.key(fresh_[begin_]), moved_.front().key);
  }

  void sort_fresh();
  void sort_pile(std::vector<std::uint32_t>& pile) const;
  void settle_ties();

  const Heads& heads_;
  std::vector<std::uint32_t> fresh_;  // readers that have not been first
  std::size_t begin_ = 0;
  std::vector<Moved> moved_;  // a heap
  bool moved_first_ = false;  // kept, because a reader's key changes while it is the first
  std::uint64_t stamp_ = 0;
};

template <typename Heads>
LargeOrder<Heads>::LargeOrder(const Heads& heads, std::size_t count) : heads_(heads) {
  fresh_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (heads_.has(i)) fresh_.push_back(static_cast<std::uint32_t>(i));
  }
  sort_fresh();
  settle_ties();
}

template <typename Heads>
void LargeOrder<Heads>::sort_pile(std::vector<std::uint32_t>& pile) const {
  const auto before = [this](std::uint32_t a, std::uint32_t b) {
    const HeadKey& left = heads_.key(a);
    const HeadKey& right = heads_.key(b);
    return left.same_id(right) ? a < b : id_before(left, right);
  };
  if (!std::is_sorted(pile.begin(), pile.end(), before)) {
    std::sort(pile.begin(), pile.end(), before);
  }
}

// A log is mostly of few clients, each in its own order: it is dealt into a pile for each client.
template <typename Heads>
void LargeOrder<Heads>::sort_fresh() {
  constexpr std::size_t kPilesMax = 64;
  std::vector<std::pair<ClientId, std::vector<std::uint32_t>>> piles;
  std::size_t last = 0;
  for (const std::uint32_t reader : fresh_) {
    const ClientId client = heads_.key(reader).client;
    if (piles.empty() || piles[last].first != client) {
      last = 0;
      while (last < piles.size() && piles[last].first != client) ++last;
      if (last == kPilesMax) return sort_pile(fresh_);
      if (last == piles.size()) piles.push_back({client, {}});
    }
    piles[last].second.push_back(reader);
  }
  std::sort(piles.begin(), piles.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  auto to = fresh_.begin();
  for (auto& [client, pile] : piles) {
    sort_pile(pile);
    to = std::copy(pile.begin(), pile.end(), to);
  }
}

template <typename Heads>
void LargeOrder<Heads>::settle_ties() {
  for (auto begin = fresh_.begin(); begin != fresh_.end();) {
    const HeadKey key = heads_.key(*begin);
    bool mixed = false;
    auto end = begin + 1;
    for (; end != fresh_.end() && heads_.key(*end).same_id(key); ++end) {
      mixed = mixed || heads_.key(*end).is_gc != key.is_gc;
    }
    if (mixed) {
      const bool gc_first = heads_.key(*(end - 1)).is_gc;
      // Of those of one kind the order stays: by reader.
      std::sort(begin, end, [&](std::uint32_t a, std::uint32_t b) {
        const bool a_is_gc = heads_.key(a).is_gc;
        return a_is_gc != heads_.key(b).is_gc ? a_is_gc == gc_first : a < b;
      });
    }
    begin = end;
  }
}

}  // namespace weft::update
