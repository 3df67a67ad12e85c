// Bugs that Yjs, yrs, y-octo and ygo have had, each with the right value, which Yjs 13.6.33 gives
// unless the case says otherwise. The number behind # is that of the report in the project named.
#include <algorithm>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/event.hpp>
#include <weft/relative_position.hpp>
#include <weft/snapshot.hpp>
#include <weft/undo.hpp>
#include <weft/update.hpp>

#include "edits.hpp"
#include "support/hex.hpp"

using namespace weft;        // NOLINT(google-build-using-namespace): the room under test
using namespace weft::test;  // NOLINT(google-build-using-namespace): its edits

namespace {

using Hexes = std::vector<std::string>;

void receive(Doc& doc, std::string_view digits) { REQUIRE(doc.apply_update(hex(digits))); }

std::string state(const Doc& doc, Encoding encoding = Encoding::v1) {
  CHECK(doc.check_invariants() == "");
  return to_hex(doc.encode_state_as_update({}, encoding));
}

std::string merged(const Hexes& updates, Compat compat = Compat::v13) {
  std::vector<Bytes> bytes;
  for (const std::string& update : updates) bytes.push_back(hex(update));
  const std::vector<ByteView> views(bytes.begin(), bytes.end());
  return to_hex(merge_updates(views, Encoding::v1, compat).value());
}

std::string diff(std::string_view update, Clock clock) {
  StateVector since;
  since.set(1, clock);
  return to_hex(diff_update(hex(update), since).value());
}

// The state that these updates make in every order.
std::string in_any_order(Hexes updates) {
  std::sort(updates.begin(), updates.end());
  std::string found;
  do {
    Doc doc({.client_id = 99});
    for (const std::string& update : updates) receive(doc, update);
    CHECK_FALSE(doc.has_pending());
    const std::string now = state(doc);
    if (!found.empty()) CHECK(now == found);
    found = now;
  } while (std::next_permutation(updates.begin(), updates.end()));
  return found;
}

}  // namespace

TEST_CASE("Yjs #785, y-crdt #632: what stands behind a leading Skip is not lost") {
  // Yjs 13.6.30 to 13.6.33 give away the Skip when they write the state: the hole is closed.
  Doc doc({.client_id = 9});
  receive(doc, "010201000a012801016d0161017d0100");
  CHECK(doc.has_pending());
  receive(doc, "01010100 2801016d0162017d02 00");
  CHECK_FALSE(doc.has_pending());
  CHECK(json(doc.map("m")) == R"({"b":2,"a":1})");
}

TEST_CASE("@y/y rc.22: merging updates that overlap loses nothing") {
  const Hexes updates{"01010100040101740a6162636465666768696a00",
                      "010101038401020a6465666768696a6b6c6d00"};
  const std::string right = "01020100040101740a6162636465666768696a840109036b6c6d00";
  CHECK(merged(updates) == right);
  CHECK(merged(updates, Compat::v14) == right);
}

TEST_CASE("Yjs #710: merging many small updates takes no time") {
  Doc doc({.client_id = 1});
  std::vector<Bytes> updates;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  constexpr std::uint32_t kUpdates = 100'000;  // quadratic work would take minutes
  for (std::uint32_t i = 0; i < kUpdates; ++i) insert(doc, doc.text("t"), i, "x");
  const std::vector<ByteView> views(updates.rbegin(), updates.rend());
  Doc made({.client_id = 2});
  REQUIRE(made.apply_update(merge_updates(views).value()));
  CHECK(made.text("t").length() == kUpdates);
}

TEST_CASE("Yjs #541, #283, #707: documents full of replaced content are loaded at once") {
  Doc doc({.client_id = 1});
  constexpr std::uint32_t kEdits = 50'000;
  Array array = doc.array("a");
  for (std::uint32_t i = 0; i < kEdits; ++i) {
    insert(doc, array, i / 2, {i});
    if (i % 2 == 1) remove(doc, array, i / 3, 1);
  }
  Doc loaded({.client_id = 2});
  REQUIRE(loaded.apply_update(doc.encode_state_as_update()));
  CHECK(loaded.array("a").length() == kEdits / 2);
  CHECK(loaded.encode_state_as_update() == doc.encode_state_as_update());
}

