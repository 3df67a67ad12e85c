// Maps. The cases named after functions of Yjs's own y-map.tests.js expect the same.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "support/hex.hpp"
#include "support/users.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::to_hex;
using weft::test::Users;

namespace {

// Sets one key in a transaction of its own.
void set(Users& users, std::size_t user, std::string_view key, const Content& content) {
  users.change(user,
               [&](Doc& doc, Transaction& txn) { REQUIRE(doc.map("map").set(txn, key, content)); });
}

void remove(Users& users, std::size_t user, std::string_view key) {
  users.change(user, [&](Doc& doc, Transaction& txn) { REQUIRE(doc.map("map").remove(txn, key)); });
}

Value value(Users& users, std::size_t user, std::string_view key) {
  const Element element = users[user].map("map").get(key);
  const auto* found = std::get_if<Value>(&element);
  return found == nullptr ? Value("no value") : *found;
}

}  // namespace

TEST_CASE("keys and entries stand in the order of their arrival (testIterators)") {
  Doc doc;
  Map map = doc.map("");
  CHECK(map.keys().empty());
  CHECK(map.entries().empty());
  Transaction txn = doc.transact();
  for (const char* key : {"b", "10", "a", "2"}) REQUIRE(map.set(txn, key, key));
  REQUIRE(map.remove(txn, "10"));
  REQUIRE(map.set(txn, "10", 5));
  CHECK(map.keys() == std::vector<std::string>{"b", "10", "a", "2"});
  REQUIRE(map.entries().size() == 4);
  CHECK(map.entries()[1].first == "10");
  CHECK(std::get<Value>(map.entries()[1].second) == Value(5));
  // A JavaScript object has another order.
  CHECK(map.to_json() == Value(ValueObject{{"2", "2"}, {"10", 5}, {"b", "b"}, {"a", "a"}}));
}

TEST_CASE("maps are made with entries (testMapHavingIterableAsConstructorParamTests)") {
  Doc doc;
  Map map = doc.map("map");
  Transaction txn = doc.transact();
  REQUIRE(map.set(txn, "m1", Prelim::map({{"number", 1}, {"string", "hello"}})));
  REQUIRE(map.set(txn, "m2", Prelim::map({{"object", ValueObject{{"x", 1}}}, {"boolean", true}})));
  const auto m1 = as<Map>(map.get("m1"));
  const auto m2 = as<Map>(map.get("m2"));
  REQUIRE(m1);
  REQUIRE(m2);
  CHECK(std::get<Value>(m1->get("number")) == Value(1));
  CHECK(std::get<Value>(m1->get("string")) == Value("hello"));
  CHECK(*std::get<Value>(m2->get("object")).find("x") == Value(1));
  CHECK(std::get<Value>(m2->get("boolean")) == Value(true));
  Prelim both = Prelim::map();
  for (const auto& from : {*m1, *m2}) {
    for (const auto& [key, element] : from.entries()) {
      both.entries.emplace_back(key, std::get<Value>(element));
    }
  }
  REQUIRE(map.set(txn, "m3", both));
  CHECK(as<Map>(map.get("m3"))->to_json().to_json() ==
        R"({"number":1,"string":"hello","object":{"x":1},"boolean":true})");
}

TEST_CASE("values of every kind arrive, late ones too (testBasicMapTests)") {
  Users users(3);
  users.disconnect(2);
  set(users, 0, "null", nullptr);
  set(users, 0, "number", 1);
  set(users, 0, "string", "hello Y");
  set(users, 0, "object", ValueObject{{"key", ValueObject{{"key2", "value"}}}});
  set(users, 0, "y-map", Prelim::map());
  set(users, 0, "boolean1", true);
  set(users, 0, "boolean0", false);
  users.change(0, [](Doc& doc, Transaction& txn) {
    const auto map = as<Map>(doc.map("map").get("y-map"));
    const auto made = map->as<Map>()->set_type(txn, "y-array", TypeKind::array);
    REQUIRE(made);
    auto array = *made->as<Array>();
    REQUIRE(array.insert(txn, 0, {0}));
    REQUIRE(array.insert(txn, 0, {-1}));
  });
  users.connect(2);
  users.flush();
  for (std::size_t user = 0; user < 3; ++user) {
    INFO("user " << user);
    CHECK(value(users, user, "null") == Value(nullptr));
    CHECK(value(users, user, "number") == Value(1));
    CHECK(value(users, user, "string") == Value("hello Y"));
    CHECK(value(users, user, "boolean0") == Value(false));
    CHECK(value(users, user, "boolean1") == Value(true));
    CHECK(value(users, user, "object").to_json() == R"({"key":{"key2":"value"}})");
    const auto map = as<Map>(users[user].map("map").get("y-map"));
    REQUIRE(map);
    const auto array = as<Array>(map->get("y-array"));
    REQUIRE(array);
    CHECK(std::get<Value>(array->get(0)) == Value(-1));
    CHECK(users[user].map("map").size() == 7);
  }
  users.compare();
}

