// Who wrote and deleted what, read from a document. Source: @y/y 14 tests/attribution.tests.js and
// the tests of attributions of its y-array, y-map, y-text and y-xml; what is expected was made by
// release candidate 7.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/attribution_managers.hpp>
#include <weft/content_ids.hpp>
#include <weft/doc.hpp>
#include <weft/event.hpp>
#include <weft/relative_position.hpp>
#include <weft/undo.hpp>
#include <weft/ytype.hpp>

using namespace weft;  // NOLINT(google-build-using-namespace): the rooms under test

namespace {

Doc make_doc(ClientId client, bool gc = false) {
  return Doc({.client_id = client, .gc = gc, .compat = Compat::v14});
}

Doc copy_of(const Doc& doc, ClientId client, bool gc = false) {
  Doc copy = make_doc(client, gc);
  REQUIRE(copy.apply_update(doc.encode_state_as_update()));
  return copy;
}

template <typename Edit>
void change(Doc& doc, Edit edit) {
  Transaction txn = doc.transact();
  REQUIRE(edit(txn));
}

/// Marks what the last transaction of a document did.
class LastChange {
 public:
  explicit LastChange(Doc& doc)
      : subscription_(doc.on(DocEvent::after_transaction, [this](const TransactionEvent& event) {
          inserts_ = id_map_from_id_set(event.insert_set(), {});
          deletes_ = id_map_from_id_set(event.delete_set(), {});
        })) {}

  std::string of(const YType& type, bool deep = false) const {
    const TwosetAttributionManager attributions(inserts_, deletes_);
    return type.to_delta(&attributions, deep).to_json();
  }

 private:
  IdMap inserts_;
  IdMap deletes_;
  Subscription subscription_;
};

std::string marked(const YType& type, const AttributionManager& attributions, bool deep = false) {
  return type.to_delta(&attributions, deep).to_json();
}

Prelim untitled(YDelta contents) { return Prelim::ytype(std::nullopt, std::move(contents)); }

using Contents = std::vector<Content>;

}  // namespace

TEST_CASE("elements of a list are marked (y-array testAttributedContent)") {
  Doc doc = make_doc(1);
  YType array = doc.get("");
  change(doc, [&](Transaction& txn) { return array.insert(txn, 0, Contents{1, 2}); });
  const LastChange last(doc);
  {
    Transaction txn = doc.transact();
    REQUIRE(array.remove(txn, 0, 1));
    REQUIRE(array.insert(txn, 1, Contents{42}));
  }
  CHECK(last.of(array) ==
        R"({"type":"delta","children":[{"type":"insert","insert":[1],"attribution":{"delete":[]}},)"
        R"({"type":"insert","insert":[2]},{"type":"insert","insert":[42],)"
        R"("attribution":{"insert":[]}}]})");
}

TEST_CASE("attributes are marked (y-map testAttributedContent)") {
  Doc doc = make_doc(1);
  YType map = doc.get("");
  const LastChange last(doc);
  change(doc, [&](Transaction& txn) { return map.set_attr(txn, "test", 42); });
  CHECK(last.of(map) == R"({"type":"delta","attrs":{"test":{"type":"insert","value":42,)"
                        R"("attribution":{"insert":[]}}}})");
  change(doc, [&](Transaction& txn) { return map.set_attr(txn, "test", "fourtytwo"); });
  CHECK(last.of(map) == R"({"type":"delta","attrs":{"test":{"type":"insert","value":"fourtytwo",)"
                        R"("attribution":{"insert":[]}}}})");
  change(doc, [&](Transaction& txn) { return map.delete_attr(txn, "test"); });
  CHECK(last.of(map) ==
        R"({"type":"delta","attrs":{"test":{"type":"delete","attribution":{"delete":[]}}}})");
}

