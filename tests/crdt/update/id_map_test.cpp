// What @y/y 14's own tests expect of id maps (tests/IdMap.tests.js), each under its name; and maps
// as bytes that lie.
#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include <weft/content_ids.hpp>
#include <weft/id_map.hpp>

#include "random_ids.hpp"
#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;
using weft::test::random_id_map;
using weft::test::random_id_set;
using weft::test::to_hex;

namespace {

constexpr int kRepetitions = 50;
constexpr Clock kClocks = 100;
const std::vector<Value> kChoices{1, 2, 3};

struct Add {
  ClientId client;
  Clock clock;
  Clock length;
  std::vector<Value> values;
};

IdMap made_of(const std::vector<Add>& adds) {
  IdMap map;
  for (const auto& [client, clock, length, values] : adds) {
    ContentAttributes attributes;
    for (const Value& value : values) attributes.push_back(make_attribute("", value));
    map.add(client, clock, length, std::move(attributes));
  }
  return map;
}

bool say_the_same(const ContentAttributes& a, const ContentAttributes& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const auto& attribute) {
           return std::any_of(b.begin(), b.end(), [&](const auto& other) {
             return attribute->name == other->name && attribute->value == other->value;
           });
         });
}

// compareIdmaps
void check_equal(const IdMap& a, const IdMap& b) {
  REQUIRE(a.clients() == b.clients());
  for (const ClientId client : a.clients()) {
    const auto& ours = a.ranges(client);
    const auto& theirs = b.ranges(client);
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      CHECK(ours[i].clock == theirs[i].clock);
      CHECK(ours[i].length == theirs[i].length);
      CHECK(say_the_same(ours[i].attributes, theirs[i].attributes));
    }
  }
}

}  // namespace

TEST_CASE("testAmMerge") {
  const std::vector<Value> values{42};
  check_equal(made_of({{0, 1, 0, values}}), made_of({}));
  check_equal(made_of({{0, 1, 0, values}, {0, 2, 0, values}}), made_of({}));
  check_equal(made_of({{0, 1, 1, values}, {0, 2, 0, values}}), made_of({{0, 1, 1, values}}));
  check_equal(made_of({{0, 1, 1, values}, {0, 2, 0, values}, {0, 3, 1, values}}),
              made_of({{0, 1, 1, values}, {0, 3, 1, values}}));
  check_equal(made_of({{0, 1, 0, values}, {0, 2, 1, values}, {0, 3, 1, values}}),
              made_of({{0, 2, 1, values}, {0, 3, 1, values}}));
  check_equal(made_of({{0, 1, 2, values}, {0, 0, 2, values}}), made_of({{0, 0, 3, values}}));
  check_equal(made_of({{0, 1, 2, values}, {0, 3, 1, values}}), made_of({{0, 1, 3, values}}));
  check_equal(made_of({{0, 1, 2, {1}}, {0, 0, 2, {2}}}),
              made_of({{0, 0, 1, {2}}, {0, 1, 1, {1, 2}}, {0, 2, 1, {1}}}));
}

TEST_CASE("testRepeatMergingMultipleIdMaps") {
  constexpr Clock kFew = 5;
  for (unsigned seed = 0; seed < kRepetitions; ++seed) {
    std::mt19937 chance(seed);
    std::vector<IdMap> maps;
    for (int i = 0; i < 3; ++i) maps.push_back(random_id_map(chance, 4, kFew, kChoices));
    const IdMap merged = merge_id_maps(maps);
    std::reverse(maps.begin(), maps.end());
    check_equal(merged, merge_id_maps(maps));
    IdMap composed;
    for (ClientId client = 0; client < 4; ++client) {
      for (Clock clock = 0; clock < kFew + 42; ++clock) {
        const bool one_has = std::any_of(maps.begin(), maps.end(), [&](const IdMap& map) {
          return map.contains({client, clock});
        });
        CHECK(merged.contains({client, clock}) == one_has);
        for (const auto& piece : merged.slice(client, clock, 1)) {
          if (piece.attributes) composed.add(client, piece.clock, piece.length, *piece.attributes);
        }
      }
    }
    check_equal(merged, composed);
  }
}

TEST_CASE("testRepeatRandomDiffing of maps") {
  for (unsigned seed = 0; seed < kRepetitions; ++seed) {
    std::mt19937 chance(seed);
    const std::array maps{random_id_map(chance, 4, kClocks, kChoices),
                          random_id_map(chance, 4, kClocks, kChoices)};
    const IdMap diffed = diff_id_maps(maps[0], maps[1]);
    check_equal(diffed, diff_id_maps(merge_id_maps(maps), maps[1]));
    check_equal(diffed, IdMap::decode(diffed.encode()).value());
  }
}

