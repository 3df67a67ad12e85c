// Suggestions: edits at places that count what is shown with marks, and parts of the difference of
// two documents accepted and rejected. Source: @y/y 14 tests/attribution.tests.js; what is expected
// was made by release candidate 7, corrected (tests/conformance/updates/corrections.mjs).
#include <string>

#include <catch2/catch.hpp>

#include <weft/attribution_managers.hpp>
#include <weft/doc.hpp>
#include <weft/snapshot.hpp>
#include <weft/ytype.hpp>

#include "support/hex.hpp"

using namespace weft;        // NOLINT(google-build-using-namespace): the rooms under test
using namespace weft::test;  // NOLINT(google-build-using-namespace): hex

namespace {

Doc make_doc(ClientId client, bool gc) {
  return Doc({.client_id = client, .gc = gc, .compat = Compat::v14});
}

/// A document that says "hello world", and one with suggestions to it.
struct Pair {
  explicit Pair(bool gc = false) : base(make_doc(1, false)), doc(make_doc(2, gc)) {
    {
      Transaction txn = base.transact();
      REQUIRE(base.get("t").insert(txn, 0, "hello world"));
    }
    REQUIRE(doc.apply_update(base.encode_state_as_update()));
    marks = std::make_unique<DiffAttributionManager>(base, doc);
  }

  void edit(const YDelta& delta, std::uint64_t origin = 0) {
    Transaction txn = doc.transact(origin);
    REQUIRE(doc.get("t").apply_delta(txn, delta, marks.get()));
  }
  void remove(std::uint32_t index, std::uint32_t length) {
    Transaction txn = doc.transact();
    REQUIRE(doc.get("t").remove(txn, index, length));
  }
  void insert(std::uint32_t index, std::string_view text) {
    Transaction txn = doc.transact();
    REQUIRE(doc.get("t").insert(txn, index, text));
  }

  std::string text() { return doc.get("t").to_string(); }
  std::string base_text() { return base.get("t").to_string(); }
  std::string marked() { return doc.get("t").to_delta(marks.get()).to_json(); }

  Doc base;
  Doc doc;
  std::unique_ptr<DiffAttributionManager> marks;
};

}  // namespace

TEST_CASE("what is inserted minds what is shown (testInsertionsMindingAttributedContent)") {
  Pair pair;
  pair.remove(6, 5);
  CHECK(pair.marked() ==
        R"({"type":"delta","children":[{"type":"insert","insert":"hello "},{"type":"insert",)"
        R"("insert":"world","attribution":{"delete":[]}}]})");
  pair.edit(YDelta().retain(11).insert("content"));
  CHECK(pair.text() == "hello content");
}

TEST_CASE("insertions go into what is marked (testInsertionsIntoAttributedContent)") {
  Doc base = make_doc(1, false);
  Doc doc = make_doc(2, false);
  {
    Transaction txn = base.transact();
    REQUIRE(base.get("").insert(txn, 0, "hello "));
  }
  REQUIRE(doc.apply_update(base.encode_state_as_update()));
  const DiffAttributionManager marks(base, doc);
  Transaction txn = doc.transact();
  REQUIRE(doc.get("").insert(txn, 6, "word"));
  txn.commit();
  CHECK(doc.get("").to_delta(&marks).to_json() ==
        R"({"type":"delta","children":[{"type":"insert","insert":"hello "},{"type":"insert",)"
        R"("insert":"word","attribution":{"insert":[]}}]})");
  Transaction next = doc.transact();
  REQUIRE(doc.get("").apply_delta(next, YDelta().retain(9).insert("l"), &marks));
  next.commit();
  CHECK(doc.get("").to_string() == "hello world");
}

TEST_CASE("suggestions are accepted and rejected one by one") {
  for (const bool gc : {false, true}) {
    Pair pair(gc);
    pair.remove(6, 5);
    pair.edit(YDelta().retain(11).insert("content"));
    pair.edit(YDelta().retain(3).retain(6, {{"bold", true}}));
    CHECK(pair.marked() ==
          R"({"type":"delta","children":[{"type":"insert","insert":"hel"},{"type":"insert",)"
          R"("insert":"lo ","format":{"bold":true},"attribution":{"format":{"bold":[]}}},)"
          R"({"type":"insert","insert":"wor","format":{"bold":true},"attribution":{"format":)"
          R"({"bold":[]},"delete":[]}},{"type":"insert","insert":"ld","attribution":)"
          R"({"delete":[]}},{"type":"insert","insert":"content","attribution":{"insert":[]}}]})");
    pair.insert(0, "A");
    pair.insert(5, "BC");
    REQUIRE(pair.marks->reject_change({2, 8}));
    CHECK(pair.text() == "AhellBCo world");
    CHECK(pair.base_text() == "hello world");
    REQUIRE(pair.marks->accept_change({1, 8}));
    CHECK(pair.text() == "AhellBCo world");
    REQUIRE(pair.marks->reject_changes({1, 0}, std::nullopt));
    CHECK(pair.text() == "hello world");
    CHECK(pair.base_text() == "hello world");
    CHECK(pair.marked() ==
          R"({"type":"delta","children":[{"type":"insert","insert":"hello world"}]})");
    const std::string state =
        gc ? "0207020081010a07c10102010301c1010801090141010001c10103010404c40105010603776f72c40208"
             "0109026c64050100040101740368656c840102016c840103026f2084010503776f72840108026c640202"
             "01000e01010605"
           : "0209020084010a07636f6e74656e74c60102010304626f6c640474727565c60108010904626f6c64046e"
             "756c6c4401000141c60103010404626f6c64046e756c6cc4020a0104024243c6020c010404626f6c6404"
             "74727565c40105010603776f72c402080109026c64050100040101740368656c840102016c840103026f"
             "2084010503776f72840108026c64020201000e01010605";
    CHECK(to_hex(pair.base.encode_state_as_update()) == state);
    CHECK(to_hex(pair.doc.encode_state_as_update()) == state);
    CHECK(pair.doc.check_invariants().empty());
    CHECK(pair.base.check_invariants().empty());
  }
}

