// The one type of @y/y 14, its deltas, and what observers are told of it. The expectations are
// those of @y/y 14, tests/delta.tests.js among them; bytes were made by release candidate 7.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/event.hpp>
#include <weft/limits.hpp>
#include <weft/ytype.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the rooms under test
using weft::test::to_hex;

namespace {

Doc make_doc(ClientId client = 1) { return Doc({.client_id = client, .compat = Compat::v14}); }

template <typename Edit>
void change(Doc& doc, Edit edit) {
  Transaction txn = doc.transact();
  REQUIRE(edit(txn));
}

std::string json(const YType& type) { return type.to_delta(nullptr, true).to_json(); }

using Contents = std::vector<YContent>;

}  // namespace

TEST_CASE("a delta of many steps is one change (testDeltaBasics)") {
  Doc doc = make_doc();
  YType text = doc.get("text");
  change(doc, [&](Transaction& txn) { return text.insert(txn, 0, "hello world"); });
  change(doc, [&](Transaction& txn) {
    return text.apply_delta(txn, YDelta().retain(5).remove(6).insert("!"));
  });
  CHECK(text.to_string() == "hello!");
}

TEST_CASE("a delta names attributes and children in one breath (testDeltaValues)") {
  YDelta delta;
  delta.set_attr("a", Value(42)).delete_attr("b").retain(5).remove(6).insert("!");
  delta.insert(Contents{Value(ValueObject{{"my", "custom object"}})});
  CHECK(delta.to_json() ==
        R"({"type":"delta","attrs":{"a":{"type":"insert","value":42},"b":{"type":"delete"}},)"
        R"("children":[{"type":"retain","retain":5},{"delete":6},{"type":"insert","insert":"!"},)"
        R"({"type":"insert","insert":[{"my":"custom object"}]}]})");
}

TEST_CASE("what is applied is what is told and what is read (testBasics)") {
  Doc doc = make_doc();
  YType type = doc.get("my data");
  std::string told;
  const auto subscription =
      type.observe([&](const Event& event) { told = event.get_delta(nullptr, true).to_json(); });
  YDelta delta;
  delta.set_attr("a", Value(42)).insert("hello");
  delta.insert(Contents{Value(ValueObject{{"my", "object"}})});
  change(doc, [&](Transaction& txn) { return type.apply_delta(txn, delta); });
  CHECK(told == delta.to_json());
  CHECK(json(type) == delta.to_json());
}

TEST_CASE("operations that continue each other are one") {
  YDelta delta;
  delta.insert("a").insert("b").insert("c", {{"bold", true}}).retain(2).retain(0).retain(1);
  delta.remove(1).remove(2).insert(Contents{Value(1)}).insert(Contents{Value(2)}).insert("");
  CHECK(delta.children.size() == 5);
  CHECK(YDelta().insert("x").retain(3).done().children.size() == 1);
  CHECK(YDelta().retain(3, {{"bold", nullptr}}).done().children.size() == 1);
}

TEST_CASE("values share an item, types stand alone, and nested contents come before formats end") {
  Doc doc = make_doc();
  YType type = doc.get("t");
  change(doc, [&](Transaction& txn) {
    return type.insert(
        txn, 0,
        std::vector<Content>{1, Bytes{7}, Prelim::ytype("p", YDelta().insert("in")), Undefined{}},
        {{"bold", true}});
  });
  CHECK(json(type) ==
        R"({"type":"delta","children":[{"type":"insert","insert":[1,{"0":7},{"type":"delta",)"
        R"("name":"p","children":[{"type":"insert","insert":"in"}]},null],)"
        R"("format":{"bold":true}}]})");
  CHECK(type.length() == 4);
  CHECK(type.to_array().size() == 4);
  CHECK(as<YType>(type.get(2))->name() == "p");
  CHECK(type.name() == std::nullopt);
}

TEST_CASE("a list is deleted as a text is, with the formats around it") {
  Doc doc = make_doc();
  YType type = doc.get("t");
  change(doc, [&](Transaction& txn) { return type.insert(txn, 0, "abc", {{"bold", true}}); });
  change(doc, [&](Transaction& txn) { return type.format(txn, 1, 1, {{"bold", nullptr}}); });
  change(doc, [&](Transaction& txn) { return type.remove(txn, 1, 100); });
  CHECK(json(type) ==
        R"({"type":"delta","children":[{"type":"insert","insert":"a","format":{"bold":true}}]})");
  CHECK(type.to_json().to_json() == R"({"children":["a"]})");
}

