// Undo and redo: the tests of Yjs (tests/undo-redo.tests.js) for text, maps and arrays.
#include <weft/event.hpp>
#include <weft/relative_position.hpp>
#include <weft/undo.hpp>

#include "edits.hpp"

using namespace weft;        // NOLINT(google-build-using-namespace): the room under test
using namespace weft::test;  // NOLINT(google-build-using-namespace): its edits

namespace {

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

// Two replicas that tell each other everything at once.
struct Linked {
  Doc a{DocOptions{.client_id = 1}};
  Doc b{DocOptions{.client_id = 2}};
  Subscription to_b = a.on_update(forward_to(b));
  Subscription to_a = b.on_update(forward_to(a));

  static std::function<void(const UpdateEvent&)> forward_to(Doc& doc) {
    return [&doc](const UpdateEvent& event) {
      REQUIRE(doc.apply_update(event.update, Encoding::v1, kPeer));
    };
  }
};

Map map_in(const Map& map, std::string_view key) {
  const SharedType type = std::get<SharedType>(map.get(key));
  return {type.doc(), type.type()};
}

Map map_in(const Array& array, std::uint32_t index) {
  const SharedType type = std::get<SharedType>(array.get(index));
  return {type.doc(), type.type()};
}

Map make_map(Transaction& txn, Map in, std::string_view key,
             const std::vector<std::pair<std::string, Value>>& members) {
  const SharedType type = in.set_type(txn, key, TypeKind::map).value();
  Map made(type.doc(), type.type());
  for (const auto& [name, value] : members) REQUIRE(made.set(txn, name, value));
  return made;
}

}  // namespace

TEST_CASE("testInfiniteCaptureTimeout") {
  Doc doc;
  Array array = doc.array("array");
  std::int64_t now = 1;
  UndoManager manager(doc, {array}, {.capture_timeout = kForever, .now = [&] { return now; }});
  push(doc, array, {1, 2, 3});
  now = std::int64_t{1} << 50;
  manager.stop_capturing();
  push(doc, array, {4, 5, 6});
  manager.undo();
  CHECK(json(array) == "[1,2,3]");
  manager.undo();
  push(doc, array, {1});
  now <<= 1;
  push(doc, array, {2});
  manager.undo();
  CHECK(json(array) == "[]");
}

TEST_CASE("testUndoText, without marks") {
  Doc doc0({.client_id = 0});
  Doc doc1({.client_id = 1});
  Text text0 = doc0.text("text");
  Text text1 = doc1.text("text");
  UndoManager manager(doc0, {text0});

  // What is added and deleted in one step is not undone.
  insert(doc0, text0, 0, "test");
  remove(doc0, text0, 0, 4);
  manager.undo();
  CHECK(text0.to_string().empty());

  // Follows redone items.
  insert(doc0, text0, 0, "a");
  manager.stop_capturing();
  remove(doc0, text0, 0, 1);
  manager.stop_capturing();
  manager.undo();
  CHECK(text0.to_string() == "a");
  manager.undo();
  CHECK(text0.to_string().empty());

  insert(doc0, text0, 0, "abc");
  insert(doc1, text1, 0, "xyz");
  sync(doc0, doc1);
  manager.undo();
  CHECK(text0.to_string() == "xyz");
  manager.redo();
  CHECK(text0.to_string() == "abcxyz");
  sync(doc0, doc1);
  remove(doc1, text1, 0, 1);
  sync(doc0, doc1);
  manager.undo();
  CHECK(text0.to_string() == "xyz");
  manager.redo();
  CHECK(text0.to_string() == "bcxyz");
  CHECK(doc0.check_invariants() == "");
}

TEST_CASE("testEmptyTypeScope") {
  Doc doc;
  UndoManager manager(doc, std::vector<SharedType>{});
  Array array = doc.array("");
  manager.add_to_scope(array);
  insert(doc, array, 0, {1});
  manager.undo();
  CHECK(array.length() == 0);
}

