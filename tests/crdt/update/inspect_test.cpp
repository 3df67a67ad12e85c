// What an update holds, counted: golden updates of both encodings, logs with gaps, and bytes that
// are no update.
#include <catch2/catch.hpp>

#include <weft/inspect.hpp>

#include "support/golden.hpp"
#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;

TEST_CASE("a gap is a range of clocks that the update lacks") {
  const auto report = inspect_update(hex("010306002801016d0161017d010a012801016d0163017d0300"));
  REQUIRE(report.has_value());
  CHECK(report->structs == 3);
  REQUIRE(report->clients.size() == 1);
  CHECK(report->clients[0].client == 6);
  CHECK(report->clients[0].begin == 0);
  CHECK(report->clients[0].end == 3);
  CHECK(report->clients[0].gaps == std::vector<ClockRange>{{1, 1}});
  CHECK(report->roots == std::vector<std::string>{"m"});
  REQUIRE(report->kinds.size() == 2);
  CHECK(report->kinds[0].name == "any");
  CHECK(report->kinds[0].structs == 2);
  CHECK(report->kinds[0].bytes == 18);
  CHECK(report->kinds[1].name == "skip");
  CHECK(report->deletes.empty());
  CHECK(report->trailing_bytes == 0);
}

TEST_CASE("lengths are UTF-16 code units, deletes are as read") {
  const auto report = inspect_update(hex("0101010004010174 06 61f09f988062 01 01 02 0201 0001"));
  REQUIRE(report.has_value());
  REQUIRE(report->kinds.size() == 1);
  CHECK(report->kinds[0].name == "string");
  CHECK(report->kinds[0].length == 4);
  CHECK(report->deletes.clients().at(1) == std::vector<ClockRange>{{2, 1}, {0, 1}});
}

TEST_CASE("both encodings hold the same") {
  for (const auto& golden : test::kGoldenUpdates) {
    INFO(golden.what);
    const Bytes v1 = hex(golden.v1);
    const auto first = inspect_update(v1);
    REQUIRE(first.has_value());
    CHECK(measure_update(v1) == v1.size());
    if (golden.v2 == nullptr) continue;
    const Bytes v2 = hex(golden.v2);
    const auto second = inspect_update(v2, Encoding::v2);
    REQUIRE(second.has_value());
    CHECK(measure_update(v2, Encoding::v2) == v2.size());
    CHECK(second->structs == first->structs);
    CHECK(second->roots == first->roots);
    CHECK(second->deletes == first->deletes);
    REQUIRE(second->kinds.size() == first->kinds.size());
    for (std::size_t i = 0; i < first->kinds.size(); ++i) {
      CHECK(second->kinds[i].name == first->kinds[i].name);
      CHECK(second->kinds[i].length == first->kinds[i].length);
      CHECK(second->kinds[i].bytes == 0);
    }
  }
}

TEST_CASE("bytes after the end are counted, bytes that lack are an error") {
  for (const auto& golden : test::kGoldenUpdates) {
    INFO(golden.what);
    const Bytes update = hex(golden.v1);
    for (std::size_t size = 0; size < update.size(); ++size) {
      const ByteView cut = ByteView(update).first(size);
      CHECK_FALSE(measure_update(cut).has_value());
      CHECK_FALSE(inspect_update(cut).has_value());
    }
    Bytes longer = update;
    longer.insert(longer.end(), {1, 2, 3});
    CHECK(measure_update(longer) == update.size());
    CHECK(inspect_update(longer)->trailing_bytes == 3);
  }
}
