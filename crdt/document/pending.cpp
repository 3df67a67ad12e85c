#include "document/pending.hpp"

#include <algorithm>
#include <cassert>

#include <weft/state_vector.hpp>
#include <weft/update.hpp>

namespace weft::document {

PendingStructs::Meeting PendingStructs::meeting(const Row& row) const {
  auto run = runs_.lower_bound({row.id, row.end});
  if (run == runs_.begin()) return {};
  --run;
  if (run->first.first != row.id || run->second <= row.begin) return {};
  return {true, run->first.second <= row.begin && run->second >= row.end};
}

bool PendingStructs::starts_gc(const Row& row, std::uint32_t begin) const {
  return parts_.at({row.client, begin}).starts_gc;
}

// Yjs merges what is pending and the rest of an update by two readers. The one whose next struct
// comes first leads: it passes over what has been written and writes on to its next hole. Where
// both stand at one clock, the one that led last leads again, or the other if one of the two is GC.
bool PendingStructs::make_room(std::span<Row> rows) {
  bool news = false;
  bool overlap = false;
  for (const Row& row : rows) {
    const Meeting found = meeting(row);
    overlap |= found.overlap;
    news |= !found.covered;
  }
  if (!overlap) return news;
  bool rest_leads = false;
  ClientId above = kSafeInteger + 1;
  for (std::size_t begin = 0; begin < rows.size();) {
    const ClientId id = rows[begin].id;
    std::size_t end = begin;
    while (end < rows.size() && rows[end].id == id) ++end;
    const auto between = runs_.upper_bound({id, store::kNoIndex});
    if (between != runs_.end() && between->first.first < above) rest_leads = false;
    rest_leads = merge_client(rows.subspan(begin, end - begin), rest_leads);
    above = id;
    begin = end;
  }
  return news;
}

// `rest_leads` says who led last, before and after.
bool PendingStructs::merge_client(std::span<Row> rows, bool rest_leads) {
  const ClientId id = rows.front().id;
  const ClientIx client = rows.front().client;
  std::uint32_t written = 0;
  auto row = rows.begin();
  auto run = runs_.lower_bound({id, 0});
  const auto begin = [&] {
    return run != runs_.end() && run->first.first == id ? run->first.second : store::kNoIndex;
  };
  while (row != rows.end() || begin() != store::kNoIndex) {
    if (row == rows.end()) {
      rest_leads = false;
    } else if (row->begin != begin()) {
      rest_leads = row->begin < begin();
    } else if (starts_gc(*row, begin()) != row->starts_gc) {
      rest_leads = !rest_leads;
    }
    bool passed = false;
    if (rest_leads) {
      for (; row != rows.end() && row->end <= written; ++row, passed = true) row->begin = row->end;
      if (row == rows.end() || (passed && row->begin > written)) continue;
      row->begin = std::max(row->begin, written);
      written = row++->end;
      continue;
    }
    for (; begin() != store::kNoIndex && run->second <= written; ++run, passed = true) {
      cut(client, begin(), run->second);
    }
    if (begin() == store::kNoIndex || (passed && begin() > written)) continue;
    if (begin() < written) {
      cut(client, begin(), written);
    } else if (row == rows.end()) {
      return rest_leads;  // the others stay as they are
    } else if (begin() < row->begin) {
      run = std::prev(runs_.lower_bound({id, row->begin}));
    }
    written = run++->second;
  }
  return rest_leads;
}

// Takes away what parts hold from `begin`, where one begins, to `end`.
void PendingStructs::cut(ClientIx client, std::uint32_t begin, std::uint32_t end) {
  auto at = parts_.find({client, begin});
  while (at != parts_.end() && at->first.first == client && at->second.end <= end) {
    at = parts_.erase(at);
  }
  if (at == parts_.end() || at->first.first != client || at->first.second >= end) return;
  auto node = parts_.extract(at);
  node.key().second = end;
  node.mapped().cut = true;
  node.mapped().causes = {};  // they show when it is read
  node.mapped().single.reset();
  parts_.insert(std::move(node));
}

void PendingStructs::add(const Row& row, const Causes& causes, Bytes update,
                         std::optional<Record> single) {
  parts_.emplace(Key{row.client, row.begin},
                 Part{row.end, row.starts_gc, false, row.id, causes, std::move(update), single});
  add_run(row);
}

void PendingStructs::add_run(const Row& row) {
  const auto same_client = [&](Runs::iterator run) {
    return run != runs_.end() && run->first.first == row.id;
  };
  auto next = runs_.upper_bound({row.id, row.begin});
  if (next != runs_.begin() && same_client(std::prev(next)) &&
      std::prev(next)->second >= row.begin) {
    --next;
    next->second = std::max(next->second, row.end);
  } else if (same_client(next) && next->first.second <= row.end) {
    auto node = runs_.extract(next);
    node.key().second = row.begin;
    next = runs_.insert(std::move(node)).position;
    next->second = std::max(next->second, row.end);
  } else {
    runs_.emplace_hint(next, std::pair(row.id, row.begin), row.end);
    return;
  }
  for (auto other = std::next(next); same_client(other) && other->first.second <= next->second;) {
    next->second = std::max(next->second, other->second);
    other = runs_.erase(other);
  }
}

// Parts are taken from a client's first on.
void PendingStructs::forget_runs(ClientId id, std::uint32_t end) {
  auto at = runs_.lower_bound({id, 0});
  while (at != runs_.end() && at->first.first == id && at->first.second < end) {
    const std::uint32_t run_end = at->second;
    at = runs_.erase(at);
    if (run_end > end) {
      runs_.emplace_hint(at, std::pair(id, end), run_end);
      return;
    }
  }
}

Bytes PendingStructs::without_front(std::uint32_t begin, const Part& part) {
  StateVector since;
  since.set(part.id, begin);
  return diff_update(part.update, since).value();
}

void PendingStructs::wait_for(DenseId missing) {
  const auto [at, added] = missing_.try_emplace(missing.client, missing.clock);
  if (!added) at->second = std::min(at->second, missing.clock);
}

std::vector<DenseId> PendingStructs::missing() const {
  std::vector<DenseId> ids;
  ids.reserve(missing_.size());
  for (const auto& [client, clock] : missing_) ids.push_back({client, clock});
  return ids;
}

void PendingStructs::note(ClientIx client, std::uint32_t state) {
  const auto at = missing_.find(client);
  if (at != missing_.end() && at->second < state) may_go_on_ = true;
}

std::vector<PendingStructs::Ready> PendingStructs::take_ready(const store::ClientTable& clients) {
  missing_.clear();
  may_go_on_ = false;
  waiting_.clear();
  find_ways(clients);
  for (std::size_t i = 0; i < ways_.size(); ++i) go(i, clients);
  std::vector<Ready> taken;
  auto at = parts_.begin();
  for (const Way& way : ways_) {
    const ClientId id = clients[way.client].id;
    while (at != way.next) {
      Part& part = at->second;
      taken.push_back({way.client,
                       part.cut ? without_front(at->first.second, part) : std::move(part.update),
                       part.single});
      if (std::next(at) == way.next) forget_runs(id, part.end);
      at = parts_.erase(at);
    }
    if (at == parts_.end()) break;
    if (at->first.first != way.client) continue;
    waiting_.push_back({way.client, at->first.second, at->second.causes});
    at = parts_.lower_bound({way.client + 1, 0});
  }
  return taken;
}

void PendingStructs::find_ways(const store::ClientTable& clients) {
  ways_.clear();
  for (auto at = parts_.begin(); at != parts_.end();) {
    const ClientIx client = at->first.first;
    ways_.push_back({client, clients[client].structs.state(), at});
    at = parts_.lower_bound({client + 1, 0});
  }
}

PendingStructs::Way* PendingStructs::way_of(ClientIx client) {
  const auto at = std::ranges::lower_bound(ways_, client, {}, &Way::client);
  return at == ways_.end() || at->client != client ? nullptr : &*at;
}

// Lets a client's parts go on as far as they can, and those of others as far as that needs.
void PendingStructs::go(std::size_t way, const store::ClientTable& clients) {
  path_.push_back(way);
  while (!path_.empty()) {
    Way& own = ways_[path_.back()];
    own.on_path = true;
    if (own.stuck || own.next == parts_.end() || own.next->first.first != own.client) {
      if (path_.size() > 1) return give_up();
      path_.pop_back();
      continue;
    }
    const Part& part = own.next->second;
    if (own.next->first.second > own.known) return give_up();
    if (const ClientIx cause = missing_cause(part.causes, clients); cause != store::kNoClient) {
      const Way* other = way_of(cause);
      if (other == nullptr || other->on_path) return give_up();
      path_.push_back(static_cast<std::size_t>(other - ways_.data()));
      continue;
    }
    own.known = std::max(own.known, part.end);
    ++own.next;
    if (path_.size() == 1) continue;
    own.on_path = false;
    path_.pop_back();
  }
}

// What lacks a cause, and all that waits for it.
void PendingStructs::give_up() {
  for (const std::size_t way : path_) ways_[way].stuck = true;
  path_.clear();
}

ClientIx PendingStructs::missing_cause(const Causes& causes, const store::ClientTable& clients) {
  for (const DenseId id : {causes.origin, causes.right_origin, causes.parent}) {
    if (!id.exists()) continue;
    const Way* way = way_of(id.client);
    if (id.clock >= (way != nullptr ? way->known : clients[id.client].structs.state())) {
      return id.client;
    }
  }
  return store::kNoClient;
}

Bytes PendingStructs::merged() const {
  std::vector<Bytes> cut;
  std::vector<ByteView> updates;
  updates.reserve(parts_.size());
  cut.reserve(parts_.size());
  for (const auto& [key, part] : parts_) {
    updates.emplace_back(part.cut ? cut.emplace_back(without_front(key.second, part))
                                  : part.update);
  }
  return merge_updates(updates).value();
}

}  // namespace weft::document
