// Ids are collected as they come, and brought together when somebody asks.
#include "session/attribution.hpp"

#include <array>
#include <utility>

namespace weft::session {

namespace {

void add_all(IdSet& to, const IdSet& from) {
  for (const auto& [client, ranges] : from.clients()) {
    for (const ClockRange& range : ranges) to.add(client, range.clock, range.length);
  }
}

}  // namespace

Result<void> Attribution::load(ByteView stored) {
  if (stored.empty()) return {};
  auto map = ContentMap::decode(stored);
  if (!map) return std::unexpected(map.error());
  known_ = std::move(*map);
  return {};
}

std::size_t Attribution::number_of(std::string_view user) {
  const auto known = numbers_.find(user);
  if (known != numbers_.end()) return known->second;
  numbers_.emplace(user, users_.size());
  users_.emplace_back(user);
  recent_.emplace_back();
  return users_.size() - 1;
}

void Attribution::add(std::string_view user, ByteView update, Encoding encoding) {
  if (user.empty()) return;
  waiting_.push_back({number_of(user), update.size(), encoding});
  bytes_.insert(bytes_.end(), update.begin(), update.end());
}

void Attribution::digest(std::size_t count) {
  for (; count > 0 && next_ < waiting_.size(); --count, ++next_) {
    const Waiting& each = waiting_[next_];
    const ByteView update = ByteView(bytes_).subspan(next_byte_, each.bytes);
    next_byte_ += each.bytes;
    const auto ids = content_ids_from_update(update, each.encoding);
    if (!ids) continue;  // it came out of the document, or went into it
    add_all(recent_[each.user].inserts, ids->inserts);
    add_all(recent_[each.user].deletes, ids->deletes);
  }
  if (next_ < waiting_.size()) return;
  waiting_.clear();
  bytes_.clear();
  next_ = next_byte_ = 0;
}

const ContentMap& Attribution::map() {
  digest(waiting_.size());
  for (std::size_t i = 0; i < users_.size(); ++i) {
    ContentIds& ids = recent_[i];
    if (ids.inserts.empty() && ids.deletes.empty()) continue;
    ids.inserts.normalize();
    ids.deletes.normalize();
    const ContentIds fresh = exclude_content_ids(ids, content_ids_from_map(known_));
    const Value user(users_[i]);
    const std::array<ContentMap, 2> both = {
        std::move(known_), content_map_from_ids(fresh, {make_attribute("insert", user)},
                                                {make_attribute("delete", user)})};
    known_ = merge_content_maps(both);
    ids = {};
  }
  return known_;
}

Bytes Attribution::encode() {
  const ContentMap& all = map();
  if (all.inserts.empty() && all.deletes.empty()) return {};
  return all.encode();
}

}  // namespace weft::session
