// Relative positions: the tests of Yjs (tests/relativePositions.tests.js), bytes that Yjs 13.6.33
// wrote, and what it never writes.
#include <weft/relative_position.hpp>

#include "edits.hpp"
#include "support/hex.hpp"

using namespace weft;        // NOLINT(google-build-using-namespace): the room under test
using namespace weft::test;  // NOLINT(google-build-using-namespace): its edits

namespace {

std::optional<std::uint32_t> index_of(Doc& doc, const RelativePosition& position,
                                      bool follow = true) {
  const auto place = create_absolute_position(doc, position, follow);
  return place ? std::optional(place->index) : std::nullopt;
}

void check_relative_positions(Doc& doc, Text text) {
  for (std::uint32_t index = 0; index < text.length(); ++index) {
    for (int assoc = -1; assoc < 2; ++assoc) {
      const auto made = create_relative_position(text, index, assoc);
      REQUIRE(made);
      const auto decoded = decode_relative_position(encode_relative_position(*made));
      REQUIRE(decoded);
      const auto place = create_absolute_position(doc, *decoded);
      REQUIRE(place);
      CHECK(place->type == text);
      CHECK(place->index == index);
      CHECK(place->assoc == assoc);
    }
  }
}

void check_typed_in_front(const std::vector<std::string>& insertions) {
  Doc doc;
  const Text text = doc.text("");
  for (const std::string& content : insertions) insert(doc, text, 0, content);
  check_relative_positions(doc, text);
}

}  // namespace

TEST_CASE("testRelativePositionCase1") { check_typed_in_front({"1", "abc", "z", "y", "x"}); }
TEST_CASE("testRelativePositionCase2") { check_typed_in_front({"abc"}); }
TEST_CASE("testRelativePositionCase3") { check_typed_in_front({"abc", "1", "xyz"}); }
TEST_CASE("testRelativePositionCase4") { check_typed_in_front({"1"}); }
TEST_CASE("testRelativePositionCase5") { check_typed_in_front({"2", "1"}); }
TEST_CASE("testRelativePositionCase6") { check_typed_in_front({}); }

TEST_CASE("testRelativePositionCase7") {
  Doc doc;
  const Text text = doc.text("text");
  insert(doc, text, 0, "abcde");
  const auto position = create_relative_position(text, 2);
  REQUIRE(position);
  CHECK(index_of(doc, *position, true) == 2);
  CHECK(index_of(doc, *position, false) == 2);
}

TEST_CASE("testRelativePositionAssociationDifference") {
  Doc doc;
  const Text text = doc.text("");
  insert(doc, text, 0, "2");
  insert(doc, text, 0, "1");
  const auto right = create_relative_position(text, 1, 0);
  const auto left = create_relative_position(text, 1, -1);
  insert(doc, text, 1, "x");
  CHECK(index_of(doc, *right) == 2);
  CHECK(index_of(doc, *left) == 1);
}

TEST_CASE("places in text, array and empty root: bytes, JSON and index of Yjs") {
  Doc doc({.client_id = 1});
  const Text text = doc.text("t");
  insert(doc, text, 0, "abcdef");
  remove(doc, text, 4, 2);
  const auto array = set_type<Array>(doc, doc.map("m"), "a", TypeKind::array);
  push(doc, array, {1, 2});
  const Text empty = doc.text("");

  struct Case {
    SharedType type;
    std::uint32_t index;
    std::int64_t assoc;
    const char* bytes;
    const char* json;
    std::uint32_t found;
  };
  const Case cases[] = {
      {text, 0, 0, "00010000", R"({"tname":"t","item":{"client":1,"clock":0},"assoc":0})", 0},
      {text, 0, -1, "01017441", R"({"tname":"t","assoc":-1})", 0},
      {text, 2, -1, "00010141", R"({"tname":"t","item":{"client":1,"clock":1},"assoc":-1})", 2},
      {text, 3, 1, "00010301", R"({"tname":"t","item":{"client":1,"clock":3},"assoc":1})", 3},
      {text, 4, 0, "01017400", R"({"tname":"t","assoc":0})", 4},
      {text, 4, -1, "00010341", R"({"tname":"t","item":{"client":1,"clock":3},"assoc":-1})", 4},
      {text, 5, 0, "01017400", R"({"tname":"t","assoc":0})", 4},
      {text, 5, -1, "00010541", R"({"tname":"t","item":{"client":1,"clock":5},"assoc":-1})", 4},
      {text, 99, -100, "000105e401", R"({"tname":"t","item":{"client":1,"clock":5},"assoc":-100})",
       4},
      {array, 0, 0, "00010700",
       R"({"type":{"client":1,"clock":6},"item":{"client":1,"clock":7},"assoc":0})", 0},
      {array, 2, 0, "02010600", R"({"type":{"client":1,"clock":6},"assoc":0})", 2},
      {array, 2, -1, "00010841",
       R"({"type":{"client":1,"clock":6},"item":{"client":1,"clock":8},"assoc":-1})", 2},
      {empty, 0, 0, "010000", R"({"tname":"","assoc":0})", 0},  // Yjs drops this tname
      {empty, 1, -1, "010041", R"({"tname":"","assoc":-1})", 0},
  };
  for (const Case& c : cases) {
    INFO(c.json);
    const auto made = create_relative_position(c.type, c.index, c.assoc);
    REQUIRE(made);
    CHECK(to_hex(encode_relative_position(*made)) == c.bytes);
    CHECK(relative_position_to_json(*made).to_json() == c.json);
    CHECK(index_of(doc, *made) == c.found);
    const auto decoded = decode_relative_position(hex(c.bytes));
    REQUIRE(decoded);
    CHECK(index_of(doc, *decoded) == c.found);
    const auto json = Value::from_json(c.json);
    CHECK(relative_position_from_json(*json) == *made);
  }
}

