// State vectors. Source: Yjs encoding.js (writeStateVector, readStateVector).
#include <algorithm>
#include <functional>
#include <map>

#include <weft/state_vector.hpp>

#include "encoding/reader.hpp"
#include "encoding/writer.hpp"

namespace weft {

namespace {

bool before(const StateVector::Entry& entry, ClientId client) { return entry.first > client; }

void keep_last_of_each(std::vector<StateVector::Entry>& entries) {
  std::map<ClientId, Clock, std::greater<>> by_client;
  for (const auto& [client, clock] : entries) by_client[client] = clock;
  entries.assign(by_client.begin(), by_client.end());
}

}  // namespace

Clock StateVector::get(ClientId client) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), client, before);
  return at != entries_.end() && at->first == client ? at->second : 0;
}

void StateVector::set(ClientId client, Clock clock) {
  if (entries_.empty() || entries_.back().first > client) {
    entries_.emplace_back(client, clock);
    return;
  }
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), client, before);
  if (at->first == client) {
    at->second = clock;
  } else {
    entries_.emplace(at, client, clock);
  }
}

Bytes StateVector::encode() const {
  encoding::Writer out(entries_.size() * 6 + 5);
  out.varuint(entries_.size());
  for (const auto& [client, clock] : entries_) {
    out.varuint(client);
    out.varuint(clock);
  }
  return out.take();
}

Result<StateVector> StateVector::decode(ByteView bytes) {
  encoding::Reader in(bytes);
  const std::uint64_t count = in.varuint();
  if (count > in.remaining() / 2) in.fail(Errc::unexpected_end);
  StateVector result;
  auto& entries = result.entries_;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const ClientId client = in.varuint();
    entries.emplace_back(client, in.varuint());
  }
  if (!in.ok()) return std::unexpected(in.error());
  const auto descending = [](const Entry& a, const Entry& b) { return a.first > b.first; };
  if (std::adjacent_find(entries.begin(), entries.end(), std::not_fn(descending)) !=
      entries.end()) {
    keep_last_of_each(entries);
  }
  return result;
}

}  // namespace weft
