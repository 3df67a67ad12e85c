#include "update/delete_ranges.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "update/encoder_v1.hpp"
#include "update/encoder_v2.hpp"

namespace weft::update {

namespace {

bool before(const DeleteRange& a, const DeleteRange& b) {
  return a.client != b.client ? a.client > b.client : a.range.clock < b.range.clock;
}

// Those of two updates are two rows in order.
void sort_ranges(DeleteRanges& deletes) {
  const auto second = std::is_sorted_until(deletes.begin(), deletes.end(), before);
  if (second == deletes.end()) return;
  if (!std::is_sorted(second, deletes.end(), before)) {
    std::sort(deletes.begin(), deletes.end(), before);
    return;
  }
  DeleteRanges merged(deletes.size());
  std::merge(deletes.begin(), second, second, deletes.end(), merged.begin(), before);
  deletes.swap(merged);
}

bool fits_v2(std::span<const DeleteRange> ranges) {
  Clock from = 0;
  for (const auto& [client, range] : ranges) {
    if (range.length == 0 || range.clock < from) return false;
    from = range.clock + range.length;
  }
  return true;
}

template <typename Encoder>
void write_client(Encoder& encoder, std::span<const DeleteRange> ranges) {
  encoder.begin_delete_client();
  encoder.write_rest_varuint(ranges.front().client);
  if (ranges.front().range == kNoRange) ranges = {};
  encoder.write_rest_varuint(ranges.size());
  for (const DeleteRange& range : ranges) encoder.write_delete(range.range);
}

DeleteRanges merged_for_v2(std::span<const DeleteRange> ranges) {
  DeleteRanges merged(ranges.begin(), ranges.end());
  merge_deletes(merged);
  std::erase_if(merged, [](const DeleteRange& range) { return range.range.length == 0; });
  return merged;
}

std::size_t client_end(const DeleteRanges& deletes, std::size_t begin) {
  std::size_t end = begin;
  while (end < deletes.size() && deletes[end].client == deletes[begin].client) ++end;
  return end;
}

}  // namespace

void merge_deletes(DeleteRanges& deletes) {
  std::erase_if(deletes, [](const DeleteRange& range) { return range.range == kNoRange; });
  sort_ranges(deletes);
  std::size_t kept = 0;
  for (const DeleteRange& next : deletes) {
    if (kept > 0 && deletes[kept - 1].client == next.client) {
      ClockRange& last = deletes[kept - 1].range;
      if (last.clock + last.length >= next.range.clock) {
        last.length = std::max(last.length, next.range.clock + next.range.length - last.clock);
        continue;
      }
    }
    deletes[kept++] = next;
  }
  deletes.resize(kept);
}

void group_deletes(DeleteRanges& deletes) {
  const auto by_client = [](const DeleteRange& a, const DeleteRange& b) {
    return a.client > b.client;
  };
  if (std::is_sorted(deletes.begin(), deletes.end(), by_client)) return;
  std::map<ClientId, DeleteRanges, std::greater<>> clients;
  for (const DeleteRange& range : deletes) clients[range.client].push_back(range);
  deletes.clear();
  for (const auto& [client, ranges] : clients) {
    deletes.insert(deletes.end(), ranges.begin(), ranges.end());
  }
}

template <typename Encoder>
void write_deletes(Encoder& encoder, const DeleteRanges& deletes) {
  std::vector<std::span<const DeleteRange>> clients;
  std::vector<DeleteRanges> merged;
  for (std::size_t begin = 0; begin < deletes.size();) {
    const std::size_t end = client_end(deletes, begin);
    const auto ranges = std::span(deletes).subspan(begin, end - begin);
    begin = end;
    if (Encoder::kEncoding == Encoding::v1 || ranges.front().range == kNoRange || fits_v2(ranges)) {
      clients.push_back(ranges);
      continue;
    }
    merged.push_back(merged_for_v2(ranges));  // a vector that moves keeps its elements in place
    if (!merged.back().empty()) clients.push_back(merged.back());
  }
  encoder.write_rest_varuint(clients.size());
  for (const auto ranges : clients) write_client(encoder, ranges);
}

template void write_deletes(EncoderV1&, const DeleteRanges&);
template void write_deletes(EncoderV2&, const DeleteRanges&);

}  // namespace weft::update
