// Rich text where it gets narrow: bounds, refused values, attributes of the text as a whole, deltas
// as JSON. What does not follow from Yjs's own tests was asked of Yjs by the random documents of
// tests/conformance.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/limits.hpp>
#include <weft/ytype.hpp>

#include "document/doc_state.hpp"
#include "document/ordered_map.hpp"
#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;
using weft::test::to_hex;

namespace {

/// Makes an edit that must fail, and change nothing.
template <typename Edit>
void refuse(Doc& doc, Errc expected, Edit body) {
  const Bytes before = doc.encode_state_as_update();
  const std::uint64_t revision = doc.revision();
  {
    Transaction txn = doc.transact();
    const Result<void> result = body(txn);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == expected);
  }
  CHECK(doc.encode_state_as_update() == before);
  CHECK(doc.revision() == revision);
  CHECK(doc.check_invariants().empty());
}

Value nested(int depth) {
  Value value(1);
  for (int i = 0; i < depth; ++i) {
    ValueArray array;
    array.push_back(std::move(value));
    value = std::move(array);
  }
  return value;
}

}  // namespace

TEST_CASE("a place beyond the end is refused") {
  Doc doc;
  Text text = doc.text("t");
  {
    Transaction txn = doc.transact();
    REQUIRE(text.insert(txn, 0, "abc", {{"bold", true}}));
  }
  constexpr Errc kRange = Errc::out_of_range;
  refuse(doc, kRange, [&](Transaction& txn) { return text.insert(txn, 4, "x"); });
  refuse(doc, kRange, [&](Transaction& txn) { return text.insert(txn, 4, "x", {{"a", 1}}); });
  refuse(doc, kRange, [&](Transaction& txn) { return text.insert_embed(txn, 4, true); });
  refuse(doc, kRange, [&](Transaction& txn) { return text.format(txn, 4, 1, {{"a", 1}}); });
  refuse(doc, kRange, [&](Transaction& txn) { return text.remove(txn, 2, 2); });
  refuse(doc, kRange, [&](Transaction& txn) { return text.remove(txn, 4, 0); });
  refuse(doc, kRange, [&](Transaction& txn) -> Result<void> {
    const auto made = text.insert_type(txn, 4, TypeKind::map);
    if (!made) return std::unexpected(made.error());
    return {};
  });
}

TEST_CASE("values that no update can carry are refused") {
  Doc doc;
  Text text = doc.text("t");
  {
    Transaction txn = doc.transact();
    REQUIRE(text.insert(txn, 0, "abc"));
  }
  const auto refuse_mark = [&](Errc code, const Value& value) {
    const Attributes marks{{"good", true}, {"bad", value}};
    refuse(doc, code, [&](Transaction& txn) { return text.format(txn, 0, 2, marks); });
    refuse(doc, code, [&](Transaction& txn) { return text.insert(txn, 1, "x", marks); });
    refuse(doc, code, [&](Transaction& txn) { return text.insert_embed(txn, 1, 5, marks); });
    refuse(doc, code, [&](Transaction& txn) {
      return text.apply_delta(txn, Delta().insert("first").remove(1).retain(1, marks));
    });
  };
  refuse_mark(Errc::wrong_type, Undefined{});
  refuse_mark(Errc::wrong_type, BigInt{1});
  refuse_mark(Errc::wrong_type, ValueArray{BigInt{1}});
  refuse_mark(Errc::too_deep, nested(limits::depth_max + 1));
  refuse_mark(Errc::invalid_utf8, "\xC3");
  refuse_mark(Errc::invalid_utf8, ValueObject{{"\xFF", 1}});
  refuse(doc, Errc::invalid_utf8, [&](Transaction& txn) { return text.insert(txn, 0, "\xC3"); });
  refuse(doc, Errc::invalid_utf8, [&](Transaction& txn) {
    return text.format(txn, 0, 1, {{"\xC3", 1}});
  });
  refuse(doc, Errc::wrong_type,
         [&](Transaction& txn) { return text.insert_embed(txn, 0, nullptr); });
  refuse(doc, Errc::wrong_type,
         [&](Transaction& txn) { return text.insert_embed(txn, 0, Undefined{}); });
  refuse(doc, Errc::wrong_type, [&](Transaction& txn) {
    return text.apply_delta(txn, Delta({DeltaInsert{DeltaContent(SharedType(text)), {}}}));
  });
  refuse(doc, Errc::invalid_content, [&](Transaction& txn) {
    return text.apply_delta(txn, Delta().insert_type(static_cast<TypeKind>(7)));
  });

  Transaction txn = doc.transact();
  REQUIRE(text.format(txn, 0, 2, {{"deep", nested(limits::depth_max)}}));
}

