// Whole documents. The cases are named after functions of Yjs's own doc.tests.js and expect the
// same; others of them stand with what they are about: subdocuments, events, undo.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test

TEST_CASE("a long list of nodes is read by an observer (testAfterTransactionRecursion)") {
  Doc doc;
  XmlFragment xml = doc.xml_fragment("");
  std::size_t size = 0;
  const auto subscription = doc.on(DocEvent::after_transaction, [&](const TransactionEvent& event) {
    if (event.origin() == 5) size = xml.to_json().get_if<std::string>()->size();
  });
  Transaction txn = doc.transact(5);
  for (int i = 0; i < 15'000; ++i) REQUIRE(xml.push(txn, {Prelim::xml_text("a")}));
  txn.commit();
  CHECK(size == 15'000);
}

TEST_CASE("a root may have no name (testGetTypeEmptyId)") {
  Doc one({.client_id = 1});
  {
    Transaction txn = one.transact();
    REQUIRE(one.text("").insert(txn, 0, "h"));
    REQUIRE(one.text("").insert(txn, 1, "i"));
  }
  Doc two({.client_id = 2});
  REQUIRE(two.apply_update(one.encode_state_as_update()));
  CHECK(two.text("").to_string() == "hi");
}

TEST_CASE("a document is made from an update, and copied") {
  Doc doc({.client_id = 1, .gc = false});
  Bytes first;
  Bytes last;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    if (first.empty()) first.assign(event.update.begin(), event.update.end());
    last.assign(event.update.begin(), event.update.end());
  });
  for (const char* word : {"a", "b", "c"}) {
    Transaction txn = doc.transact();
    REQUIRE(doc.text("t").insert(txn, 0, word));
  }
  auto made = create_doc_from_update(first, Encoding::v1, {.client_id = 2});
  REQUIRE(made);
  CHECK(made->text("t").to_string() == "a");
  CHECK(made->client_id() == 2);
  const Bytes v2 = doc.encode_state_as_update({}, Encoding::v2);
  CHECK(create_doc_from_update(v2, Encoding::v2)->text("t").to_string() == "cba");
  CHECK_FALSE(create_doc_from_update(ByteView(first).first(3)));
  // What waits for others waits in the copy, too.
  REQUIRE(made->apply_update(last));
  CHECK(made->has_pending());
  Doc copy = clone_doc(*made, {.client_id = 3});
  CHECK(copy.has_pending());
  CHECK(Doc().state_vector().empty());
  CHECK_FALSE(copy.state_vector().empty());
  CHECK(copy.encode_state_as_update() == made->encode_state_as_update());
  REQUIRE(copy.apply_update(doc.encode_state_as_update()));
  CHECK(copy.text("t").to_string() == "cba");
}

TEST_CASE("a type knows where it stands") {
  Doc doc({.client_id = 1});
  Transaction txn = doc.transact();
  const Map root = doc.map("m");
  const auto outer = doc.map("m").set_type(txn, "a", TypeKind::array);
  REQUIRE(outer);
  const auto inner = outer->as<Array>()->insert_type(txn, 0, TypeKind::text);
  REQUIRE(inner);
  CHECK(root.root_name() == "m");
  CHECK(doc.text("").root_name() == "");
  CHECK_FALSE(inner->root_name());
  CHECK_FALSE(root.item_id());
  CHECK(outer->item_id() == Id{1, 0});
  CHECK(inner->item_id() == Id{1, 1});
  CHECK(inner->is_inside(root));
  CHECK(inner->is_inside(*inner));
  CHECK_FALSE(root.is_inside(*inner));
  CHECK_FALSE(inner->is_inside(doc.map("other")));
  REQUIRE(doc.map("m").remove(txn, "a"));
  txn.commit();
  CHECK_FALSE(inner->item_id());  // collected
  CHECK_FALSE(inner->root_name());
}

