// Arbitrary bytes to everything that decodes a small thing: values, JSON text, deltas, state
// vectors, id sets and maps, snapshots, relative positions, sync messages, awareness. What is
// accepted and written again reads as the same, and is written the same a second time.
//
// Input: a byte that chooses the decoder, then its bytes.
//
// Reaches: crdt/encoding/any.cpp crdt/encoding/json.cpp crdt/encoding/value.cpp
// Reaches: crdt/sync/awareness.cpp crdt/sync/messages.cpp crdt/update/id_map_io.cpp
// Reaches: crdt/history/relative_position_form.cpp crdt/types/delta.cpp
#include <optional>
#include <string>

#include <weft/awareness.hpp>
#include <weft/content.hpp>
#include <weft/content_ids.hpp>
#include <weft/id_map.hpp>
#include <weft/relative_position.hpp>
#include <weft/snapshot.hpp>
#include <weft/state_vector.hpp>
#include <weft/sync.hpp>
#include <weft/value.hpp>

#include "input.hpp"
#include "target.hpp"

namespace {

using namespace weft;

// `decode` and `encode` of one thing. The first writing is canonical.
template <typename Decode, typename Encode>
void round_trip(ByteView bytes, const Decode& decode, const Encode& encode) {
  const auto thing = decode(bytes);
  if (!thing) return;
  const auto written = encode(*thing);
  const auto again = decode(written);
  WEFT_PROMISE(again.has_value());
  WEFT_PROMISE(encode(*again) == written);
}

void json(ByteView bytes) {
  round_trip(
      bytes, [](const auto& text) { return Value::from_json(as_text(text)); },
      [](const Value& value) {
        const std::string text = value.to_json();
        return Bytes(text.begin(), text.end());
      });
}

void delta(ByteView bytes) {
  const auto first = Delta::from_json(as_text(bytes));
  if (!first) return;
  const auto again = Delta::from_value(first->to_value());
  WEFT_PROMISE(again.has_value());
  WEFT_PROMISE(*again == *first);
}

void messages(ByteView frame) {
  std::size_t body_bytes = 0;
  for (sync::MessageReader reader(frame); !reader.done();) {
    const auto message = reader.next();
    if (!message) return;
    body_bytes += message->body.size();
    WEFT_PROMISE(body_bytes <= frame.size());
    if (message->kind == sync::MessageKind::unknown) continue;
    const Bytes written = sync::encode(message->kind, message->body);
    sync::MessageReader again(written);
    const auto same = again.next();
    WEFT_PROMISE(same.has_value() && again.done());
    WEFT_PROMISE(same->kind == message->kind);
    WEFT_PROMISE(std::ranges::equal(same->body, message->body));
  }
}

// What one took and relays, another takes as well; a rejected update changes nothing.
void awareness(ByteView bytes) {
  Input input(bytes.data(), bytes.size());
  Awareness here(2000);
  Awareness there(4000);
  std::int64_t now = 0;
  while (!input.empty()) {
    const Bytes before = here.encode_with_gone();
    const ByteView update = input.bytes(input.byte());
    now += 1000;
    const auto change = here.apply(update, now);
    if (!change) {
      WEFT_PROMISE(here.encode_with_gone() == before);
      continue;
    }
    WEFT_PROMISE(Awareness::clients(update).has_value());
    if (!change->update.empty()) WEFT_PROMISE(there.apply(change->update, now).has_value());
  }
  WEFT_PROMISE(here.size() == there.size());
  if (here.size() > 0) WEFT_PROMISE(here.encode() == there.encode());
  here.expire(now + Awareness::kTimeoutMs + 1);
  WEFT_PROMISE(here.size() == 0);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint32_t choice = input.byte();
  const Encoding encoding = (choice & 128) != 0 ? Encoding::v2 : Encoding::v1;
  const ByteView bytes = input.rest();
  switch (choice % 11) {
    case 0:
      round_trip(
          bytes, [](ByteView in) { return Value::decode(in); },
          [](const Value& value) { return value.encode(); });
      break;
    case 1:
      json(bytes);
      break;
    case 2:
      delta(bytes);
      break;
    case 3:
      round_trip(
          bytes, [](ByteView in) { return StateVector::decode(in); },
          [](const StateVector& vector) { return vector.encode(); });
      break;
    case 4:
      round_trip(
          bytes, [&](ByteView in) { return IdSet::decode(in, encoding, Compat::v14); },
          [&](const IdSet& set) { return set.encode(encoding); });
      break;
    case 5:
      round_trip(
          bytes, [](ByteView in) { return IdMap::decode(in); },
          [](const IdMap& map) { return map.encode(); });
      break;
    case 6:
      round_trip(
          bytes, [](ByteView in) { return ContentIds::decode(in); },
          [](const ContentIds& ids) { return ids.encode(); });
      break;
    case 7:
      round_trip(
          bytes, [&](ByteView in) { return decode_snapshot(in, encoding); },
          [&](const Snapshot& snapshot) { return encode_snapshot(snapshot, encoding); });
      break;
    case 8:
      round_trip(
          bytes, [](ByteView in) { return decode_relative_position(in); },
          [](const RelativePosition& place) { return encode_relative_position(place); });
      break;
    case 9:
      messages(bytes);
      break;
    default:
      awareness(bytes);
  }
  return 0;
}