TEST_CASE("text and its formats are marked (y-text testAttributedContent)") {
  Doc doc = make_doc(1);
  YType text = doc.get("");
  change(doc, [&](Transaction& txn) { return text.insert(txn, 0, "Hello World!"); });
  const LastChange last(doc);
  change(doc, [&](Transaction& txn) {
    return text.apply_delta(
        txn, YDelta().retain(4, {{"italic", true}}).retain(2).remove(5).insert("attributions"));
  });
  CHECK(last.of(text) ==
        R"({"type":"delta","children":[{"type":"insert","insert":"Hell","format":{"italic":true},)"
        R"("attribution":{"format":{"italic":[]}}},{"type":"insert","insert":"o "},)"
        R"({"type":"insert","insert":"World","attribution":{"delete":[]}},)"
        R"({"type":"insert","insert":"attributions","attribution":{"insert":[]}},)"
        R"({"type":"insert","insert":"!"}]})");
  change(doc, [&](Transaction& txn) {
    return text.apply_delta(txn, YDelta().retain(5, {{"italic", nullptr}}));
  });
  CHECK(
      last.of(text) ==
      R"({"type":"delta","children":[{"type":"insert","insert":"Hell",)"
      R"("attribution":{"format":{"italic":[]}}},{"type":"insert","insert":"o attributions!"}]})");
}

TEST_CASE("the difference of two documents has an author (y-text testAttributedDiffing)") {
  Doc before = make_doc(0);
  change(before, [&](Transaction& txn) { return before.get("").insert(txn, 0, "Hello World!"); });
  Doc doc = copy_of(before, 1);
  change(doc, [&](Transaction& txn) {
    return doc.get("").apply_delta(
        txn, YDelta().retain(4, {{"italic", true}}).retain(2).remove(5).insert("attributions"));
  });
  const ContentIds changed =
      exclude_content_ids(content_ids_from_doc(doc), content_ids_from_doc(before));
  const ContentMap bob = content_map_from_ids(changed, {make_attribute("insert", "Bob")},
                                              {make_attribute("delete", "Bob")});
  CHECK(marked(doc.get(""), TwosetAttributionManager(bob.inserts, bob.deletes)) ==
        R"({"type":"delta","children":[{"type":"insert","insert":"Hell","format":{"italic":true},)"
        R"("attribution":{"format":{"italic":["Bob"]}}},{"type":"insert","insert":"o "},)"
        R"({"type":"insert","insert":"World","attribution":{"delete":["Bob"]}},)"
        R"({"type":"insert","insert":"attributions","attribution":{"insert":["Bob"]}},)"
        R"({"type":"insert","insert":"!"}]})");
}

TEST_CASE("types are marked, and all inside them (y-xml test...AttributedContent)") {
  Doc doc = make_doc(1);
  YType element = doc.get("p");
  change(doc, [&](Transaction& txn) {
    return element.insert(
        txn, 0, Contents{untitled(YDelta().insert("hello")), Prelim::ytype("span", YDelta())});
  });
  const LastChange last(doc);
  {
    Transaction txn = doc.transact();
    REQUIRE(element.remove(txn, 0, 1));
    REQUIRE(element.insert(txn, 1, Contents{untitled(YDelta().insert("world"))}));
    REQUIRE(element.set_attr(txn, "key", "42"));
  }
  // Not deep, the deleted type reads as it is now: empty.
  CHECK(
      last.of(element) ==
      R"({"type":"delta","attrs":{"key":{"type":"insert","value":"42","attribution":)"
      R"({"insert":[]}}},"children":[{"type":"insert","insert":[{}],"attribution":{"delete":[]}},)"
      R"({"type":"insert","insert":[{"name":"span"}]},{"type":"insert","insert":[{"children":)"
      R"(["world"]}],"attribution":{"insert":[]}}]})");
  CHECK(last.of(element, true) ==
        R"({"type":"delta","attrs":{"key":{"type":"insert","value":"42","attribution":)"
        R"({"insert":[]}}},"children":[{"type":"insert","insert":[{"type":"delta","children":)"
        R"([{"type":"insert","insert":"hello","attribution":{"delete":[]}}]}],"attribution":)"
        R"({"delete":[]}},{"type":"insert","insert":[{"type":"delta","name":"span"}]},)"
        R"({"type":"insert","insert":[{"type":"delta","children":[{"type":"insert",)"
        R"("insert":"world","attribution":{"insert":[]}}]}],"attribution":{"insert":[]}}]})");
}

