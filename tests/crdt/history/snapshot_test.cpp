// Snapshots: the tests of Yjs (tests/snapshot.tests.js), bytes that Yjs 13.6.33 wrote, and what it
// never writes.
#include <weft/snapshot.hpp>
#include <weft/xml.hpp>

#include "edits.hpp"
#include "support/hex.hpp"

using namespace weft;        // NOLINT(google-build-using-namespace): the room under test
using namespace weft::test;  // NOLINT(google-build-using-namespace): its edits

namespace {

DocOptions keeping(ClientId client = 1) { return {.client_id = client, .gc = false}; }

Doc restored(Doc& doc, const Snapshot& snapshot) {
  auto made = create_doc_from_snapshot(doc, snapshot);
  REQUIRE(made);
  CHECK(doc.check_invariants() == "");
  CHECK(made->check_invariants() == "");
  return std::move(*made);
}

std::string restored_array(Doc& doc, const Snapshot& snapshot) {
  return json(restored(doc, snapshot).array("array"));
}

std::string at(const Element& element) {
  if (const auto* type = std::get_if<SharedType>(&element)) return json(*type);
  const auto* value = std::get_if<Value>(&element);
  return value != nullptr ? value->to_json() : "nothing";
}

std::string all_at(const SharedType& type, const Snapshot& snapshot) {
  std::string out;
  for (const Element& element : elements_at(type, snapshot)) out += at(element) + " ";
  return out;
}

}  // namespace

TEST_CASE("testBasic") {
  Doc doc(keeping());
  insert(doc, doc.text(""), 0, "world!");
  const Snapshot then = snapshot(doc);
  insert(doc, doc.text(""), 0, "hello ");
  CHECK(restored(doc, then).text("").to_string() == "world!");
  CHECK(text_at(doc.text(""), then) == "world!");
}

TEST_CASE("testBasicXmlAttributes") {
  Doc doc(keeping());
  std::optional<XmlElement> element;
  edit(doc, [&](Transaction& txn) {
    element = doc.map("").set_type<XmlElement>(txn, "el", "div").value();
  });
  const auto set_a = [&](const char* value) {
    edit(doc, [&](Transaction& txn) { REQUIRE(element->set_attribute(txn, "a", value)); });
  };
  const Snapshot first = snapshot(doc);
  set_a("1");
  const Snapshot second = snapshot(doc);
  set_a("2");
  CHECK(at(element->get_attribute("a")) == "\"2\"");
  CHECK(at(value_at(*element, "a", second)) == "\"1\"");
  const auto values = values_at(*element, second);
  REQUIRE(values.size() == 1);
  CHECK(values[0].first == "a");
  CHECK(at(values[0].second) == "\"1\"");
  CHECK(at(value_at(*element, "a", first)) == "nothing");
  CHECK(values_at(*element, first).empty());
  CHECK(at(value_at(*element, "unknown", second)) == "nothing");
  CHECK(to_json_at(*element, second)->to_json() == R"("<div a=\"1\"></div>")");
}

TEST_CASE("testBasicRestoreSnapshot") {
  Doc doc(keeping());
  insert(doc, doc.array("array"), 0, {"hello"});
  const Snapshot then = snapshot(doc);
  insert(doc, doc.array("array"), 1, {"world"});
  CHECK(restored_array(doc, then) == R"(["hello"])");
  CHECK(json(doc.array("array")) == R"(["hello","world"])");
  CHECK(all_at(doc.array("array"), then) == R"("hello" )");
}

TEST_CASE("testEmptyRestoreSnapshot") {
  Doc doc(keeping());
  Snapshot empty = snapshot(doc);
  empty.state.set(9999, 0);
  insert(doc, doc.array(""), 0, {"world"});
  CHECK(json(restored(doc, empty).array("")) == "[]");
  CHECK(json(doc.array("")) == R"(["world"])");
  CHECK(json(restored(doc, snapshot(doc)).array("")) == R"(["world"])");
}

TEST_CASE("testRestoreSnapshotWithSubType") {
  Doc doc(keeping());
  const Array array = doc.array("array");
  const auto map = insert_type<Map>(doc, array, 0, TypeKind::map);
  set(doc, map, "key1", "value1");
  const Snapshot then = snapshot(doc);
  set(doc, map, "key2", "value2");
  CHECK(restored_array(doc, then) == R"([{"key1":"value1"}])");
  CHECK(json(array) == R"([{"key1":"value1","key2":"value2"}])");
}