TEST_CASE("what is too large is refused") {
  Doc doc;
  Text text = doc.text("t");
  {
    Transaction txn = doc.transact();
    REQUIRE(text.insert(txn, 0, "abc"));
  }
  constexpr auto kPadding = static_cast<std::uint32_t>(limits::padding_max);
  refuse(doc, Errc::too_large, [&](Transaction& txn) {
    return text.format(txn, 1, kPadding + 3, {{"a", 1}});
  });
  refuse(doc, Errc::too_large, [&](Transaction& txn) {
    return text.format(txn, 1, 0xFFFF'FFFF, {{"a", 1}});
  });
  refuse(doc, Errc::too_large, [&](Transaction& txn) {
    return text.apply_delta(txn, Delta().retain(kPadding).insert("x").retain(4));
  });
  const std::string large(limits::edit_bytes_max + 1, 'x');
  refuse(doc, Errc::too_large, [&](Transaction& txn) {
    return text.format(txn, 0, 1, {{"a", large}});
  });

  Transaction txn = doc.transact();
  REQUIRE(text.format(txn, 1, kPadding + 2, {{"a", 1}}));
  CHECK(text.length() == 3 + kPadding);
}

TEST_CASE("a format that reaches beyond the end fills up with line feeds") {
  Doc doc;
  Text text = doc.text("t");
  Transaction txn = doc.transact();
  REQUIRE(text.format(txn, 0, 5, {{"a", 1}}));  // nothing is there to be formatted
  CHECK(text.length() == 0);
  REQUIRE(text.insert(txn, 0, "ab"));
  REQUIRE(text.format(txn, 2, 5, {{"a", 1}}));
  CHECK(text.length() == 2);
  REQUIRE(text.format(txn, 1, 3, {{"a", 1}}));
  CHECK(text.to_delta().to_json() == R"([{"insert":"a"},{"insert":"b\n\n","attributes":{"a":1}}])");
  REQUIRE(text.apply_delta(txn, Delta().retain(6).remove(9)));
  CHECK(text.to_string() == "ab\n\n\n\n");
}

TEST_CASE("a line feed at the very end is left out where that is asked for") {
  Doc doc;
  Text text = doc.text("t");
  Transaction txn = doc.transact();
  REQUIRE(text.apply_delta(txn, Delta().insert("a\n"), false));
  CHECK(text.to_string() == "a");
  REQUIRE(text.apply_delta(txn, Delta().insert("b\n"), false));
  CHECK(text.to_string() == "b\na");
  REQUIRE(text.apply_delta(txn, Delta().retain(3).insert("\n")));
  CHECK(text.to_string() == "b\na\n");
  REQUIRE(text.apply_delta(txn, Delta().retain(4).insert("\n"), false));
  CHECK(text.to_string() == "b\na\n");
}

TEST_CASE("attributes come in the order of a JavaScript object's keys") {
  Doc doc;
  Text text = doc.text("t");
  Transaction txn = doc.transact();
  REQUIRE(text.insert(txn, 0, "x", {{"b", 1}, {"10", 1}, {"a", 1}, {"2", 1}, {"b", 2}}));
  CHECK(text.to_delta().to_json() == R"([{"insert":"x","attributes":{"2":1,"10":1,"b":2,"a":1}}])");
}

TEST_CASE("an insertion takes over the formats before it, or the given ones") {
  Doc doc;
  Text text = doc.text("t");
  Transaction txn = doc.transact();
  REQUIRE(text.insert(txn, 0, "ab", {{"bold", true}}));
  REQUIRE(text.insert(txn, 2, "c"));
  REQUIRE(text.insert(txn, 3, "d", Attributes{}));
  REQUIRE(text.insert_embed(txn, 2, "text", {{"em", true}}));
  CHECK(text.to_delta().to_json() ==
        R"([{"insert":"ab","attributes":{"bold":true}},{"insert":"text","attributes":{"em":true}},)"
        R"({"insert":"c","attributes":{"bold":true}},{"insert":"d"}])");
}

TEST_CASE("a text has attributes as a whole") {
  Doc doc;
  Text text = doc.text("t");
  Transaction txn = doc.transact();
  REQUIRE(text.insert(txn, 0, "x", {{"align", "left"}}));
  REQUIRE(text.set_attribute(txn, "align", "right"));
  REQUIRE(text.set_attribute(txn, "gone", 1));
  REQUIRE(text.set_attribute_type(txn, "type", TypeKind::array));
  REQUIRE(text.remove_attribute(txn, "gone"));
  CHECK(std::get<Value>(text.get_attribute("align")) == Value("right"));
  CHECK(std::holds_alternative<std::monostate>(text.get_attribute("gone")));
  const auto all = text.get_attributes();
  REQUIRE(all.size() == 2);
  CHECK(all[0].first == "align");
  CHECK(std::holds_alternative<SharedType>(all[1].second));
  CHECK(text.to_delta().to_json() == R"([{"insert":"x","attributes":{"align":"left"}}])");
}

TEST_CASE("a text that was deleted refuses edits") {
  Doc doc;
  Array array = doc.array("a");
  Transaction txn = doc.transact();
  const SharedType made = array.insert_type(txn, 0, TypeKind::text).value();
  Text text(made.doc(), made.type());
  REQUIRE(text.insert(txn, 0, "x"));
  REQUIRE(array.remove(txn, 0, 1));
  const auto code = [](const Result<void>& result) { return result.error().code; };
  CHECK(code(text.insert(txn, 0, "x")) == Errc::wrong_type);
  CHECK(code(text.format(txn, 0, 1, {{"a", 1}})) == Errc::wrong_type);
  CHECK(code(text.apply_delta(txn, Delta().insert("x"))) == Errc::wrong_type);
  CHECK(code(text.set_attribute(txn, "x", 1)) == Errc::wrong_type);
  CHECK(text.to_delta().ops.empty());
}

TEST_CASE("deltas go to JSON and back") {
  constexpr const char* kJson =
      R"([{"insert":"a","attributes":{"b":null}},{"insert":{"image":1}},{"retain":3},)"
      R"({"retain":1,"attributes":{"c":[1]}},{"delete":2}])";
  const Delta delta = Delta::from_json(kJson).value();
  CHECK(delta == Delta()
                     .insert("a", {{"b", nullptr}})
                     .insert_embed(ValueObject{{"image", 1}})
                     .retain(3)
                     .retain(1, {{"c", ValueArray{1}}})
                     .remove(2));
  CHECK(delta.to_json() == kJson);
  CHECK(Delta::from_json(std::string(R"({"ops":)") + kJson + "}").value() == delta);
  CHECK(Delta::from_json("[{}]").value().ops.empty());
  const auto code = [](std::string_view json) { return Delta::from_json(json).error().code; };
  CHECK(code("{}") == Errc::wrong_type);
  CHECK(code("[1]") == Errc::wrong_type);
  CHECK(code(R"([{"retain":"1"}])") == Errc::wrong_type);
  CHECK(code(R"([{"retain":1,"attributes":5}])") == Errc::wrong_type);
  CHECK(code(R"([{"delete":-1}])") == Errc::out_of_range);
  CHECK(code(R"([{"delete":1.5}])") == Errc::out_of_range);
  CHECK(code(R"([{"delete":4294967295}])") == Errc::out_of_range);
  CHECK(code("[{") == Errc::invalid_json);
}

TEST_CASE("equal objects count as equal only where Yjs would hold one object") {
  Doc doc;
  Text text = doc.text("t");
  const auto count = [&] {
    const store::Store& store = doc.state().store;
    int live = 0;
    for (store::Handle at = store.types.list(store.types[text.type()].sequence).first;
         at != store::kNoHandle; at = store.items[at].right) {
      live += store.items[at].content() == store::Kind::format ? 1 : 0;
    }
    return live;
  };
  const Value flat(ValueObject{{"id", 1}});
  const Value deep(ValueObject{{"at", ValueObject{{"id", 1}}}});
  Transaction txn = doc.transact();
  REQUIRE(text.insert(txn, 0, "abcdef", {{"m", flat}}));
  CHECK(count() == 2);
  REQUIRE(text.insert(txn, 2, "x", {{"m", flat}}));  // flat objects are compared by their members
  CHECK(count() == 2);
  REQUIRE(text.insert(txn, 0, "123", {{"n", deep}}));
  CHECK(count() == 4);
  REQUIRE(text.insert(txn, 1, "x", {{"n", deep}}));  // nested ones are not: another object
  CHECK(count() == 6);
  REQUIRE(text.insert(txn, 1, "x"));  // the object in force there
  CHECK(count() == 6);
}

TEST_CASE("an ordered map keeps the order in which keys came") {
  document::OrderedMap<int> map(7);
  std::vector<std::uint32_t> expected;
  for (std::uint32_t key = 0; key < 100; ++key) {
    map.set(99 - key, static_cast<int>(key));
    expected.push_back(99 - key);
  }
  map.set(50, -1);
  CHECK(*map.find(50) == -1);
  for (std::uint32_t key = 0; key < 100; ++key) {
    if (key % 10 == 0) continue;
    map.erase(key);
    map.erase(key);
    std::erase(expected, key);
  }
  map.set(51, 5);
  expected.push_back(51);
  std::vector<std::uint32_t> keys;
  map.for_each([&](std::uint32_t key, int) { keys.push_back(key); });
  CHECK(keys == expected);
  CHECK(map.size() == expected.size());
  CHECK_FALSE(map.contains(52));
}

// The bytes are those of Yjs 13.6.33: new Y.Map, Y.Text and Y.Array with contents, inserted.
TEST_CASE("types come into a text with their contents") {
  Doc doc({.client_id = 1});
  Text text = doc.text("t");
  const auto edit = [&](auto change) {
    Transaction txn = doc.transact();
    REQUIRE(change(txn));
  };
  edit([&](Transaction& txn) { return text.insert(txn, 0, "ab"); });
  edit([&](Transaction& txn) {
    return text.insert_type(txn, 1, Prelim::map({{"a", 1}, {"b", "x"}}), {{"bold", true}});
  });
  Delta inner;
  inner.insert("in", {{"em", true}}).insert_type(Prelim::array({1, 2}));
  edit([&](Transaction& txn) {
    return text.apply_delta(txn, Delta().retain(2).insert_type(Prelim::text(inner)).insert("z"));
  });
  const std::string before =
      "0401017401618401000162c60100010104626f6c640474727565c7010201010128000103016101"
      "7d0128000103016201770178c60103010104626f6c64046e756c6cc701060101020600010702656d04747275"
      "6584010802696e86010a02656d046e756c6c87010b000800010c027d017d02c401070101017a";
  CHECK(to_hex(doc.encode_state_as_update()) == "010e0100" + before + "00");
  edit([&](Transaction& txn) { return text.set_attribute(txn, "k", Prelim::array({7})); });
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "01100100" + before + "27010174016b0008000110017d0700");
  CHECK(doc.check_invariants().empty());

  const auto refuse_type = [&](Errc code, const Prelim& type) {
    refuse(doc, code, [&](Transaction& txn) {
      return text.apply_delta(txn, Delta().insert("x").insert_type(type));
    });
  };
  refuse_type(Errc::wrong_type, Prelim::array({Undefined{}}));
  refuse_type(Errc::invalid_utf8, Prelim::map({{"\xC3", 1}}));
  refuse_type(Errc::wrong_type, Prelim::text(Delta().insert_embed(BigInt{1})));
  refuse_type(Errc::invalid_content, static_cast<TypeKind>(7));
}

