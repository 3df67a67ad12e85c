#include "document/pending.hpp"

#include <algorithm>
#include <cassert>

#include <weft/update.hpp>

namespace weft::document {

// The first part that ends behind `key`'s clock, or the end of the client's.
PendingStructs::Parts::iterator PendingStructs::first_behind(Key key) {
  auto at = parts_.upper_bound(key);
  if (at == parts_.begin()) return at;
  const auto before = std::prev(at);
  return before->first.first == key.first && before->second.end > key.second ? before : at;
}

bool PendingStructs::covers(const Row& row) {
  std::uint32_t clock = row.begin;
  for (auto at = first_behind({row.client, clock}); clock < row.end; ++at) {
    if (at == parts_.end() || at->first.first != row.client || at->first.second > clock) {
      return false;
    }
    clock = at->second.end;
  }
  return true;
}

void PendingStructs::insert(const Row& row, Wait wait, Bytes update) {
  const auto at =
      parts_.emplace(Key{row.client, row.begin}, Part{row.end, wait, std::move(update)});
  waiting_.insert(waiting_key(*at.first));
}

PendingStructs::Parts::iterator PendingStructs::erase(Parts::iterator part) {
  waiting_.erase(waiting_key(*part));
  return parts_.erase(part);
}

bool PendingStructs::add(const Row& row, Wait wait, Bytes update) {
  const auto overlaps = [&](Parts::iterator at) {
    return at != parts_.end() && at->first.first == row.client && at->first.second < row.end;
  };
  auto at = first_behind({row.client, row.begin});
  if (!overlaps(at)) {
    insert(row, wait, std::move(update));
    return true;
  }
  if (covers(row)) return false;
  Row all = row;
  std::vector<Bytes> updates;
  while (overlaps(at)) {
    if (at->first.second <= all.begin) {
      all.begin = at->first.second;
      wait = at->second.wait;
    }
    all.end = std::max(all.end, at->second.end);
    updates.push_back(std::move(at->second.update));
    at = erase(at);
  }
  updates.push_back(std::move(update));
  auto merged = merge_updates(std::vector<ByteView>(updates.begin(), updates.end()));
  assert(merged);
  if (merged) insert(all, wait, std::move(*merged));
  return true;
}

std::optional<Bytes> PendingStructs::take_ready(std::vector<Known> known) {
  std::vector<Bytes> taken;
  while (!known.empty()) {
    const auto [client, end] = known.back();
    const auto ready = waiting_.lower_bound({{client, 0}, {0, 0}});
    if (ready == waiting_.end() || ready->first.first != client || ready->first.second >= end) {
      known.pop_back();
      continue;
    }
    const auto part = parts_.find(ready->second);
    assert(part != parts_.end());
    taken.push_back(std::move(part->second.update));
    known.push_back({part->first.first, part->second.end});
    erase(part);
  }
  if (taken.empty()) return std::nullopt;
  if (taken.size() == 1) return std::move(taken.front());
  return merge_updates(std::vector<ByteView>(taken.begin(), taken.end())).value();
}

Bytes PendingStructs::merged() const {
  std::vector<ByteView> updates;
  updates.reserve(parts_.size());
  for (const auto& [key, part] : parts_) updates.emplace_back(part.update);
  return merge_updates(updates).value();
}

}  // namespace weft::document
