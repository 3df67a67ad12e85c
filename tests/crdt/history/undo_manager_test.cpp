// What Yjs's own tests of its undo manager leave out: time, origins, events, clearing, and calls
// from where they are not expected. Expectations are Yjs 13.6.33's.
#include <weft/undo.hpp>

#include "edits.hpp"
#include "support/hex.hpp"

using namespace weft;        // NOLINT(google-build-using-namespace): the room under test
using namespace weft::test;  // NOLINT(google-build-using-namespace): its edits

TEST_CASE("transactions within the capture timeout become one step") {
  Doc doc;
  Text text = doc.text("t");
  UndoManager manager(doc, {text});
  std::string events;
  const auto tell = [&](char letter) {
    return [&events, letter](StackItemEvent& event) {
      events += letter;
      events += event.kind == UndoKind::undo ? 'u' : 'r';
    };
  };
  const Subscription added = manager.on(UndoEvent::stack_item_added, tell('a'));
  const Subscription updated = manager.on(UndoEvent::stack_item_updated, tell('u'));
  const Subscription popped = manager.on(UndoEvent::stack_item_popped, tell('p'));
  manager.set_time(1000);
  insert(doc, text, 0, "a");
  manager.set_time(1499);
  insert(doc, text, 1, "b");
  manager.set_time(1999);
  insert(doc, text, 2, "c");
  CHECK(events == "auuuau");
  CHECK(manager.undo_stack().size() == 2);
  CHECK(to_hex(manager.undo_stack()[0]->insertions().encode()) == "0101010002");
  CHECK(manager.undo_stack()[0]->deletions().empty());
  manager.undo();
  CHECK(text.to_string() == "ab");
  manager.undo();
  CHECK(text.to_string().empty());
  manager.redo();
  CHECK(text.to_string() == "ab");
  CHECK(events == "auuuauarpuarpuaupr");
  CHECK(manager.can_undo());
  CHECK(manager.can_redo());
}

TEST_CASE("only tracked origins and wanted transactions are remembered") {
  Doc doc;
  Text text = doc.text("t");
  bool wanted = true;
  UndoManager manager(doc, {text},
                      {.capture_transaction = [&](const TransactionEvent&) { return wanted; }});
  UndoManager other(doc, {text}, {.tracked_origins = {}});
  CHECK(manager.origin() >= kUndoOrigins);
  CHECK(other.origin() >= kUndoOrigins);
  CHECK(manager.origin() != other.origin());

  const auto type = [&](std::uint64_t origin) {
    edit(
        doc, [&](Transaction& txn) { REQUIRE(text.insert(txn, 0, "x")); }, origin);
    const bool remembered = manager.can_undo();
    manager.clear();
    return remembered;
  };
  CHECK(type(0));
  CHECK_FALSE(type(7));
  manager.add_tracked_origin(7);
  CHECK(type(7));
  manager.remove_tracked_origin(7);
  CHECK_FALSE(type(7));
  wanted = false;
  CHECK_FALSE(type(0));
  wanted = true;
  CHECK_FALSE(other.can_undo());

  other.add_tracked_origin(manager.origin());
  insert(doc, text, 0, "y");
  const std::string before = text.to_string();
  manager.undo();
  CHECK(other.can_undo());
  other.undo();
  CHECK(text.to_string() == before);
  manager.destroy();
  CHECK_FALSE(type(0));
}

TEST_CASE("the origin of a manager can be given") {
  Doc doc;
  Text text = doc.text("t");
  UndoManager manager(doc, {text}, {.origin = 12});
  CHECK(manager.origin() == 12);
  insert(doc, text, 0, "x");
  std::uint64_t seen = 0;
  const Subscription updates = doc.on_update([&](const UpdateEvent& e) { seen = e.origin; });
  manager.undo();
  CHECK(seen == 12);
}