// What Yjs 13.6.33 writes: bytes, an array and an object are equal where their members are.
TEST_CASE("formats are equal by their members, whatever holds those") {
  Doc doc({.client_id = 1});
  Text text = doc.text("t");
  Transaction txn = doc.transact();
  REQUIRE(text.insert(txn, 0, "abcd", {{"m", Bytes{1, 2}}}));
  REQUIRE(text.insert(txn, 2, "x", {{"m", ValueObject{{"0", 1}, {"1", 2}}}}));
  REQUIRE(text.insert(txn, 0, "y", {{"m", ValueArray{1, 2}}}));
  txn.commit();
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "0106010006010174016d0d7b2230223a312c2231223a327d840100026162840102026364860104016d046e756c"
        "6cc4010201030178c401000101017900");
}

// As far as Yjs gets, whose own copy throws when it is inserted.
TEST_CASE("a copy of a text has its types, empty") {
  Doc doc({.client_id = 1});
  Text text = doc.text("t");
  Transaction txn = doc.transact();
  REQUIRE(text.insert(txn, 0, "ab"));
  REQUIRE(text.insert_type(txn, 1, Prelim::map({{"k", 1}}), {{"b", true}}));
  const Prelim copy = text.clone().value();
  CHECK(copy ==
        Prelim::text(Delta().insert("a").insert_type(TypeKind::map, {{"b", true}}).insert("b")));
  REQUIRE(doc.array("a").insert(txn, 0, {copy}));
  CHECK(as<Text>(doc.array("a").get(0))->to_delta().to_json() ==
        R"([{"insert":"a"},{"insert":{},"attributes":{"b":true}},{"insert":"b"}])");
}

