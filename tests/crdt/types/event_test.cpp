// What observers are told. The cases named after functions of Yjs's own tests expect the same.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/event.hpp>

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test

namespace {

SharedType type_at(const Element& element) { return std::get<SharedType>(element); }
Map map_at(const Element& element) {
  const SharedType type = type_at(element);
  return {type.doc(), type.type()};
}
Array array_at(const Element& element) {
  const SharedType type = type_at(element);
  return {type.doc(), type.type()};
}

std::string print(const Element& element) {
  if (const auto* value = std::get_if<Value>(&element)) return value->to_json();
  return std::holds_alternative<SharedType>(element) ? "type" : "nothing";
}

std::string print(const Path& path) {
  std::string text;
  for (const PathStep& step : path) {
    const auto* key = std::get_if<std::string>(&step);
    text += "/" + (key != nullptr ? *key : std::to_string(std::get<std::uint32_t>(step)));
  }
  return text;
}

std::string print(const std::vector<SequenceChange>& delta) {
  std::string text;
  for (const SequenceChange& change : delta) {
    if (change.action == SequenceChange::Action::insert) {
      text += "+";
      for (const Element& element : change.inserted) text += print(element) + ",";
    } else {
      text += change.action == SequenceChange::Action::retain ? "=" : "-";
      text += std::to_string(change.length);
    }
    text += ";";
  }
  return text;
}

std::string print(const std::vector<KeyChange>& keys) {
  std::string text;
  for (const KeyChange& change : keys) {
    const char* const names[] = {"add", "update", "remove"};
    text += change.key + ":" + names[static_cast<int>(change.action)] + ":" +
            print(change.old_value) + ";";
  }
  return text;
}

template <typename Edit>
void edit(Doc& doc, Edit body) {
  Transaction txn = doc.transact();
  body(txn);
}

Result<void> sync(const Doc& from, Doc& to) {
  return to.apply_update(from.encode_state_as_update(to.state_vector()));
}

}  // namespace

TEST_CASE("array changes come as a delta (testChangeEvent)") {
  Doc doc;
  Array array = doc.array("a");
  std::string seen;
  const auto subscription = array.observe([&](const Event& event) { seen = print(event.delta()); });
  edit(doc, [&](Transaction& txn) {
    REQUIRE(array.insert_type(txn, 0, TypeKind::array));
    REQUIRE(array.insert(txn, 1, {4, "dtrn"}));
  });
  CHECK(seen == "+type,4,\"dtrn\",;");
  edit(doc, [&](Transaction& txn) { REQUIRE(array.remove(txn, 0, 2)); });
  CHECK(seen == "-2;");
  edit(doc, [&](Transaction& txn) { REQUIRE(array.insert(txn, 1, {0.1})); });
  CHECK(seen == "=1;+0.1,;");
}

TEST_CASE("every change is one event (testInsertAndDeleteEvents, ...ForTypes, ...ForTypes2)") {
  Doc doc;
  Array array = doc.array("a");
  int events = 0;
  auto subscription = array.observe([&](const Event& event) {
    CHECK(event.target() == array);
    CHECK(event.local());
    ++events;
  });
  edit(doc, [&](Transaction& txn) {
    REQUIRE(array.insert(txn, 0, {"hi"}));
    REQUIRE(array.insert_type(txn, 1, TypeKind::map));
  });
  CHECK(events == 1);
  edit(doc, [&](Transaction& txn) { REQUIRE(array.remove(txn, 1, 1)); });
  CHECK(events == 2);
  edit(doc, [](Transaction&) {});
  CHECK(events == 2);
  subscription.reset();
  edit(doc, [&](Transaction& txn) { REQUIRE(array.remove(txn, 0, 1)); });
  CHECK(events == 2);
}

TEST_CASE("a remote change names its target and origin (testEventTargetIsSetCorrectlyOnRemote)") {
  Doc doc({.client_id = 1});
  Doc other({.client_id = 2});
  Array theirs = other.array("a");
  edit(other, [&](Transaction& txn) { REQUIRE(theirs.push(txn, {"stuff"})); });
  Array array = doc.array("a");
  int events = 0;
  const auto subscription = array.observe([&](const Event& event) {
    ++events;
    CHECK(event.target() == array);
    CHECK(event.current_target() == array);
    CHECK_FALSE(event.local());
    CHECK(event.origin() == 77);
  });
  REQUIRE(doc.apply_update(other.encode_state_as_update(), Encoding::v1, 77));
  CHECK(events == 1);
}

