#include "update/attributed_ranges.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "update/range_algebra.hpp"

namespace weft::update {

namespace {

// The attributes of one range, asked one by one: a search while they are few, else a table.
class Lookup {
 public:
  explicit Lookup(const ContentAttributes& attributes) : attributes_(attributes) {
    if (attributes.size() <= kFew) return;
    for (const ContentAttributePtr& attribute : attributes) table_.insert(attribute.get());
  }

  bool has(const ContentAttributePtr& attribute) const {
    if (!table_.empty()) return table_.contains(attribute.get());
    return std::find(attributes_.begin(), attributes_.end(), attribute) != attributes_.end();
  }

 private:
  static constexpr std::size_t kFew = 8;
  const ContentAttributes& attributes_;
  std::unordered_set<const ContentAttribute*> table_;
};

ContentAttributes join(const ContentAttributes& a, const ContentAttributes& b) {
  const Lookup known(a);
  ContentAttributes both = a;
  std::copy_if(b.begin(), b.end(), std::back_inserter(both),
               [&](const ContentAttributePtr& attribute) { return !known.has(attribute); });
  return both;
}

bool same(const ContentAttributes& a, const ContentAttributes& b) {
  if (a.size() != b.size()) return false;
  if (std::equal(a.begin(), a.end(), b.begin())) return true;
  const Lookup known(b);
  return std::all_of(a.begin(), a.end(),
                     [&](const ContentAttributePtr& attribute) { return known.has(attribute); });
}

// What is left of the ranges, by clock; a rest goes before those that begin where it does.
class Queue {
 public:
  explicit Queue(std::vector<AttributedRange>&& ranges) {
    for (AttributedRange& range : ranges) {
      const Clock clock = range.clock;
      waiting_.emplace(clock, std::move(range));
    }
  }

  bool empty() const { return waiting_.empty(); }
  const AttributedRange& front() const { return waiting_.begin()->second; }
  AttributedRange take() { return std::move(waiting_.extract(waiting_.begin()).mapped()); }
  void put_back(AttributedRange range) {
    const Clock clock = range.clock;
    waiting_.emplace_hint(waiting_.lower_bound(clock), clock, std::move(range));
  }

 private:
  std::multimap<Clock, AttributedRange> waiting_;  // those of one clock stand as they were put in
};

void split_overlaps(std::vector<AttributedRange>& ranges) {
  Queue queue(std::move(ranges));
  ranges.clear();
  AttributedRange range = queue.take();
  while (!queue.empty()) {
    if (range.clock < queue.front().clock) {
      const Clock clock = queue.front().clock;
      if (end_of(range) <= clock) {
        ranges.push_back(std::exchange(range, queue.take()));
        continue;
      }
      ranges.push_back(part(range, range.clock, clock - range.clock));
      range = part(range, clock, end_of(range) - clock);
    }
    const AttributedRange next = queue.take();
    const AttributedRange& larger = range.length > next.length ? range : next;
    const Clock common = std::min(range.length, next.length);
    if (range.length != next.length) {
      queue.put_back(part(larger, range.clock + common, larger.length - common));
    }
    range = {range.clock, common, join(range.attributes, next.attributes)};
  }
  ranges.push_back(std::move(range));
}

}  // namespace

void sort_and_join(std::vector<AttributedRange>& ranges) {
  if (ranges.empty()) return;
  const auto by_clock = [](const AttributedRange& a, const AttributedRange& b) {
    return a.clock < b.clock;
  };
  const auto overlap = [](const AttributedRange& a, const AttributedRange& b) {
    return end_of(a) > b.clock;
  };
  if (!std::is_sorted(ranges.begin(), ranges.end(), by_clock) ||
      std::adjacent_find(ranges.begin(), ranges.end(), overlap) != ranges.end()) {
    split_overlaps(ranges);
  }
  std::size_t kept = 0;
  for (AttributedRange& range : ranges) {
    if (kept > 0 && end_of(ranges[kept - 1]) == range.clock &&
        same(ranges[kept - 1].attributes, range.attributes)) {
      ranges[kept - 1].length += range.length;
    } else if (&ranges[kept++] != &range) {
      ranges[kept - 1] = std::move(range);
    }
  }
  ranges.resize(kept);
}

}  // namespace weft::update
