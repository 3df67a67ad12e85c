// Arrays. The cases named after functions of Yjs's own y-array.tests.js expect the same.
#include <limits>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "support/hex.hpp"
#include "support/users.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::to_hex;
using weft::test::Users;

namespace {

std::string print(const std::vector<Element>& elements) {
  std::string text;
  for (const Element& element : elements) {
    if (!text.empty()) text += ",";
    if (const auto* value = std::get_if<Value>(&element)) {
      text += value->to_json();
    } else if (const auto* type = std::get_if<SharedType>(&element)) {
      text += type->to_json().to_json();
    } else {
      text += std::holds_alternative<SubDoc>(element) ? "doc" : "nothing";
    }
  }
  return text;
}

}  // namespace

TEST_CASE("an update carries an array (testBasicUpdate)") {
  Doc one({.client_id = 1});
  Doc two({.client_id = 2});
  Array array = one.array("array");
  {
    Transaction txn = one.transact();
    REQUIRE(array.insert(txn, 0, {"hi"}));
  }
  REQUIRE(two.apply_update(one.encode_state_as_update()));
  CHECK(print(two.array("array").elements()) == "\"hi\"");
}

TEST_CASE("nobody changes a document through a value (testFailsObjectManipulationInDevMode)") {
  Doc doc({.client_id = 1});
  Array array = doc.array("test");
  Map map = doc.map("map");
  ValueArray given{1, 2, 3};
  ValueObject object{{"o", 1}};
  Transaction txn = doc.transact();
  REQUIRE(array.insert(txn, 0, std::vector<Content>{given}));
  REQUIRE(map.set(txn, "k", object));
  txn.commit();
  given[0] = 42;
  object[0].second = 42;
  auto read = std::get<Value>(array.get(0));
  std::get<ValueArray>(read.variant())[0] = 42;
  CHECK(doc.to_json().to_json() == R"({"test":[[1,2,3]],"map":{"k":{"o":1}}})");
}

TEST_CASE("slices count from both ends (testSlice)") {
  Doc doc;
  Array array = doc.array("array");
  Transaction txn = doc.transact();
  CHECK(array.slice(-3).empty());
  REQUIRE(array.insert(txn, 0, {1, 2, 3}));
  CHECK(print(array.slice(0)) == "1,2,3");
  CHECK(print(array.slice(1)) == "2,3");
  CHECK(print(array.slice(0, -1)) == "1,2");
  REQUIRE(array.insert(txn, 0, {0}));
  CHECK(print(array.slice(0)) == "0,1,2,3");
  CHECK(print(array.slice(0, 2)) == "0,1");
  // What Yjs gives beyond the ends:
  CHECK(print(array.slice(-6, 2)) == "nothing,nothing,0,1");
  CHECK(print(array.slice(-6, -5)) == "nothing");
  CHECK(print(array.slice(2, 9)) == "2,3");
  CHECK(print(array.slice(3, 1)).empty());
  CHECK(print(array.slice(4)).empty());
}

TEST_CASE("a type is inserted with its contents (testArrayFrom)") {
  Doc doc;
  Map root = doc.map("root");
  Transaction txn = doc.transact();
  REQUIRE(root.set(txn, "array", Prelim::array({0, 1, 2})));
  const auto nested = as<Array>(root.get("array"));
  REQUIRE(nested);
  CHECK(print(nested->elements()) == "0,1,2");
}

TEST_CASE("the length is right between edits (testLengthIssue)") {
  Doc doc;
  Array array = doc.array("array");
  const auto check = [&] { CHECK(array.length() == array.elements().size()); };
  {
    Transaction txn = doc.transact();
    REQUIRE(array.push(txn, {0, 1, 2, 3}));
  }
  {
    Transaction txn = doc.transact();
    REQUIRE(array.remove(txn, 0));
  }
  {
    Transaction txn = doc.transact();
    REQUIRE(array.insert(txn, 0, {0}));
  }
  check();
  {
    Transaction txn = doc.transact();
    for (const std::uint32_t at : {1U, 2U}) {
      REQUIRE(array.remove(txn, at));
      check();
      REQUIRE(array.insert(txn, at, {static_cast<int>(at)}));
      check();
    }
  }
  check();
  Transaction txn = doc.transact();
  REQUIRE(array.remove(txn, 1));
  check();
  REQUIRE(array.insert(txn, 1, {1}));
  check();
  CHECK(print(array.elements()) == "0,1,2,3");
}