TEST_CASE("clearing forgets, and says which") {
  Doc doc;
  Text text = doc.text("t");
  UndoManager manager(doc, {text}, {.capture_timeout = 0});
  std::string cleared;
  const Subscription told = manager.on_stack_cleared([&](bool undo, bool redo) {
    cleared += undo ? 'u' : '-';
    cleared += redo ? 'r' : '-';
  });
  manager.clear();
  CHECK(cleared.empty());
  insert(doc, text, 0, "a");
  insert(doc, text, 0, "b");
  manager.undo();
  manager.clear(false, true);
  CHECK_FALSE(manager.can_redo());
  CHECK(manager.can_undo());
  manager.clear(false, true);
  manager.clear(true, false);
  CHECK_FALSE(manager.can_undo());
  CHECK(manager.undo() == nullptr);
  CHECK(cleared == "-ru-");
}

TEST_CASE("a new change forgets what could be redone") {
  Doc doc;
  Text text = doc.text("t");
  UndoManager manager(doc, {text}, {.capture_timeout = 0});
  insert(doc, text, 0, "a");
  manager.undo();
  CHECK(manager.can_redo());
  insert(doc, text, 0, "b");
  CHECK_FALSE(manager.can_redo());
  CHECK(manager.redo() == nullptr);
  CHECK(text.to_string() == "b");
}

TEST_CASE("content that was cleared goes with the type around it") {
  Doc doc;
  const Map map = doc.map("m");
  const auto array = set_type<Array>(doc, map, "a", TypeKind::array);
  push(doc, array, {"kept"});
  UndoManager manager(doc, {map});
  remove(doc, array, 0);
  const auto holds = [&] {
    const Bytes state = doc.encode_state_as_update();
    return as_text(state).find("kept") != std::string_view::npos;
  };
  CHECK(holds());
  manager.clear();
  CHECK(holds());
  edit(
      doc, [&](Transaction& txn) { REQUIRE(Map(map).remove(txn, "a")); }, kPeer);
  CHECK_FALSE(holds());
  CHECK(doc.check_invariants() == "");
}

TEST_CASE("undo inside a transaction joins it") {
  Doc doc;
  Text text = doc.text("t");
  UndoManager manager(doc, {text}, {.capture_timeout = 0});
  std::size_t types = 99;
  const Subscription popped = manager.on(
      UndoEvent::stack_item_popped, [&](StackItemEvent& e) { types = e.changed_types.size(); });
  insert(doc, text, 0, "a");
  edit(doc, [&](Transaction&) {
    CHECK(manager.undo() != nullptr);
    CHECK(text.to_string().empty());
  });
  CHECK(types == 0);
  // Its transaction came from elsewhere, so it is a change like any other.
  CHECK(manager.can_undo());
  CHECK_FALSE(manager.can_redo());
  manager.undo();
  CHECK(text.to_string() == "a");
}

TEST_CASE("undo from an observer waits for its turn") {
  Doc doc;
  Text text = doc.text("t");
  Map map = doc.map("m");
  UndoManager manager(doc, {text}, {.capture_timeout = 0});
  insert(doc, text, 0, "a");
  const Subscription seen = doc.on(DocEvent::after_transaction, [&](const TransactionEvent& event) {
    if (event.origin() == 5) CHECK(manager.undo() != nullptr);
  });
  edit(
      doc, [&](Transaction& txn) { REQUIRE(map.set(txn, "k", 1)); }, 5);
  CHECK(text.to_string().empty());
  // Nobody is undoing any more when its turn comes, so it is a change like any other.
  CHECK_FALSE(manager.can_redo());
  manager.undo();
  CHECK(text.to_string() == "a");
  CHECK(doc.check_invariants() == "");
}

TEST_CASE("the whole document as scope remembers empty transactions, too") {
  Doc doc;
  UndoManager manager(doc, UndoOptions{.capture_timeout = 0});
  edit(doc, [](Transaction&) {});
  CHECK(manager.undo_stack().size() == 1);
  CHECK(manager.undo() == nullptr);
  CHECK(manager.redo_stack().size() == 1);
}