TEST_CASE("positions that name values of keys, types, and what has not arrived") {
  Doc doc({.client_id = 1});
  insert(doc, doc.text("t"), 0, "abcdef");
  remove(doc, doc.text("t"), 4, 2);
  push(doc, set_type<Array>(doc, doc.map("m"), "a", TypeKind::array), {1, 2});
  const auto item = [&](ClientId client, Clock clock, std::int64_t assoc) {
    RelativePosition position;
    position.item = Id{client, clock};
    position.assoc = assoc;
    return index_of(doc, position);
  };
  const auto type = [&](ClientId client, Clock clock) {
    RelativePosition position;
    position.type = Id{client, clock};
    return index_of(doc, position);
  };
  CHECK(item(1, 6, -1) == 1);
  CHECK(item(1, 6, 0) == 0);
  CHECK(item(1, 5, -1) == 4);
  CHECK(type(1, 6) == 2);
  CHECK(type(1, 7) == std::nullopt);
  CHECK(item(1, 9, 0) == std::nullopt);
  CHECK(item(1, Clock{1} << 40, 0) == std::nullopt);
  CHECK(type(9, 9) == std::nullopt);
  CHECK(create_absolute_position(doc, {}) == std::nullopt);
}

TEST_CASE("a place in a deleted type, kept or collected") {
  for (const bool gc : {false, true}) {
    Doc doc({.client_id = 1, .gc = gc});
    const Map map = doc.map("m");
    const auto array = set_type<Array>(doc, map, "a", TypeKind::array);
    push(doc, array, {1, 2});
    const auto at_unit = create_relative_position(array, 1);
    const auto at_end = create_relative_position(array, 2);
    remove(doc, map, "a");
    CHECK(index_of(doc, *at_unit) == (gc ? std::nullopt : std::optional(0U)));
    CHECK(index_of(doc, *at_end) == (gc ? std::nullopt : std::optional(0U)));
    const auto made = create_relative_position(array, 0);
    if (gc) {
      CHECK(made == std::unexpected(Error{Errc::wrong_type}));
    } else {
      CHECK(to_hex(encode_relative_position(*made)) == "02010000");
    }
  }
}

TEST_CASE("a root that only a position names is made") {
  Doc doc;
  CHECK(index_of(doc, *decode_relative_position(hex("01016e00"))) == 0);
  CHECK(doc.root_names() == std::vector<std::string>{"n"});
}

TEST_CASE("bytes of positions that nobody wrote") {
  const auto error = [](std::string_view digits) {
    const auto decoded = decode_relative_position(hex(digits));
    REQUIRE_FALSE(decoded);
    return decoded.error();
  };
  CHECK(error("") == Error{Errc::unexpected_end, 0});
  CHECK(error("0001") == Error{Errc::unexpected_end, 2});
  CHECK(error("01026e") == Error{Errc::unexpected_end, 2});
  CHECK(error("0101ff00").code == Errc::invalid_utf8);
  CHECK(error("03010100") == Error{Errc::invalid_message, 0});
  CHECK(error("00ffffffffffffffffff0100").code == Errc::number_too_large);
  CHECK(error("000100ffffffffffffffffffff01").code == Errc::number_too_large);
  CHECK(error("00010080").code == Errc::unexpected_end);

  RelativePosition position;
  position.item = Id{1, 2};
  CHECK(decode_relative_position(hex("000102")) == position);
  CHECK(decode_relative_position(hex("00010240")) == position);
  CHECK(decode_relative_position(hex("000102005555")) == position);
  position.assoc = -(std::int64_t{1} << 53) + 1;
  CHECK(decode_relative_position(encode_relative_position(position)) == position);
}

TEST_CASE("JSON of positions that nobody wrote") {
  const auto refused = [](const char* text) {
    return relative_position_from_json(*Value::from_json(text)) ==
           std::unexpected(Error{Errc::wrong_type});
  };
  CHECK(refused("{}"));
  CHECK(refused("3"));
  CHECK(refused(R"({"tname":5})"));
  CHECK(refused(R"({"item":{"client":1}})"));
  CHECK(refused(R"({"item":{"client":-1,"clock":0}})"));
  CHECK(refused(R"({"type":{"client":1,"clock":0.5}})"));
  CHECK(refused(R"({"type":{"client":1e300,"clock":0}})"));
  CHECK(refused(R"({"tname":"t","assoc":"0"})"));
  CHECK_FALSE(refused(R"({"tname":"t","item":null,"type":null,"assoc":null,"more":1})"));
}
