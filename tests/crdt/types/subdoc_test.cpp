// Subdocuments. The cases named after functions of Yjs's own doc.tests.js expect the same; the
// others expect what Yjs 13.6.33 does.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;
using weft::test::to_hex;

namespace {

std::string guids(const std::vector<SubDoc>& subdocs) {
  std::string text;
  for (const SubDoc& subdoc : subdocs) text += (text.empty() ? "" : ",") + subdoc.guid();
  return "[" + text + "]";
}

// Notes the events of a document: added, removed, loaded.
class Log {
 public:
  explicit Log(Doc& doc) {
    subscription_ = doc.on_subdocs([this](const SubdocsEvent& event) {
      events += guids(event.added) + guids(event.removed) + guids(event.loaded) + ";";
    });
  }
  std::string take() { return std::exchange(events, {}); }

  std::string events;

 private:
  Subscription subscription_;
};

SubDoc at(const Map& map, std::string_view key) { return std::get<SubDoc>(map.get(key)); }
SubDoc at(const Array& array, std::uint32_t index) { return std::get<SubDoc>(array.get(index)); }

SubDoc set(Doc& doc, std::string_view key, const SubDocOptions& options) {
  Map map = doc.map("mysubdocs");
  Transaction txn = doc.transact();
  auto made = map.set_subdoc(txn, key, options);
  REQUIRE(made);
  return *made;
}

SubDocOptions named(std::string_view guid) { return {.guid = std::string(guid)}; }

}  // namespace

TEST_CASE("a document tells of its subdocuments (testSubdoc)") {
  Doc doc({.client_id = 1});
  {
    Log log(doc);
    const Map map = doc.map("mysubdocs");
    set(doc, "a", named("a"));
    CHECK(log.take() == "[a][][a];");
    at(map, "a").load();
    CHECK(log.take().empty());
    at(map, "a").destroy();
    CHECK(log.take() == "[a][a][];");
    at(map, "a").load();
    CHECK(log.take() == "[][][a];");
    set(doc, "b", {.guid = "a", .should_load = false});
    CHECK(log.take() == "[a][][];");
    at(map, "b").load();
    CHECK(log.take() == "[][][a];");
    set(doc, "c", named("c"));
    CHECK(log.take() == "[c][][c];");
    CHECK(guids(doc.subdocs()) == "[a,a,c]");
  }
  Doc other({.client_id = 2});
  CHECK(other.subdocs().empty());
  Log log(other);
  REQUIRE(other.apply_update(doc.encode_state_as_update()));
  CHECK(log.take() == "[a,a,c][][];");
  Map map = other.map("mysubdocs");
  at(map, "a").load();
  CHECK(log.take() == "[][][a];");
  CHECK(guids(other.subdocs()) == "[a,a,c]");
  {
    Transaction txn = other.transact();
    REQUIRE(map.remove(txn, "a"));
  }
  CHECK(log.take() == "[][a][];[][a][];");  // the deletion, and the end of its instance
  CHECK(guids(other.subdocs()) == "[a,c]");
}

namespace {

// testSubdocLoadEdgeCases and its form with autoLoad differ in what the remote document loads.
void check_edge_cases(bool auto_load) {
  Doc doc({.client_id = 1});
  Array array = doc.array("");
  SubdocsEvent last;
  const auto subscription = doc.on_subdocs([&](const SubdocsEvent& event) { last = event; });
  const auto one = [&] {
    Transaction txn = doc.transact();
    return array.insert_subdoc(txn, 0, {.guid = "g", .auto_load = auto_load}).value();
  }();
  CHECK(one.should_load());
  CHECK(one.auto_load() == auto_load);
  CHECK(last.loaded == std::vector{one});
  CHECK(last.added == std::vector{one});
  SubDoc(one).destroy();
  SubDoc two = at(array, 0);
  CHECK(one != two);
  CHECK(!one.exists());
  CHECK(one.guid().empty());
  CHECK(last.added == std::vector{two});
  CHECK(last.loaded.empty());
  CHECK(!two.should_load());
  two.load();
  CHECK(two.should_load());
  CHECK(last.added.empty());
  CHECK(last.loaded == std::vector{two});

  Doc remote({.client_id = 2});
  SubdocsEvent seen;
  const auto remote_subscription =
      remote.on_subdocs([&](const SubdocsEvent& event) { seen = event; });
  REQUIRE(remote.apply_update(doc.encode_state_as_update()));
  SubDoc three = at(remote.array(""), 0);
  CHECK(three.auto_load() == auto_load);
  CHECK(three.should_load() == auto_load);
  CHECK(three.client_id() == 2);
  CHECK(seen.added == std::vector{three});
  CHECK(seen.loaded.empty() != auto_load);
  if (auto_load) return;
  three.load();
  CHECK(three.should_load());
  CHECK(seen.added.empty());
  CHECK(seen.loaded == std::vector{three});
}

}  // namespace

TEST_CASE("loading, destroying and loading again (testSubdocLoadEdgeCases)") {
  check_edge_cases(false);
}

TEST_CASE("peers load it by themselves (testSubdocLoadEdgeCasesAutoload)") {
  check_edge_cases(true);
}

TEST_CASE("options reach the peers, what is of no matter to them does not") {
  Doc doc({.client_id = 1});
  set(doc, "a", {.guid = "a", .gc = false, .meta = ValueObject{{"x", 1}}});
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "010101002901096d79737562646f637301610161760202676379046d657461760101787d0100");
  Doc other({.client_id = 2});
  REQUIRE(other.apply_update(doc.encode_state_as_update()));
  const SubDoc seen = at(other.map("mysubdocs"), "a");
  CHECK(seen.guid() == "a");
  CHECK(!seen.gc());
  CHECK(!seen.auto_load());
  CHECK(!seen.should_load());
  CHECK(seen.meta() == Value(ValueObject{{"x", 1}}));
  CHECK(other.array("none").to_json() == Value(ValueArray{}));
  CHECK(other.map("mysubdocs").to_json().to_json() == R"({"a":{}})");
}