TEST_CASE("attributes are set, read, deleted and told") {
  Doc doc = make_doc();
  YType type = doc.get("t");
  std::vector<std::string> told;
  const auto subscription = type.observe_deep([&](std::span<const Event> events) {
    told.push_back(events.front().get_delta(nullptr, true).to_json());
  });
  change(doc, [&](Transaction& txn) { return type.set_attr(txn, "k", "v"); });
  change(doc, [&](Transaction& txn) -> Result<void> {
    const auto made = type.set_attr_type(txn, "nested");
    if (!made) return std::unexpected(made.error());
    return {};
  });
  change(doc, [&](Transaction& txn) {
    return type.apply_delta(txn,
                            YDelta().modify_attr("nested", YDelta().insert("x")).delete_attr("k"));
  });
  CHECK(told ==
        std::vector<std::string>{
            R"({"type":"delta","attrs":{"k":{"type":"insert","value":"v"}}})",
            R"({"type":"delta","attrs":{"nested":{"type":"insert","value":{"type":"delta"}}}})",
            R"({"type":"delta","attrs":{"k":{"type":"delete"},"nested":{"type":"modify",)"
            R"("value":{"type":"delta","children":[{"type":"insert","insert":"x"}]}}}})"});
  CHECK(type.attrs().size() == 1);
  CHECK_FALSE(type.has_attr("k"));
  change(doc, [&](Transaction& txn) { return type.clear_attrs(txn); });
  CHECK(type.attrs().empty());
  CHECK(std::holds_alternative<std::monostate>(type.get_attr("nested")));
}

TEST_CASE("markup has tags around what has a name, attributes in order, values as JSON") {
  Doc doc = make_doc();
  YType type = doc.get("t");
  change(doc, [&](Transaction& txn) {
    const YDelta inside = YDelta().insert("hi").set_attr("b", Value(1)).set_attr("a", Value("x"));
    return type.insert(txn, 0,
                       std::vector<Content>{Prelim::ytype("p", inside),
                                            Prelim::ytype(std::nullopt, YDelta()), true});
  });
  CHECK(type.to_string() == R"(<p a="x" b=1>hi</p>< />true)");
  CHECK(type.to_json().to_json() ==
        R"({"children":[{"name":"p","children":["hi"],"attrs":{"b":1,"a":"x"}},{},true]})");
}

TEST_CASE("a copy has the contents, and the kind that other engines gave the type") {
  Doc doc = make_doc();
  YType type = doc.get("t");
  change(doc, [&](Transaction& txn) {
    return type.insert(txn, 0,
                       std::vector<Content>{Prelim::ytype(
                           "p", YDelta().insert("x", {{"i", true}}).insert(Contents{Value(1)}))});
  });
  const YType first = *as<YType>(type.get(0));
  change(doc, [&](Transaction& txn) {
    return type.insert(txn, 1, std::vector<Content>{first.clone().value()});
  });
  CHECK(json(*as<YType>(type.get(1))) == json(first));
}

TEST_CASE("an edit that cannot be leaves no trace") {
  Doc doc = make_doc();
  YType type = doc.get("t");
  change(doc, [&](Transaction& txn) { return type.insert(txn, 0, "abc"); });
  const Bytes before = doc.encode_state_as_update();
  const auto refused = [&](const YDelta& delta) {
    Transaction txn = doc.transact();
    const auto result = type.apply_delta(txn, delta);
    return result ? Errc{} : result.error().code;
  };
  CHECK(refused(YDelta().insert("x").retain(4)) == Errc::out_of_range);
  CHECK(refused(YDelta().insert("x").modify(YDelta())) == Errc::wrong_type);
  CHECK(refused(YDelta().insert("x").modify_attr("k", YDelta())) == Errc::wrong_type);
  CHECK(refused(YDelta().insert("x").insert(Contents{SharedType(type)})) == Errc::wrong_type);
  CHECK(refused(YDelta().insert("x").insert("\xff")) == Errc::invalid_utf8);
  CHECK(refused(YDelta().remove(1).retain(3)) == Errc::out_of_range);
  YDelta deep;
  for (int i = 0; i < limits::depth_max + 1; ++i) {
    deep = YDelta().insert(Contents{std::make_shared<const YDelta>(std::move(deep))});
  }
  CHECK(refused(deep) == Errc::too_deep);
  {
    Transaction txn = doc.transact();
    CHECK(type.format(txn, 1, 3, {{"bold", true}}).error().code == Errc::out_of_range);
    CHECK(type.insert(txn, 4, "x").error().code == Errc::out_of_range);
  }
  CHECK(doc.encode_state_as_update() == before);
  CHECK(doc.check_invariants().empty());
}