TEST_CASE("a text is cleaned up when it is asked for") {
  // Two users gave the same formats at once; nobody knew the root for a text when that arrived.
  Doc doc({.client_id = 9});
  REQUIRE(doc.apply_update(hex(
      "0304030046010004626f6c640474727565c60100010104626f6c64046e756c6cc60301010102656d01318601"
      "0102656d046e756c6c04020046010004626f6c640474727565c60100010104626f6c64046e756c6cc602010101"
      "02656d013186010102656d046e756c6c020100040101740178840100017900")));
  Text text = doc.text("t");
  Transaction txn = doc.transact();
  CHECK(text.cleanup_formatting(txn) == 1);
  CHECK(text.cleanup_formatting(txn) == 0);
  txn.commit();
  CHECK(text.to_delta().to_json() ==
        R"([{"insert":"x","attributes":{"bold":true}},{"insert":"y","attributes":{"em":1}}])");
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "0304030046010004626f6c640474727565c60100010104626f6c64046e756c6cc60301010102656d01318601"
        "0102656d046e756c6c04020041010001c60100010104626f6c64046e756c6cc60201010102656d0131860101"
        "02656d046e756c6c02010004010174017884010001790102010001");
}

TEST_CASE("a YType is cleaned up when it is asked for, unless its document does not clean up") {
  const Bytes update =
      hex("0302030046010004626f6c640474727565c60100010104626f6c64046e756c6c02020046010004626f6c6404"
          "74727565c60100010104626f6c64046e756c6c020100040101740178840100017900");
  for (const bool cleans : {true, false}) {
    Doc doc({.client_id = 9, .compat = Compat::v14, .cleanup_formatting = cleans});
    Transaction txn = doc.transact();
    REQUIRE(doc.apply_update(update));
    YType type = doc.get("t");
    CHECK(type.cleanup_formatting(txn) == (cleans ? 1 : 0));
    CHECK(type.cleanup_formatting(txn) == 0);
  }
}