TEST_CASE("suggestions follow both documents (y-xml testElementAttributedContentViaDiffer)") {
  Doc before = make_doc(1, true);
  change(before, [&](Transaction& txn) {
    return before.get("p").insert(
        txn, 0, Contents{untitled(YDelta().insert("hello")), Prelim::ytype("span", YDelta())});
  });
  Doc doc = copy_of(before, 2, true);
  YType element = doc.get("p");
  {
    Transaction txn = doc.transact();
    REQUIRE(element.remove(txn, 0, 1));
    REQUIRE(element.insert(txn, 1, Contents{untitled(YDelta().insert("world"))}));
    REQUIRE(element.set_attr(txn, "key", "42"));
  }
  const DiffAttributionManager attributions(before, doc);
  const auto expected = [](const std::string& text) {
    return R"({"type":"delta","attrs":{"key":{"type":"insert","value":"42","attribution":)"
           R"({"insert":[]}}},"children":[{"type":"insert","insert":[{"type":"delta","children":)"
           R"([{"type":"insert","insert":"hello"}]}],"attribution":{"delete":[]}},)"
           R"({"type":"insert","insert":[{"type":"delta","name":"span"}]},{"type":"insert",)"
           R"("insert":[{"type":"delta","children":[{"type":"insert","insert":")" +
           text + R"(","attribution":{"insert":[]}}]}],"attribution":{"insert":[]}}]})";
  };
  CHECK(marked(element, attributions, true) == expected("world"));
  change(doc, [&](Transaction& txn) { return as<YType>(element.get(1))->insert(txn, 0, "big"); });
  CHECK(marked(element, attributions, true) == expected("bigworld"));
  REQUIRE(before.apply_update(doc.encode_state_as_update()));
  CHECK(marked(element, attributions, true) ==
        R"({"type":"delta","attrs":{"key":{"type":"insert","value":"42"}},"children":)"
        R"([{"type":"insert","insert":[{"type":"delta","name":"span"},{"type":"delta",)"
        R"("children":[{"type":"insert","insert":"bigworld"}]}]}]})");
}

TEST_CASE("formats, text and types of a fork are marked (y-xml testRendererSimpleExample)") {
  Doc doc = make_doc(0, true);
  change(doc, [&](Transaction& txn) {
    return doc.get("").insert(txn, 0, Contents{untitled(YDelta().insert("hello world"))});
  });
  Doc fork = copy_of(doc, 1, true);
  change(fork, [&](Transaction& txn) {
    return fork.get("").insert(txn, 1, Contents{Prelim::ytype("span", YDelta())});
  });
  YType text = *as<YType>(fork.get("").get(0));
  change(fork, [&](Transaction& txn) { return text.format(txn, 0, 5, {{"italic", true}}); });
  change(fork, [&](Transaction& txn) { return text.insert(txn, 11, "deleteme"); });
  change(fork, [&](Transaction& txn) { return text.remove(txn, 11, 8); });
  change(fork, [&](Transaction& txn) { return text.insert(txn, 11, "!"); });
  CHECK(marked(fork.get(""), DiffAttributionManager(doc, fork), true) ==
        R"({"type":"delta","children":[{"type":"insert","insert":[{"type":"delta","children":)"
        R"([{"type":"insert","insert":"hello","format":{"italic":true},"attribution":{"format":)"
        R"({"italic":[]}}},{"type":"insert","insert":" world"},{"type":"insert","insert":"!",)"
        R"("attribution":{"insert":[]}}]}]},{"type":"insert","insert":[{"type":"delta",)"
        R"("name":"span"}],"attribution":{"insert":[]}}]})");
}

TEST_CASE("an observer is told with marks (testAttributedEvents)") {
  Doc doc = make_doc(1, true);
  YType text = doc.get("");
  change(doc, [&](Transaction& txn) { return text.insert(txn, 0, "hello world"); });
  Doc before = copy_of(doc, 2, true);
  change(doc, [&](Transaction& txn) { return text.remove(txn, 6, 5); });
  const DiffAttributionManager attributions(before, doc);
  CHECK(marked(text, attributions) ==
        R"({"type":"delta","children":[{"type":"insert","insert":"hello "},{"type":"insert",)"
        R"("insert":"world","attribution":{"delete":[]}}]})");
  std::string told;
  const auto subscription =
      text.observe([&](const Event& event) { told = event.get_delta(&attributions).to_json(); });
  change(doc, [&](Transaction& txn) { return text.insert(txn, 6, "!"); });
  CHECK(told == R"({"type":"delta","children":[{"type":"retain","retain":11},{"type":"insert",)"
                R"("insert":"!","attribution":{"insert":[]}}]})");
}