TEST_CASE("testRestoreDeletedItem1") {
  Doc doc(keeping());
  const Array array = doc.array("array");
  insert(doc, array, 0, {"item1", "item2"});
  const Snapshot then = snapshot(doc);
  remove(doc, array, 0);
  CHECK(restored_array(doc, then) == R"(["item1","item2"])");
  CHECK(json(array) == R"(["item2"])");
  CHECK(all_at(array, then) == R"("item1" "item2" )");
}

TEST_CASE("testRestoreLeftItem") {
  Doc doc(keeping());
  const Array array = doc.array("array");
  insert(doc, array, 0, {"item1"});
  set(doc, doc.map("map"), "test", 1);
  insert(doc, array, 0, {"item0"});
  const Snapshot then = snapshot(doc);
  remove(doc, array, 1);
  CHECK(restored_array(doc, then) == R"(["item0","item1"])");
  CHECK(json(array) == R"(["item0"])");
}

TEST_CASE("testDeletedItemsBase") {
  Doc doc(keeping());
  const Array array = doc.array("array");
  insert(doc, array, 0, {"item1"});
  remove(doc, array, 0);
  const Snapshot then = snapshot(doc);
  insert(doc, array, 0, {"item0"});
  CHECK(restored_array(doc, then) == "[]");
  CHECK(json(array) == R"(["item0"])");
  CHECK(all_at(array, then).empty());
}

TEST_CASE("testDeletedItems2") {
  Doc doc(keeping());
  const Array array = doc.array("array");
  insert(doc, array, 0, {"item1", "item2", "item3"});
  remove(doc, array, 1);
  const Snapshot then = snapshot(doc);
  insert(doc, array, 0, {"item0"});
  CHECK(restored_array(doc, then) == R"(["item1","item3"])");
  CHECK(json(array) == R"(["item0","item1","item3"])");
}

TEST_CASE("testDependentChanges") {
  Doc doc0(keeping(0));
  Doc doc1(keeping(1));
  const Array array0 = doc0.array("array");
  const Array array1 = doc1.array("array");
  insert(doc0, array0, 0, {"user1item1"});
  sync(doc0, doc1);
  insert(doc1, array1, 1, {"user2item1"});
  sync(doc0, doc1);
  const Snapshot then = snapshot(doc0);
  insert(doc0, array0, 2, {"user1item2"});
  sync(doc0, doc1);
  insert(doc1, array1, 3, {"user2item2"});
  sync(doc0, doc1);
  CHECK(restored_array(doc0, then) == R"(["user1item1","user2item1"])");
  CHECK(restored_array(doc1, then) == R"(["user1item1","user2item1"])");
  CHECK(all_at(array1, then) == R"("user1item1" "user2item1" )");
}

TEST_CASE("testContainsUpdate") {
  Doc doc;
  std::vector<Bytes> updates;
  const Subscription seen = doc.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  const Snapshot first = snapshot(doc);
  insert(doc, doc.array(""), 0, {1});
  const Snapshot second = snapshot(doc);
  remove(doc, doc.array(""), 0);
  const Snapshot last = snapshot(doc);
  REQUIRE(updates.size() == 2);
  CHECK(snapshot_contains_update(first, updates[0]) == false);
  CHECK(snapshot_contains_update(second, updates[1]) == false);
  CHECK(snapshot_contains_update(second, updates[0]) == true);
  CHECK(snapshot_contains_update(last, updates[0]) == true);
  CHECK(snapshot_contains_update(last, updates[1]) == true);
}

TEST_CASE("testContainsUpdate2") {
  Doc local({.client_id = 1});
  Doc remote({.client_id = 2});
  insert(local, local.text("t"), 0, "abcdefghij");
  remove(local, local.text("t"), 0, 3);
  send(local, remote);
  const Snapshot then = snapshot(remote);
  remove(local, local.text("t"), 0, 3);
  for (const Encoding encoding : {Encoding::v1, Encoding::v2}) {
    const Bytes update = local.encode_state_as_update({}, encoding);
    CHECK(snapshot_contains_update(then, update, encoding) == false);
    CHECK(snapshot_contains_update(snapshot(local), update, encoding) == true);
    CHECK(snapshot_contains_update(then, ByteView(update).first(update.size() - 1), encoding) ==
          std::unexpected(Error{Errc::unexpected_end, update.size() - 1}));
  }
}

