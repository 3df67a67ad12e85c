// Halves of surrogate pairs that stand alone. No UTF-8 carries them, but one column of V2 joins the
// strings of several items, and so brings them here. Bytes and texts are those of Yjs 13.6.33.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;
using weft::test::to_hex;

namespace {

// x, a low half and y, a high half.
const char* const kHalves =
    "000005420001420002010001020504008400c40b077478f09f98807941010201010000020200010000";

struct Halves {
  Halves() { REQUIRE(doc.apply_update(hex(kHalves), Encoding::v2)); }

  void insert(std::uint32_t index) {
    Transaction txn = doc.transact();
    REQUIRE(text.insert(txn, index, "|"));
  }
  std::string bytes() const { return to_hex(as_bytes(text.to_string())); }

  Doc doc{DocOptions{.client_id = 5}};
  Text text = doc.text("t");
};

}  // namespace

TEST_CASE("halves read as U+FFFD") {
  const Halves halves;
  CHECK(halves.bytes() == "78efbfbd79efbfbd");
  CHECK(halves.text.length() == 4);
  CHECK(halves.text.to_delta().to_json() == "[{\"insert\":\"x\uFFFDy\uFFFD\"}]");
}

TEST_CASE("text between halves and behind them") {
  Halves between;
  between.insert(2);
  CHECK(between.bytes() == "78efbfbd7c79efbfbd");
  CHECK(to_hex(between.doc.encode_state_as_update()) ==
        "03010500c401000101017c02020004010174017884020003efbfbd020100c40200020103efbfbdc4010002010"
        "17900");
  CHECK(to_hex(between.doc.encode_state_as_update({}, Encoding::v2)) ==
        "00000a054100420001420001020201020302010007c40004008400c40b087c7478f09f98807941040101000003"
        "01000200020000");
  Halves behind;
  behind.insert(4);
  CHECK(behind.bytes() == "78efbfbd79efbfbd7c");
  CHECK(to_hex(behind.doc.encode_state_as_update()) ==
        "03010500840201017c02020004010174017884020003efbfbd010100c40200020104efbfbd7900");
  CHECK(behind.doc.check_invariants().empty());
}

// Yjs takes a high half at a cut for the first of a pair, whatever follows it.
TEST_CASE("a cut behind a lone high half spoils the unit that follows") {
  const auto cut = [](const char* more) {
    Halves halves;
    REQUIRE(halves.doc.apply_update(hex(more)));
    halves.insert(4);
    CHECK(halves.doc.check_invariants().empty());
    CHECK(halves.bytes() == to_hex(as_bytes(halves.doc.text("t").to_string())));
    return halves.bytes() + " " + to_hex(halves.doc.encode_state_as_update());
  };
  CHECK(cut("0101020284020104e282ac7a00") ==
        "78efbfbd79efbfbd7cefbfbd7a "
        "03010500c402010202017c03020004010174017884020003efbfbd84020104efbfbd7a010100c40200020104ef"
        "bfbd7900");
  // A pair loses its first half alone.
  CHECK(cut("0101020284020105f09f98807a00") ==
        "78efbfbd79efbfbd7cefbfbdefbfbd7a "
        "03010500c402010202017c03020004010174017884020003efbfbd84020107efbfbdefbfbd7a010100c4020002"
        "0104efbfbd7900");
  CHECK(cut("0101020284020110f09f98807a7a7a7a7a7a7a7a7a7a7a7a00") ==
        "78efbfbd79efbfbd7cefbfbdefbfbd7a7a7a7a7a7a7a7a7a7a7a7a "
        "03010500c402010202017c03020004010174017884020003efbfbd84020112efbfbdefbfbd7a7a7a7a7a7a7a7a"
        "7a7a7a7a010100c40200020104efbfbd7900");
}

// Yjs: getText('t') there, getArray('t') here.
TEST_CASE("a text that is asked for as an array holds its units") {
  Doc doc({.client_id = 2});
  REQUIRE(doc.apply_update(hex("01010100040101740c61c3a9e282acf09f98807a5100")));
  const Array array = doc.array("t");
  const char* const units[] = {"a", "é", "€", "\uFFFD", "\uFFFD", "z", "Q"};
  const std::vector<Element> elements = array.elements();
  REQUIRE(elements.size() == std::size(units));
  for (std::uint32_t i = 0; i < elements.size(); ++i) {
    CHECK(elements[i] == Element(Value(units[i])));
    CHECK(array.get(i) == elements[i]);
  }
}

TEST_CASE("values with halves are written with U+FFFD") {
  Doc doc({.client_id = 1});
  Transaction txn = doc.transact();
  const Value lone = Value::from_json(R"("\ud800x")").value();
  const Value key = Value::from_json(R"("k\udc00")").value();
  REQUIRE(doc.array("l").insert(txn, 0, std::span(&lone, 1)));
  REQUIRE(doc.map("m").set(txn, *key.get_if<std::string>(), "v"));
  txn.commit();
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "010201000801016c017704efbfbd782801016d046befbfbd0177017600");
}
