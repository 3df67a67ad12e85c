// A document at its bounds: long contents, clocks that run out, ids that cannot be.
#include <string>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "document/doc_state.hpp"
#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;
using weft::test::to_hex;

TEST_CASE("long texts and tombstones are written with lengths of several bytes") {
  Doc doc({.client_id = 1, .gc = false});
  Text text = doc.text("t");
  const auto edit = [&](auto change) {
    Transaction txn = doc.transact();
    REQUIRE(change(txn));
  };
  const std::string long_text(300, 'x');
  edit([&](Transaction& txn) { return text.insert(txn, 0, "ab"); });
  edit([&](Transaction& txn) { return text.insert(txn, 1, long_text); });
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "01030100040101740161"
        "8401000162"
        "c401000101ac02" +
            to_hex(as_bytes(long_text)) + "00");
  Doc other({.client_id = 2});
  REQUIRE(other.apply_update(doc.encode_state_as_update()));
  Transaction txn = other.transact();
  REQUIRE(other.text("t").remove(txn, 1, 300));
  txn.commit();
  CHECK(to_hex(other.encode_state_as_update()) ==
        "01030100040101740161"
        "8401000162"
        "c101000101ac02"
        "01010102ac02");
}

TEST_CASE("ids beyond what a document holds are refused in both encodings") {
  const auto refused = [](std::string_view update) {
    const Bytes v1 = hex(update);
    const Bytes v2 = convert_update(v1, Encoding::v1, Encoding::v2).value();
    Doc one({.client_id = 1});
    Doc two({.client_id = 1});
    const auto first = one.apply_update(v1);
    const auto second = two.apply_update(v2, Encoding::v2);
    REQUIRE_FALSE(first);
    REQUIRE_FALSE(second);
    CHECK(first.error().code == second.error().code);
    CHECK(to_hex(two.encode_state_as_update()) == "0000");
    return second.error().code;
  };
  CHECK(refused("01010200 c4 0100 018080808020 0161 00") == Errc::number_too_large);
  CHECK(refused("01010200 84 018080808020 0161 00") == Errc::number_too_large);
  CHECK(refused("010102 8080808020 84 0100 0161 00") == Errc::number_too_large);
}

TEST_CASE("a client without clocks left can write no more") {
  Doc author({.client_id = 7});
  {
    Transaction txn = author.transact();
    REQUIRE(author.text("t").insert(txn, 0, "bold", {{"b", true}}));
  }
  Doc doc({.client_id = 1});
  Text text = doc.text("t");
  REQUIRE(doc.apply_update(author.encode_state_as_update()));
  // A GC struct of client 2 that leaves it two clocks, and then that client is us.
  REQUIRE(doc.apply_update(hex("01010200 00 fcffffff0f 00")));
  doc.state().options.client_id = 2;
  Transaction txn = doc.transact();
  CHECK(doc.array("a").push(txn, {1, 2, 3}).error().code == Errc::too_large);
  CHECK(text.insert(txn, 0, "abc").error().code == Errc::too_large);
  // One unit would do, but for the formats that are in force around it.
  CHECK(text.insert(txn, 2, "x", {}).error().code == Errc::too_large);
  txn.commit();
  CHECK(doc.check_invariants().empty());
}