TEST_CASE("what nests deeper than values may is not read, and not copied") {
  Doc doc = make_doc();
  YType type = doc.get("t");
  for (int i = 0; i < limits::depth_max + 5; ++i) {
    Transaction txn = doc.transact();
    type = type.insert_type(txn, 0).value();
  }
  const YType root = doc.get("t");
  const YDelta delta = root.to_delta(nullptr, true);
  int depth = 1;
  for (const YDelta* at = &delta; !at->children.empty(); ++depth) {
    at = std::get<YDeltaPtr>(std::get<YInsert>(at->children[0]).contents[0]).get();
  }
  CHECK(depth == limits::depth_max + 1);
  const Value value = root.to_json();
  depth = 0;
  for (const Value* at = &value; at->is<ValueObject>(); ++depth) {
    at = &at->find("children")->get_if<ValueArray>()->front();
  }
  CHECK(depth == limits::depth_max);
  CHECK(root.to_string().starts_with("<><>"));
  CHECK(root.clone().error().code == Errc::too_deep);
}

TEST_CASE("half a pair reads as U+FFFD on both sides of a cut in a change") {
  Doc doc = make_doc();
  YType type = doc.get("t");
  std::string told;
  const auto subscription =
      type.observe([&](const Event& event) { told = event.get_delta().to_json(); });
  {
    Transaction txn = doc.transact();
    REQUIRE(type.insert(txn, 0,
                        "a\xF0\x9F\x98\x80"
                        "b"));
    REQUIRE(type.remove(txn, 2, 1));
  }
  CHECK(told ==
        "{\"type\":\"delta\",\"children\":[{\"type\":\"insert\",\"insert\":\"a\xEF\xBF\xBD"
        "b\"}]}");
}

TEST_CASE("a document of suggestions keeps formats without effect") {
  for (const bool cleans : {true, false}) {
    Doc doc({.client_id = 1, .compat = Compat::v14, .cleanup_formatting = cleans});
    YType type = doc.get("t");
    change(doc, [&](Transaction& txn) { return type.insert(txn, 0, "abc"); });
    change(doc, [&](Transaction& txn) { return type.format(txn, 1, 1, {{"bold", true}}); });
    change(doc, [&](Transaction& txn) { return type.remove(txn, 1, 1); });
    CHECK(doc.delete_set().clients().at(1) ==
          (cleans ? std::vector<ClockRange>{{1, 1}, {3, 2}} : std::vector<ClockRange>{{1, 1}}));
  }
}

TEST_CASE("a type is found in another document by its name or its id (testFindTypeInOtherDoc)") {
  Doc doc({.client_id = 1, .compat = Compat::v14});
  const YType root = doc.get("");
  Transaction txn = doc.transact();
  REQUIRE(doc.get("").set_attr_type(txn, "ytext"));
  txn.commit();
  Doc other({.client_id = 2, .compat = Compat::v14});
  REQUIRE(other.apply_update(doc.encode_state_as_update()));
  CHECK(doc.root_names() == std::vector<std::string>{""});
  CHECK(other.root_names() == doc.root_names());
  const auto nested = as<YType>(root.get_attr("ytext"));
  const auto item = doc.find_item({1, 0});
  REQUIRE(item);
  CHECK(item->type == nested);
  const auto there = other.find_item(item->id);
  REQUIRE(there);
  CHECK(there->type == as<YType>(other.get("").get_attr("ytext")));
  CHECK(there->type->exists());
}