TEST_CASE("bytes of snapshots as Yjs writes them") {
  Doc first(keeping(1));
  insert(first, first.text("t"), 0, "abcdef");
  remove(first, first.text("t"), 1);
  remove(first, first.text("t"), 3);
  Doc second(keeping(300));
  send(first, second);
  insert(second, second.text("t"), 0, "xy");
  remove(second, second.text("t"), 0);
  send(second, first);
  const Snapshot now = snapshot(first);
  CHECK(to_hex(encode_snapshot(now)) == "02ac0201000101020101040102ac02020106");
  CHECK(to_hex(encode_snapshot(now, Encoding::v2)) == "02ac0201000001020100020002ac02020106");
  CHECK(now == snapshot(second));
  for (const Encoding encoding : {Encoding::v1, Encoding::v2}) {
    CHECK(decode_snapshot(encode_snapshot(now, encoding), encoding) == now);
    CHECK(to_hex(encode_snapshot({}, encoding)) == "0000");
    CHECK(decode_snapshot(hex("0000"), encoding) == Snapshot{});
  }
  CHECK(now != Snapshot{});
}

TEST_CASE("bytes of snapshots that nobody wrote") {
  const auto error = [](std::string_view digits, Encoding encoding = Encoding::v1) {
    const auto decoded = decode_snapshot(hex(digits), encoding);
    REQUIRE_FALSE(decoded);
    return decoded.error();
  };
  CHECK(error("") == Error{Errc::unexpected_end, 0});
  CHECK(error("00") == Error{Errc::unexpected_end, 1});
  CHECK(error("01 01 01 05") == Error{Errc::unexpected_end, 4});
  CHECK(error("ffffffffffffff0f").code == Errc::unexpected_end);
  CHECK(error("01 01 ffffffffffffff0f 0101").code == Errc::unexpected_end);
  CHECK(error("01 01 01 ffffffffffffff0f 01 00").code == Errc::invalid_delete_set);
  CHECK(error("01 01 01 ffffffffffffff0f 01 00", Encoding::v2).code == Errc::invalid_delete_set);
  CHECK(error("00 ffffffffffffff0f 01").code == Errc::unexpected_end);
  CHECK(error("00 01 01 ffffffffffffffffff01").code == Errc::number_too_large);

  // Ranges in disorder, empty ones, a client without any: read as what they mean.
  const auto decoded = decode_snapshot(hex("03 01 03 0302 0102 0500  02 00  03 01 0100  01 0109"));
  REQUIRE(decoded);
  CHECK(to_hex(encode_snapshot(*decoded)) == "0101010104010109");
}

TEST_CASE("what cannot be restored") {
  Doc collecting;
  insert(collecting, collecting.text("t"), 0, "a");
  CHECK(create_doc_from_snapshot(collecting, snapshot(collecting)).error() ==
        Error{Errc::collected});

  Doc doc(keeping());
  insert(doc, doc.text("t"), 0, "a");
  Snapshot future = snapshot(doc);
  future.state.set(1, 2);
  CHECK(create_doc_from_snapshot(doc, future).error() == Error{Errc::out_of_range});
  Snapshot foreign = snapshot(doc);
  foreign.state.set(7, 1);
  CHECK(create_doc_from_snapshot(doc, foreign).error() == Error{Errc::out_of_range});
}

TEST_CASE("what joined what was there is not part of it") {
  Doc doc(keeping());
  const Array array = doc.array("array");
  const Text text = doc.text("text");
  push(doc, array, {1, 2});
  insert(doc, text, 0, "ab\xF0\x9F\x98\x80");
  const Snapshot then = snapshot(doc);
  push(doc, array, {3});
  insert(doc, text, 4, "c\xC3\xA9");
  remove(doc, array, 0, 2);
  remove(doc, text, 1);
  CHECK(all_at(array, then) == "1 2 ");
  CHECK(text_at(text, then) == "ab\xF0\x9F\x98\x80");
  CHECK(text.to_string() ==
        "a\xF0\x9F\x98\x80"
        "c\xC3\xA9");
  CHECK(all_at(array, snapshot(doc)) == "3 ");
  CHECK(text_at(text, snapshot(doc)) == text.to_string());
  CHECK(restored_array(doc, then) == "[1,2]");

  Snapshot half;  // no document ever was in this state
  half.state.set(1, then.state.get(1) - 1);
  CHECK(text_at(text, half) == "ab\xEF\xBF\xBD");
}

