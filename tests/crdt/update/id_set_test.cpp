// What @y/y 14's own tests expect of id sets (tests/IdSet.tests.js), each under its name; and sets
// and contents as bytes that lie.
#include <random>

#include <catch2/catch.hpp>

#include <weft/content_ids.hpp>
#include <weft/id_set.hpp>

#include "random_ids.hpp"
#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;
using weft::test::random_id_set;
using weft::test::to_hex;

namespace {

constexpr int kRepetitions = 200;
constexpr Clock kClocks = 100;

struct Add {
  ClientId client;
  Clock clock;
  Clock length;
};

IdSet made_of(std::initializer_list<Add> adds) {
  IdSet set;
  for (const auto& [client, clock, length] : adds) set.add(client, clock, length);
  set.normalize();
  return set;
}

}  // namespace

TEST_CASE("testIdsetMerge") {
  CHECK(made_of({{0, 1, 0}}) == made_of({}));
  CHECK(made_of({{0, 1, 0}, {0, 2, 0}}) == made_of({}));
  CHECK(made_of({{0, 1, 1}, {0, 2, 0}}) == made_of({{0, 1, 1}}));
  CHECK(made_of({{0, 1, 1}, {0, 2, 0}, {0, 3, 1}}) == made_of({{0, 1, 1}, {0, 3, 1}}));
  CHECK(made_of({{0, 1, 0}, {0, 2, 1}, {0, 3, 1}}) == made_of({{0, 2, 1}, {0, 3, 1}}));
  CHECK(made_of({{0, 1, 2}, {0, 0, 2}}) == made_of({{0, 0, 3}}));
  CHECK(made_of({{0, 1, 2}, {0, 3, 1}}) == made_of({{0, 1, 3}}));
  CHECK(made_of({{0, 1, 2}, {0, 0, 2}}).clients().at(0) == std::vector<ClockRange>{{0, 3}});
}

TEST_CASE("testDiffing") {
  const auto diff = [](std::initializer_list<Add> set, std::initializer_list<Add> exclude) {
    return diff_id_sets(made_of(set), made_of(exclude));
  };
  CHECK(diff({{0, 1, 1}, {0, 3, 1}}, {{0, 3, 1}}) == made_of({{0, 1, 1}}));
  CHECK(diff({{0, 1, 3}}, {{0, 1, 1}}) == made_of({{0, 2, 2}}));
  CHECK(diff({{0, 1, 3}}, {{0, 3, 1}}) == made_of({{0, 1, 2}}));
  CHECK(diff({{0, 1, 3}}, {{0, 2, 1}}) == made_of({{0, 1, 1}, {0, 3, 1}}));
  CHECK(diff({{0, 1, 3}}, {{0, 0, 2}}) == made_of({{0, 2, 2}}));
  CHECK(diff({{0, 1, 3}}, {{0, 3, 5}}) == made_of({{0, 1, 2}}));
  CHECK(diff({{0, 1, 3}}, {{0, 0, 5}}) == made_of({}));
  CHECK(diff({{0, 1, 3}, {0, 5, 2}}, {{0, 0, 6}}) == made_of({{0, 6, 1}}));
}

TEST_CASE("testRepeatRandomDiffing") {
  for (unsigned seed = 0; seed < kRepetitions; ++seed) {
    std::mt19937 chance(seed);
    const std::array sets{random_id_set(chance, 4, kClocks), random_id_set(chance, 4, kClocks)};
    CHECK(diff_id_sets(sets[0], sets[1]) == diff_id_sets(merge_id_sets(sets), sets[1]));
  }
}

TEST_CASE("testRepeatRandomDeletes") {
  for (unsigned seed = 0; seed < kRepetitions; ++seed) {
    std::mt19937 chance(seed);
    IdSet set = random_id_set(chance, 1, kClocks);
    const Clock clock = chance() % kClocks;
    const Clock length = chance() % ((kClocks - clock) * 12 / 10 + 1);
    const IdSet diffed = diff_id_sets(set, made_of({{0, clock, length}}));
    set.remove(0, clock, length);
    for (Clock i = 0; i < length; ++i) CHECK_FALSE(set.contains({0, clock + i}));
    CHECK(set == diffed);
  }
}