TEST_CASE("a change is told with the origin of its transaction (testRdtDeltaEventOrigin)") {
  Doc doc({.client_id = 1, .compat = Compat::v14});
  YType text = doc.get("");
  std::vector<std::uint64_t> origins;
  const auto subscription =
      text.observe([&](const Event& event) { origins.push_back(event.origin()); });
  {
    Transaction txn = doc.transact(7);
    REQUIRE(text.insert(txn, 0, "hello"));
  }
  {
    Transaction txn = doc.transact();
    REQUIRE(text.insert(txn, 5, " world"));
  }
  {
    Transaction txn = doc.transact(8);
    REQUIRE(text.apply_delta(txn, YDelta().retain(11).insert("!")));
  }
  {
    Transaction txn = doc.transact();
    REQUIRE(text.apply_delta(txn, YDelta().retain(12).insert("?")));
  }
  CHECK(origins == std::vector<std::uint64_t>{7, 0, 8, 0});
}

TEST_CASE("deltas of types go to JSON and back") {
  const std::string json =
      R"({"type":"delta","name":"p","attrs":{"a":{"type":"insert","value":[1]},"b":{"type":)"
      R"("delete"},"c":{"type":"modify","value":{"type":"delta","children":[{"delete":2}]}},)"
      R"("d":{"type":"insert","value":{"type":"delta","name":"q"}}},"children":[{"type":"insert",)"
      R"("insert":"t","format":{"x":null}},{"type":"retain","retain":2,"format":{"y":1},)"
      R"("attribution":{"insert":["Ann"]}},{"delete":3},{"type":"insert","insert":[true,{"type":)"
      R"("delta","children":[{"type":"insert","insert":"in"}]}]},{"type":"modify","value":)"
      R"({"type":"delta","attrs":{"e":{"type":"insert","value":null}}}}]})";
  const auto read = YDelta::from_json(json);
  REQUIRE(read);
  CHECK(read->to_json() == json);
  CHECK(YDelta::from_json(R"({"type":"delta","name":null})")->empty());
  const auto code = [](std::string_view text) {
    const auto found = YDelta::from_json(text);
    REQUIRE_FALSE(found);
    return found.error().code;
  };
  const auto children = [&](const std::string& op) {
    return code(R"({"type":"delta","children":[)" + op + "]}");
  };
  const auto attr = [&](const std::string& value) {
    return code(R"({"type":"delta","attrs":{"a":)" + value + "}}");
  };
  CHECK(code("[") == Errc::invalid_json);
  for (const char* const wrong :
       {"1", "{}", R"({"type":"delta","name":1})", R"({"type":"delta","children":{}})",
        R"({"type":"delta","attrs":[]})"}) {
    CHECK(code(wrong) == Errc::wrong_type);
  }
  for (const char* const wrong :
       {"1", "{}", R"({"retain":"1"})", R"({"delete":"1"})", R"({"retain":1,"format":1})",
        R"({"retain":1,"attribution":[]})", R"({"type":"insert","insert":1})",
        R"({"type":"insert","insert":[{"type":"delta","children":1}]})", R"({"type":"modify"})",
        R"({"type":"modify","value":1})"}) {
    CHECK(children(wrong) == Errc::wrong_type);
  }
  CHECK(children(R"({"retain":-1})") == Errc::out_of_range);
  CHECK(children(R"({"delete":1.5})") == Errc::out_of_range);
  for (const char* const wrong : {"1", "{}", R"({"type":"insert","attribution":1})",
                                  R"({"type":"modify"})", R"({"type":"modify","value":1})",
                                  R"({"type":"insert","value":{"type":"delta","name":1}})"}) {
    CHECK(attr(wrong) == Errc::wrong_type);
  }
}

TEST_CASE("a delta made of a deep value is refused") {
  Value value = ValueObject{{"type", "delta"}};
  for (int depth = 0; depth <= limits::depth_max; ++depth) {
    value = ValueObject{
        {"type", "delta"},
        {"children", ValueArray{ValueObject{{"type", "modify"}, {"value", std::move(value)}}}}};
  }
  const auto read = YDelta::from_value(value);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::too_deep);
}
