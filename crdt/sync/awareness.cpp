// Awareness in two steps: judge and check every entry of an update, then take what cannot fail.
#include <algorithm>
#include <utility>

#include <weft/awareness.hpp>

#include "encoding/any.hpp"
#include "encoding/reader.hpp"
#include "encoding/utf.hpp"
#include "encoding/writer.hpp"
#include "sync/awareness_state.hpp"

namespace weft {

namespace {

// What a remembered client costs besides its JSON: the node of a map, roughly.
constexpr std::size_t kStateBytes = 112;

bool is_null(std::string_view json) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = json.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return false;
  return json.substr(begin, json.find_last_not_of(kBlanks) + 1 - begin) == "null";
}

void check_json(encoding::Reader& reader, std::string_view json) {
  bool canonical = true;
  if (!encoding::scan_utf8(json).valid) {
    reader.fail(Errc::invalid_utf8);
  } else if (!encoding::scan_json(json, canonical)) {
    reader.fail(Errc::invalid_json);
  }
}

void write_entry(encoding::Writer& writer, ClientId client, std::uint64_t clock,
                 std::string_view json) {
  writer.varuint(client);
  writer.varuint(clock);
  writer.varstring(json.empty() ? std::string_view("null") : json);
}

}  // namespace

Awareness::Verdict Awareness::judge(const Staged& staged, const Entry& entry) const {
  std::uint64_t clock = 0;
  bool known = true;
  bool present = false;
  if (const auto at = staged.find(entry.client); at != staged.end()) {
    clock = at->second.clock;
    present = !at->second.json.empty();
  } else if (const auto old = states_.find(entry.client); old != states_.end()) {
    clock = old->second.clock;
    present = !old->second.json.empty();
  } else {
    known = false;
  }
  const bool gone = entry.json.empty();
  if (entry.clock > clock) return Verdict::counts;
  if (entry.clock < clock || !known) return Verdict::stale;
  if (present) return gone ? Verdict::counts : Verdict::stale;
  return gone || clock == kSafeInteger ? Verdict::stale : Verdict::returns;
}

Result<Awareness::Change> Awareness::apply(ByteView update, std::int64_t now_ms,
                                           const std::function<bool(ClientId)>& may_speak) {
  encoding::Reader reader(update);
  Staged staged;
  bool verbatim = true;
  const std::uint64_t count = reader.varuint();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    Entry entry{.client = reader.varuint(), .clock = reader.varuint(), .json = {}};
    const std::string_view json = as_text(reader.varbytes());
    if (!reader.ok()) break;
    if (!is_null(json)) entry.json = json;
    Verdict verdict = judge(staged, entry);
    if (verdict != Verdict::stale && may_speak && !may_speak(entry.client))
      verdict = Verdict::stale;
    // An empty text is no JSON; here it would pass for null.
    if (verdict != Verdict::stale || json.empty()) check_json(reader, json);
    if (verdict == Verdict::returns) ++entry.clock;
    if (verdict == Verdict::counts && entry.json.empty() && is_own_present(entry.client) &&
        entry.clock < kSafeInteger) {
      ++entry.clock;  // still here
      entry.json = state(entry.client);
      verdict = Verdict::returns;
    }
    if (verdict != Verdict::stale) staged[entry.client] = entry;
    verbatim = verbatim && verdict == Verdict::counts;
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  if (!fits(staged)) return std::unexpected(Error{.code = Errc::too_large});

  Change change;
  if (staged.empty()) return change;
  if (verbatim && staged.size() == count) {
    const ByteView entries = update.first(reader.offset());
    change.update.assign(entries.begin(), entries.end());
  }
  take(staged, now_ms, change);
  return change;
}

bool Awareness::is_own_present(ClientId client) const {
  const auto known = states_.find(client);
  return known != states_.end() && known->second.own && !known->second.json.empty();
}

Result<Awareness::Change> Awareness::set(ClientId client, std::string_view json,
                                         std::int64_t now_ms) {
  encoding::Reader reader(as_bytes(json));
  check_json(reader, json);
  if (!reader.ok()) return std::unexpected(reader.error());
  const auto known = states_.find(client);
  const std::uint64_t clock = known == states_.end() ? 0 : known->second.clock;
  const Staged staged{{client,
                       {.client = client,
                        .clock = std::min(clock + 1, kSafeInteger),
                        .json = is_null(json) ? std::string_view() : json}}};
  if (!fits(staged)) return std::unexpected(Error{.code = Errc::too_large});
  Change change;
  take(staged, now_ms, change);
  states_.at(client).own = true;
  return change;
}