TEST_CASE("a document as one JSON value (testToJSON)") {
  Doc doc({.client_id = 1});
  CHECK(doc.to_json().to_json() == "{}");
  {
    Transaction txn = doc.transact();
    REQUIRE(doc.array("array").push(txn, {"test1"}));
    REQUIRE(doc.map("map").set(txn, "k1", "v1"));
    const auto inner = doc.map("map").set_type(txn, "k2", TypeKind::map);
    REQUIRE(inner);
    REQUIRE(inner->as<Map>()->set(txn, "m2k1", "m2v1"));
  }
  const char* const json = R"({"array":["test1"],"map":{"k1":"v1","k2":{"m2k1":"m2v1"}}})";
  CHECK(doc.to_json().to_json() == json);
  // Roots that nobody asked for are left out.
  Doc other({.client_id = 2});
  REQUIRE(other.apply_update(doc.encode_state_as_update()));
  CHECK(other.to_json().to_json() == "{}");
  static_cast<void>(other.map("map"));
  CHECK(other.to_json().to_json() == R"({"map":{"k1":"v1","k2":{"m2k1":"m2v1"}}})");
}

TEST_CASE("a program hears that the contents have been loaded (testLoadDocsEvent)") {
  Doc doc;
  CHECK_FALSE(doc.loaded());
  bool heard = false;
  const Subscription load = doc.on_load([&] { heard = true; });
  doc.set_loaded();
  CHECK(heard);
  CHECK(doc.loaded());
}

TEST_CASE("a document that is synced is loaded (testSyncDocsEvent)") {
  Doc doc;
  std::string heard;
  const Subscription load = doc.on_load([&] { heard += "loaded "; });
  const Subscription sync =
      doc.on_sync([&](bool synced) { heard += synced ? "synced " : "alone "; });
  CHECK_FALSE(doc.synced());
  doc.set_synced();
  CHECK(heard == "loaded synced ");
  CHECK(doc.synced());
  CHECK(doc.loaded());
  doc.set_synced(false);
  CHECK(heard == "loaded synced alone ");
  CHECK(doc.loaded());
  CHECK_FALSE(doc.synced());
}

TEST_CASE("the end of a document is told while it can be read") {
  std::string last;
  Subscription outlives;
  {
    Doc doc({.client_id = 1});
    Text text = doc.text("t");
    {
      Transaction txn = doc.transact();
      REQUIRE(text.insert(txn, 0, "here"));
    }
    outlives = doc.on_destroy([&] { last += text.to_string(); });
    Doc moved = std::move(doc);
    CHECK(last.empty());
    CHECK(text.to_string() == "here");
    moved = Doc();
    CHECK(last == "here");
  }
  outlives.reset();
  CHECK(last == "here");
}

TEST_CASE("a document keeps what it was told of itself") {
  const Doc doc({.client_id = 7, .guid = "g", .collection_id = "c", .meta = "m"});
  CHECK(doc.options().guid == "g");
  CHECK(doc.options().collection_id == "c");
  CHECK(doc.options().meta == Value("m"));
  CHECK(Doc().options().meta == Value(nullptr));
}

// The bytes are those of Yjs 13.6.33 with gcFilter: (item) => item.parentSub !== 'keep'.
TEST_CASE("a filter keeps deleted content") {
  const auto keeps = [](const ItemInfo& item) {
    CHECK(item.deleted);
    return item.key != "keep";
  };
  Doc doc({.client_id = 1, .gc_filter = keeps});
  Map map = doc.map("m");
  for (const char* key : {"gone", "keep"}) {
    Transaction txn = doc.transact();
    REQUIRE(map.set(txn, key, Prelim::array()));
    txn.commit();
    Transaction fill = doc.transact();
    REQUIRE(as<Array>(map.get(key))->push(fill, {1, 2}));
    fill.commit();
    Transaction again = doc.transact();
    REQUIRE(map.set(again, key, "new"));
  }
  Text text = doc.text("t");
  {
    Transaction txn = doc.transact();
    REQUIRE(text.insert(txn, 0, "abc"));
  }
  {
    Transaction txn = doc.transact();
    REQUIRE(text.remove(txn, 1, 1));
  }
  CHECK(test::to_hex(doc.encode_state_as_update()) ==
        "010901002101016d04676f6e65010002a801000177036e65772701016d046b656570000100010402a8010401"
        "77036e6577040101740161810108018401090163010103000304030901");
  CHECK(doc.check_invariants().empty());
}