TEST_CASE("an insertion beyond the end fails and leaves no trace (testLengthIssue2)") {
  Doc doc;
  Array next = doc.array("");
  const auto insert = [&](std::uint32_t index, const char* value) {
    Transaction txn = doc.transact();
    return next.insert(txn, index, {value});
  };
  REQUIRE(insert(0, "group2"));
  REQUIRE(insert(1, "rectangle3"));
  {
    Transaction txn = doc.transact();
    REQUIRE(next.remove(txn, 0));
    REQUIRE(next.insert(txn, 0, {"rectangle3"}));
  }
  {
    Transaction txn = doc.transact();
    REQUIRE(next.remove(txn, 1));
  }
  REQUIRE(insert(1, "ellipse4"));
  REQUIRE(insert(2, "ellipse3"));
  REQUIRE(insert(3, "ellipse2"));
  Transaction txn = doc.transact();
  CHECK(next.insert(txn, 5, {"rectangle2"}).error().code == Errc::out_of_range);
  REQUIRE(next.insert(txn, 4, {"rectangle2"}));
  REQUIRE(next.remove(txn, 4));
  CHECK(print(next.elements()) == R"("rectangle3","ellipse4","ellipse3","ellipse2")");
}

TEST_CASE("deleting nothing is no error, deleting beyond the end is one (testDeleteInsert)") {
  Users users(2);
  users.change(0, [](Doc& doc, Transaction& txn) {
    Array array = doc.array("array");
    CHECK(array.remove(txn, 0, 0));
    CHECK(array.remove(txn, 1, 1).error().code == Errc::out_of_range);
    REQUIRE(array.insert(txn, 0, {"A"}));
    CHECK(array.remove(txn, 1, 0));
    CHECK(array.remove(txn, 0, std::numeric_limits<std::uint32_t>::max()).error().code ==
          Errc::out_of_range);
  });
  users.compare();
}

TEST_CASE("elements arrive (testInsertThreeElementsTryRegetProperty)") {
  Users users(2);
  users.change(0, [](Doc& doc, Transaction& txn) {
    REQUIRE(doc.array("array").insert(txn, 0, {1, true, false}));
    CHECK(doc.array("array").to_json().to_json() == "[1,true,false]");
  });
  users.flush();
  CHECK(users[1].array("array").to_json().to_json() == "[1,true,false]");
  users.compare();
}

TEST_CASE("three insert at one place (testConcurrentInsertWithThreeConflicts)") {
  Users users(3);
  for (std::size_t i = 0; i < 3; ++i) {
    users.change(i, [i](Doc& doc, Transaction& txn) {
      REQUIRE(doc.array("array").insert(txn, 0, {static_cast<int>(i)}));
    });
  }
  users.compare();
  CHECK(print(users[0].array("array").elements()) == "0,1,2");
}

TEST_CASE("insertions and deletions meet (testConcurrentInsertDeleteWithThreeConflicts)") {
  Users users(3);
  users.change(0, [](Doc& doc, Transaction& txn) {
    REQUIRE(doc.array("array").insert(txn, 0, {"x", "y", "z"}));
  });
  users.flush();
  users.change(0,
               [](Doc& doc, Transaction& txn) { REQUIRE(doc.array("array").insert(txn, 1, {0})); });
  for (const std::uint32_t at : {0U, 1U}) {
    users.change(1,
                 [at](Doc& doc, Transaction& txn) { REQUIRE(doc.array("array").remove(txn, at)); });
  }
  users.change(2,
               [](Doc& doc, Transaction& txn) { REQUIRE(doc.array("array").insert(txn, 1, {2})); });
  users.compare();
  CHECK(print(users[0].array("array").elements()) == R"(0,2,"y")");
}

