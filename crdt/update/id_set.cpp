// Id sets in both encodings. Source: Yjs DeleteSet.js (sortAndMergeDeleteSet, write, read), @y/y 14
// ids.js.
#include <algorithm>
#include <optional>

#include <weft/id_set.hpp>

#include "update/id_set_io.hpp"
#include "update/range_algebra.hpp"

namespace weft {

namespace {

using Ranges = std::vector<ClockRange>;

bool is_normal(const Ranges& ranges) {
  if (ranges.empty() || ranges.front().length == 0) return false;
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].length == 0 || update::end_of(ranges[i - 1]) >= ranges[i].clock) return false;
  }
  return true;
}

void normalize_ranges(Ranges& ranges) {
  if (is_normal(ranges)) return;
  std::erase_if(ranges, [](const ClockRange& range) { return range.length == 0; });
  const auto by_clock = [](const ClockRange& a, const ClockRange& b) { return a.clock < b.clock; };
  if (!std::is_sorted(ranges.begin(), ranges.end(), by_clock)) {
    std::sort(ranges.begin(), ranges.end(), by_clock);
  }
  std::size_t kept = 0;
  for (const ClockRange& range : ranges) {
    if (kept > 0 && update::end_of(ranges[kept - 1]) >= range.clock) {
      ClockRange& last = ranges[kept - 1];
      last.length = std::max(last.length, range.clock + range.length - last.clock);
    } else {
      ranges[kept++] = range;
    }
  }
  ranges.resize(kept);
}

// A set as normalize leaves it, copied only where that changes it.
class Normalized {
 public:
  explicit Normalized(const IdSet& set) : set_(&set) {
    if (set.is_normalized()) return;
    copy_ = set;
    copy_->normalize();
    set_ = &*copy_;
  }
  Normalized(const Normalized&) = delete;
  Normalized& operator=(const Normalized&) = delete;
  Normalized(Normalized&&) = delete;
  Normalized& operator=(Normalized&&) = delete;
  ~Normalized() = default;

  const IdSet::Clients& clients() const { return set_->clients(); }

 private:
  const IdSet* set_;
  std::optional<IdSet> copy_;
};

void write_ranges(encoding::Writer& out, const Ranges& ranges, Encoding encoding) {
  out.varuint(ranges.size());
  Clock from = 0;
  for (const ClockRange& range : ranges) {
    out.varuint(range.clock - from);
    out.varuint(encoding == Encoding::v1 ? range.length : range.length - 1);
    if (encoding == Encoding::v2) from = range.clock + range.length;
  }
}

ClockRange read_range(encoding::Reader& in, Encoding encoding, Clock& from) {
  ClockRange range{in.varuint(), in.varuint()};
  if (encoding == Encoding::v2) {
    range.clock += from;
    range.length += 1;
    from = range.clock + range.length;
  }
  if (range.clock > kSafeInteger || range.length > kSafeInteger - range.clock) {
    in.fail(Errc::invalid_delete_set);
  }
  return range;
}

}  // namespace

void IdSet::add(ClientId client, Clock clock, Clock length) {
  auto& ranges = clients_[client];
  if (!ranges.empty() && ranges.back().clock + ranges.back().length == clock) {
    ranges.back().length += length;
  } else {
    ranges.push_back({clock, length});
  }
}

void IdSet::remove(ClientId client, Clock clock, Clock length) {
  normalize();
  const auto found = clients_.find(client);
  if (found == clients_.end() || length == 0) return;
  const Ranges gone{{clock, length}};
  found->second = update::difference(found->second, gone);
  if (found->second.empty()) clients_.erase(found);
}

void IdSet::normalize() {
  for (auto& [client, ranges] : clients_) normalize_ranges(ranges);
  std::erase_if(clients_, [](const auto& entry) { return entry.second.empty(); });
}

bool IdSet::is_normalized() const {
  return std::all_of(clients_.begin(), clients_.end(),
                     [](const auto& entry) { return is_normal(entry.second); });
}

bool IdSet::contains(Id id) const {
  const auto found = clients_.find(id.client);
  if (found == clients_.end()) return false;
  const auto at = update::first_behind(found->second, id.clock);
  return at != found->second.end() && at->clock <= id.clock;
}

std::vector<SlicedRange> IdSet::slice(ClientId client, Clock clock, Clock length) const {
  static const Ranges kNone;
  const auto found = clients_.find(client);
  std::vector<SlicedRange> pieces;
  update::slice_ranges(
      found == clients_.end() ? kNone : found->second, clock, length,
      [&](const ClockRange&, Clock from, Clock size) {
        pieces.push_back({from, size, true});
      },
      [&](Clock from, Clock size) {
        pieces.push_back({from, size, false});
      });
  return pieces;
}

Bytes IdSet::encode(Encoding encoding) const {
  encoding::Writer out;
  update::write_id_set(out, *this, encoding);
  return out.take();
}

Result<IdSet> IdSet::decode(ByteView bytes, Encoding encoding, Compat compat) {
  encoding::Reader in(bytes);
  IdSet set = update::read_id_set(in, encoding, compat);
  if (!in.ok()) return std::unexpected(in.error());
  return set;
}

IdSet merge_id_sets(std::span<const IdSet> sets) {
  IdSet merged;
  for (const IdSet& set : sets) {
    for (const auto& [client, ranges] : set.clients()) {
      Ranges& into = merged.clients()[client];
      into.insert(into.end(), ranges.begin(), ranges.end());
    }
  }
  merged.normalize();
  return merged;
}

IdSet diff_id_sets(const IdSet& set, const IdSet& exclude) {
  const Normalized from(set);
  const Normalized without(exclude);
  IdSet result;
  for (const auto& [client, ranges] : from.clients()) {
    const auto holes = without.clients().find(client);
    Ranges left =
        holes == without.clients().end() ? ranges : update::difference(ranges, holes->second);
    if (!left.empty()) result.clients().emplace(client, std::move(left));
  }
  return result;
}

IdSet intersect_id_sets(const IdSet& a, const IdSet& b) {
  const Normalized left(a);
  const Normalized right(b);
  const auto join = [](const ClockRange&, const ClockRange&, Clock clock, Clock length) {
    return ClockRange{clock, length};
  };
  IdSet result;
  for (const auto& [client, ranges] : left.clients()) {
    const auto others = right.clients().find(client);
    if (others == right.clients().end()) continue;
    Ranges common = update::intersection(ranges, others->second, join);
    if (!common.empty()) result.clients().emplace(client, std::move(common));
  }
  return result;
}

namespace update {

IdSet read_id_set(encoding::Reader& in, Encoding encoding, Compat compat) {
  IdSet set;
  const std::uint64_t count = in.varuint();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const ClientId client = in.varuint();
    const std::uint64_t range_count = in.varuint();
    if (range_count == 0 || !in.ok()) continue;
    Ranges& ranges = set.clients()[client];
    if (compat == Compat::v14) ranges.clear();
    Clock from = 0;
    for (std::uint64_t j = 0; j < range_count && in.ok(); ++j) {
      ranges.push_back(read_range(in, encoding, from));
    }
  }
  if (compat == Compat::v14) set.normalize();
  return set;
}

void write_id_set(encoding::Writer& out, const IdSet& set, Encoding encoding) {
  const auto write = [&](const IdSet::Clients& clients) {
    out.varuint(clients.size());
    for (const auto& [client, ranges] : clients) {
      out.varuint(client);
      write_ranges(out, ranges, encoding);
    }
  };
  if (encoding == Encoding::v1) return write(set.clients());
  write(Normalized(set).clients());
}

}  // namespace update

}  // namespace weft
