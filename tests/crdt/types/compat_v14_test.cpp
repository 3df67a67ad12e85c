// What documents of @y/y 14 do in another way than those of Yjs 13.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/content_ids.hpp>
#include <weft/doc.hpp>
#include <weft/event.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the rooms under test
using weft::test::hex;
using weft::test::to_hex;

TEST_CASE("14 lets in what stands behind a hole, tells of it, and fills the hole later") {
  // {a: 1, c: 3} of clocks 0 and 2, then {b: 2} of clock 1.
  const Bytes keys = hex("010306002801016d0161017d010a012801016d0163017d0300");
  const Bytes hole = hex("010106012801016d0162017d0200");
  Doc old({.client_id = 1});
  REQUIRE(old.apply_update(keys));
  CHECK(old.map("m").size() == 1);
  CHECK(old.has_pending());
  Doc doc({.client_id = 1, .compat = Compat::v14});
  std::vector<std::string> emitted;
  const auto subscription =
      doc.on_update([&](const UpdateEvent& event) { emitted.push_back(to_hex(event.update)); });
  REQUIRE(doc.apply_update(keys));
  CHECK(doc.map("m").size() == 2);
  CHECK_FALSE(doc.has_pending());
  CHECK(to_hex(doc.encode_state_vector()) == "010601");
  CHECK(doc.encode_state_as_update() == keys);
  CHECK(content_ids_from_doc(doc).inserts.clients().at(6) ==
        std::vector<ClockRange>{{0, 1}, {2, 1}});
  REQUIRE(doc.apply_update(hole));
  CHECK(doc.map("m").size() == 3);
  CHECK(to_hex(doc.encode_state_vector()) == "010603");
  CHECK(emitted == std::vector<std::string>{to_hex(keys), to_hex(hole)});
  CHECK(doc.check_invariants().empty());
}

TEST_CASE("14 tells of a GC struct as deleted, and a state vector may begin at clock 0") {
  const Bytes collected = hex("01010100000400");
  for (const Compat compat : {Compat::v13, Compat::v14}) {
    Doc doc({.client_id = 9, .compat = compat});
    std::string emitted;
    const auto subscription =
        doc.on_update([&](const UpdateEvent& event) { emitted = to_hex(event.update); });
    REQUIRE(doc.apply_update(collected));
    CHECK(emitted == (compat == Compat::v13 ? "01010100000400"
                                            : "01010100000401010100"
                                              "04"));
  }
  Doc doc({.client_id = 9, .compat = Compat::v14});
  REQUIRE(doc.apply_update(hex("010201000a012801016d0161017d0100")));
  CHECK(to_hex(doc.encode_state_vector()) == "010100");
  CHECK(doc.map("m").size() == 1);
}

TEST_CASE("what comes into a hole is told as added") {
  Doc doc({.client_id = 1, .compat = Compat::v14});
  const Text text = doc.text("t");
  std::string told;
  const Subscription subscription =
      text.observe([&](const Event& event) { told += event.text_delta().to_json(); });
  // "a", nothing, "c"; then "b" in the hole.
  REQUIRE(doc.apply_update(hex("01030200 04010174 0161 0a01 840200 0163 00")));
  CHECK(told == R"([{"insert":"ac"}])");
  told.clear();
  REQUIRE(doc.apply_update(hex("01010201 c4 0200 0202 0162 00")));
  CHECK(told == R"([{"retain":1},{"insert":"b"}])");
  CHECK(text.to_string() == "abc");
}