bool Awareness::fits(const Staged& staged) const {
  std::size_t more = 0;
  for (const auto& [client, entry] : staged) {
    const auto known = states_.find(client);
    const std::size_t before = known == states_.end() ? 0 : known->second.json.size();
    if (known == states_.end()) more += kStateBytes;
    more += entry.json.size() - std::min(before, entry.json.size());
  }
  return more <= bytes_max_ - std::min(bytes_, bytes_max_);
}

// Writes the update, unless it is there.
void Awareness::take(const Staged& staged, std::int64_t now_ms, Change& change) {
  if (change.update.empty()) {
    encoding::Writer writer;
    writer.varuint(staged.size());
    for (const auto& [client, entry] : staged) {
      write_entry(writer, client, entry.clock, entry.json);
    }
    change.update = writer.take();
  }
  for (const auto& [client, entry] : staged) {
    const auto [at, added] = states_.try_emplace(client);
    State& state = at->second;
    if (added) bytes_ += kStateBytes;
    const bool present = !state.json.empty();
    state.clock = entry.clock;
    state.seen_ms = now_ms;
    if (entry.json.empty()) {
      if (present) end(client, state, change);
      continue;
    }
    (present ? change.updated : change.added).push_back(client);
    if (present && compares_ && !same_state(state.json, entry.json)) {
      change.filtered_updated.push_back(client);
    }
    present_ += present ? 0 : 1;
    bytes_ += entry.json.size() - state.json.size();
    state.json = std::string(entry.json);
  }
}

void Awareness::end(ClientId client, State& state, Change& change) {
  bytes_ -= state.json.size();
  state.json = std::string();
  --present_;
  change.removed.push_back(client);
}

Result<std::vector<ClientId>> Awareness::clients(ByteView update) {
  encoding::Reader reader(update);
  std::vector<ClientId> named;
  const std::uint64_t count = reader.varuint();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const ClientId client = reader.varuint();
    reader.varuint();
    reader.varbytes();
    if (reader.ok()) named.push_back(client);
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  return named;
}

Awareness::Change Awareness::remove(std::span<const ClientId> clients) {
  Change change;
  for (const ClientId client : clients) {
    const auto known = states_.find(client);
    if (known == states_.end() || known->second.json.empty()) continue;
    if (known->second.own && known->second.clock < kSafeInteger) ++known->second.clock;
    end(client, known->second, change);
  }
  if (!change.removed.empty()) change.update = encode(change.removed);
  return change;
}

Awareness::Change Awareness::expire(std::int64_t now_ms) {
  std::vector<ClientId> silent;
  std::vector<ClientId> renewed;
  for (auto& [client, state] : states_) {
    if (state.json.empty()) continue;
    if (state.own && now_ms - state.seen_ms >= kTimeoutMs / 2 && state.clock < kSafeInteger) {
      ++state.clock;
      state.seen_ms = now_ms;
      renewed.push_back(client);
    } else if (!state.own && now_ms - state.seen_ms >= kTimeoutMs) {
      silent.push_back(client);
    }
  }
  Change change = remove(silent);
  if (!renewed.empty()) {
    silent.insert(silent.end(), renewed.begin(), renewed.end());
    change.update = encode(silent);
    change.updated = std::move(renewed);
  }
  // The clocks of clients that are long gone would pile up.
  const std::size_t forgotten = std::erase_if(states_, [now_ms](const auto& entry) {
    return entry.second.json.empty() && now_ms - entry.second.seen_ms >= kForgetMs;
  });
  bytes_ -= forgotten * kStateBytes;
  return change;
}

Bytes Awareness::encode() const {
  if (present_ == 0) return {};
  encoding::Writer writer;
  writer.varuint(present_);
  for (const auto& [client, state] : states_) {
    if (!state.json.empty()) write_entry(writer, client, state.clock, state.json);
  }
  return writer.take();
}

Bytes Awareness::encode(std::span<const ClientId> clients) const {
  encoding::Writer entries;
  std::uint64_t count = 0;
  for (const ClientId client : clients) {
    const auto known = states_.find(client);
    if (known == states_.end()) continue;
    write_entry(entries, client, known->second.clock, known->second.json);
    ++count;
  }
  encoding::Writer writer(entries.size() + 10);
  writer.varuint(count);
  writer.raw(entries.bytes());
  return writer.take();
}

Bytes Awareness::encode_with_gone() const {
  if (states_.empty()) return {};
  encoding::Writer writer;
  writer.varuint(states_.size());
  for (const auto& [client, state] : states_) {
    write_entry(writer, client, state.clock, state.json);
  }
  return writer.take();
}

std::vector<ClientId> Awareness::present() const {
  std::vector<ClientId> clients;
  for (const auto& [client, state] : states_) {
    if (!state.json.empty()) clients.push_back(client);
  }
  return clients;
}

std::string_view Awareness::state(ClientId client) const {
  const auto known = states_.find(client);
  return known == states_.end() ? std::string_view{} : std::string_view(known->second.json);
}

}  // namespace weft