TEST_CASE("an observer's own change is told after this one (testNestedObserverEvents)") {
  Doc doc;
  Array array = doc.array("a");
  std::vector<int> seen;
  const auto subscription = array.observe([&](const Event&) {
    if (array.length() == 1) {
      edit(doc, [&](Transaction& txn) { REQUIRE(array.insert(txn, 1, {1})); });
      seen.push_back(0);
    } else {
      seen.push_back(1);
    }
  });
  edit(doc, [&](Transaction& txn) { REQUIRE(array.insert(txn, 0, {0})); });
  CHECK(seen == std::vector{0, 1});
  CHECK(array.to_json().to_json() == "[0,1]");
  CHECK(doc.check_invariants().empty());
}

TEST_CASE("the first update of nested ones holds what the store then holds, as in Yjs") {
  Doc doc({.client_id = 1});
  Doc mirror({.client_id = 2});
  Array array = doc.array("a");
  std::vector<Bytes> updates;
  const auto on_update = doc.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  const auto observer = array.observe([&](const Event&) {
    if (array.length() == 1) {
      edit(doc, [&](Transaction& txn) { REQUIRE(array.push(txn, {1})); });
    }
  });
  edit(doc, [&](Transaction& txn) { REQUIRE(array.push(txn, {0})); });
  REQUIRE(updates.size() == 2);
  REQUIRE(mirror.apply_update(updates.front()));
  CHECK(mirror.array("a").to_json().to_json() == "[0,1]");
}

TEST_CASE("a type made in this transaction tells nothing (testNewChildDoesNotEmitEvent...)") {
  Doc doc;
  Array array = doc.array("a");
  bool fired = false;
  Subscription subscription;
  edit(doc, [&](Transaction& txn) {
    Map map = map_at(*array.insert_type(txn, 0, TypeKind::map));
    subscription = map.observe([&](const Event&) { fired = true; });
    REQUIRE(map.set(txn, "tst", 42));
  });
  CHECK_FALSE(fired);
}

TEST_CASE("deep observers see nearer changes first (testObserveDeepEventOrder)") {
  Doc doc;
  Array array = doc.array("a");
  std::vector<std::string> paths;
  const auto subscription = array.observe_deep([&](std::span<const Event> events) {
    paths.clear();
    for (const Event& event : events) paths.push_back(print(event.path()));
  });
  edit(doc, [&](Transaction& txn) { REQUIRE(array.insert_type(txn, 0, TypeKind::map)); });
  edit(doc, [&](Transaction& txn) {
    REQUIRE(map_at(array.get(0)).set(txn, "a", "a"));
    REQUIRE(array.insert(txn, 0, {0}));
  });
  CHECK(paths == std::vector<std::string>{"", "/1"});
}

TEST_CASE("paths lead through maps and arrays (testObservedeepIndexes)") {
  Doc doc;
  Map map = doc.map("");
  std::string path;
  edit(doc, [&](Transaction& txn) {
    Array array = array_at(*map.set_type(txn, "my-array", TypeKind::array));
    REQUIRE(array.push(txn, {"a", "b", "c"}));
    REQUIRE(array.insert_type(txn, 3, TypeKind::map));
  });
  const auto subscription =
      map.observe_deep([&](std::span<const Event> events) { path = print(events.front().path()); });
  edit(doc, [&](Transaction& txn) {
    REQUIRE(map_at(array_at(map.get("my-array")).get(3)).set(txn, "hello", "world"));
  });
  CHECK(path == "/my-array/3");
}

TEST_CASE("one deep call for each transaction (testObserversUsingObservedeep)") {
  Doc doc;
  Map map = doc.map("m");
  std::vector<std::string> paths;
  int calls = 0;
  const auto subscription = map.observe_deep([&](std::span<const Event> events) {
    for (const Event& event : events) {
      CHECK(event.current_target() == map);
      paths.push_back(print(event.path()));
    }
    ++calls;
  });
  edit(doc, [&](Transaction& txn) { REQUIRE(map.set_type(txn, "map", TypeKind::map)); });
  edit(doc, [&](Transaction& txn) {
    REQUIRE(map_at(map.get("map")).set_type(txn, "array", TypeKind::array));
  });
  edit(doc, [&](Transaction& txn) {
    REQUIRE(array_at(map_at(map.get("map")).get("array")).insert(txn, 0, {"content"}));
  });
  CHECK(calls == 3);
  CHECK(paths == std::vector<std::string>{"", "/map", "/map/array"});
}