TEST_CASE("two documents differ by a change of each root (testYdocDiff)") {
  Doc before = make_doc(1);
  change(before, [&](Transaction& txn) { return before.get("text").insert(txn, 0, "hello"); });
  change(before, [&](Transaction& txn) {
    return before.get("array").insert(txn, 0, Contents{1, 2, 3});
  });
  change(before, [&](Transaction& txn) { return before.get("map").set_attr(txn, "k", 42); });
  change(before, [&](Transaction& txn) {
    return before.get("map").set_attr(txn, "nested", untitled(YDelta()));
  });
  Doc doc = copy_of(before, 2);
  change(doc, [&](Transaction& txn) { return doc.get("text").insert(txn, 5, " world"); });
  change(doc, [&](Transaction& txn) { return doc.get("array").insert(txn, 1, Contents{"x"}); });
  change(doc, [&](Transaction& txn) { return doc.get("map").set_attr(txn, "newk", 42); });
  change(doc, [&](Transaction& txn) {
    return as<YType>(doc.get("map").get_attr("nested"))->insert(txn, 0, Contents{1});
  });
  CHECK(diff_docs_to_delta(before, doc).to_json() ==
        R"({"type":"delta","attrs":{"text":{"type":"modify","value":{"type":"delta","children":)"
        R"([{"type":"retain","retain":5},{"type":"insert","insert":" world","attribution":)"
        R"({"insert":[]}}]}},"array":{"type":"modify","value":{"type":"delta","children":)"
        R"([{"type":"retain","retain":1},{"type":"insert","insert":["x"],"attribution":)"
        R"({"insert":[]}}]}},"map":{"type":"modify","value":{"type":"delta","attrs":{"newk":)"
        R"({"type":"insert","value":42,"attribution":{"insert":[]}},"nested":{"type":"modify",)"
        R"("value":{"type":"delta","children":[{"type":"insert","insert":[1],"attribution":)"
        R"({"insert":[]}}]}}}}}}})");
}

TEST_CASE("a new type is told and marked with its contents (testChildListContent)") {
  Doc before = make_doc(1);
  Doc doc = copy_of(before, 2);
  YType array = doc.get("array");
  std::vector<std::string> told;
  const auto subscription = array.observe_deep([&](std::span<const Event> events) {
    told.push_back(events.front().get_delta(nullptr, true).to_json());
  });
  change(doc, [&](Transaction& txn) {
    const YDelta contents = YDelta().insert("test content").set_attr("k", Value("v"));
    return array.insert(txn, 0, Contents{Prelim::ytype("test", contents)});
  });
  CHECK(told == std::vector<std::string>{
                    R"({"type":"delta","children":[{"type":"insert","insert":[{"type":"delta",)"
                    R"("name":"test","attrs":{"k":{"type":"insert","value":"v"}},"children":)"
                    R"([{"type":"insert","insert":"test content"}]}]}]})"});
  CHECK(diff_docs_to_delta(before, doc).to_json() ==
        R"({"type":"delta","attrs":{"array":{"type":"modify","value":{"type":"delta","children":)"
        R"([{"type":"insert","insert":[{"type":"delta","name":"test","attrs":{"k":)"
        R"({"type":"insert","value":"v","attribution":{"insert":[]}}},"children":[{"type":)"
        R"("insert","insert":"test content","attribution":{"insert":[]}}]}],"attribution":)"
        R"({"insert":[]}}]}}}})");
}

namespace {

/// What each user is known to have written and deleted.
class Authors {
 public:
  void watch(Doc& doc) {
    subscriptions_.push_back(doc.on_update([this, &doc](const UpdateEvent& event) {
      if (!event.local) return;
      const std::string user = std::to_string(doc.client_id());
      const ContentIds ids = content_ids_from_update(event.update).value();
      map.inserts.insert(id_map_from_id_set(ids.inserts, {make_attribute("insert", user)}));
      map.deletes.insert(id_map_from_id_set(ids.deletes, {make_attribute("delete", user)}));
    }));
  }

