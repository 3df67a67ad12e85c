// Array.prototype.sort as V8 does it, for comparisons that contradict themselves.
//
// Yjs sorts the updates that it merges with a comparison that calls each of a GC and an Item at one
// id the smaller one. What comes first then depends on which elements the sort compares, in which
// order, so the same bytes need the same sort: list sort (Tim Peters, listsort.txt) with natural
// runs, binary insertion up to the shortest run, and galloping merges.
// For consistent comparisons the result is that of any stable sort.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace weft::update {

/// `Less(a, b)` tells whether compare(a, b) < 0.
template <typename T, typename Less>
class V8Sort {
 public:
  V8Sort(std::span<T> values, Less less) : a_(values), less_(less) {}

  void run() {
    const std::size_t shortest = shortest_run(a_.size());
    for (std::size_t low = 0; a_.size() >= 2 && low < a_.size();) {
      std::size_t length = natural_run(low);
      if (length < shortest) {
        const std::size_t forced = std::min(shortest, a_.size() - low);
        insert_binary(low, low + length, low + forced);
        length = forced;
      }
      runs_.push_back({low, length});
      restore_balance();
      low += length;
    }
    while (runs_.size() > 1) {
      std::size_t n = runs_.size() - 2;
      if (n > 0 && runs_[n - 1].length < runs_[n + 1].length) --n;
      merge_at(n);
    }
  }

 private:
  struct Run {
    std::size_t base;
    std::size_t length;
  };
  static constexpr std::size_t kGallopAfter = 7;

  static std::size_t shortest_run(std::size_t size) {
    std::size_t bits_lost = 0;
    while (size >= 64) {
      bits_lost |= size & 1;
      size >>= 1;
    }
    return size + bits_lost;
  }

  // The length of the run at `low`; one that descends strictly is turned round.
  std::size_t natural_run(std::size_t low) {
    std::size_t end = low + 1;
    if (end == a_.size()) return 1;
    const bool descending = less_(a_[end], a_[low]);
    for (++end; end < a_.size() && less_(a_[end], a_[end - 1]) == descending; ++end) {
    }
    if (descending) std::reverse(at(low), at(end));
    return end - low;
  }

  void insert_binary(std::size_t low, std::size_t start, std::size_t high) {
    for (; start < high; ++start) {
      const T pivot = a_[start];
      std::size_t left = low;
      for (std::size_t right = start; left < right;) {
        const std::size_t middle = left + (right - left) / 2;
        if (less_(pivot, a_[middle])) {
          right = middle;
        } else {
          left = middle + 1;
        }
      }
      std::move_backward(at(left), at(start), at(start + 1));
      a_[left] = pivot;
    }
  }

  bool balanced(std::size_t n) const {
    return n < 2 || runs_[n - 2].length > runs_[n - 1].length + runs_[n].length;
  }

  void restore_balance() {
    while (runs_.size() > 1) {
      std::size_t n = runs_.size() - 2;
      if (!balanced(n + 1) || !balanced(n)) {
        if (runs_[n - 1].length < runs_[n + 1].length) --n;
      } else if (runs_[n].length > runs_[n + 1].length) {
        break;
      }
      merge_at(n);
    }
  }

  // Where `holds`, true for the first elements and then false, changes: galloping from `hint`, then
  // in halves. Offsets count from `base`.
  template <typename Holds>
  static std::size_t gallop(std::span<const T> base, std::size_t hint, Holds holds) {
    std::size_t low = 0;
    std::size_t high = base.size();
    std::size_t last = 0;
    std::size_t offset = 1;
    if (holds(base[hint])) {
      const std::size_t most = base.size() - hint;
      while (offset < most && holds(base[hint + offset])) {
        last = offset;
        offset = offset * 2 + 1;
      }
      low = hint + last + 1;
      high = hint + std::min(offset, most);
    } else {
      const std::size_t most = hint + 1;
      while (offset < most && !holds(base[hint - offset])) {
        last = offset;
        offset = offset * 2 + 1;
      }
      low = hint + 1 - std::min(offset, most);
      high = hint - last;
    }
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (holds(base[middle])) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return high;
  }

  // Before the first element that is not less than `key`.
  std::size_t gallop_left(const T& key, std::span<const T> base, std::size_t hint) const {
    return gallop(base, hint, [&](const T& value) { return less_(value, key); });
  }
  // After the last element that `key` is not less than.
  std::size_t gallop_right(const T& key, std::span<const T> base, std::size_t hint) const {
    return gallop(base, hint, [&](const T& value) { return !less_(key, value); });
  }