TEST_CASE("what was collected comes back from the base") {
  Pair pair(true);
  pair.remove(0, 6);
  REQUIRE(pair.marks->reject_change({1, 2}));
  CHECK(pair.text() == "hello world");
  CHECK(pair.base_text() == "hello world");
  CHECK(to_hex(pair.doc.encode_state_as_update()) ==
        "020102004401000668656c6c6f20020100040101740668656c6c6f2084010505776f726c640101010006");
  CHECK(pair.doc.check_invariants().empty());
}

TEST_CASE("deleting what is deleted already is passed on to the base") {
  constexpr std::uint64_t kAccepts = 7;
  Pair pair;
  pair.remove(0, 6);
  pair.marks->set_suggestion_mode(false);
  pair.marks->set_suggestion_origins(std::vector<std::uint64_t>{kAccepts});
  pair.edit(YDelta().remove(3));
  CHECK(pair.base_text() == "hello world");
  pair.edit(YDelta().retain(1).remove(3), kAccepts);
  CHECK(pair.base_text() == "ho world");
  CHECK(pair.marked() ==
        R"({"type":"delta","children":[{"type":"insert","insert":"ho ","attribution":)"
        R"({"delete":[]}},{"type":"insert","insert":"world"}]})");
  pair.edit(YDelta().retain(4).remove(3).insert("!"), kAccepts);
  CHECK(pair.base_text() == "ho w!d");
  CHECK(pair.marked() ==
        R"({"type":"delta","children":[{"type":"insert","insert":"ho ","attribution":)"
        R"({"delete":[]}},{"type":"insert","insert":"w!d"}]})");
}

TEST_CASE("suggestions that are not there are refused, and nothing changes") {
  Pair pair(true);
  const auto code = [](const Result<void>& result) { return result.error().code; };
  CHECK(code(pair.marks->accept_change({5, 0})) == Errc::out_of_range);
  CHECK(code(pair.marks->reject_change({1, 11})) == Errc::out_of_range);
  CHECK(code(pair.marks->reject_changes({1, 0}, Id{1, 11})) == Errc::out_of_range);
  pair.remove(0, 2);
  {
    Transaction txn = pair.doc.transact();
    YType type = pair.doc.get("t");
    CHECK(code(type.apply_delta(txn, YDelta().retain(12).insert("x"), pair.marks.get())) ==
          Errc::out_of_range);
    CHECK(code(type.apply_delta(txn, YDelta().retain(11).modify(YDelta()), pair.marks.get())) ==
          Errc::wrong_type);
    REQUIRE(
        type.apply_delta(txn, YDelta().retain(11).insert({YContent(Value(1))}), pair.marks.get()));
    CHECK(code(type.apply_delta(txn, YDelta().retain(11).modify(YDelta()), pair.marks.get())) ==
          Errc::wrong_type);
    auto made = type.insert_type(txn, 0, "p");
    REQUIRE(made);
    REQUIRE(made->insert(txn, 0, "in"));
  }
  CHECK(pair.text() == "<p>in</p>llo world1");
  pair.edit(YDelta().modify(YDelta().retain(2).insert("!")));
  CHECK(pair.text() == "<p>in!</p>llo world1");
  // A type that is collected with what it stood in.
  Transaction txn = pair.doc.transact();
  REQUIRE(pair.doc.get("t").remove(txn, 0, 1));
  txn.commit();
  CHECK(code(pair.marks->accept_change({2, 2})) == Errc::collected);
}

TEST_CASE("a struct of which a part is no suggestion any more is cut") {
  const auto suggest = [](Pair& pair) {
    pair.insert(5, "ab");
    REQUIRE(pair.marks->accept_change({2, 0}));
    pair.insert(7, "cd");  // joins the accepted text
    Transaction txn = pair.doc.transact();
    REQUIRE(pair.doc.get("t").insert(txn, 9, std::vector<Content>{1}));
  };
  Pair accepted;
  suggest(accepted);
  REQUIRE(accepted.marks->accept_change({2, 4}));
  const char* const state =
      "02020200c4010401050461626364c802030105017d01020100040101740568656c6c6f8401040620776f726c640"
      "0";
  CHECK(to_hex(accepted.base.encode_state_as_update()) == state);
  CHECK(to_hex(accepted.doc.encode_state_as_update()) == state);
  Pair rejected;
  suggest(rejected);
  REQUIRE(rejected.marks->reject_change({2, 4}));
  CHECK(rejected.text() == "helloab world");
  CHECK(to_hex(rejected.base.encode_state_as_update()) ==
        "02030200c401040105026162c402010105026364c802030105017d01020100040101740568656c6c6f84010406"
        "20776f726c640102010203");
  CHECK(rejected.doc.encode_state_as_update() == rejected.base.encode_state_as_update());
}