  ContentMap map;

 private:
  std::vector<Subscription> subscriptions_;
};

bool names(const ContentAttributes& attributes, const ContentAttribute& wanted) {
  for (const ContentAttributePtr& attribute : attributes) {
    if (attribute->name == wanted.name && attribute->value == wanted.value) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("authors are known for a whole session, and one is undone (testAttributionSession1)") {
  Doc first = make_doc(0);
  Doc second = make_doc(1, true);
  Authors authors;
  authors.watch(first);
  authors.watch(second);
  const auto sync = [&] {
    REQUIRE(second.apply_update(first.encode_state_as_update()));
    REQUIRE(first.apply_update(second.encode_state_as_update()));
  };
  YType text = first.get("text");
  YType other = second.get("text");
  Doc before = copy_of(first, 7);
  change(first, [&](Transaction& txn) { return text.insert(txn, 0, "a"); });
  change(second, [&](Transaction& txn) { return other.insert(txn, 0, "b"); });
  sync();
  CHECK(marked(text, DiffAttributionManager(before, first, authors.map)) ==
        R"({"type":"delta","children":[{"type":"insert","insert":"a","attribution":)"
        R"({"insert":["0"]}},{"type":"insert","insert":"b","attribution":{"insert":["1"]}}]})");
  Doc between = copy_of(first, 8);
  change(first, [&](Transaction& txn) { return text.remove(txn, 1, 1); });
  change(second, [&](Transaction& txn) { return other.insert(txn, 2, "c"); });
  sync();
  CHECK(marked(text, DiffAttributionManager(between, first, authors.map)) ==
        R"({"type":"delta","children":[{"type":"insert","insert":"a"},{"type":"insert",)"
        R"("insert":"b","attribution":{"delete":["0"]}},{"type":"insert","insert":"c",)"
        R"("attribution":{"insert":["1"]}}]})");
  const ContentMap only = filter_content_map(
      authors.map,
      [](const auto& said) {
        return names(said, {"insert", "0"});
      },
      [](const auto& said) {
        return names(said, {"delete", "0"});
      });
  CHECK(marked(text, TwosetAttributionManager(only.inserts, only.deletes)) ==
        R"({"type":"delta","children":[{"type":"insert","insert":"a","attribution":)"
        R"({"insert":["0"]}},{"type":"insert","insert":"b","attribution":{"delete":["0"]}},)"
        R"({"type":"insert","insert":"c"}]})");
  undo_content_ids(first, content_ids_from_map(only));
  CHECK(text.to_string() == "bc");
}

TEST_CASE("a place counts what is shown (testRelativePositions)") {
  Doc doc = make_doc(1, true);
  YType text = doc.get("");
  change(doc, [&](Transaction& txn) { return text.insert(txn, 0, "hello world"); });
  Doc before = copy_of(doc, 2, true);
  change(doc, [&](Transaction& txn) { return text.remove(txn, 1, 6); });
  change(doc, [&](Transaction& txn) { return text.insert(txn, 1, "x"); });
  const DiffAttributionManager attributions(before, doc);
  const RelativePosition place = create_relative_position(text, 9, 1, attributions).value();
  CHECK(place.item == Id{1, 8});
  CHECK(create_absolute_position(doc, place, true, attributions)->index == 9);
  CHECK(create_absolute_position(doc, place)->index == 3);
  for (std::uint32_t index = 0; index <= 12; ++index) {
    for (const std::int64_t assoc : {0, -1}) {
      const auto there = create_relative_position(text, index, assoc, attributions).value();
      const auto back = create_absolute_position(doc, there, true, attributions);
      // Behind the last unit stands the end, which counts what is there.
      CHECK(back->index == (assoc == 0 && index == 12 ? text.length() : index));
    }
  }
}

TEST_CASE("what was accepted loses its marks (testAttributionChange)") {
  Doc doc = make_doc(1, true);
  YType type = doc.get("");
  change(doc, [&](Transaction& txn) { return type.insert(txn, 0, "hi"); });
  Doc base = copy_of(doc, 2, true);
  DiffAttributionManager attributions(base, doc);
  change(doc, [&](Transaction& txn) { return type.insert(txn, 2, "!"); });
  std::vector<std::string> told;
  const auto subscription = attributions.on_change([&](const AttributionChange& what) {
    told.push_back(type.marks_delta(attributions, what.ids).to_json());
  });
  REQUIRE(base.apply_update(doc.encode_state_as_update()));
  CHECK(told ==
        std::vector<std::string>{R"({"type":"delta","children":[{"type":"retain","retain":2},)"
                                 R"({"type":"retain","retain":1,"attribution":{}}]})"});
}

TEST_CASE(
    "a text has its differences as marks, and its changes with and without (testAttributions)") {
  Doc before = make_doc(1, true);
  change(before, [&](Transaction& txn) { return before.get("txt").insert(txn, 0, "hello world"); });
  Doc doc = copy_of(before, 2, true);
  YType text = doc.get("txt");
  change(doc, [&](Transaction& txn) {
    return text.apply_delta(txn, YDelta().retain(5).remove(6).insert("!"));
  });
  const DiffAttributionManager attributions(before, doc);
  // The text stands behind what was deleted, as an insertion goes behind tombstones.
  CHECK(marked(text, attributions) ==
        R"({"type":"delta","children":[{"type":"insert","insert":"hello"},{"type":"insert",)"
        R"("insert":" world","attribution":{"delete":[]}},{"type":"insert","insert":"!",)"
        R"("attribution":{"insert":[]}}]})");
  std::vector<std::string> told;
  const auto subscription = text.observe([&](const Event& event) {
    told.push_back(event.get_delta(&attributions).to_json());
    told.push_back(event.get_delta().to_json());
  });
  change(doc, [&](Transaction& txn) { return text.insert(txn, 5, "!"); });
  CHECK(told ==
        std::vector<std::string>{R"({"type":"delta","children":[{"type":"retain","retain":11},)"
                                 R"({"type":"insert","insert":"!","attribution":{"insert":[]}}]})",
                                 R"({"type":"delta","children":[{"type":"retain","retain":5},)"
                                 R"({"type":"insert","insert":"!"}]})"});
}

TEST_CASE("suggestions are accepted or rejected, and changes of the base are told") {
  for (const bool accept : {true, false}) {
    Doc base = make_doc(1);
    change(base, [&](Transaction& txn) { return base.get("").insert(txn, 0, "hello"); });
    Doc doc = copy_of(base, 2);
    DiffAttributionManager attributions(base, doc);
    std::vector<IdSet> told;
    const auto subscription =
        attributions.on_change([&](const AttributionChange& what) { told.push_back(what.ids); });
    change(doc, [&](Transaction& txn) { return doc.get("").insert(txn, 5, "!"); });
    change(doc, [&](Transaction& txn) { return doc.get("").remove(txn, 0, 1); });
    CHECK(told.empty());
    REQUIRE((accept ? attributions.accept_all_changes() : attributions.reject_all_changes()));
    CHECK(base.get("").to_string() == (accept ? "ello!" : "hello"));
    CHECK(doc.get("").to_string() == base.get("").to_string());
    REQUIRE_FALSE(told.empty());
    CHECK(marked(doc.get(""), attributions) == doc.get("").to_delta().to_json());
  }
}

TEST_CASE("without suggestion mode edits go on to the base") {
  Doc base = make_doc(1);
  Doc doc = copy_of(base, 2);
  DiffAttributionManager attributions(base, doc);
  change(doc, [&](Transaction& txn) { return doc.get("").insert(txn, 0, "a"); });
  CHECK(base.get("").to_string().empty());
  attributions.set_suggestion_mode(false);
  REQUIRE(attributions.accept_all_changes());
  change(doc, [&](Transaction& txn) { return doc.get("").insert(txn, 1, "b"); });
  CHECK(base.get("").to_string() == "ab");
  change(base, [&](Transaction& txn) { return base.get("").insert(txn, 2, "c"); });
  CHECK(doc.get("").to_string() == "abc");
}