namespace {

void insert_offline(Users& users, std::size_t count) {
  users.change(0, [](Doc& doc, Transaction& txn) {
    REQUIRE(doc.array("array").insert(txn, 0, {"x", "y"}));
  });
  users.flush();
  users.disconnect(1);
  users.disconnect(2);
  for (std::size_t i = 0; i < count; ++i) {
    users.change(i, [i](Doc& doc, Transaction& txn) {
      REQUIRE(doc.array("array").insert(txn, 1, {"user" + std::to_string(i)}));
    });
  }
}

}  // namespace

TEST_CASE("insertions come together late (testInsertionsInLateSync)") {
  Users users(3);
  insert_offline(users, 3);
  users.connect(1);
  users.connect(2);
  users.compare();
  CHECK(print(users[2].array("array").elements()) == R"("x","user0","user1","user2","y")");
}

TEST_CASE("who is offline hears nothing (testDisconnectReallyPreventsSendingMessages)") {
  Users users(3);
  insert_offline(users, 2);
  users.flush();
  CHECK(print(users[0].array("array").elements()) == R"("x","user0","y")");
  CHECK(print(users[1].array("array").elements()) == R"("x","user1","y")");
  users.compare();
}

TEST_CASE("deletions come together late (testDeletionsInLateSync)") {
  Users users(2);
  users.change(0, [](Doc& doc, Transaction& txn) {
    REQUIRE(doc.array("array").insert(txn, 0, {"x", "y"}));
  });
  users.flush();
  users.disconnect(1);
  users.change(1, [](Doc& doc, Transaction& txn) { REQUIRE(doc.array("array").remove(txn, 1)); });
  users.change(0,
               [](Doc& doc, Transaction& txn) { REQUIRE(doc.array("array").remove(txn, 0, 2)); });
  users.compare();
  CHECK(users[1].array("array").length() == 0);
}

TEST_CASE("a deletion arrives with the reconnection (testInsertThenMergeDeleteOnSync)") {
  Users users(2);
  users.change(0, [](Doc& doc, Transaction& txn) {
    REQUIRE(doc.array("array").insert(txn, 0, {"x", "y", "z"}));
  });
  users.flush();
  users.disconnect(0);
  users.change(1,
               [](Doc& doc, Transaction& txn) { REQUIRE(doc.array("array").remove(txn, 0, 3)); });
  users.compare();
  CHECK(users[0].array("array").length() == 0);
}

TEST_CASE("a deleted type is garbage for all (testGarbageCollector)") {
  Users users(3);
  users.change(0, [](Doc& doc, Transaction& txn) {
    REQUIRE(doc.array("array").insert(txn, 0, {"x", "y", "z"}));
  });
  users.flush();
  users.disconnect(0);
  users.change(0,
               [](Doc& doc, Transaction& txn) { REQUIRE(doc.array("array").remove(txn, 0, 3)); });
  users.connect(0);
  users.flush();
  users.compare();
  CHECK(users[2].array("array").length() == 0);
}

TEST_CASE("elements are gone over, types too (testIteratingArrayContainingTypes)") {
  Doc doc;
  Array array = doc.array("arr");
  Transaction txn = doc.transact();
  for (int i = 0; i < 10; ++i) {
    REQUIRE(array.push(txn, {Prelim::map({{"value", i}})}));
  }
  int count = 0;
  for (const Element& element : array.elements()) {
    const auto map = as<Map>(element);
    REQUIRE(map);
    CHECK(std::get<Value>(map->get("value")) == Value(count++));
  }
  CHECK(count == 10);
}

TEST_CASE("values and types in one call share items as in Yjs") {
  Doc doc({.client_id = 1});
  Array array = doc.array("a");
  {
    Transaction txn = doc.transact();
    REQUIRE(
        array.insert(txn, 0,
                     {1, "two", Bytes{3, 3}, nullptr, Prelim::map({{"k", "v"}}), Prelim::text("hi"),
                      4.5, true, SubDocOptions{.guid = "sub", .meta = ValueObject{{"x", 1}}},
                      Prelim::array({Prelim::array({7}), 8})}));
  }
  // Y.Array.insert of the same, with clientID 1, in Yjs 13.6.33
  CHECK(
      to_hex(doc.encode_state_as_update()) ==
      "010d010008010161027d01770374776f830101020303880102017e8701030128000104016b017701768701040204"
      "000106026869880106027c409000007889010a037375627601046d657461760101787d0187010b000700010c0008"
      "00010d017d0788010d017d0800");
  CHECK(doc.check_invariants() == "");
}