TEST_CASE("Yjs #308: a diff from inside of a struct, from its end and beyond") {
  const char* const update = "01010100040101740661626364656600";
  CHECK(diff(update, 0) == update);
  CHECK(diff(update, 3) == "010101038401020364656600");
  CHECK(diff(update, 6) == "0000");
  CHECK(diff(update, 9) == "0000");
  // The report's own updates: one begins at clock 7, so nothing is known of its client.
  const char* const late = "0101fca9c7ce04072801047465737403686579017d0100";
  const char* const whole =
      "0104fca9c7ce040007010b70726f73656d6972726f7203097061726167726170680700fca9c7ce0400060400fca9"
      "c7ce0401056170706c652801047465737403686579017d0100";
  const Bytes of_late = encode_state_vector_from_update(hex(late)).value();
  const Bytes of_whole = encode_state_vector_from_update(hex(whole)).value();
  CHECK(to_hex(of_late) == "00");
  CHECK(to_hex(of_whole) == "01fca9c7ce0408");
  CHECK(to_hex(diff_update(hex(whole), *StateVector::decode(of_late)).value()) == whole);
  CHECK(to_hex(diff_update(hex(late), *StateVector::decode(of_whole)).value()) == "0000");
}

TEST_CASE("Yjs #406: a hole that merging left is filled later") {
  const Hexes updates{"0101010004010174016100", "0101010184010001 6200", "0101010284010101 6300"};
  const std::string hole = merged({updates[0], updates[2]});
  CHECK(hole == "010301000401017401610a01840101016300");
  Doc doc({.client_id = 9});
  receive(doc, hole);
  CHECK(doc.text("t").to_string() == "a");
  CHECK(doc.has_pending());
  receive(doc, updates[1]);
  CHECK(doc.text("t").to_string() == "abc");
  CHECK_FALSE(doc.has_pending());
}

TEST_CASE("Yjs #384, #558, #559, y-crdt #181, #391, #404: neighbours that were collected") {
  Doc left({.client_id = 9});
  receive(left, "01020100 0002 84010101 62 00");
  CHECK(state(left) == "0101010000030101010003");
  Doc right({.client_id = 9});
  receive(right, "02 010200 44 0100 0162 010100 0002 00");
  CHECK(state(right) == "0201020000010101000002020201000101010002");
}

TEST_CASE("a struct that follows its own collected beginning is collected, too") {
  // Yjs throws while it looks for what stands to the right of the beginning.
  Doc doc({.client_id = 9});
  receive(doc, "0101010000 0300");
  receive(doc, "0101010004010174 05 6162636465 00");
  CHECK_FALSE(doc.has_pending());
  CHECK(doc.text("t").to_string() == "");
  CHECK(state(doc) == "0101010000050101010005");
  receive(doc, "0101010584010401 78 00");
  CHECK(state(doc) == "0101010000060101010006");
}

TEST_CASE("Yjs #248, #303, y-crdt: an insertion into a surrogate pair") {
  Doc doc({.client_id = 1});
  insert(doc, doc.text("t"), 0, "\U0001F47E\U0001F47E");
  insert(doc, doc.text("t"), 1, "hi!");
  CHECK(state(doc) == "010301000401017403efbfbd84010007efbfbdf09f91bec4010001010368692100");
  CHECK(state(doc, Encoding::v2) ==
        "000002410202010001020504008400c4130e74efbfbdefbfbdf09f91be686921410043000101000001030000");
  Doc other({.client_id = 1});
  insert(other, other.text("t"), 0, "\U0001F47E\U0001F47E");
  remove(other, other.text("t"), 1, 2);
  CHECK(state(other) == "010301000401017403efbfbd8101000284010203efbfbd0101010102");
}

TEST_CASE("Yjs #367, #304, #343, #355: undo and redo of a key, again and again") {
  Doc doc({.client_id = 1});
  Map map = doc.map("m");
  UndoManager manager(doc, {map}, {.capture_timeout = 0});
  for (const char* value : {"a", "b", "c"}) set(doc, map, "k", value);
  std::string seen;
  const auto look = [&] {
    const Element element = map.get("k");
    const auto* value = std::get_if<Value>(&element);
    seen += value == nullptr ? "-" : *value->get_if<std::string>();
  };
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 3; ++i) manager.undo(), look();
    for (int i = 0; i < 3; ++i) manager.redo(), look();
  }
  CHECK(seen == "ba-abcba-abc");
  CHECK(state(doc).starts_with("010c01002801016d016b01770161a8010001770162a8010101770163"));
}