TEST_CASE("testRejectUpdateExample") {
  Doc first({.client_id = 1});
  insert(first, first.array("restricted"), 0, {1});
  insert(first, first.array("public"), 0, {1});
  Doc second({.client_id = 2});
  insert(second, second.array("public"), 0, {2});

  Doc doc({.client_id = 3});
  Array restricted = doc.array("restricted");
  constexpr std::uint64_t kRemote = 7;
  const auto receive = [&](const Bytes& update) {
    UndoManager manager(doc, {restricted}, {.tracked_origins = {kRemote}});
    REQUIRE(doc.apply_update(update, Encoding::v1, kRemote));
    while (manager.can_undo()) manager.undo();
    manager.destroy();
  };
  receive(first.encode_state_as_update());
  receive(second.encode_state_as_update());
  CHECK(restricted.length() == 0);
  CHECK(doc.array("public").length() == 2);
}

TEST_CASE("testGlobalScope") {
  Doc doc;
  UndoManager manager(doc);
  Array array = doc.array("");
  insert(doc, array, 0, {1});
  manager.undo();
  CHECK(array.length() == 0);
}

TEST_CASE("testDoubleUndo") {
  Doc doc;
  Text text = doc.text("");
  insert(doc, text, 0, "1221");
  UndoManager manager(doc, {text});
  insert(doc, text, 2, "3");
  insert(doc, text, 3, "3");
  manager.undo();
  manager.undo();
  insert(doc, text, 2, "3");
  CHECK(text.to_string() == "12321");
}

TEST_CASE("testUndoMap") {
  Doc doc0({.client_id = 0});
  Doc doc1({.client_id = 1});
  Map map0 = doc0.map("map");
  Map map1 = doc1.map("map");
  set(doc0, map0, "a", 0);
  UndoManager manager(doc0, {map0});
  set(doc0, map0, "a", 1);
  manager.undo();
  CHECK(json(map0) == R"({"a":0})");
  manager.redo();
  CHECK(json(map0) == R"({"a":1})");
  // Nested types come back whole.
  auto nested = set_type<Map>(doc0, map0, "a", TypeKind::map);
  set(doc0, nested, "x", 42);
  CHECK(json(map0) == R"({"a":{"x":42}})");
  manager.undo();
  CHECK(json(map0) == R"({"a":1})");
  manager.redo();
  CHECK(json(map0) == R"({"a":{"x":42}})");
  sync(doc0, doc1);
  // What another user wrote over stays.
  set(doc1, map1, "a", 44);
  sync(doc0, doc1);
  manager.undo();
  CHECK(json(map0) == R"({"a":44})");
  manager.redo();
  CHECK(json(map0) == R"({"a":44})");

  set(doc0, map0, "b", "initial");
  manager.stop_capturing();
  set(doc0, map0, "b", "val1");
  set(doc0, map0, "b", "val2");
  manager.stop_capturing();
  manager.undo();
  CHECK(json(map0) == R"({"a":44,"b":"initial"})");
}

TEST_CASE("testUndoArray") {
  Doc doc0({.client_id = 0});
  Doc doc1({.client_id = 1});
  Array array0 = doc0.array("array");
  Array array1 = doc1.array("array");
  UndoManager manager(doc0, {array0});
  insert(doc0, array0, 0, {1, 2, 3});
  insert(doc1, array1, 0, {4, 5, 6});
  sync(doc0, doc1);
  CHECK(json(array0) == "[1,2,3,4,5,6]");
  manager.undo();
  CHECK(json(array0) == "[4,5,6]");
  manager.redo();
  CHECK(json(array0) == "[1,2,3,4,5,6]");
  sync(doc0, doc1);
  remove(doc1, array1, 0);
  sync(doc0, doc1);
  manager.undo();
  CHECK(json(array0) == "[4,5,6]");
  manager.redo();
  CHECK(json(array0) == "[2,3,4,5,6]");
  remove(doc0, array0, 0, 5);
  // Nested structure.
  auto map = insert_type<Map>(doc0, array0, 0, TypeKind::map);
  CHECK(json(array0) == "[{}]");
  manager.stop_capturing();
  set(doc0, map, "a", 1);
  CHECK(json(array0) == R"([{"a":1}])");
  manager.undo();
  CHECK(json(array0) == "[{}]");
  manager.undo();
  CHECK(json(array0) == "[2,3,4,5,6]");
  manager.redo();
  CHECK(json(array0) == "[{}]");
  manager.redo();
  CHECK(json(array0) == R"([{"a":1}])");
  sync(doc0, doc1);
  set(doc1, map_in(array1, 0), "b", 2);
  sync(doc0, doc1);
  CHECK(json(array0) == R"([{"a":1,"b":2}])");
  manager.undo();
  CHECK(json(array0) == R"([{"b":2}])");
  manager.undo();
  CHECK(json(array0) == "[2,3,4,5,6]");
  manager.redo();
  CHECK(json(array0) == R"([{"b":2}])");
  manager.redo();
  CHECK(json(array0) == R"([{"b":2,"a":1}])");  // keys in the order of Yjs, too
  CHECK(doc0.check_invariants() == "");
}

