// State vectors and id sets: order, repetition, encodings, hostile counts.
#include <catch2/catch.hpp>

#include <weft/id_set.hpp>
#include <weft/state_vector.hpp>

#include "support/hex.hpp"

using weft::ClockRange;
using weft::Encoding;
using weft::Errc;
using weft::IdSet;
using weft::StateVector;
using weft::test::hex;
using weft::test::to_hex;

TEST_CASE("a state vector stands in descending client order") {
  StateVector sv;
  sv.set(1, 6);
  sv.set(300, 2);
  sv.set(5, 0);
  sv.set(1, 7);
  CHECK(sv.get(1) == 7);
  CHECK(sv.get(300) == 2);
  CHECK(sv.get(4) == 0);
  CHECK(to_hex(sv.encode()) == "03ac020205000107");
  CHECK(StateVector::decode(sv.encode()) == sv);
}

TEST_CASE("a client that is repeated keeps its last clock") {
  const auto sv = StateVector::decode(hex("04 0101 0205 0102 0301"));
  REQUIRE(sv);
  CHECK(to_hex(sv->encode()) == "03030102050102");
}

TEST_CASE("state vectors that lie") {
  CHECK(StateVector::decode(hex("")).error().code == Errc::unexpected_end);
  CHECK(StateVector::decode(hex("ffffffffffffff0f 0101")).error().code == Errc::unexpected_end);
  CHECK(StateVector::decode(hex("01 01")).error().code == Errc::unexpected_end);
  CHECK(StateVector::decode(hex("01 01 ffffffffffffff1f")).error().code == Errc::number_too_large);
  CHECK(StateVector::decode(hex("01 0101 ff")).has_value());
}

TEST_CASE("ranges are sorted and joined") {
  IdSet set;
  set.add(1, 10, 2);
  set.add(1, 12, 1);
  CHECK(set.clients().at(1).size() == 1);
  set.add(1, 0, 3);
  set.add(1, 2, 5);
  set.add(2, 7, 1);
  set.normalize();
  CHECK(set.clients().at(1) == std::vector<ClockRange>{{0, 7}, {10, 3}});
  CHECK(set.contains({1, 0}));
  CHECK(set.contains({1, 6}));
  CHECK_FALSE(set.contains({1, 7}));
  CHECK(set.contains({1, 12}));
  CHECK_FALSE(set.contains({1, 13}));
  CHECK_FALSE(set.contains({3, 0}));
  CHECK(to_hex(set.encode()) ==
        "020201070101020007"
        "0a03");
  CHECK(to_hex(set.encode(Encoding::v2)) ==
        "020201070001020006"
        "0302");
  CHECK(IdSet::decode(set.encode()) == set);
  CHECK(IdSet::decode(set.encode(Encoding::v2), Encoding::v2) == set);
}

TEST_CASE("a decoded set stands as it was written") {
  const auto set = IdSet::decode(hex("03 0102 0501 0601 0200 0101 0000"));
  REQUIRE(set);
  CHECK(set->clients().size() == 1);
  CHECK(set->clients().at(1) == std::vector<ClockRange>{{5, 1}, {6, 1}, {0, 0}});
}

TEST_CASE("id sets that lie") {
  CHECK(IdSet::decode(hex("ffffffffffffff0f")).error().code == Errc::unexpected_end);
  CHECK(IdSet::decode(hex("01 01 ffffffffffffff0f 00")).error().code == Errc::unexpected_end);
  CHECK(IdSet::decode(hex("01 0101 ffffffffffffff0f 01")).error().code == Errc::invalid_delete_set);
  CHECK(IdSet::decode(hex("01 0101 ffffffffffffff0f 00"), Encoding::v2).error().code ==
        Errc::invalid_delete_set);
}
