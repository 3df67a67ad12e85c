// Sets of ids and maps of ids against one bit for each id.
//
// Input: steps of a byte for the kind and the set, then client, clock and length.
//
// Reaches: crdt/update/id_set.cpp crdt/update/id_map.cpp crdt/update/attributed_ranges.cpp
#include <array>
#include <bitset>
#include <string>

#include <weft/id_map.hpp>
#include <weft/id_set.hpp>

#include "input.hpp"
#include "target.hpp"

namespace {

using namespace weft;

constexpr std::uint32_t kClients = 3;
constexpr std::uint32_t kClocks = 64;
constexpr std::size_t kSets = 3;

using Bits = std::bitset<std::size_t{kClients} * kClocks>;

std::size_t bit(ClientId client, Clock clock) { return client * kClocks + clock; }

struct Tracked {
  IdSet set;
  Bits bits;

  void compare() {
    set.normalize();
    WEFT_PROMISE(set.is_normalized());
    for (ClientId client = 0; client < kClients; ++client) {
      for (Clock clock = 0; clock < kClocks; ++clock) {
        WEFT_PROMISE(set.contains({client, clock}) == bits[bit(client, clock)]);
      }
      Clock at = 0;
      for (const SlicedRange& piece : set.slice(client, 0, kClocks)) {
        WEFT_PROMISE(piece.clock == at && piece.length > 0);
        for (; at < piece.clock + piece.length; ++at) {
          WEFT_PROMISE(bits[bit(client, at)] == piece.exists);
        }
      }
      WEFT_PROMISE(at == kClocks);
    }
    for (const Encoding encoding : {Encoding::v1, Encoding::v2}) {
      const auto decoded = IdSet::decode(set.encode(encoding), encoding);
      WEFT_PROMISE(decoded.has_value() && *decoded == set);
    }
  }
};

void compare_map(const IdMap& map, const Bits& bits) {
  const auto decoded = IdMap::decode(map.encode());
  WEFT_PROMISE(decoded.has_value());
  for (ClientId client = 0; client < kClients; ++client) {
    for (Clock clock = 0; clock < kClocks; ++clock) {
      WEFT_PROMISE(map.contains({client, clock}) == bits[bit(client, clock)]);
      WEFT_PROMISE(decoded->contains({client, clock}) == bits[bit(client, clock)]);
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  std::array<Tracked, kSets> sets;
  IdMap map;
  Bits map_bits;
  const std::array attributes = {make_attribute("insert", "a"), make_attribute("insert", "b")};
  for (int steps = 0; steps < 60 && !input.empty(); ++steps) {
    const std::uint32_t step = input.byte();
    Tracked& one = sets[step / 8 % kSets];
    const Tracked& other = sets[step / 32 % kSets];
    const ClientId client = input.up_to(kClients - 1);
    const Clock clock = input.byte() % kClocks;
    const Clock length = input.byte() % (kClocks - clock + 1);
    const auto each = [&](Bits& bits, bool value) {
      for (Clock i = 0; i < length; ++i) bits[bit(client, clock + i)] = value;
    };
    switch (step % 8) {
      case 0:
      case 1:
        one.set.add(client, clock, length);
        each(one.bits, true);
        break;
      case 2:
        one.set.remove(client, clock, length);
        each(one.bits, false);
        break;
      case 3: {
        const std::array both = {one.set, other.set};
        one = {merge_id_sets(both), one.bits | other.bits};
        break;
      }
      case 4:
        one = {diff_id_sets(one.set, other.set), one.bits & ~other.bits};
        break;
      case 5:
        one = {intersect_id_sets(one.set, other.set), one.bits & other.bits};
        break;
      case 6:
        map.add(client, clock, length, {attributes[step / 32 % 2]});
        each(map_bits, true);
        break;
      default:
        map = diff_id_maps(map, one.set);
        map_bits &= ~one.bits;
    }
  }
  for (Tracked& tracked : sets) tracked.compare();
  compare_map(map, map_bits);
  return 0;
}
