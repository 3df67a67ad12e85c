// Writing and reading entries.
#include "persistence/journal/segment.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <xxhash.h>

#include "persistence/record.hpp"

namespace weft::persistence::journal {

namespace {

constexpr std::string_view kMagic = "WEFTLOG1";
constexpr std::size_t kChecksumBytes = 4;
constexpr std::uint64_t kNamesStream = 0;
constexpr std::uint64_t kFirstUpdate = 1;
constexpr std::size_t kSharedBytesMax = 64;
/// How many lost updates in a row the search for a sequence tries.
constexpr std::uint64_t kGapMax = 16;

std::uint32_t checksum(ByteView bytes, std::array<std::uint64_t, 3> about) {
  const std::uint64_t seed = XXH3_64bits(about.data(), sizeof(about));
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed));
}

void put_fixed(std::uint64_t value, std::size_t count, Bytes& out) {
  for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

std::uint64_t fixed(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

void put_number(std::uint64_t value, Bytes& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

void put_bytes(ByteView bytes, Bytes& out) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void put_entry(ByteView body, std::uint32_t sum, Bytes& out) {
  put_number(body.size(), out);
  put_bytes(body, out);
  put_fixed(sum, kChecksumBytes, out);
}

// False: `from` ends first, or the number has more than 64 bits.
bool take_number(ByteView& from, std::uint64_t& value) {
  value = 0;
  for (std::size_t i = 0; i < from.size() && i < 10; ++i) {
    const std::uint64_t bits = from[i] & 0x7fU;
    if (i == 9 && bits > 1) return false;
    value |= bits << (7 * i);
    if (from[i] < 0x80) {
      from = from.subspan(i + 1);
      return true;
    }
  }
  return false;
}

Bytes head_of(ByteView update) {
  update = update.first(std::min(update.size(), kSharedBytesMax));
  return {update.begin(), update.end()};
}

}  // namespace

// --- Writing -----------------------------------------------------------------------------------

Bytes SegmentEncoder::header(std::uint64_t number, std::uint64_t previous_bytes) {
  Bytes out(kMagic.begin(), kMagic.end());
  put_fixed(number, 8, out);
  put_fixed(previous_bytes, 8, out);
  put_fixed(checksum(out, {}), kChecksumBytes, out);
  return out;
}

SegmentEncoder::Stream& SegmentEncoder::stream_of(std::int64_t document, const StoredUpdate& update,
                                                  std::uint64_t place, Bytes& out) {
  Stream& stream =
      streams_[{document, update.encoding, std::string(update.user), std::string(update.session)}];
  // Times in a stream ascend: when the clock is set back, another one begins.
  if (!stream.head.empty() && update.created_at_ms >= stream.last_ms) return stream;
  stream = {stream_count_++, update.created_at_ms, {}};
  body_.clear();
  put_number(kNamesStream, body_);
  put_number(stream.number, body_);
  put_number(static_cast<std::uint64_t>(document), body_);
  put_number(update.sequence, body_);
  body_.push_back(static_cast<std::uint8_t>(encoding_number(update.encoding)));
  put_number(static_cast<std::uint64_t>(update.created_at_ms), body_);
  put_number(update.user.size(), body_);
  put_bytes(as_bytes(update.user), body_);
  put_bytes(as_bytes(update.session), body_);
  for (int copy = 0; copy < 2; ++copy) {
    const std::uint64_t at = place + out.size();
    put_entry(body_, checksum(body_, {number_, at, 0}), out);
  }
  return stream;
}

void SegmentEncoder::add(std::int64_t document, const StoredUpdate& update, bool starts_group,
                         std::uint64_t place, Bytes& out) {
  Stream& stream = stream_of(document, update, place, out);
  const std::uint64_t at = place + out.size();
  const std::uint64_t kind = kFirstUpdate + 2 * stream.number + (starts_group ? 1 : 0);
  const auto later_ms = static_cast<std::uint64_t>(update.created_at_ms - stream.last_ms);
  const auto differ = std::ranges::mismatch(update.bytes, stream.head).in1;
  const auto shared = static_cast<std::uint64_t>(differ - update.bytes.begin());
  body_.clear();
  put_number(kind, body_);
  put_number(later_ms, body_);
  put_number(shared, body_);
  put_bytes(update.bytes.subspan(shared), body_);
  put_entry(body_, checksum(body_, {number_, at, update.sequence}), out);
  stream.last_ms = update.created_at_ms;
  stream.head = head_of(update.bytes);
}

// --- Reading -----------------------------------------------------------------------------------

SegmentScan::SegmentScan(ByteView bytes) : bytes_(bytes) {
  if (bytes.size() < kHeaderBytes) return;
  if (as_text(bytes.first(kMagic.size())) != kMagic) return;
  number_ = fixed(bytes.subspan(8, 8));
  previous_bytes_ = fixed(bytes.subspan(16, 8));
  valid_ = checksum(bytes.first(24), {}) == fixed(bytes.subspan(24, kChecksumBytes));
  at_ = valid_ ? kHeaderBytes : 0;
}

std::optional<SegmentUpdate> SegmentScan::next() {
  if (behind_damage_) return std::exchange(behind_damage_, std::nullopt);
  while (valid_ && at_ < bytes_.size()) {
    SegmentUpdate found;
    switch (read(found)) {
      case Found::update:
        return found;
      case Found::nothing:
        return skip_damage();
      case Found::stream:
        break;
    }
  }
  return std::nullopt;
}

std::optional<SegmentScan::Entry> SegmentScan::entry_at(std::uint64_t place) const {
  ByteView rest = bytes_.subspan(place);
  std::uint64_t size = 0;
  if (!take_number(rest, size) || rest.size() < kChecksumBytes ||
      size > rest.size() - kChecksumBytes)
    return std::nullopt;
  return Entry{rest.first(size),
               static_cast<std::uint32_t>(fixed(rest.subspan(size, kChecksumBytes))),
               bytes_.size() - rest.size() + size + kChecksumBytes};
}

// Goes behind the entry only where there is a whole one.
SegmentScan::Found SegmentScan::read(SegmentUpdate& found) {
  const auto entry = entry_at(at_);
  if (!entry) return Found::nothing;
  const bool names = !entry->body.empty() && entry->body[0] == kNamesStream;
  if (names ? !read_stream(entry->body, entry->sum) : !read_update(entry->body, entry->sum, found))
    return Found::nothing;
  at_ = entry->end;
  return names ? Found::stream : Found::update;
}

// Lengths may be what is damaged, so every byte may be where the next entry begins.
SegmentUpdate SegmentScan::skip_damage() {
  SegmentUpdate lost;
  lost.damaged = true;
  if (const auto entry = entry_at(at_)) {
    ByteView body = entry->body;
    std::uint64_t kind = 0;
    lost.names = take_number(body, kind) && kind == kNamesStream;
    if (kind >= kFirstUpdate && (kind - kFirstUpdate) / 2 < streams_.size()) {
      lost.document = streams_[(kind - kFirstUpdate) / 2].document;
      lost.update.sequence = next_.at(lost.document);
    }
  }
  damaged_ = true;
  while (++at_ < bytes_.size()) {
    SegmentUpdate found;
    const Found kind = read(found);
    if (kind == Found::update) behind_damage_ = found;
    if (kind != Found::nothing) break;
  }
  return lost;
}

bool SegmentScan::read_stream(ByteView body, std::uint32_t sum) {
  const ByteView whole = body;
  body = body.subspan(1);
  std::uint64_t number = 0;
  std::uint64_t id = 0;
  std::uint64_t next = 0;
  if (!take_number(body, number) || number > streams_.size() || !take_number(body, id) ||
      !take_number(body, next) || body.empty())
    return false;
  const std::uint8_t encoding = body[0];
  body = body.subspan(1);
  std::uint64_t at_ms = 0;
  std::uint64_t user_bytes = 0;
  if (encoding < 1 || encoding > 2 || !take_number(body, at_ms) || !take_number(body, user_bytes) ||
      user_bytes > body.size() || checksum(whole, {number_, at_, 0}) != sum)
    return false;
  if (number < streams_.size()) return true;  // the copy
  const auto document = static_cast<std::int64_t>(id);
  streams_.push_back({document,
                      encoding == 1 ? Encoding::v1 : Encoding::v2,
                      static_cast<std::int64_t>(at_ms),
                      as_text(body.first(user_bytes)),
                      as_text(body.subspan(user_bytes)),
                      {},
                      true});
  next_.try_emplace(document, next);
  return true;
}

bool SegmentScan::read_update(ByteView body, std::uint32_t sum, SegmentUpdate& found) {
  const ByteView whole = body;
  std::uint64_t kind = 0;
  if (!take_number(body, kind) || kind < kFirstUpdate ||
      (kind - kFirstUpdate) / 2 >= streams_.size())
    return false;
  Stream& stream = streams_[(kind - kFirstUpdate) / 2];
  std::uint64_t later_ms = 0;
  std::uint64_t shared = 0;
  if (!take_number(body, later_ms) || !take_number(body, shared) || shared > kSharedBytesMax)
    return false;
  const auto lost = lost_before(stream, whole, sum);
  if (!lost) return false;
  Sequence& next = next_.at(stream.document);
  // What it shares with an update that is lost is lost, too; other documents have lost nothing.
  if (*lost > 0) {
    for (Stream& each : streams_) each.whole = each.whole && each.document != stream.document;
  }
  next += *lost + 1;
  stream.last_ms += static_cast<std::int64_t>(later_ms);
  found.document = stream.document;
  found.starts_group = (kind - kFirstUpdate) % 2 == 1;
  found.update.sequence = next - 1;
  found.entry_whole = true;
  found.damaged = shared > 0 && (!stream.whole || shared > stream.head.size());
  if (found.damaged) return true;
  update_.assign(stream.head.begin(), stream.head.begin() + static_cast<std::ptrdiff_t>(shared));
  put_bytes(body, update_);
  stream.head = head_of(update_);
  stream.whole = true;
  found.update = {next - 1, update_, stream.encoding, stream.user, stream.session, stream.last_ms};
  return true;
}

// How many updates of the stream's document stood in the damage before this one. Nothing: it is not
// whole itself.
std::optional<Sequence> SegmentScan::lost_before(const Stream& stream, ByteView body,
                                                 std::uint32_t sum) const {
  const Sequence next = next_.at(stream.document);
  for (Sequence lost = 0; lost <= (damaged_ ? kGapMax : 0); ++lost) {
    if (checksum(body, {number_, at_, next + lost}) == sum) return lost;
  }
  return std::nullopt;
}

std::vector<std::int64_t> SegmentScan::documents() const {
  std::vector<std::int64_t> ids;
  ids.reserve(next_.size());
  for (const auto& [id, next] : next_) ids.push_back(id);
  return ids;
}

}  // namespace weft::persistence::journal