TEST_CASE("testRepeatMergingMultipleIdsets") {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 chance(seed);
    std::vector<IdSet> sets;
    for (int i = 0; i < 3; ++i) sets.push_back(random_id_set(chance, 4, kClocks));
    const IdSet merged = merge_id_sets(sets);
    std::reverse(sets.begin(), sets.end());
    CHECK(merged == merge_id_sets(sets));
    for (IdSet& set : sets) set.normalize();
    IdSet composed;
    for (ClientId client = 0; client < 4; ++client) {
      for (Clock clock = 0; clock < kClocks + 42; ++clock) {
        const bool one_has = std::any_of(sets.begin(), sets.end(), [&](const IdSet& set) {
          return set.contains({client, clock});
        });
        CHECK(merged.contains({client, clock}) == one_has);
        if (one_has) composed.add(client, clock, 1);
      }
    }
    CHECK(merged == composed);
  }
}

TEST_CASE("testRepeatRandomDiffing2") {
  for (unsigned seed = 0; seed < kRepetitions; ++seed) {
    std::mt19937 chance(seed);
    const std::array sets{random_id_set(chance, 4, kClocks), random_id_set(chance, 4, kClocks)};
    const IdSet exclude = random_id_set(chance, 4, kClocks);
    const std::array excluded{diff_id_sets(sets[0], exclude), diff_id_sets(sets[1], exclude)};
    CHECK(diff_id_sets(merge_id_sets(sets), exclude) == merge_id_sets(excluded));
  }
}

TEST_CASE("testRepeatRandomIntersects") {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 chance(seed);
    IdSet a = random_id_set(chance, 4, kClocks);
    IdSet b = random_id_set(chance, 4, kClocks);
    const IdSet common = intersect_id_sets(a, b);
    a.normalize();
    b.normalize();
    for (ClientId client = 0; client < 4; ++client) {
      for (Clock clock = 0; clock < kClocks; ++clock) {
        const Id id{client, clock};
        CHECK((a.contains(id) && b.contains(id)) == common.contains(id));
      }
    }
    CHECK(diff_id_sets(a, b) == diff_id_sets(a, common));
  }
}

TEST_CASE("a slice tells what the set holds and what lies between") {
  const IdSet set = made_of({{1, 2, 2}, {1, 6, 3}});
  CHECK(set.slice(1, 0, 8) ==
        std::vector<SlicedRange>{{0, 2, false}, {2, 2, true}, {4, 2, false}, {6, 2, true}});
  CHECK(set.slice(1, 3, 2) == std::vector<SlicedRange>{{3, 1, true}, {4, 1, false}});
  CHECK(set.slice(1, 20, 5) == std::vector<SlicedRange>{{20, 5, false}});
  CHECK(set.slice(2, 0, 5) == std::vector<SlicedRange>{{0, 5, false}});
  CHECK(set.slice(1, 2, 0) == std::vector<SlicedRange>{{2, 0, false}});
}

TEST_CASE("a set that is not normalized is when it is written in V2") {
  IdSet set;
  set.add(1, 5, 2);
  set.add(1, 0, 6);
  set.add(2, 3, 0);
  CHECK(to_hex(set.encode(Encoding::v2)) ==
        "0101"
        "010006");
  CHECK(to_hex(IdSet::decode(hex("02 0101 0502 0101 0001"), Encoding::v1, Compat::v14)->encode()) ==
        "0101"
        "010001");
}

TEST_CASE("content ids that lie") {
  CHECK(ContentIds::decode(hex("00")).error().code == Errc::unexpected_end);
  CHECK(ContentIds::decode(hex("00 ffffffffffffff0f")).error().code == Errc::unexpected_end);
  CHECK(ContentIds::decode(hex("01 0101 ffffffffffffff0f 00 00")).error().code ==
        Errc::invalid_delete_set);
  CHECK(ContentIds::decode(hex("00 00 ff")).has_value());
}
