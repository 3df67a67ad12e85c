#include <utility>

#include <weft/awareness.hpp>

#include "encoding/any.hpp"
#include "encoding/reader.hpp"
#include "encoding/utf.hpp"
#include "encoding/writer.hpp"

namespace weft {

Result<std::vector<Awareness::Entry>> Awareness::decode(ByteView update) {
  encoding::Reader reader(update);
  std::vector<Entry> entries;
  const std::uint64_t count = reader.varuint();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    Entry entry{};
    entry.client = reader.varuint();
    entry.clock = reader.varuint();
    entry.json = as_text(reader.varbytes());
    bool canonical = true;
    if (!encoding::scan_utf8(entry.json).valid) {
      reader.fail(Errc::invalid_utf8);
    } else if (reader.ok() && !encoding::scan_json(entry.json, canonical)) {
      reader.fail(Errc::invalid_json);
    }
    if (entry.json == "null") entry.json = {};
    if (reader.ok()) entries.push_back(entry);
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  return entries;
}

Bytes Awareness::encode(std::span<const Entry> entries) {
  if (entries.empty()) return {};
  encoding::Writer writer;
  writer.varuint(entries.size());
  for (const Entry& entry : entries) {
    writer.varuint(entry.client);
    writer.varuint(entry.clock);
    writer.varstring(entry.json.empty() ? std::string_view("null") : entry.json);
  }
  return writer.take();
}

Result<Awareness::Change> Awareness::apply(ByteView update, std::int64_t now_ms) {
  auto entries = decode(update);
  if (!entries) return std::unexpected(entries.error());
  Change change;
  std::vector<Entry> accepted;
  for (Entry& entry : *entries) {
    const auto known = states_.find(entry.client);
    const std::uint64_t clock = known == states_.end() ? 0 : known->second.clock;
    const bool present = known != states_.end() && !known->second.json.empty();
    const bool gone = entry.json.empty();
    const bool returns =
        known != states_.end() && !present && !gone && clock == entry.clock && clock < kSafeInteger;
    if (returns) ++entry.clock;
    if (!(clock < entry.clock) && !(clock == entry.clock && gone && present)) continue;
    State& state = states_[entry.client];
    if (!present && !gone) {
      change.added.push_back(entry.client);
      ++present_;
    } else if (present && gone) {
      change.removed.push_back(entry.client);
      --present_;
    } else if (present) {
      change.updated.push_back(entry.client);
    }
    state = {.clock = entry.clock, .json = std::string(entry.json), .seen_ms = now_ms};
    accepted.push_back(entry);
  }
  change.update = encode(accepted);
  return change;
}

Awareness::Change Awareness::remove(std::span<const ClientId> clients) {
  Change change;
  std::vector<Entry> ended;
  for (const ClientId client : clients) {
    const auto known = states_.find(client);
    if (known == states_.end() || known->second.json.empty()) continue;
    known->second.json.clear();
    --present_;
    change.removed.push_back(client);
    ended.push_back({.client = client, .clock = known->second.clock, .json = {}});
  }
  change.update = encode(ended);
  return change;
}

Awareness::Change Awareness::expire(std::int64_t now_ms) {
  std::vector<ClientId> silent;
  for (const auto& [client, state] : states_) {
    if (!state.json.empty() && now_ms - state.seen_ms >= kTimeoutMs) silent.push_back(client);
  }
  // Clocks of clients that are long gone would pile up: they are forgotten after ten timeouts.
  std::erase_if(states_, [now_ms](const auto& entry) {
    return entry.second.json.empty() && now_ms - entry.second.seen_ms >= 10 * kTimeoutMs;
  });
  return remove(silent);
}

Bytes Awareness::encode() const {
  std::vector<Entry> entries;
  for (const auto& [client, state] : states_) {
    if (!state.json.empty()) {
      entries.push_back({.client = client, .clock = state.clock, .json = state.json});
    }
  }
  return encode(entries);
}

std::string_view Awareness::state(ClientId client) const {
  const auto known = states_.find(client);
  return known == states_.end() ? std::string_view{} : std::string_view(known->second.json);
}

}  // namespace weft