TEST_CASE("undefined and null are values (testGetAndSetOfMapProperty)") {
  Users users(2);
  set(users, 0, "stuff", "stuffy");
  set(users, 0, "undefined", Undefined{});
  set(users, 0, "null", nullptr);
  users.flush();
  for (std::size_t user = 0; user < 2; ++user) {
    CHECK(value(users, user, "stuff") == Value("stuffy"));
    CHECK(value(users, user, "undefined") == Value(Undefined{}));
    CHECK(users[user].map("map").has("undefined"));
    CHECK(value(users, user, "null") == Value(nullptr));
    CHECK(value(users, user, "nothing") == Value("no value"));
  }
  users.compare();
}

TEST_CASE("a map in a map (testYmapSetsYmap)") {
  Users users(2);
  users.change(0, [](Doc& doc, Transaction& txn) {
    const auto made = doc.map("map").set_type(txn, "Map", TypeKind::map);
    REQUIRE(made);
    CHECK(std::get<SharedType>(doc.map("map").get("Map")) == *made);
    auto map = *made->as<Map>();
    REQUIRE(map.set(txn, "one", 1));
    CHECK(std::get<Value>(map.get("one")) == Value(1));
  });
  users.compare();
}

TEST_CASE("an array in a map (testYmapSetsYarray)") {
  Users users(2);
  users.change(0, [](Doc& doc, Transaction& txn) {
    const auto made = doc.map("map").set_type(txn, "Array", TypeKind::array);
    REQUIRE(made);
    REQUIRE(made->as<Array>()->insert(txn, 0, {1, 2, 3}));
    CHECK(doc.map("map").to_json().to_json() == R"({"Array":[1,2,3]})");
  });
  users.compare();
}

TEST_CASE("a value arrives (testGetAndSetOfMapPropertySyncs)") {
  Users users(2);
  set(users, 0, "stuff", "stuffy");
  CHECK(value(users, 0, "stuff") == Value("stuffy"));
  users.flush();
  CHECK(value(users, 1, "stuff") == Value("stuffy"));
  users.compare();
}

TEST_CASE("the higher client wins (testGetAndSetOfMapPropertyWithConflict)") {
  Users users(3);
  set(users, 0, "stuff", "c0");
  set(users, 1, "stuff", "c1");
  users.flush();
  for (std::size_t user = 0; user < 3; ++user) CHECK(value(users, user, "stuff") == Value("c1"));
  users.compare();
}

TEST_CASE("the size follows (testSizeAndDeleteOfMapProperty)") {
  Users users(1);
  const Map map = users[0].map("map");
  set(users, 0, "stuff", "c0");
  set(users, 0, "otherstuff", "c1");
  CHECK(map.size() == 2);
  remove(users, 0, "stuff");
  CHECK(map.size() == 1);
  remove(users, 0, "otherstuff");
  CHECK(map.size() == 0);
  remove(users, 0, "otherstuff");
}

TEST_CASE("who deletes what they set wins, too (testGetAndSetAndDeleteOfMapProperty)") {
  Users users(3);
  set(users, 0, "stuff", "c0");
  set(users, 1, "stuff", "c1");
  remove(users, 1, "stuff");
  users.flush();
  for (std::size_t user = 0; user < 3; ++user) CHECK(!users[user].map("map").has("stuff"));
  users.compare();
}

TEST_CASE("clear removes every key (testSetAndClearOfMapProperties)") {
  Users users(1);
  set(users, 0, "stuff", "c0");
  set(users, 0, "otherstuff", "c1");
  users.change(0, [](Doc& doc, Transaction& txn) { REQUIRE(doc.map("map").clear(txn)); });
  users.flush();
  CHECK(users[0].map("map").size() == 0);
  CHECK(!users[0].map("map").has("stuff"));
  users.compare();
}