TEST_CASE("what Yjs refuses is refused before anything changes") {
  Doc doc({.client_id = 1});
  Array array = doc.array("a");
  Transaction txn = doc.transact();
  REQUIRE(array.push(txn, {1}));
  const auto refused = [&](const std::vector<Content>& contents) {
    const auto result = array.insert(txn, 0, contents);
    CHECK(array.length() == 1);
    return result ? Errc::trailing_bytes : result.error().code;
  };
  CHECK(refused({1, Undefined{}}) == Errc::wrong_type);
  CHECK(refused({1, BigInt{5}}) == Errc::wrong_type);
  CHECK(refused({1, Prelim::array({Undefined{}})}) == Errc::wrong_type);
  CHECK(refused({"\xFF"}) == Errc::invalid_utf8);
  CHECK(refused({ValueObject{{"\xC3", 1}}}) == Errc::invalid_utf8);
  CHECK(refused({Prelim::map({{"\xC3", 1}})}) == Errc::invalid_utf8);
  CHECK(refused({Prelim::text("\xC3")}) == Errc::invalid_utf8);
  CHECK(refused({Prelim::xml_element("\xC3")}) == Errc::invalid_utf8);
  Value deep = ValueArray{};
  for (int i = 0; i < 1000; ++i) deep = ValueArray{std::move(deep)};
  CHECK(refused({std::move(deep)}) == Errc::too_deep);
  // Inside an object, and in a map, JavaScript's undefined and BigInt are fine.
  CHECK(array.insert(txn, 0, {ValueObject{{"u", Undefined{}}, {"b", BigInt{-3}}}}));
  CHECK(array.insert(txn, 0, {Prelim::map({{"u", Undefined{}}, {"b", BigInt{-3}}})}));
}

TEST_CASE("a handle to a deleted type refuses edits and reads as empty") {
  Doc doc;
  Array array = doc.array("a");
  auto nested = [&] {
    Transaction txn = doc.transact();
    auto made = array.insert_type(txn, 0, TypeKind::array);
    REQUIRE(made);
    REQUIRE(made->as<Array>()->push(txn, {1}));
    return *made->as<Array>();
  }();
  CHECK(nested.parent() == SharedType(array));
  {
    Transaction txn = doc.transact();
    REQUIRE(array.remove(txn, 0));
    CHECK(!nested.exists());
    CHECK(nested.length() == 0);
  }
  CHECK(!nested.exists());
  CHECK(!nested.parent());
  CHECK(nested.elements().empty());
  Transaction txn = doc.transact();
  CHECK(nested.insert(txn, 0, {1}).error().code == Errc::wrong_type);
  CHECK(nested.push(txn, {1}).error().code == Errc::wrong_type);
  CHECK(nested.remove(txn, 0).error().code == Errc::wrong_type);
}

TEST_CASE("types nested beyond all measure are read without harm") {
  Doc doc;
  Array array = doc.array("a");
  Transaction txn = doc.transact();
  for (int i = 0; i < 3000; ++i) {
    const auto made = array.insert_type(txn, 0, TypeKind::array);
    REQUIRE(made);
    array = *made->as<Array>();
  }
  const std::string json = doc.array("a").to_json().to_json();
  CHECK(json == std::string(1000, '[') + "null" + std::string(1000, ']'));
  CHECK(doc.array("a").clone().error().code == Errc::too_deep);
}

TEST_CASE("elements come to the front") {
  Doc doc;
  Array array = doc.array("a");
  Transaction txn = doc.transact();
  REQUIRE(array.push(txn, {3}));
  REQUIRE(array.unshift(txn, {1, 2}));
  CHECK(array.to_json().to_json() == "[1,2,3]");
  const Map map = array.insert_type<Map>(txn, 1).value();
  CHECK(as<Map>(array.get(1)) == map);
  CHECK(array.insert_type<Map>(txn, 9).error().code == Errc::out_of_range);
}
