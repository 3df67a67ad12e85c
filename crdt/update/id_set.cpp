// Id sets in both encodings. Source: Yjs DeleteSet.js (sortAndMergeDeleteSet, write, read).
#include <algorithm>

#include <weft/id_set.hpp>

#include "encoding/reader.hpp"
#include "encoding/writer.hpp"

namespace weft {

void IdSet::add(ClientId client, Clock clock, Clock length) {
  auto& ranges = clients_[client];
  if (!ranges.empty() && ranges.back().clock + ranges.back().length == clock) {
    ranges.back().length += length;
  } else {
    ranges.push_back({clock, length});
  }
}

void IdSet::normalize() {
  for (auto& [client, ranges] : clients_) {
    const auto by_clock = [](const ClockRange& a, const ClockRange& b) {
      return a.clock < b.clock;
    };
    if (!std::is_sorted(ranges.begin(), ranges.end(), by_clock)) {
      std::sort(ranges.begin(), ranges.end(), by_clock);
    }
    std::size_t kept = 0;
    for (const ClockRange& range : ranges) {
      if (kept > 0 && ranges[kept - 1].clock + ranges[kept - 1].length >= range.clock) {
        ClockRange& last = ranges[kept - 1];
        last.length = std::max(last.length, range.clock + range.length - last.clock);
      } else {
        ranges[kept++] = range;
      }
    }
    ranges.resize(kept);
  }
}

bool IdSet::contains(Id id) const {
  const auto found = clients_.find(id.client);
  if (found == clients_.end()) return false;
  const auto& ranges = found->second;
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), id.clock,
                       [](Clock clock, const ClockRange& range) { return clock < range.clock; });
  return after != ranges.begin() && id.clock - std::prev(after)->clock < std::prev(after)->length;
}

Bytes IdSet::encode(Encoding encoding) const {
  encoding::Writer out;
  out.varuint(clients_.size());
  for (const auto& [client, ranges] : clients_) {
    out.varuint(client);
    out.varuint(ranges.size());
    Clock from = 0;
    for (const ClockRange& range : ranges) {
      out.varuint(range.clock - from);
      out.varuint(encoding == Encoding::v1 ? range.length : range.length - 1);
      if (encoding == Encoding::v2) from = range.clock + range.length;
    }
  }
  return out.take();
}

Result<IdSet> IdSet::decode(ByteView bytes, Encoding encoding) {
  encoding::Reader in(bytes);
  IdSet result;
  const std::uint64_t count = in.varuint();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const ClientId client = in.varuint();
    const std::uint64_t range_count = in.varuint();
    if (range_count == 0 || !in.ok()) continue;
    auto& ranges = result.clients_[client];
    Clock from = 0;
    for (std::uint64_t j = 0; j < range_count && in.ok(); ++j) {
      ClockRange range{in.varuint(), in.varuint()};
      if (encoding == Encoding::v2) {
        range.clock += from;
        range.length += 1;
        from = range.clock + range.length;
      }
      if (range.clock > kSafeInteger || range.length > kSafeInteger - range.clock) {
        in.fail(Errc::invalid_delete_set);
      }
      ranges.push_back(range);
    }
  }
  if (!in.ok()) return std::unexpected(in.error());
  return result;
}

}  // namespace weft