TEST_CASE("types inside types come back, however deep") {
  constexpr int kDepth = 3000;
  Doc doc;
  Map root = doc.map("m");
  UndoManager manager(doc, {root}, {.capture_timeout = 0});
  edit(doc, [&](Transaction& txn) {
    Map at = root;
    for (int i = 0; i < kDepth; ++i) at = *at.set_type(txn, "k", TypeKind::map)->as<Map>();
    REQUIRE(at.set(txn, "k", "innermost"));
  });
  remove(doc, root, "k");
  CHECK(root.size() == 0);
  manager.undo();
  Map at = root;
  for (int i = 0; i < kDepth; ++i) at = *as<Map>(at.get("k"));
  CHECK(std::get<Value>(at.get("k")) == Value("innermost"));
  manager.undo();
  CHECK(root.size() == 0);
  manager.redo();
  manager.undo();
  CHECK(root.size() == 0);
  CHECK(doc.check_invariants() == "");
}

TEST_CASE("a manager that moved goes on") {
  Doc doc;
  Text text = doc.text("t");
  UndoManager first(doc, {text});
  UndoManager manager = std::move(first);
  insert(doc, text, 0, "a");
  CHECK(manager.undo() != nullptr);
  CHECK(text.to_string().empty());
  CHECK_FALSE(manager.undoing());
  CHECK_FALSE(manager.redoing());

  Doc other;
  Map map = other.map("m");
  manager = UndoManager(other, std::vector<SharedType>{});
  set(other, map, "k", 1);
  CHECK_FALSE(manager.can_undo());
  manager.add_document_to_scope();
  set(other, map, "k", 2);
  CHECK(manager.undo() != nullptr);
  CHECK(std::get<Value>(map.get("k")) == Value(1));
}

TEST_CASE("a manager and its subscriptions may outlive the document") {
  std::optional<Doc> doc(std::in_place);
  Text text = doc->text("t");
  std::optional<UndoManager> manager(std::in_place, *doc);
  int added = 0;
  Subscription on_added =
      manager->on(UndoEvent::stack_item_added, [&](StackItemEvent&) { ++added; });
  Subscription on_cleared = manager->on_stack_cleared([](bool, bool) {});
  insert(*doc, text, 0, "a");
  CHECK(added == 1);
  doc.reset();
  manager.reset();
  on_added.reset();
  on_cleared.reset();
}

// Yjs compares objects by identity: the second deletion takes away what undo brought back, since
// the first color is in force around it. The state is what Yjs 13.6.33 gives for these edits.
TEST_CASE("a format that undo brings back holds the same object") {
  Doc doc({.client_id = 1});
  Text text = doc.text("t");
  UndoManager manager(doc, {text}, {.capture_timeout = 0});
  const Attributes first = {{"c", ValueObject{{"r", 1}}}};
  const Attributes second = {{"c", ValueObject{{"r", 2}}}};
  const auto format = [&](std::uint32_t index, std::uint32_t length, const Attributes& marks) {
    edit(doc, [&](Transaction& txn) { REQUIRE(text.format(txn, index, length, marks)); });
  };
  insert(doc, text, 0, "ab");
  insert(doc, text, 0, "ab");
  format(0, 4, first);
  format(1, 1, second);
  remove(doc, text, 1, 1);
  manager.undo();
  remove(doc, text, 1, 1);
  CHECK(text.to_delta() == Delta().insert("aab", first));
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "010a0100040101740261624401000161c40102010001624601020163077b2272223a317d8601010163046e756c"
        "6cc6010201030163077b2272223a327dc6010301000163077b2272223a317dc4010601030162c6010201060163"
        "077b2272223a327dc6010301070163077b2272223a317d01010203010605");
}