// What Yjs 13.6.33 tells at each station: changed, changedParentTypes, meta.
TEST_CASE("observers of transactions hear what changed") {
  Doc doc({.client_id = 2});
  Map root = doc.map("root");
  Array list = doc.array("list");
  Transaction making = doc.transact();
  Map inner = *root.set_type(making, "inner", TypeKind::map)->as<Map>();
  making.commit();
  std::vector<std::string> heard;
  const auto name = [&](const SharedType& type) {
    return std::string(type == inner ? "inner" : type == root ? "root" : "list");
  };
  std::vector<Subscription> subscriptions;
  const std::pair<DocEvent, std::string> stations[] = {
      {DocEvent::before_transaction, "before"},
      {DocEvent::before_observer_calls, "calls"},
      {DocEvent::after_transaction, "after"},
      {DocEvent::after_transaction_cleanup, "cleanup"},
  };
  for (const auto& [station, title] : stations) {
    subscriptions.push_back(doc.on(station, [&, said = title](const TransactionEvent& event) {
      event.meta()[said] = true;
      std::string line = said + ":";
      for (const auto& changed : event.changed()) {
        line += " " + name(changed.type);
        for (const auto& key : changed.keys) line += "." + key.value_or("");
      }
      line += " |";
      for (const SharedType& type : event.changed_types()) line += " " + name(type);
      line += " | " + std::to_string(event.meta().size());
      heard.push_back(line);
    }));
  }
  {
    Transaction txn = doc.transact();
    txn.meta()["mine"] = 1;
    REQUIRE(inner.set(txn, "b", 1));
    REQUIRE(inner.set(txn, "a", 1));
    REQUIRE(list.push(txn, {1}));
    REQUIRE(list.push(txn, {Prelim::map({{"q", 1}})}));
    REQUIRE(root.set(txn, "k", 2));
  }
  CHECK(heard == std::vector<std::string>{
                     "before: | | 1",
                     "calls: inner.b.a list. root.k | | 3",
                     "after: inner.b.a list. root.k | inner root list | 4",
                     "cleanup: inner.b.a list. root.k | inner root list | 5",
                 });
  heard.clear();
  doc.transact().commit();
  CHECK(heard.back() == "cleanup: | | 4");
}

TEST_CASE("a transaction tells of subdocuments") {
  Doc doc;
  Map map = doc.map("m");
  std::size_t added = 0;
  std::size_t loaded = 0;
  const auto cleanup =
      doc.on(DocEvent::after_transaction_cleanup, [&](const TransactionEvent& event) {
        added += event.subdocs().added.size();
        loaded += event.subdocs().loaded.size();
      });
  Transaction txn = doc.transact();
  REQUIRE(map.set(txn, "a", SubDocOptions{.guid = "a"}));
  REQUIRE(map.set(txn, "b", SubDocOptions{.guid = "b", .should_load = false}));
  txn.commit();
  CHECK(added == 2);
  CHECK(loaded == 1);
}

TEST_CASE("a transaction may be one for changes from elsewhere") {
  Doc doc;
  Text text = doc.text("t");
  bool local = true;
  const auto update = doc.on_update([&](const UpdateEvent& event) { local = event.local; });
  Transaction txn = doc.transact(3, false);
  REQUIRE(text.insert(txn, 0, "x"));
  txn.commit();
  CHECK_FALSE(local);
}

TEST_CASE("an item is found by the id of any of its units") {
  Doc doc({.client_id = 3});
  Map map = doc.map("m");
  Transaction txn = doc.transact();
  Text text = *map.set_type(txn, "k", TypeKind::text)->as<Text>();
  REQUIRE(text.insert(txn, 0, "abc"));
  txn.commit();
  const auto type = doc.find_item({3, 0});
  REQUIRE(type);
  CHECK(type->key == "k");
  CHECK(type->type == text);
  CHECK(type->parent == map);
  const auto units = doc.find_item({3, 2});
  REQUIRE(units);
  CHECK(units->id == Id{3, 1});
  CHECK(units->length == 3);
  CHECK_FALSE(units->deleted);
  CHECK_FALSE(units->key);
  CHECK_FALSE(units->type);
  CHECK_FALSE(doc.find_item({3, 4}));
  CHECK_FALSE(doc.find_item({4, 0}));
  Transaction removing = doc.transact();
  REQUIRE(map.remove(removing, "k"));
  removing.commit();
  CHECK(doc.find_item({3, 0})->deleted);
  CHECK_FALSE(doc.find_item({3, 2}));
}