TEST_CASE("values of a key at a snapshot") {
  Doc doc(keeping());
  const Map map = doc.map("m");
  std::vector<Snapshot> then{snapshot(doc)};
  set(doc, map, "k", 1);
  then.push_back(snapshot(doc));
  remove(doc, map, "k");
  then.push_back(snapshot(doc));
  set(doc, map, "k", 3);
  set(doc, map, "other", true);
  then.push_back(snapshot(doc));
  const char* expected[] = {"nothing", "1", "nothing", "3"};
  for (std::size_t i = 0; i < then.size(); ++i)
    CHECK(at(value_at(map, "k", then[i])) == expected[i]);
  CHECK(values_at(map, then[2]).empty());

  // Deleted values of one key join; Yjs then takes the last of them for the one that was there.
  set(doc, map, "joined", "then");
  const Snapshot first = snapshot(doc);
  set(doc, map, "joined", "later");
  remove(doc, map, "joined");
  CHECK(at(value_at(map, "joined", first)) == R"("then")");
  CHECK(values_at(map, then[3]).size() == 2);
}

TEST_CASE("what was collected since reads as nothing") {
  Doc doc({.client_id = 1});
  const Map map = doc.map("m");
  set(doc, map, "k", "then");
  const Snapshot then = snapshot(doc);
  set(doc, map, "k", "now");
  CHECK(at(value_at(map, "k", then)) == "nothing");
  CHECK(values_at(map, then).empty());
}

TEST_CASE("testSnapshot") {
  Doc doc(keeping());
  Text text = doc.text("text");
  const auto apply = [&](const Delta& delta) {
    edit(doc, [&](Transaction& txn) { REQUIRE(text.apply_delta(txn, delta)); });
  };
  apply(Delta().insert("abcd"));
  const Snapshot first = snapshot(doc);
  apply(Delta().retain(1).insert("x").remove(1));
  const Snapshot second = snapshot(doc);
  apply(Delta().retain(2).remove(3).insert("x").remove(1));
  CHECK(to_delta(text, &first) == Delta().insert("abcd"));
  CHECK(to_delta(text, &second) == Delta().insert("axcd"));
  CHECK(to_delta(text, nullptr) == text.to_delta());
  const auto changed = [](const char* type) {
    return Attributes{{"ychange", ValueObject{{"type", type}}}};
  };
  CHECK(to_delta(text, &second, &first) == Delta()
                                               .insert("a")
                                               .insert("x", changed("added"))
                                               .insert("b", changed("removed"))
                                               .insert("cd"));
  CHECK(doc.check_invariants() == "");
}

TEST_CASE("testSnapshotDeleteAfter") {
  Doc doc(keeping());
  Text text = doc.text("text");
  insert(doc, text, 0, "abcd");
  const Snapshot then = snapshot(doc);
  insert(doc, text, 4, "e");
  CHECK(to_delta(text, &then) == Delta().insert("abcd"));
}

TEST_CASE("a whole type at a snapshot") {
  Doc doc(keeping());
  const Map map = doc.map("m");
  const auto array = set_type<Array>(doc, map, "a", TypeKind::array);
  push(doc, array, {1});
  const auto text = insert_type<Text>(doc, array, 0, TypeKind::text);
  insert(doc, text, 0, "then");
  const Snapshot then = snapshot(doc);
  insert(doc, text, 0, "now and ");
  remove(doc, array, 1);
  set(doc, map, "b", true);
  const auto later = set_type<Map>(doc, map, "c", TypeKind::map);
  CHECK(to_json_at(map, then)->to_json() == R"({"a":["then",1]})");
  CHECK(to_json_at(array, then)->to_json() == R"(["then",1])");
  CHECK(to_json_at(text, then)->to_json() == R"("then")");
  CHECK(to_json_at(later, then) == Value(Undefined{}));
  remove(doc, map, "a");
  CHECK(to_json_at(text, then)->to_json() == R"("then")");
}