TEST_CASE("siblings' events come by depth (testPathsOfSiblingEvents)") {
  Doc doc;
  Map map = doc.map("m");
  edit(doc, [&](Transaction& txn) {
    REQUIRE(map_at(*map.set_type(txn, "map", TypeKind::map)).set_type(txn, "l", TypeKind::array));
  });
  std::vector<std::string> paths;
  const auto subscription = map.observe_deep([&](std::span<const Event> events) {
    for (const Event& event : events) paths.push_back(print(event.path()));
  });
  edit(doc, [&](Transaction& txn) {
    Map inner = map_at(map.get("map"));
    REQUIRE(array_at(inner.get("l")).push(txn, {1}));
    REQUIRE(inner.set_type(txn, "l2", TypeKind::array));
  });
  CHECK(paths == std::vector<std::string>{"/map", "/map/l"});
}

TEST_CASE("map changes come by key (y-map testChangeEvent)") {
  Doc doc({.client_id = 1});
  Map map = doc.map("m");
  std::string seen;
  const auto subscription = map.observe([&](const Event& event) { seen = print(event.keys()); });
  const auto change = [&](auto body) {
    seen = "none";
    edit(doc, body);
    return seen;
  };
  CHECK(change([&](Transaction& t) { REQUIRE(map.set(t, "a", 1)); }) == "a:add:nothing;");
  CHECK(change([&](Transaction& t) { REQUIRE(map.set(t, "a", 2)); }) == "a:update:1;");
  CHECK(change([&](Transaction& t) {
          REQUIRE(map.set(t, "a", 3));
          REQUIRE(map.set(t, "a", 4));
        }) == "a:update:2;");
  CHECK(change([&](Transaction& t) {
          REQUIRE(map.set(t, "b", 3));
          REQUIRE(map.set(t, "b", 4));
        }) == "b:add:nothing;");
  CHECK(change([&](Transaction& t) {
          REQUIRE(map.set(t, "c", 1));
          REQUIRE(map.remove(t, "c"));
        }).empty());
  CHECK(change([&](Transaction& t) {
          REQUIRE(map.set(t, "d", 1));
          REQUIRE(map.set(t, "d", 2));
        }) == "d:add:nothing;");
  CHECK(change([&](Transaction& t) { REQUIRE(map.remove(t, "a")); }) == "a:remove:4;");
}

TEST_CASE("keys that changed are named (testThrowsAddAndUpdateAndDeleteEvents)") {
  Doc doc;
  Map map = doc.map("m");
  std::vector<std::string> keys;
  const auto subscription = map.observe([&](const Event& event) {
    keys = event.keys_changed();
    CHECK_FALSE(event.children_changed());
  });
  edit(doc, [&](Transaction& txn) { REQUIRE(map.set(txn, "stuff", 4)); });
  CHECK(keys == std::vector<std::string>{"stuff"});
  edit(doc, [&](Transaction& txn) { REQUIRE(map.set_type(txn, "stuff", TypeKind::array)); });
  CHECK(keys == std::vector<std::string>{"stuff"});
  edit(doc, [&](Transaction& txn) {
    REQUIRE(map.remove(txn, "stuff"));
    REQUIRE(map.set(txn, "other", 1));
  });
  CHECK(keys == std::vector<std::string>{"stuff", "other"});
}

TEST_CASE("a type that was deleted in the transaction tells nothing") {
  Doc doc;
  Map map = doc.map("m");
  Subscription inner;
  bool fired = false;
  std::size_t deep = 0;
  edit(doc, [&](Transaction& txn) {
    inner =
        map_at(*map.set_type(txn, "x", TypeKind::map)).observe([&](const Event&) { fired = true; });
  });
  const auto subscription =
      map.observe_deep([&](std::span<const Event> events) { deep = events.size(); });
  edit(doc, [&](Transaction& txn) {
    REQUIRE(map_at(map.get("x")).set(txn, "k", 1));
    REQUIRE(map.remove(txn, "x"));
  });
  CHECK_FALSE(fired);
  CHECK(deep == 1);
}