TEST_CASE("testRepeatRandomDiffing2 of maps") {
  for (unsigned seed = 0; seed < kRepetitions; ++seed) {
    std::mt19937 chance(seed);
    const std::array maps{random_id_map(chance, 4, kClocks, kChoices),
                          random_id_map(chance, 4, kClocks, kChoices)};
    const IdSet exclude = random_id_set(chance, 4, kClocks);
    const IdMap excluded = diff_id_maps(merge_id_maps(maps), exclude);
    const std::array parts{diff_id_maps(maps[0], exclude), diff_id_maps(maps[1], exclude)};
    check_equal(excluded, merge_id_maps(parts));
    check_equal(excluded, IdMap::decode(excluded.encode()).value());
  }
}

TEST_CASE("testRepeatRandomDeletes of maps") {
  for (unsigned seed = 0; seed < kRepetitions; ++seed) {
    std::mt19937 chance(seed);
    IdMap map = random_id_map(chance, 1, kClocks, {});
    const Clock clock = chance() % kClocks;
    const Clock length = chance() % ((kClocks - clock) * 12 / 10 + 1);
    const IdMap diffed = diff_id_maps(map, made_of({{0, clock, length, {}}}));
    map.remove(0, clock, length);
    for (Clock i = 0; i < length; ++i) CHECK_FALSE(map.contains({0, clock + i}));
    check_equal(map, diffed);
  }
}

TEST_CASE("testRepeatRandomIntersects of maps") {
  for (unsigned seed = 0; seed < kRepetitions; ++seed) {
    std::mt19937 chance(seed);
    const IdMap a = random_id_map(chance, 4, kClocks, {1});
    const IdMap b = random_id_map(chance, 4, kClocks, {"two"});
    const IdMap common = intersect_id_maps(a, b);
    for (ClientId client = 0; client < 4; ++client) {
      for (Clock clock = 0; clock < kClocks; ++clock) {
        const auto said = [&](const IdMap& map) {
          return map.slice(client, clock, 1)[0].attributes;
        };
        const bool both_have = said(a) && said(b);
        CHECK(both_have == common.contains({client, clock}));
        CHECK(both_have == said(common).has_value());
        if (both_have) CHECK(said(common)->size() == said(a)->size() + said(b)->size());
      }
    }
    check_equal(diff_id_maps(a, b), diff_id_maps(a, common));
  }
}

TEST_CASE("an attribute is written once, and equal ones become one in a map") {
  const IdMap map = made_of({{1, 0, 2, {"x"}}, {1, 5, 1, {"x", "y"}}, {7, 3, 1, {"y"}}});
  CHECK(to_hex(map.encode()) ==
        "02"
        "0102"
        "0001"
        "0100"
        "00"
        "00"
        "770178"
        "0300"
        "0200"
        "01"
        "00"
        "770179"
        "0601"
        "0300"
        "0101");
  check_equal(map, IdMap::decode(map.encode()).value());
}

TEST_CASE("id maps that lie") {
  const auto error = [](const char* digits) { return IdMap::decode(hex(digits)).error().code; };
  CHECK(error("") == Errc::unexpected_end);
  CHECK(error("ffffffffffffff0f") == Errc::unexpected_end);
  CHECK(error("01 01 ffffffffffffff0f") == Errc::unexpected_end);
  CHECK(error("01 01 01 ffffffffffffff0f 00 00") == Errc::invalid_delete_set);
  CHECK(error("01 01 01 00 00 ffffffffffffff0f") == Errc::unexpected_end);
  CHECK(error("01 01 01 00 00 01 05") == Errc::invalid_content);
  CHECK(error("01 01 01 00 00 01 00 05 7e") == Errc::invalid_content);
  CHECK(error("01 01 01 00 00 01 00 00 01 ff 7e") == Errc::invalid_utf8);
  CHECK(error("01 01 01 00 00 01 00 00 00 05") == Errc::invalid_any);
  CHECK(error("02 ffffffffffffff0f 00 01 00") == Errc::number_too_large);
  const Bytes whole = made_of({{1, 0, 2, {"x"}}, {7, 3, 1, {"y"}}}).encode();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(IdMap::decode(ByteView(whole).first(size)));
  }
}