TEST_CASE("testUndoEvents") {
  Doc doc;
  Text text = doc.text("text");
  UndoManager manager(doc, {text});
  int counter = 0;
  int received = -1;
  const auto saw_text = [&](const StackItemEvent& event) {
    return event.changed_types == std::vector<SharedType>{text};
  };
  const Subscription added = manager.on(UndoEvent::stack_item_added, [&](StackItemEvent& event) {
    CHECK(saw_text(event));
    event.stack_item.meta["test"] = counter++;
  });
  const Subscription popped = manager.on(UndoEvent::stack_item_popped, [&](StackItemEvent& event) {
    CHECK(saw_text(event));
    CHECK(event.origin == manager.origin());
    received = std::any_cast<int>(event.stack_item.meta.at("test"));
  });
  insert(doc, text, 0, "abc");
  manager.undo();
  CHECK(received == 0);
  manager.redo();
  CHECK(received == 1);
}

TEST_CASE("testTrackClass") {
  Doc doc;
  Text text = doc.text("text");
  const auto is_number = [](std::uint64_t origin) { return origin < 1000; };
  UndoManager manager(doc, {text}, {.tracked_origins = {}, .tracks_origin = is_number});
  edit(
      doc, [&](Transaction& txn) { REQUIRE(text.insert(txn, 0, "abc")); }, 42);
  CHECK(text.to_string() == "abc");
  manager.undo();
  CHECK(text.to_string().empty());
  insert(doc, text, 0, "0 is no origin");
  CHECK_FALSE(manager.can_undo());
}

TEST_CASE("testTypeScope") {
  Doc doc;
  Array array = doc.array("array");
  auto text0 = insert_type<Text>(doc, array, 0, TypeKind::text);
  auto text1 = insert_type<Text>(doc, array, 1, TypeKind::text);
  UndoManager manager(doc, {text0});
  UndoManager both(doc, {text0, text1});
  insert(doc, text1, 0, "abc");
  CHECK(manager.undo_stack().empty());
  CHECK(both.undo_stack().size() == 1);
  CHECK(text1.to_string() == "abc");
  manager.undo();
  CHECK(text1.to_string() == "abc");
  both.undo();
  CHECK(text1.to_string().empty());
}

TEST_CASE("testUndoDeleteFilter") {
  Doc doc;
  Array array = doc.array("array");
  const auto is_empty_type = [](const ItemInfo& item) {
    return item.type && Map(item.type->doc(), item.type->type()).size() == 0;
  };
  UndoManager manager(doc, {array}, {.delete_filter = is_empty_type});
  edit(doc, [&](Transaction& txn) {
    const SharedType map0 = array.insert_type(txn, 0, TypeKind::map).value();
    REQUIRE(Map(map0.doc(), map0.type()).set(txn, "hi", 1));
    REQUIRE(array.insert_type(txn, 1, TypeKind::map));
  });
  manager.undo();
  CHECK(array.length() == 1);
  CHECK(map_in(array, 0).keys().size() == 1);
}