TEST_CASE("deleted content can be read until the observers have seen it") {
  Doc doc({.client_id = 1});
  Doc other({.client_id = 2});
  Map map = doc.map("m");
  edit(doc, [&](Transaction& txn) { REQUIRE(map.set(txn, "k", "before")); });
  REQUIRE(sync(doc, other));
  edit(other, [&](Transaction& txn) { REQUIRE(other.map("m").set(txn, "k", "after")); });
  std::string seen;
  const auto subscription = map.observe([&](const Event& event) { seen = print(event.keys()); });
  REQUIRE(sync(other, doc));
  CHECK(seen == "k:update:\"before\";");
}

TEST_CASE("a transaction passes its stations in order") {
  Doc doc({.client_id = 1});
  std::vector<int> stations;
  std::vector<Subscription> subscriptions;
  for (std::size_t i = 0; i < kDocEvents; ++i) {
    subscriptions.push_back(doc.on(static_cast<DocEvent>(i), [&stations, i](const auto&) {
      stations.push_back(static_cast<int>(i));
    }));
  }
  subscriptions.push_back(doc.on_update([&](const UpdateEvent&) { stations.push_back(10); }));
  subscriptions.push_back(
      doc.on_update([&](const UpdateEvent&) { stations.push_back(11); }, Encoding::v2));
  Array array = doc.array("a");
  subscriptions.push_back(array.observe([&](const Event&) { stations.push_back(20); }));
  subscriptions.push_back(
      array.observe_deep([&](std::span<const Event>) { stations.push_back(21); }));
  edit(doc, [&](Transaction& txn) { REQUIRE(array.push(txn, {1})); });
  CHECK(stations == std::vector{0, 1, 2, 20, 21, 3, 4, 10, 11, 5});
}