TEST_CASE("shouldLoad from other engines is followed and not passed on") {
  Doc doc({.client_id = 1});
  Log log(doc);
  // {shouldLoad: true}, and {autoLoad: false, shouldLoad: 1}
  REQUIRE(
      doc.apply_update(hex("010202002901016d016101617601 0a73686f756c644c6f6164 78"
                           "2901016d016201627602 086175746f4c6f6164 79 0a73686f756c644c6f6164"
                           "7d01 00")));
  CHECK(log.take() == "[a,b][][a,b];");
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "010202002901016d0161016176002901016d01620162760000");
}

TEST_CASE("within one transaction only what is left counts") {
  Doc doc({.client_id = 1});
  Log log(doc);
  Map map = doc.map("mysubdocs");
  const auto change = [&](auto edit) {
    {
      Transaction txn = doc.transact();
      edit(txn);
    }
    return log.take();
  };
  CHECK(change([&](Transaction& txn) {
          REQUIRE(map.set(txn, "b", named("b1")));
          REQUIRE(map.set(txn, "b",
                          SubDocOptions{.guid = "b2", .auto_load = true, .should_load = false}));
        }) == "[b2][][b1];");
  CHECK(change([&](Transaction& txn) {
          REQUIRE(map.set(txn, "e", SubDocOptions{.guid = "e", .should_load = false}));
          at(map, "e").load();
          REQUIRE(map.remove(txn, "e"));
        }) == "[][][e];");
  set(doc, "c", named("c"));
  log.take();
  CHECK(change([&](Transaction& txn) {
          at(map, "c").destroy();
          at(map, "c").load();
          REQUIRE(map.set(txn, "d", 1));
        }) == "[c][c][c];");
  CHECK(change([&](Transaction& txn) {
          SubDoc c = at(map, "c");
          REQUIRE(map.remove(txn, "c"));
          c.destroy();
        }) == "[][c][];");
  CHECK(guids(doc.subdocs()) == "[b2]");
  CHECK(doc.check_invariants() == "");
}

TEST_CASE("what is deleted with the type around it is removed") {
  Doc doc({.client_id = 1});
  Log log(doc);
  Map map = doc.map("mysubdocs");
  {
    Transaction txn = doc.transact();
    REQUIRE(map.set(txn, "array", Prelim::array({named("n"), 1})));
  }
  CHECK(log.take() == "[n][][n];");
  SubDoc inner = at(*as<Array>(map.get("array")), 0);
  {
    Transaction txn = doc.transact();
    REQUIRE(map.remove(txn, "array"));
  }
  CHECK(log.take() == "[][n][];[][n][];");
  CHECK(doc.subdocs().empty());
  CHECK(!inner.exists());
  inner.load();
  inner.destroy();
  CHECK(log.take().empty());
}

TEST_CASE("subdocuments are kept track of while nobody listens") {
  Doc doc({.client_id = 1});
  for (int i = 0; i < 3; ++i) set(doc, "k" + std::to_string(i), named("g" + std::to_string(i)));
  CHECK(guids(doc.subdocs()) == "[g0,g1,g2]");
  set(doc, "k1", named("new"));
  CHECK(guids(doc.subdocs()) == "[g0,g2,new]");
  Doc kept({.client_id = 2, .gc = false});
  REQUIRE(kept.apply_update(doc.encode_state_as_update()));
  CHECK(guids(kept.subdocs()) == "[g0,g2,new]");
}

TEST_CASE("an observer may destroy and load") {
  Doc doc({.client_id = 1});
  std::string seen;
  const auto subscription = doc.on_subdocs([&](const SubdocsEvent& event) {
    seen += guids(event.added) + guids(event.removed) + guids(event.loaded) + ";";
    for (SubDoc subdoc : event.added) {
      if (subdoc.should_load()) subdoc.destroy();
    }
  });
  set(doc, "a", named("a"));
  CHECK(seen == "[a][][a];[a][a][];");
  CHECK(guids(doc.subdocs()) == "[a]");
}

TEST_CASE("a copy of a type has its subdocuments") {
  Doc doc({.client_id = 1});
  Map map = doc.map("m");
  Transaction txn = doc.transact();
  const SubDocOptions options{
      .guid = "g", .gc = false, .auto_load = true, .should_load = true, .meta = "x"};
  REQUIRE(map.set(txn, "list", Prelim::array({options})));
  const Prelim copy = as<Array>(map.get("list"))->clone().value();
  CHECK(copy == Prelim::array({options}));
}

// What Yjs 13.6.33 makes of options that nobody writes: it takes them for true or false.
TEST_CASE("options of a subdocument are true or false as JavaScript sees them") {
  const auto rewritten = [](const char* options) {
    Doc doc({.client_id = 2});
    REQUIRE(doc.apply_update(hex(std::string("010101002901016d016b0167") + options)));
    return to_hex(doc.encode_state_as_update()).substr(24);
  };
  const char* const both = "760202676379086175746f4c6f61647800";  // gc: false, autoLoad: true
  CHECK(rewritten("76020267637a0000000000000000086175746f4c6f6164770379657300") == both);
  CHECK(rewritten("760202676377 00 086175746f4c6f61647a000000000000000500") == both);
  CHECK(rewritten("76020267637500086175746f4c6f6164770000") == "760000");
  CHECK(rewritten("76020267637a0000000000000000086175746f4c6f6164760000") == both);
}