TEST_CASE("testUndoUntilChangePerformed") {
  Linked docs;
  Array array1 = docs.a.array("array");
  Array array2 = docs.b.array("array");
  auto map1 = insert_type<Map>(docs.a, array1, 0, TypeKind::map);
  set(docs.a, map1, "hello", "world");
  auto map2 = insert_type<Map>(docs.a, array1, 1, TypeKind::map);
  set(docs.a, map2, "key", "value");

  UndoManager manager1(docs.a, {array1}, {.tracked_origins = {1}});
  UndoManager manager2(docs.b, {array2}, {.tracked_origins = {2}});
  edit(
      docs.a, [&](Transaction& txn) { REQUIRE(map2.set(txn, "key", "value modified")); }, 1);
  manager1.stop_capturing();
  edit(
      docs.a, [&](Transaction& txn) { REQUIRE(map1.set(txn, "hello", "world modified")); }, 1);
  edit(
      docs.b, [&](Transaction& txn) { REQUIRE(array2.remove(txn, 0, 1)); }, 2);
  manager2.undo();
  manager1.undo();
  CHECK(json(map2) == R"({"key":"value"})");
}

TEST_CASE("testUndoNestedUndoIssue") {
  Doc doc({.client_id = 1, .gc = false});
  Map design = doc.map("");
  UndoManager manager(doc, {design}, {.capture_timeout = 0});
  Map text = design;
  edit(doc, [&](Transaction& txn) {
    text = make_map(txn, design, "text", {});
    make_map(txn, text, "blocks", {{"text", "Type Something"}});
  });
  edit(doc, [&](Transaction& txn) { make_map(txn, text, "blocks", {{"text", "Something"}}); });
  edit(doc, [&](Transaction& txn) { make_map(txn, text, "blocks", {{"text", "Something Else"}}); });

  const std::string states[] = {"{}", R"({"text":{"blocks":{"text":"Type Something"}}})",
                                R"({"text":{"blocks":{"text":"Something"}}})",
                                R"({"text":{"blocks":{"text":"Something Else"}}})"};
  CHECK(json(design) == states[3]);
  for (const int i : {2, 1, 0}) {
    manager.undo();
    CHECK(json(design) == states[i]);
  }
  for (const int i : {1, 2, 3}) {
    manager.redo();
    CHECK(json(design) == states[i]);
  }
}

TEST_CASE("testConsecutiveRedoBug") {
  Doc doc;
  Map root = doc.map("");
  UndoManager manager(doc, {root});
  Map point = root;
  edit(doc, [&](Transaction& txn) { point = make_map(txn, root, "a", {{"x", 0}, {"y", 0}}); });
  manager.stop_capturing();
  for (const int value : {100, 200, 300}) {
    set(doc, point, "x", value);
    set(doc, point, "y", value);
    manager.stop_capturing();
  }
  CHECK(json(point) == R"({"x":300,"y":300})");
  manager.undo();
  CHECK(json(point) == R"({"x":200,"y":200})");
  manager.undo();
  CHECK(json(point) == R"({"x":100,"y":100})");
  manager.undo();
  CHECK(json(point) == R"({"x":0,"y":0})");
  manager.undo();
  CHECK_FALSE(root.has("a"));
  manager.redo();
  point = map_in(root, "a");
  CHECK(json(point) == R"({"x":0,"y":0})");
  manager.redo();
  CHECK(json(point) == R"({"x":100,"y":100})");
  manager.redo();
  CHECK(json(point) == R"({"x":200,"y":200})");
  manager.redo();
  CHECK(json(point) == R"({"x":300,"y":300})");
}

