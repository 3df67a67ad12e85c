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
  note_change(client);
  auto at = parts_.find({client, begin});
  while (at != parts_.end() && at->first.first == client && at->second.end <= end) {
    at = parts_.erase(at);
  }
  if (at == parts_.end() || at->first.first != client || at->first.second >= end) return;
  auto node = parts_.extract(at);
  node.key().second = end;
  node.mapped().cut = true;
  node.mapped().single.reset();
  parts_.insert(std::move(node));
}

void PendingStructs::add(const Row& row, const Causes& causes, Bytes update,
                         std::optional<Record> single) {
  parts_.emplace(Key{row.client, row.begin},
                 Part{row.end, row.starts_gc, false, row.id, causes, std::move(update), single});
  add_run(row);
  note_change(row.client);
}

void PendingStructs::note_change(ClientIx client) {
  if (changed_.empty() || changed_.back() != client) changed_.push_back(client);
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
  std::map<ClientIx, std::uint32_t> missing = missing_;
  graph_.add_missing(missing);
  std::vector<DenseId> ids;
  ids.reserve(missing.size());
  for (const auto& [client, clock] : missing) ids.push_back({client, clock});
  return ids;
}

void PendingStructs::note(ClientIx client, std::uint32_t state) {
  const auto at = missing_.find(client);
  if (at != missing_.end() && at->second < state) may_go_on_ = true;
  if (graph_.advance(client, state)) may_go_on_ = true;
}

std::vector<PendingStructs::Ready> PendingStructs::take_ready(const store::ClientTable& clients,
                                                              const ReadCauses& read) {
  ways_.clear();
  open_ = std::exchange(changed_, {});
  for (const ClientIx client : graph_.take_advanced()) {
    const std::uint32_t state = clients[client].structs.state();
    graph_.settle(client, state);
    if (graph_.waits(client)) open_.push_back(client);
    graph_.release(client, state, open_);
  }
  try_all(clients, read);
  std::vector<Ready> taken;
  std::size_t going_on = 0;
  for (const auto& [client, way] : ways_) {
    const std::size_t before = taken.size();
    take_way(client, way, taken);
    if (taken.size() > before) ++going_on;
  }
  waiting_.clear();
  if (going_on > 1) add_waiting();
  return taken;
}

void PendingStructs::settle(const store::ClientTable& clients, const ReadCauses& read) {
  const auto state = [&](ClientIx client) { return clients[client].structs.state(); };
  for (const ClientIx client : graph_.take_advanced()) graph_.settle(client, state(client));
  // A part may have been no more than its first struct: then others went too far.
  open_ = std::exchange(changed_, {});
  if (!open_.empty()) {
    for (const auto& [client, way] : ways_) open_.push_back(client);
  }
  std::map<ClientIx, Way> tried = std::exchange(ways_, {});
  try_all(clients, read);
  for (const auto& [client, way] : ways_) {
    if (way.next != first_of(client)) changed_.push_back(client);
  }
  tried.merge(ways_);
  for (const auto& [client, way] : tried) graph_.settle(client, state(client));
  missing_.clear();
  may_go_on_ = false;
}

std::uint32_t PendingStructs::known(ClientIx client, const store::ClientTable& clients) const {
  const auto at = ways_.find(client);
  return at != ways_.end() ? at->second.known : clients[client].structs.state();
}

void PendingStructs::try_all(const store::ClientTable& clients, const ReadCauses& read) {
  while (!open_.empty()) {
    const ClientIx client = open_.back();
    open_.pop_back();
    try_client(client, clients, read);
  }
}

// Lets a client's parts go on as far as they can, and has those tried that waited for them.
void PendingStructs::try_client(ClientIx client, const store::ClientTable& clients,
                                const ReadCauses& read) {
  graph_.remove(client);
  const std::uint32_t state = clients[client].structs.state();
  Way& way = ways_.try_emplace(client, Way{state, first_of(client)}).first->second;
  const std::uint32_t before = way.known;
  DenseId lack;
  for (; way.next != parts_.end() && way.next->first.first == client; ++way.next) {
    lack = lack_of(client, way, clients, read);
    if (lack.exists()) break;
    way.known = std::max(way.known, way.next->second.end);
  }
  if (lack.exists()) {
    graph_.add(client, clients[client].id, lack, clients[lack.client].structs.state());
  }
  if (way.known > before) graph_.release(client, way.known, open_);
}

// What the next part lacks first, in the order of Item.getMissing.
DenseId PendingStructs::lack_of(ClientIx client, const Way& way, const store::ClientTable& clients,
                                const ReadCauses& read) {
  const std::uint32_t begin = way.next->first.second;
  Part& part = way.next->second;
  if (begin > way.known) return {client, begin - 1};
  if (part.cut) {
    part.update = without_front(begin, part);
    part.causes = read(part.update);
    part.cut = false;
  }
  for (const DenseId id : {part.causes.origin, part.causes.right_origin, part.causes.parent}) {
    if (id.exists() && id.clock >= known(id.client, clients)) return id;
  }
  return {};
}

void PendingStructs::take_way(ClientIx client, const Way& way, std::vector<Ready>& taken) {
  for (auto at = first_of(client); at != way.next;) {
    Part& part = at->second;
    taken.push_back({client, std::move(part.update), part.single});
    if (std::next(at) == way.next) forget_runs(part.id, part.end);
    at = parts_.erase(at);
  }
}

// Clients that were not tried can do nothing but have one tried before its turn. So each way
// through them is as long as one step.
void PendingStructs::add_waiting() {
  const auto tried = [this](ClientIx client) { return ways_.contains(client); };
  for (const auto& [client, way] : ways_) {
    if (const auto first = graph_.highest_behind(client, tried)) {
      const auto& [key, part] = *first_of(first->client);
      waiting_.push_back(
          {first->client, key.second, {{client, first->clock}, DenseId{}, DenseId{}}});
    }
    if (!graph_.waits(client)) continue;
    const auto& [key, part] = *way.next;
    Causes causes = part.causes;
    const ClientIx cause = graph_.lack(client).client;
    if (!tried(cause)) {
      if (const auto before = graph_.first_before(cause, tried)) {
        for (DenseId* id : {&causes.origin, &causes.right_origin, &causes.parent}) {
          if (id->client == cause) *id = {before->client, before->clock};
        }
      }
    }
    waiting_.push_back({client, key.second, causes});
  }
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