TEST_CASE("Yjs #757: what undo restores below a deleted type names its new parent") {
  Doc doc({.client_id = 1});
  XmlText root = doc.xml_text("r");
  edit(doc, [&](Transaction& txn) {
    auto button = *root.insert_type(txn, 0, {TypeKind::xml_text, {}})->as<XmlText>();
    REQUIRE(button.set_attribute(txn, "type", "button"));
    REQUIRE(button.insert(txn, 0, "Hi"));
  });
  const auto button = [](const XmlText& text) {
    const Delta delta = text.to_delta();
    REQUIRE(delta.ops.size() == 1);
    return *std::get<SharedType>(std::get<DeltaInsert>(delta.ops[0]).content).as<XmlText>();
  };
  UndoManager manager(doc, {root}, {.capture_timeout = 1'000'000'000});
  manager.stop_capturing();
  edit(doc,
       [&](Transaction& txn) { REQUIRE(button(root).set_attribute(txn, "type", "paragraph")); });
  remove(doc, root, 0, 1);
  manager.undo();
  CHECK(
      state(doc) ==
      "010701000701017206280001000474797065017706627574746f6e04000100024869a80101017709706172616772"
      "61706847010006280001050474797065017706627574746f6e040001050248690101010005");
  Doc remote({.client_id = 2});
  send(doc, remote);
  CHECK(std::get<Value>(button(remote.xml_text("r")).get_attribute("type")) == Value("button"));
}

TEST_CASE("Yjs #641: what is missing says when to try again, not what to ask for") {
  Doc doc({.client_id = 9});
  receive(doc, "0101010284010101 6300");
  CHECK(doc.missing() == std::vector<Id>{{1, 1}});
  CHECK(to_hex(doc.encode_state_vector()) == "00");
  const char* const whole = "01010100040101740361626300";
  CHECK(diff(whole, 1) == "0101010184010002626300");
  receive(doc, diff(whole, 1));
  CHECK(doc.missing() == std::vector<Id>{{1, 0}});
  CHECK(state(doc) == "0101010184010002626300");
  receive(doc, diff(whole, 0));  // what its state vector asks for
  CHECK_FALSE(doc.has_pending());
  CHECK(state(doc) == whole);
}

TEST_CASE("Yjs #768: one change seen from two types has two paths") {
  Doc doc({.client_id = 1});
  Map outer = doc.map("m");
  const Array array = set_type<Array>(doc, outer, "a", TypeKind::array);
  insert(doc, array, 0, {1});
  const Map inner = insert_type<Map>(doc, array, 1, TypeKind::map);
  std::string seen;
  const auto note = [&](std::span<const Event> events) {
    for (const Event& event : events) {
      seen += event.current_target() == array ? "array:" : "outer:";
      for (const PathStep& step : event.path()) {
        const auto* key = std::get_if<std::string>(&step);
        seen += "/" + (key != nullptr ? *key : std::to_string(std::get<std::uint32_t>(step)));
      }
      seen += " ";
    }
  };
  const auto first = outer.observe_deep(note);
  const auto second = array.observe_deep(note);
  set(doc, inner, "x", 1);
  CHECK(seen == "array:/1 outer:/a/1 ");
}

TEST_CASE("y-crdt #268, #269: merging keeps all clients, whatever their order") {
  const Hexes updates{"0101010008010161017d0100", "0101030008010161017d0300",
                      "0101020008010161017d0200"};
  const std::string right = "0301030008010161017d0301020008010161017d0201010008010161017d0100";
  CHECK(merged(updates) == right);
  CHECK(merged({updates[2], updates[1], updates[0]}) == right);
}

TEST_CASE("y-crdt #525, #526, #561: the state vector of an update ends at its first hole") {
  const auto vector = [](std::string_view update) {
    return to_hex(encode_state_vector_from_update(hex(update)).value());
  };
  CHECK(vector("010306002801016d0161017d010a012801016d0163017d0300") == "010601");
  CHECK(vector("010101038401020364656600") == "00");
}

TEST_CASE("y-crdt #545: the length of a Skip has no column in V2") {
  const char* const v1 = "010306002801016d0161017d010a012801016d0163017d0300";
  const char* const v2 = "0000010600000528000a002807046d616d6341020101000241000103007d01017d0300";
  CHECK(to_hex(convert_update(hex(v1), Encoding::v1, Encoding::v2).value()) == v2);
  CHECK(to_hex(convert_update(hex(v2), Encoding::v2, Encoding::v1).value()) == v1);
}

TEST_CASE("y-crdt #145: deletions that overlap what is deleted and joined") {
  Doc doc({.client_id = 1});
  const Text text = doc.text("t");
  insert(doc, text, 0, "abcdefgh");
  remove(doc, text, 1, 2);
  remove(doc, text, 3, 1);
  CHECK(state(doc) == "01050100040101740161810100028401020264658101040184010502676801010201020501");
  std::string emitted;
  const auto subscription =
      doc.on_update([&](const UpdateEvent& event) { emitted += to_hex(event.update); });
  receive(doc, "00 010101 0105");
  CHECK(emitted == "000101010302");
  CHECK(state(doc) == "01030100040101740161810100058401050267680101010105");
}

TEST_CASE("y-crdt #295: an update of deletions alone is emitted in V2") {
  Doc doc({.client_id = 9});
  receive(doc, "010301002701016d01610008000100037d017d027d032801016d0162017d0500");
  std::string emitted;
  const auto subscription = doc.on_update(
      [&](const UpdateEvent& event) { emitted += to_hex(event.update); }, Encoding::v2);
  const char* const deletes = "0000000000000100000000000101010003";
  REQUIRE(doc.apply_update(hex(deletes), Encoding::v2));
  CHECK(emitted == deletes);
  CHECK(state(doc, Encoding::v2) ==
        "00000101000005210000002807046d616d624102010100030103010103007d050101010003");
}

TEST_CASE("y-crdt #254, #257: embeds and formats are values in V2, JSON text in V1") {
  Doc doc({.client_id = 1});
  edit(doc, [&](Transaction& txn) {
    REQUIRE(doc.text("t").insert_embed(txn, 0, ValueObject{{"a", ValueArray{1, Null{}, "x"}}},
                                       {{"k", ValueObject{{"b", 1.5}}}}));
  });
  CHECK(state(doc) ==
        "0103010006010174016b097b2262223a312e357d850100127b2261223a5b312c6e756c6c2c2278225d7d860101"
        "016b046e756c6c00");
  CHECK(state(doc, Encoding::v2) ==
        "00020002024101020002000506008500860603746b6b410101010000010300760101627c3fc000007601016175"
        "037d017e7701787e00");
}

TEST_CASE("y-crdt #197: a state vector is the same in both encodings") {
  Doc doc({.client_id = 1});
  edit(doc, [&](Transaction& txn) {
    REQUIRE(doc.xml_fragment("x").insert(txn, 0, {Prelim::xml_text("a")}));
  });
  const Bytes v2 = doc.encode_state_as_update({}, Encoding::v2);
  CHECK(to_hex(doc.encode_state_vector()) == "010102");
  CHECK(to_hex(encode_state_vector_from_update(v2, Encoding::v2).value()) == "010102");
}

TEST_CASE("y-crdt #583, #582, #628: a deletion may arrive before what it deletes") {
  Doc doc({.client_id = 9});
  receive(doc, "000101010101");
  CHECK(doc.has_pending());
  CHECK(state(doc) == "000101010101");
  receive(doc, "01010100040101740361626300");
  CHECK(state(doc) == "010301000401017401618101000184010101630101010101");
  CHECK(doc.text("t").to_string() == "ac");
}

TEST_CASE("y-crdt #605, #607, #614: a deletion that begins in collected structs goes on") {
  Doc doc({.client_id = 9});
  receive(doc, "01020100 0003 2801016d016b017d01 00");
  CHECK(doc.map("m").has("k"));
  receive(doc, "00 010101 0103");
  CHECK_FALSE(doc.map("m").has("k"));
  CHECK(state(doc) == "0102010000032101016d016b010101010004");
}

TEST_CASE("y-crdt: a subdocument is written with the options that are set, and no others") {
  Doc doc({.client_id = 1});
  edit(doc, [&](Transaction& txn) { REQUIRE(doc.map("m").set_subdoc(txn, "s", {.guid = "g"})); });
  CHECK(state(doc) == "010101002901016d01730167760000");
}

TEST_CASE("y-crdt: numbers, keys and clients are written as JavaScript writes them") {
  Doc doc({.client_id = 1});
  insert(doc, doc.array("a"), 0,
         {2147483648.0, -0.0, 9007199254740992.0,
          ValueObject{{"b", 1}, {"a", 2}, {"2", 3}, {"1", 4}}});
  CHECK(state(doc) ==
        "0101010008010161047c4f0000007d407c5a000000760401317d0401327d0301627d0101617d0200");
  Doc all({.client_id = 9});
  for (const ClientId client : {1U, 2U, 3U}) {
    Doc one({.client_id = client});
    insert(one, one.array("a"), 0, {1});
    remove(one, one.array("a"), 0, 1);
    REQUIRE(all.apply_update(one.encode_state_as_update()));
  }
  CHECK(to_hex(all.encode_state_vector()) == "03030102010101");
  CHECK(to_hex(encode_snapshot(snapshot(all))) == "0303010001020100010101000103030102010101");
}

TEST_CASE("y-crdt: content of JSON text has as many values as it says") {
  Doc doc({.client_id = 9});
  receive(doc, "010101000201016102 0131 0522616263 22 00");
  CHECK(json(doc.array("a")) == R"([1,"abc"])");
  CHECK(state(doc) == "010101000201016102013105226162632200");
  CHECK(state(doc, Encoding::v2) == "00000101000001020b0761312261626322410005010100010201010000");
}

TEST_CASE("y-crdt: bytes have one length in V2") {
  Doc doc({.client_id = 1});
  insert(doc, doc.array("a"), 0, {Bytes{9, 8, 7}});
  CHECK(state(doc, Encoding::v2) == "000001010000010303016101010100000101000309080700");
}

TEST_CASE("y-octo #53: an insertion goes behind the tombstones at its place") {
  Doc doc({.client_id = 1});
  const Text text = doc.text("t");
  insert(doc, text, 0, "ab");
  remove(doc, text, 0, 1);
  insert(doc, text, 0, "c");
  CHECK(text.to_string() == "cb");
  CHECK(state(doc) == "0103010001010174018401000162c40100010101630101010001");
}

TEST_CASE("y-octo: origins inside of joined items are compared by the items around them") {
  const Hexes updates{"01010100040101740461626364 00", "01010400c401010102017800",
                      "01010300c401010102017900", "01010200c401000101017a00"};
  Doc doc({.client_id = 9});
  receive(doc, in_any_order(updates));
  CHECK(doc.text("t").to_string() == "azbyxcd");
}

TEST_CASE("ygo #110, y-crdt #413: three write one key, in any order") {
  Hexes updates;
  for (const ClientId client : {1U, 2U, 3U}) {
    Doc doc({.client_id = client});
    set(doc, doc.map("m"), "k", client == 2 ? "y" : "x");
    updates.push_back(state(doc));
  }
  CHECK(in_any_order(updates) ==
        "030103002801016d016b017701780102002101016d016b010101002101016d016b01020201000101010001");
}

TEST_CASE("ygo #111, #151, #152: what names a right neighbour waits for it") {
  const Hexes updates{"010101000401017402313200", "01010200c401000101016200",
                      "01010300c401000200016300"};
  CHECK(in_any_order(updates) ==
        "03010300c4010002000163010200c4010001010162020100040101740131840100013200");
  Doc doc({.client_id = 9});
  for (const std::size_t next : {2U, 1U}) {
    receive(doc, updates[next]);
    CHECK(doc.has_pending());
    CHECK(doc.text("t").to_string().empty());
  }
  // The same in V2.
  Doc other({.client_id = 9});
  for (const std::size_t next : {2U, 0U, 1U}) {
    const Bytes v2 = convert_update(hex(updates[next]), Encoding::v1, Encoding::v2).value();
    REQUIRE(other.apply_update(v2, Encoding::v2));
  }
  CHECK(other.text("t").to_string() == "1cb2");
}

TEST_CASE("ygo #112, #140, #156: a child comes before its parent") {
  const char* const child = "0101090028000100016b017d0500";
  const char* const parent = "010101002701016d01700100";
  const char* const both = "0201090028000100016b017d050101002701016d01700100";
  CHECK(in_any_order({child, parent}) == both);
  CHECK(merged({child, parent}) == both);
  CHECK(merged({parent, child}) == both);
  Doc orphan({.client_id = 9});
  receive(orphan, child);
  CHECK(json(orphan.map("m")) == "{}");
  CHECK(orphan.has_pending());
  CHECK(state(orphan) == child);
  receive(orphan, parent);
  CHECK(json(orphan.map("m")) == R"({"p":{"k":5}})");
}

TEST_CASE("ygo #125: merge and diff keep what could not be integrated") {
  const char* const update = "01010101840100016200";
  CHECK(merged({update, "0000"}) == update);
  CHECK(diff(update, 0) == update);
  CHECK(diff(update, 1) == update);
}

TEST_CASE("ygo: a text in XML is type 6, also in V2") {
  Doc doc({.client_id = 1});
  edit(doc, [&](Transaction& txn) {
    REQUIRE(doc.xml_fragment("x").insert(txn, 0, {Prelim::xml_text("a")}));
  });
  CHECK(state(doc) == "01020100070101780604000100016100");
  CHECK(state(doc, Encoding::v2) == "0000024100010000030700040502786141000301000001060001020000");
}

TEST_CASE("ygo #154, OctoBase #533: children of a type that was collected") {
  const char* const collected = "010101002101016d0170010101010001";
  const char* const child = "0101090028000100016b017d0500";
  const char* const right = "0201090000010101002101016d017001020901000101010001";
  CHECK(merged({collected, child}) == "0201090028000100016b017d050101002101016d0170010101010001");
  CHECK(in_any_order({collected, child}) == right);
}

TEST_CASE("ygo #158: push stands behind tombstones") {
  Doc doc1({.client_id = 1});
  Doc doc2({.client_id = 2});
  Doc doc3({.client_id = 3});
  push(doc3, doc3.array("a"), {"F"});
  send(doc3, doc1);
  remove(doc1, doc1.array("a"), 0, 1);
  push(doc1, doc1.array("a"), {"X"});
  push(doc2, doc2.array("a"), {"Y"});
  sync(doc1, doc2);
  for (Doc* doc : {&doc1, &doc2}) {
    CHECK(json(doc->array("a")) == R"(["Y","X"])");
    CHECK(state(*doc) == "0301030001010161010102000801016101770159010100880300017701580103010001");
  }
}

TEST_CASE("ygo #160: text is anchored at what it follows, a tombstone not") {
  Doc doc({.client_id = 1});
  const Text text = doc.text("t");
  insert(doc, text, 0, "abc");
  remove(doc, text, 1, 1);
  insert(doc, text, 1, "X");
  CHECK(text.to_string() == "aXc");
  CHECK(state(doc) == "01040100040101740161810100018401010163c40101010201580101010101");
}

TEST_CASE("ygo #231, #235: collected structs are kept when they come in V2") {
  Doc doc({.client_id = 9});
  const char* const v2 =
      "00000101000005210000002807046d706d714102010100030102010103007d010101010002";
  REQUIRE(doc.apply_update(hex(v2), Encoding::v2));
  CHECK_FALSE(doc.has_pending());
  CHECK(state(doc) == "010301002101016d01700100022801016d0171017d010101010003");
}

TEST_CASE("ygo 1.0.4, y-crdt #124, #128, #156, #157: cuts count UTF-16 units") {
  Doc doc({.client_id = 1});
  insert(doc, doc.text("t"), 0, "a\U0001F600\x62\x63");
  const std::string update = state(doc);
  CHECK(diff(update, 1) == "0101010184010006f09f9880626300");
  CHECK(diff(update, 2) == "0101010284010105efbfbd626300");
  CHECK(diff(update, 3) == "0101010384010202626300");
}

TEST_CASE("yrby #42: an update with a hole inside moves no state vector and is still news") {
  Doc doc({.client_id = 9});
  receive(doc, "0101010004010174016100");
  const Bytes before = doc.encode_state_vector();
  const std::uint64_t revision = doc.revision();
  receive(doc, "0101010384010201 6300");
  CHECK(doc.encode_state_vector() == before);
  CHECK(doc.has_pending());
  CHECK(doc.revision() > revision);
}

TEST_CASE("an update that names a client twice goes on, or is refused whole") {
  // Yjs 13 forgets the first of the two sections.
  Doc doc({.client_id = 9});
  receive(doc, "02 010100 0401017401 61 010101 84010001 62 00");
  CHECK(doc.text("t").to_string() == "ab");
  Doc other({.client_id = 9});
  const auto result = other.apply_update(hex("02 010101 84010001 62 010100 0401017401 61 00"));
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Errc::duplicate_client);
  CHECK(state(other) == "0000");
}