TEST_CASE("testUndoBlockBug") {
  Doc doc({.client_id = 1, .gc = false});
  Map design = doc.map("");
  UndoManager manager(doc, {design}, {.capture_timeout = 0});
  Map text = design;
  edit(doc, [&](Transaction& txn) {
    text = make_map(txn, design, "text", {});
    make_map(txn, text, "blocks", {{"text", "1"}});
  });
  for (const char* block : {"2", "3", "4"}) {
    edit(doc, [&](Transaction& txn) { make_map(txn, text, "blocks", {{"text", block}}); });
  }
  for (int i = 0; i < 4; ++i) manager.undo();
  CHECK(json(design) == "{}");
  for (int i = 0; i < 4; ++i) manager.redo();
  CHECK(json(design) == R"({"text":{"blocks":{"text":"4"}}})");
}

TEST_CASE("testBehaviorOfIgnoreremotemapchangesProperty") {
  Linked docs;
  Map map1 = docs.a.map("");
  Map map2 = docs.b.map("");
  UndoManager manager(docs.a, {map1}, {.ignore_remote_map_changes = true});
  set(docs.a, map1, "x", 1);
  set(docs.b, map2, "x", 2);
  set(docs.a, map1, "x", 3);
  set(docs.b, map2, "x", 4);
  manager.undo();
  CHECK(json(map1) == R"({"x":2})");
  CHECK(json(map2) == R"({"x":2})");
}

TEST_CASE("testUndoDeleteInMap") {
  Doc doc;
  Map map = doc.map("map");
  UndoManager manager(doc, {map}, {.capture_timeout = 0});
  for (const char* value : {"a", "b", "c"}) {
    set(doc, map, "a", value);
    remove(doc, map, "a");
  }
  set(doc, map, "a", "d");
  CHECK(json(map) == R"({"a":"d"})");
  for (const char* expected : {"{}", R"({"a":"c"})", "{}", R"({"a":"b"})", "{}", R"({"a":"a"})"}) {
    manager.undo();
    CHECK(json(map) == expected);
  }
}

TEST_CASE("testUndoDoingStackItem") {
  Doc doc;
  Text text = doc.text("text");
  UndoManager manager(doc, {text});
  const Subscription added = manager.on(UndoEvent::stack_item_added, [](StackItemEvent& event) {
    event.stack_item.meta["str"] = std::string("42");
  });
  std::string undone;
  std::string redone;
  const Subscription seen = text.observe([&](const Event& event) {
    if (event.origin() != manager.origin()) return;
    std::string& meta = manager.undoing() ? undone : redone;
    meta = std::any_cast<std::string>(manager.current()->meta.at("str"));
  });
  insert(doc, text, 0, "abc");
  manager.undo();
  manager.redo();
  CHECK(undone == "42");
  CHECK(redone == "42");
  CHECK(manager.current() == nullptr);
}

TEST_CASE("testRelativePositionWithUndo") {
  Doc doc({.client_id = 1});
  Text text = doc.text("");
  insert(doc, text, 0, "hello world");
  const auto position = create_relative_position(text, 1);
  REQUIRE(position);
  const auto index = [&](Doc& in, bool follow = true) {
    return create_absolute_position(in, *position, follow)->index;
  };
  UndoManager manager(doc, {text});
  remove(doc, text, 0, 6);
  CHECK(index(doc) == 0);
  manager.undo();
  CHECK(index(doc) == 1);
  CHECK(index(doc, false) == 6);
  Doc clone({.client_id = 2});
  send(doc, clone);
  CHECK(index(clone) == 6);
  CHECK(index(clone, false) == 6);
}

TEST_CASE("a subdocument comes back (testSubdocsUndo)") {
  Doc doc;
  XmlFragment elements = doc.xml_fragment("");
  UndoManager manager(doc, {elements});
  {
    Transaction txn = doc.transact();
    REQUIRE(elements.insert(txn, 0, {SubDocOptions{.guid = "g", .auto_load = true}}));
  }
  manager.undo();
  CHECK(elements.length() == 0);
  CHECK(doc.subdocs().empty());
  manager.redo();
  REQUIRE(elements.length() == 1);
  const auto back = std::get<SubDoc>(elements.get(0));
  CHECK(back.guid() == "g");
  CHECK(back.should_load());
  CHECK(doc.subdocs() == std::vector{back});
}
