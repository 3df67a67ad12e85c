// Collecting, later, what a document kept. Source: @y/y 14 tests/IdSet.tests.js.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/content_ids.hpp>
#include <weft/doc.hpp>
#include <weft/inspect.hpp>
#include <weft/undo.hpp>
#include <weft/ytype.hpp>

using namespace weft;  // NOLINT(google-build-using-namespace): the rooms under test

namespace {

Doc keeping() { return Doc({.client_id = 1, .gc = false, .compat = Compat::v14}); }

void insert_letters(Doc& doc, const std::vector<Content>& letters) {
  Transaction txn = doc.transact();
  REQUIRE(doc.get("array").insert(txn, 0, letters));
}

void remove(Doc& doc, std::uint32_t index, std::uint32_t length) {
  Transaction txn = doc.transact();
  REQUIRE(doc.get("array").remove(txn, index, length));
}

/// What holds each clock: the name of its content's kind.
std::vector<std::string> kinds(const Doc& doc) {
  std::vector<std::string> kinds;
  REQUIRE(decode_update(doc.encode_state_as_update(), Encoding::v1, [&](const UpdateStruct& s) {
    kinds.insert(kinds.end(), s.length, std::string(s.kind));
  }));
  return kinds;
}

std::string letters(const Doc& doc) {
  Doc peer({.client_id = 2, .compat = Compat::v14});
  REQUIRE(peer.apply_update(doc.encode_state_as_update()));
  return peer.get("array").to_json().to_json();
}

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("what was deleted is collected, and nobody sees it (testGcIdSetBasic)") {
  Doc doc = keeping();
  insert_letters(doc, {"a", "b", "c", "d"});
  remove(doc, 1, 2);
  CHECK(kinds(doc) == Kinds{"any", "any", "any", "any"});
  gc_id_set(doc, doc.delete_set());
  CHECK(doc.get("array").to_json().to_json() == R"({"children":["a","d"]})");
  CHECK(kinds(doc) == Kinds{"any", "deleted", "deleted", "any"});
  CHECK(letters(doc) == R"({"children":["a","d"]})");
  CHECK(doc.check_invariants().empty());
}

TEST_CASE("a part of a deleted run is collected (testGcIdSetPartialRange)") {
  Doc doc = keeping();
  insert_letters(doc, {"a", "b", "c", "d", "e"});
  remove(doc, 1, 4);
  IdSet ids;
  ids.add(1, 2, 2);
  gc_id_set(doc, ids);
  CHECK(kinds(doc) == Kinds{"any", "any", "deleted", "deleted", "any"});
  CHECK(letters(doc) == R"({"children":["a"]})");
}

TEST_CASE("what is there is not collected (testGcIdSetSkipsLiveContent)") {
  Doc doc = keeping();
  insert_letters(doc, {"a", "b", "c"});
  remove(doc, 1, 1);
  gc_id_set(doc, content_ids_from_doc(doc).inserts);
  CHECK(kinds(doc) == Kinds{"any", "deleted", "any"});
  IdSet nobody;
  nobody.add(77, 0, 5);
  nobody.add(1, 2, 1'000'000);
  gc_id_set(doc, nobody);
  CHECK(kinds(doc) == Kinds{"any", "deleted", "any"});
}

TEST_CASE("collecting once more changes nothing (testGcIdSetIdempotent)") {
  Doc doc = keeping();
  insert_letters(doc, {"a", "b", "c"});
  remove(doc, 0, 2);
  const IdSet deletes = doc.delete_set();
  gc_id_set(doc, deletes);
  const Bytes once = doc.encode_state_as_update();
  gc_id_set(doc, deletes);
  CHECK(doc.encode_state_as_update() == once);
  CHECK(letters(doc) == R"({"children":["c"]})");
}

TEST_CASE("what an undo manager or the filter keeps stays (testGcIdSetRespectsKeep)") {
  Doc doc = keeping();
  insert_letters(doc, {"a", "b", "c"});
  UndoManager undo(doc);
  remove(doc, 1, 1);
  gc_id_set(doc, doc.delete_set());
  CHECK(kinds(doc) == Kinds{"any", "any", "any"});
  undo.clear();
  gc_id_set(doc, doc.delete_set(), [](const ItemInfo& item) { return item.id.clock != 1; });
  CHECK(kinds(doc) == Kinds{"any", "any", "any"});
  gc_id_set(doc, doc.delete_set());
  CHECK(kinds(doc) == Kinds{"any", "deleted", "any"});
}

TEST_CASE("a type is collected with all inside it") {
  Doc doc = keeping();
  insert_letters(doc, {Prelim::ytype("p", YDelta().insert("text").set_attr("id", Value(1)))});
  remove(doc, 0, 1);
  gc_id_set(doc, doc.delete_set());
  CHECK(kinds(doc) == Kinds{"deleted", "gc", "gc", "gc", "gc", "gc"});
  CHECK(doc.check_invariants().empty());
}

TEST_CASE("ranges of several clients are collected in any order") {
  Doc doc = keeping();
  insert_letters(doc, {"a", "b", "c", "d"});
  Doc other({.client_id = 7, .gc = false, .compat = Compat::v14});
  REQUIRE(other.apply_update(doc.encode_state_as_update()));
  insert_letters(other, {"x", "y", "z"});
  REQUIRE(doc.apply_update(other.encode_state_as_update()));
  remove(doc, 1, 1);
  remove(doc, 3, 1);
  remove(doc, 4, 1);
  IdSet ids;
  ids.add(1, 3, 1);
  ids.add(1, 1, 1);
  ids.add(7, 1, 1);
  gc_id_set(doc, ids);
  CHECK(doc.get("array").to_json().to_json() == R"({"children":["x","z","a","c"]})");
  CHECK(kinds(doc) == Kinds{"any", "deleted", "any", "any", "deleted", "any", "deleted"});
  CHECK(doc.check_invariants().empty());
}