TEST_CASE("clear meets what others set (testSetAndClearOfMapPropertiesWithConflicts)") {
  Users users(4);
  set(users, 0, "stuff", "c0");
  set(users, 1, "stuff", "c1");
  set(users, 1, "stuff", "c2");
  set(users, 2, "stuff", "c3");
  users.flush();
  for (std::size_t user = 0; user < 4; ++user) {
    set(users, user, "otherstuff", "c" + std::to_string(user));
  }
  users.change(3, [](Doc& doc, Transaction& txn) { REQUIRE(doc.map("map").clear(txn)); });
  users.flush();
  for (std::size_t user = 0; user < 4; ++user) {
    CHECK(users[user].map("map").size() == 0);
    CHECK(!users[user].map("map").has("stuff"));
    CHECK(!users[user].map("map").has("otherstuff"));
  }
  users.compare();
}

TEST_CASE("of three the highest wins (testGetAndSetOfMapPropertyWithThreeConflicts)") {
  Users users(3);
  set(users, 0, "stuff", "c0");
  set(users, 1, "stuff", "c1");
  set(users, 1, "stuff", "c2");
  set(users, 2, "stuff", "c3");
  users.flush();
  for (std::size_t user = 0; user < 3; ++user) CHECK(value(users, user, "stuff") == Value("c3"));
  users.compare();
}

TEST_CASE("of four (testGetAndSetAndDeleteOfMapPropertyWithThreeConflicts)") {
  Users users(4);
  set(users, 0, "stuff", "c0");
  set(users, 1, "stuff", "c1");
  set(users, 1, "stuff", "c2");
  set(users, 2, "stuff", "c3");
  users.flush();
  set(users, 0, "stuff", "deleteme");
  set(users, 1, "stuff", "c1");
  set(users, 2, "stuff", "c2");
  set(users, 3, "stuff", "c3");
  remove(users, 3, "stuff");
  users.flush();
  for (std::size_t user = 0; user < 4; ++user) CHECK(!users[user].map("map").has("stuff"));
  users.compare();
}

TEST_CASE("values of every kind are written as Yjs writes them") {
  Doc doc({.client_id = 1});
  Map map = doc.map("m");
  {
    Transaction txn = doc.transact();
    REQUIRE(map.set(txn, "u", Undefined{}));
    REQUIRE(map.set(txn, "big", BigInt{-(std::int64_t{1} << 62)}));
    REQUIRE(map.set(txn, "safe", 9007199254740991.0));
    REQUIRE(map.set(txn, "bytes", Bytes{1, 2}));
    REQUIRE(map.set(txn, "keys", ValueObject{{"b", 1}, {"2", 2}, {"1", Undefined{}}}));
    REQUIRE(map.set(txn, "hook", Prelim::xml_hook("h", {{"k", "v"}})));
    REQUIRE(map.set(txn, "node", Prelim::xml_element("p", {Prelim::xml_text("t")}, {{"id", 5}})));
    REQUIRE(map.set(txn, "sub", SubDocOptions{.guid = "g", .gc = false, .auto_load = true}));
    REQUIRE(map.set(txn, "__proto__", 1));
  }
  // Y.Map.set of the same, with clientID 1, in Yjs 13.6.33
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "010d01002801016d0175017f2801016d03626967017ac0000000000000002801016d047361666501"
        "7b433fffffffffffff2301016d0562797465730201022801016d046b65797301760301317f01327d"
        "0201627d012701016d04686f6f6b05016828000105016b017701762701016d046e6f646503017007"
        "0001070604000108017428000107026964017d052901016d03737562016776020267637908617574"
        "6f4c6f6164782801016d095f5f70726f746f5f5f017d0100");
  CHECK(map.to_json().to_json() ==
        R"({"big":-4611686018427387904,"safe":9007199254740991,"bytes":{"0":1,"1":2},)"
        R"("keys":{"2":2,"b":1},"hook":{"k":"v"},"node":"<p id=\"5\">t</p>","sub":{}})");
  CHECK(doc.check_invariants() == "");
}

TEST_CASE("a type is set and given back as what it is") {
  Doc doc;
  Map map = doc.map("m");
  Transaction txn = doc.transact();
  const XmlHook hook = map.set_type<XmlHook>(txn, "h", "name").value();
  CHECK(hook.hook_name() == "name");
  REQUIRE(map.set_type<Text>(txn, "t").value().insert(txn, 0, "x"));
  CHECK(map.to_json().to_json() == R"({"h":{},"t":"x"})");
  CHECK(map.set_type<Text>(txn, "\xC3").error().code == Errc::invalid_utf8);
}