  void merge_at(std::size_t n) {
    Run a = runs_[n];
    Run b = runs_[n + 1];
    runs_[n].length += b.length;
    runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(n) + 1);
    const std::size_t in_place = gallop_right(a_[b.base], a_.subspan(a.base, a.length), 0);
    a.base += in_place;
    a.length -= in_place;
    if (a.length == 0) return;
    b.length = gallop_left(a_[a.base + a.length - 1], a_.subspan(b.base, b.length), b.length - 1);
    if (b.length == 0) return;
    if (a.length <= b.length) {
      merge_low(a, b);
    } else {
      merge_high(a, b);
    }
  }

  // Merges forwards; run a, the shorter one, waits in temp_.
  void merge_low(Run a, Run b) {
    temp_.assign(at(a.base), at(a.base + a.length));
    std::size_t to = a.base;
    std::size_t from_a = 0;  // in temp_
    std::size_t from_b = b.base;
    const std::size_t end_b = b.base + b.length;
    const auto left_a = [&] { return temp_.size() - from_a; };
    const auto take_b = [&](std::size_t count) {
      std::move(at(from_b), at(from_b + count), at(to));
      from_b += count;
      to += count;
    };
    const auto take_a = [&](std::size_t count) {
      std::copy_n(temp_.begin() + static_cast<std::ptrdiff_t>(from_a), count, at(to));
      from_a += count;
      to += count;
    };
    const auto finished = [&] { return from_b == end_b || left_a() <= 1; };
    take_b(1);
    while (!finished()) {
      std::size_t wins_a = 0;
      std::size_t wins_b = 0;
      while (!finished() && wins_a < gallop_from_ && wins_b < gallop_from_) {
        if (less_(a_[from_b], temp_[from_a])) {
          take_b(1);
          ++wins_b;
          wins_a = 0;
        } else {
          take_a(1);
          ++wins_a;
          wins_b = 0;
        }
      }
      if (finished()) break;
      ++gallop_from_;
      do {
        gallop_from_ = std::max<std::size_t>(1, gallop_from_ - 1);
        wins_a = gallop_right(a_[from_b], std::span<const T>(temp_).subspan(from_a), 0);
        take_a(wins_a);
        if (wins_a > 0 && left_a() <= 1) break;
        take_b(1);
        if (from_b == end_b) break;
        wins_b = gallop_left(temp_[from_a], a_.subspan(from_b, end_b - from_b), 0);
        take_b(wins_b);
        if (wins_b > 0 && from_b == end_b) break;
        take_a(1);
        if (left_a() == 1) break;
      } while (wins_a >= kGallopAfter || wins_b >= kGallopAfter);
      if (!finished()) ++gallop_from_;
    }
    // The last of run a belongs behind what is left of run b.
    if (left_a() == 1) take_b(end_b - from_b);
    take_a(left_a());
  }

  // Merges backwards; run b, the shorter one, waits in temp_.
  void merge_high(Run a, Run b) {
    temp_.assign(at(b.base), at(b.base + b.length));
    std::size_t to = b.base + b.length;     // ends, so that nothing counts below zero
    std::size_t end_a = a.base + a.length;  // of what is left of run a
    std::size_t left_b = temp_.size();
    const auto left_a = [&] { return end_a - a.base; };
    const auto take_a = [&](std::size_t count) {
      std::move_backward(at(end_a - count), at(end_a), at(to));
      end_a -= count;
      to -= count;
    };
    const auto take_b = [&](std::size_t count) {
      left_b -= count;
      to -= count;
      std::copy_n(temp_.begin() + static_cast<std::ptrdiff_t>(left_b), count, at(to));
    };
    const auto finished = [&] { return left_a() == 0 || left_b <= 1; };
    take_a(1);
    while (!finished()) {
      std::size_t wins_a = 0;
      std::size_t wins_b = 0;
      while (!finished() && wins_a < gallop_from_ && wins_b < gallop_from_) {
        if (less_(temp_[left_b - 1], a_[end_a - 1])) {
          take_a(1);
          ++wins_a;
          wins_b = 0;
        } else {
          take_b(1);
          ++wins_b;
          wins_a = 0;
        }
      }
      if (finished()) break;
      ++gallop_from_;
      do {
        gallop_from_ = std::max<std::size_t>(1, gallop_from_ - 1);
        wins_a =
            left_a() - gallop_right(temp_[left_b - 1], a_.subspan(a.base, left_a()), left_a() - 1);
        take_a(wins_a);
        if (left_a() == 0) break;
        take_b(1);
        if (left_b == 1) break;
        wins_b = left_b -
                 gallop_left(a_[end_a - 1], std::span<const T>(temp_).first(left_b), left_b - 1);
        take_b(wins_b);
        if (wins_b > 0 && left_b <= 1) break;
        take_a(1);
        if (left_a() == 0) break;
      } while (wins_a >= kGallopAfter || wins_b >= kGallopAfter);
      if (!finished()) ++gallop_from_;
    }
    // The first of run b belongs before what is left of run a.
    if (left_b == 1) take_a(left_a());
    take_b(left_b);
  }

  typename std::span<T>::iterator at(std::size_t i) {
    return a_.begin() + static_cast<std::ptrdiff_t>(i);
  }

  std::span<T> a_;
  Less less_;
  std::vector<Run> runs_;
  std::vector<T> temp_;
  std::size_t gallop_from_ = kGallopAfter;  // wins in a row after which a merge gallops
};

template <typename T, typename Less>
void v8_sort(std::span<T> values, Less less) {
  V8Sort<T, Less>(values, less).run();
}

}  // namespace weft::update