TEST_CASE("origins of nested transactions come in turn (testOriginInTransaction)") {
  Doc doc;
  Text text = doc.text("");
  std::vector<std::uint64_t> origins;
  const auto subscription = doc.on(DocEvent::after_transaction, [&](const TransactionEvent& event) {
    origins.push_back(event.origin());
    if (origins.size() > 1) return;
    Transaction nested = doc.transact(2);
    REQUIRE(text.insert(nested, 0, "a"));
  });
  {
    Transaction txn = doc.transact(1);
    REQUIRE(text.insert(txn, 0, "0"));
  }
  CHECK(origins == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("a transaction knows its states and deletes") {
  Doc doc({.client_id = 5});
  Text text = doc.text("t");
  edit(doc, [&](Transaction& txn) { REQUIRE(text.insert(txn, 0, "abc")); });
  int calls = 0;
  const auto subscription = doc.on(DocEvent::after_transaction, [&](const TransactionEvent& event) {
    ++calls;
    CHECK(event.before_state().get(5) == 3);
    CHECK(event.after_state().get(5) == 5);
    CHECK(event.delete_set().contains({5, 1}));
    CHECK_FALSE(event.delete_set().contains({5, 0}));
  });
  edit(doc, [&](Transaction& txn) {
    REQUIRE(text.remove(txn, 1, 1));
    REQUIRE(text.insert(txn, 0, "de"));
  });
  CHECK(calls == 1);
}

TEST_CASE("observers come and go while they are called") {
  Doc doc;
  Array array = doc.array("a");
  std::vector<Subscription> held(3);
  std::string called;
  held[0] = array.observe([&](const Event&) {
    called += 'a';
    held[1].reset();
    held[0].reset();
    held[2] = array.observe([&](const Event&) { called += 'c'; });
  });
  held[1] = array.observe([&](const Event&) { called += 'b'; });
  edit(doc, [&](Transaction& txn) { REQUIRE(array.push(txn, {1})); });
  CHECK(called == "a");
  edit(doc, [&](Transaction& txn) { REQUIRE(array.push(txn, {1})); });
  CHECK(called == "ac");
}

TEST_CASE("the engine writes as somebody else once its id is taken (testClientIdDuplicateChange)") {
  Doc doc1({.client_id = 0});
  Doc doc2({.client_id = 0});
  edit(doc1, [&](Transaction& txn) { REQUIRE(doc1.array("a").insert(txn, 0, {1, 2})); });
  REQUIRE(sync(doc1, doc2));
  CHECK(doc2.client_id() != doc1.client_id());
}

TEST_CASE("clear tells every key (testThrowsDeleteEventsOnClear)") {
  Doc doc;
  Map map = doc.map("m");
  edit(doc, [&](Transaction& txn) { REQUIRE(map.set(txn, "stuff", 4)); });
  edit(doc, [&](Transaction& txn) { REQUIRE(map.set_type(txn, "otherstuff", TypeKind::array)); });
  std::vector<std::string> keys;
  std::string changes;
  const auto subscription = map.observe([&](const Event& event) {
    keys = event.keys_changed();
    changes = print(event.keys());
  });
  edit(doc, [&](Transaction& txn) { REQUIRE(map.clear(txn)); });
  CHECK(keys == std::vector<std::string>{"stuff", "otherstuff"});
  CHECK(changes == "stuff:remove:4;otherstuff:remove:type;");
}

TEST_CASE("a map inside is set by two (testObserveDeepProperties)") {
  Doc doc1({.client_id = 1});
  Doc doc2({.client_id = 2});
  Doc doc3({.client_id = 3});
  edit(doc1,
       [&](Transaction& txn) { REQUIRE(doc1.map("map").set_type(txn, "map", TypeKind::map)); });
  std::size_t calls = 0;
  std::string last;
  const auto subscription = doc1.map("map").observe_deep([&](std::span<const Event> events) {
    for (const Event& event : events) {
      ++calls;
      CHECK(event.keys_changed() == std::vector<std::string>{"deepmap"});
      CHECK(print(event.path()) == "/map");
      last = event.target().to_json().to_json();
    }
  });
  REQUIRE(sync(doc1, doc2));
  REQUIRE(sync(doc1, doc3));
  for (Doc* doc : {&doc3, &doc2}) {
    edit(*doc, [&](Transaction& txn) {
      Map made =
          map_at(*map_at(doc->map("map").get("map")).set_type(txn, "deepmap", TypeKind::map));
      REQUIRE(made.set(txn, "by", static_cast<double>(doc->client_id())));
    });
  }
  for (int round = 0; round < 2; ++round) {
    for (Doc* from : {&doc1, &doc2, &doc3}) {
      for (Doc* to : {&doc1, &doc2, &doc3}) REQUIRE(sync(*from, *to));
    }
  }
  CHECK(calls > 0);
  CHECK(last == R"({"deepmap":{"by":3}})");  // the higher client wins
  for (Doc* doc : {&doc1, &doc2, &doc3}) {
    CHECK(doc->map("map").to_json().to_json() == R"({"map":{"deepmap":{"by":3}}})");
  }
}

TEST_CASE(
    "the value can be read (testYmapEventHasCorrectValueWhenSettingAPrimitive, ...OtherUser)") {
  Doc doc({.client_id = 1});
  Doc other({.client_id = 2});
  std::string seen;
  const auto subscription = doc.map("m").observe([&](const Event& event) {
    const Map map = *event.target().as<Map>();
    seen = event.keys_changed().front() + "=" + print(map.get(event.keys_changed().front()));
  });
  edit(doc, [&](Transaction& txn) { REQUIRE(doc.map("m").set(txn, "stuff", 2)); });
  CHECK(seen == "stuff=2");
  REQUIRE(sync(doc, other));
  edit(other, [&](Transaction& txn) { REQUIRE(other.map("m").set(txn, "stuff", 3)); });
  REQUIRE(sync(other, doc));
  CHECK(seen == "stuff=3");
}

TEST_CASE("XML tells attributes and children (y-xml testEvents)") {
  Doc doc({.client_id = 1});
  Doc other({.client_id = 2});
  XmlElement xml = doc.xml_element("xml");
  std::string here;
  std::string there;
  const auto told = [](std::string& text) {
    return [&text](const Event& event) {
      text = event.children_changed() ? "children" : "";
      for (const std::string& name : event.keys_changed()) text += name;
    };
  };
  const auto first = xml.observe(told(here));
  const auto second = other.xml_element("xml").observe(told(there));
  const auto change = [&](auto body) {
    here = there = "nothing";
    edit(doc, body);
    REQUIRE(sync(doc, other));
    CHECK(here == there);
    return there;
  };
  CHECK(change([&](Transaction& t) { REQUIRE(xml.set_attribute(t, "key", "value")); }) == "key");
  CHECK(change([&](Transaction& t) { REQUIRE(xml.remove_attribute(t, "key")); }) == "key");
  CHECK(change([&](Transaction& t) {
          REQUIRE(xml.insert(t, 0, {Prelim::xml_text("some text")}));
        }) == "children");
  CHECK(change([&](Transaction& t) { REQUIRE(xml.remove(t, 0)); }) == "children");
}
