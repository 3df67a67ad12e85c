// Rich text. Most cases are those of Yjs's y-text.tests.js, named after its functions, with the
// same expectations; what these expect of events and snapshots stands with those.
#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "delta_bugs.hpp"
#include "document/doc_state.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test

namespace {

// Objects compare whatever the order of their members, as Yjs's tests compare them.
Value sorted(Value value) {
  if (const auto* array = value.get_if<ValueArray>()) {
    ValueArray copy;
    for (const Value& member : *array) copy.push_back(sorted(member));
    return copy;
  }
  const auto* object = value.get_if<ValueObject>();
  if (object == nullptr) return value;
  ValueObject copy;
  for (const auto& [key, member] : *object) copy.emplace_back(key, sorted(member));
  std::sort(copy.begin(), copy.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return copy;
}

std::string sorted_json(std::string_view json) {
  return sorted(Value::from_json(json).value()).to_json();
}
std::string delta_of(const Text& text) { return sorted(text.to_delta().to_value()).to_json(); }

Delta delta(std::string_view json) { return Delta::from_json(json).value(); }

/// A user with a text: every edit is a transaction of its own.
struct User {
  explicit User(ClientId client, bool gc = true) : doc({.client_id = client, .gc = gc}) {}

  template <typename Edit>
  void edit(Edit body) {
    Transaction txn = doc.transact();
    body(txn);
  }
  void insert(std::uint32_t index, std::string_view content) {
    edit([&](Transaction& txn) { REQUIRE(text.insert(txn, index, content)); });
  }
  void insert(std::uint32_t index, std::string_view content, const Attributes& attributes) {
    edit([&](Transaction& txn) { REQUIRE(text.insert(txn, index, content, attributes)); });
  }
  void remove(std::uint32_t index, std::uint32_t length) {
    edit([&](Transaction& txn) { REQUIRE(text.remove(txn, index, length)); });
  }
  void format(std::uint32_t index, std::uint32_t length, const Attributes& attributes) {
    edit([&](Transaction& txn) { REQUIRE(text.format(txn, index, length, attributes)); });
  }
  void apply(std::string_view json, bool sanitize = true) {
    edit([&](Transaction& txn) { REQUIRE(text.apply_delta(txn, delta(json), sanitize)); });
  }

  Doc doc;
  Text text = doc.text("text");
};

/// Until nobody has anything that the other lacks; formats that one tidies up are sent, too.
void sync(User& a, User& b) {
  const auto send = [](const User& from, User& to) {
    REQUIRE(to.doc.apply_update(from.doc.encode_state_as_update(to.doc.state_vector())));
  };
  for (int i = 0; i < 3; ++i) {
    send(a, b);
    send(b, a);
  }
  CHECK(a.doc.check_invariants().empty());
  CHECK(a.doc.delete_set() == b.doc.delete_set());
  CHECK(a.doc.state_vector() == b.doc.state_vector());
  CHECK(delta_of(a.text) == delta_of(b.text));
}

/// All items of a text, deleted ones too (Yjs getTypeChildren).
std::vector<store::Item> children(const Text& text) {
  const store::Store& store = text.doc()->store;
  std::vector<store::Item> items;
  for (store::Handle at = store.types.list(store.types[text.type()].sequence).first;
       at != store::kNoHandle; at = store.items[at].right) {
    items.push_back(store.items[at]);
  }
  return items;
}

}  // namespace

#define CHECK_DELTA(text, json) CHECK(delta_of(text) == sorted_json(json))

TEST_CASE("testDeltaBug") {
  User user(1);
  user.apply(test::kDeltaBug);
  user.apply(R"([{"retain":12},{"insert":"-"}])");
  user.apply(R"([{"retain":13},{"insert":" "}])");
  user.apply(R"([{"retain":12},{"delete":2},{"retain":1,"attributes":{"table-cell-line":null,
      "list":{"rowspan":"1","colspan":"1","row":"row-pflz90","cell":"cell-20b0j9",
              "list":"bullet"}}}])");
  CHECK_DELTA(user.text, test::kDeltaBugResult);
}

TEST_CASE("testDeltaBug2") {
  User user(1);
  user.apply(test::kDeltaBug2);
  user.apply(R"([{"retain":90},{"delete":4},{"retain":1,"attributes":{"layout":null,
      "layout-width":null,"block-id":"block-9d6566a1-be55-4e20-999a-b990bc15e143"}}])");
  const Delta result = user.text.to_delta();
  CHECK(Delta({result.ops.at(41)}).to_json() ==
        R"([{"insert":"\n","attributes":)"
        R"({"block-id":"block-9d6566a1-be55-4e20-999a-b990bc15e143"}}])");
}

TEST_CASE("testDeltaAfterConcurrentFormatting") {
  User a(1);
  User b(2);
  a.insert(0, "abcde");
  sync(a, b);
  a.format(0, 3, {{"bold", true}});
  b.format(2, 2, {{"bold", true}});
  sync(a, b);
  // Not as short as it could be, but what the event says: "abc" is bold.
  CHECK_DELTA(b.text, R"([{"insert":"ab","attributes":{"bold":true}},
      {"insert":"c","attributes":{"bold":true}},{"insert":"d"},{"insert":"e"}])");
}

TEST_CASE("testBasicInsertAndDelete") {
  User a(1);
  User b(2);
  a.remove(0, 0);
  a.insert(0, "abc");
  CHECK(a.text.to_string() == "abc");
  a.remove(0, 1);
  CHECK(a.text.to_string() == "bc");
  a.remove(1, 1);
  CHECK(a.text.to_string() == "b");
  a.edit([&](Transaction& txn) {
    REQUIRE(a.text.insert(txn, 0, "1"));
    REQUIRE(a.text.remove(txn, 0, 1));
  });
  CHECK(a.text.to_string() == "b");
  sync(a, b);
}

TEST_CASE("testBasicFormat") {
  User a(1);
  User b(2);
  a.insert(0, "abc", {{"bold", true}});
  CHECK_DELTA(a.text, R"([{"insert":"abc","attributes":{"bold":true}}])");
  a.remove(0, 1);
  CHECK_DELTA(a.text, R"([{"insert":"bc","attributes":{"bold":true}}])");
  a.remove(1, 1);
  CHECK_DELTA(a.text, R"([{"insert":"b","attributes":{"bold":true}}])");
  a.insert(0, "z", {{"bold", true}});
  CHECK_DELTA(a.text, R"([{"insert":"zb","attributes":{"bold":true}}])");
  const store::Item fourth = children(a.text).at(3);  // no duplicate attribute marker before it
  CHECK(fourth.content() == store::Kind::string);
  CHECK(a.doc.state().store.content(fourth) == "b");
  a.insert(0, "y");
  CHECK_DELTA(a.text, R"([{"insert":"y"},{"insert":"zb","attributes":{"bold":true}}])");
  a.format(0, 2, {{"bold", nullptr}});
  CHECK_DELTA(a.text, R"([{"insert":"yz"},{"insert":"b","attributes":{"bold":true}}])");
  sync(a, b);
}

TEST_CASE("testFalsyFormats") {
  User a(1);
  User b(2);
  a.insert(0, "abcde", {{"falsy", false}});
  CHECK_DELTA(a.text, R"([{"insert":"abcde","attributes":{"falsy":false}}])");
  a.format(1, 3, {{"falsy", true}});
  CHECK_DELTA(a.text, R"([{"insert":"a","attributes":{"falsy":false}},
      {"insert":"bcd","attributes":{"falsy":true}},{"insert":"e","attributes":{"falsy":false}}])");
  a.format(2, 1, {{"falsy", false}});
  CHECK_DELTA(a.text, R"([{"insert":"a","attributes":{"falsy":false}},
      {"insert":"b","attributes":{"falsy":true}},{"insert":"c","attributes":{"falsy":false}},
      {"insert":"d","attributes":{"falsy":true}},{"insert":"e","attributes":{"falsy":false}}])");
  sync(a, b);
}

TEST_CASE("testMultilineFormat") {
  User user(1);
  user.insert(0, "Test\nMulti-line\nFormatting");
  user.apply(R"([{"retain":4,"attributes":{"bold":true}},{"retain":1},
      {"retain":10,"attributes":{"bold":true}},{"retain":1},
      {"retain":10,"attributes":{"bold":true}}])");
  CHECK_DELTA(user.text, R"([{"insert":"Test","attributes":{"bold":true}},{"insert":"\n"},
      {"insert":"Multi-line","attributes":{"bold":true}},{"insert":"\n"},
      {"insert":"Formatting","attributes":{"bold":true}}])");
}

TEST_CASE("testNotMergeEmptyLinesFormat") {
  constexpr const char* kLines = R"([{"insert":"Text"},
      {"insert":"\n","attributes":{"title":true}},{"insert":"\nText"},
      {"insert":"\n","attributes":{"title":true}}])";
  User user(1);
  user.apply(kLines);
  CHECK_DELTA(user.text, kLines);
}

TEST_CASE("testPreserveAttributesThroughDelete") {
  User user(1);
  user.apply(R"([{"insert":"Text"},{"insert":"\n","attributes":{"title":true}},
      {"insert":"\n"}])");
  user.apply(R"([{"retain":4},{"delete":1},{"retain":1,"attributes":{"title":true}}])");
  CHECK_DELTA(user.text, R"([{"insert":"Text"},{"insert":"\n","attributes":{"title":true}}])");
}

TEST_CASE("testGetDeltaWithEmbeds") {
  User user(1);
  user.apply(R"([{"insert":{"linebreak":"s"}}])");
  CHECK_DELTA(user.text, R"([{"insert":{"linebreak":"s"}}])");
  CHECK(user.text.to_string().empty());
  CHECK(user.text.length() == 1);
}

TEST_CASE("testTypesAsEmbed") {
  User a(1);
  User b(2);
  a.edit([&](Transaction& txn) {
    REQUIRE(a.text.apply_delta(txn, Delta().insert_type(TypeKind::map)));
    const Delta made = a.text.to_delta();
    const auto type = std::get<SharedType>(std::get<DeltaInsert>(made.ops.front()).content);
    REQUIRE(Map(type.doc(), type.type()).set(txn, "key", "val"));
  });
  CHECK_DELTA(a.text, R"([{"insert":{"key":"val"}}])");
  sync(a, b);
  CHECK(b.text.to_delta().ops.size() == 1);
  CHECK_DELTA(b.text, R"([{"insert":{"key":"val"}}])");
}

TEST_CASE("testToJson") {
  User user(1);
  user.insert(0, "abc", {{"bold", true}});
  CHECK(user.text.to_json().to_json() == R"("abc")");
}

TEST_CASE("testToDeltaEmbedAttributes") {
  User user(1);
  user.insert(0, "ab", {{"bold", true}});
  const Value image(ValueObject{{"image", "imageSrc.png"}});
  user.edit([&](Transaction& txn) {
    REQUIRE(user.text.insert_embed(txn, 1, image, {{"width", 100}}));
  });
  CHECK_DELTA(user.text, R"([{"insert":"a","attributes":{"bold":true}},
      {"insert":{"image":"imageSrc.png"},"attributes":{"width":100}},
      {"insert":"b","attributes":{"bold":true}}])");
}

TEST_CASE("testToDeltaEmbedNoAttributes") {
  User user(1);
  user.insert(0, "ab", {{"bold", true}});
  const Value image(ValueObject{{"image", "imageSrc.png"}});
  user.edit([&](Transaction& txn) { REQUIRE(user.text.insert_embed(txn, 1, image)); });
  CHECK_DELTA(user.text, R"([{"insert":"a","attributes":{"bold":true}},
      {"insert":{"image":"imageSrc.png"}},{"insert":"b","attributes":{"bold":true}}])");
}

TEST_CASE("testFormattingRemoved") {
  User user(1);
  user.insert(0, "ab", {{"bold", true}});
  user.remove(0, 2);
  CHECK(children(user.text).size() == 1);
}

TEST_CASE("testFormattingRemovedInMidText") {
  User user(1);
  user.insert(0, "1234");
  user.insert(2, "ab", {{"bold", true}});
  user.remove(2, 2);
  CHECK(children(user.text).size() == 3);
}

TEST_CASE("testFormattingDeltaUnnecessaryAttributeChange") {
  User a(1);
  User b(2);
  a.insert(0, "\n", {{"PARAGRAPH_STYLES", "normal"}, {"LIST_STYLES", "bullet"}});
  a.insert(1, "abc", {{"PARAGRAPH_STYLES", "normal"}});
  sync(a, b);
  b.format(0, 1, {{"LIST_STYLES", "number"}});
  sync(a, b);
  CHECK_DELTA(a.text, R"([
      {"insert":"\n","attributes":{"PARAGRAPH_STYLES":"normal","LIST_STYLES":"number"}},
      {"insert":"abc","attributes":{"PARAGRAPH_STYLES":"normal"}}])");
}

TEST_CASE("testInsertAndDeleteAtRandomPositions") {
  constexpr std::uint32_t kEdits = 100000;
  User user(1);
  std::mt19937 gen(1);  // NOLINT(cert-msc51-cpp): the same edits each time
  const auto upto = [&gen](std::size_t max) {
    return static_cast<std::uint32_t>(gen() % (max + 1));
  };
  std::string expected(kEdits / 2, 'x');
  user.insert(0, expected);
  for (std::uint32_t i = 0; i < kEdits; ++i) {
    const std::uint32_t at = upto(expected.size());
    if (upto(1) == 0) {
      const std::string word(upto(5), static_cast<char>('a' + upto(25)));
      user.insert(at, word);
      expected.insert(at, word);
    } else {
      const std::uint32_t length = upto(std::min<std::size_t>(3, expected.size() - at));
      user.remove(at, length);
      expected.erase(at, length);
    }
  }
  CHECK(user.text.to_string() == expected);
  CHECK(user.doc.check_invariants().empty());
}

TEST_CASE("testAppendChars") {
  constexpr std::uint32_t kChars = 10000;
  User user(1);
  for (std::uint32_t i = 0; i < kChars; ++i) user.insert(user.text.length(), "a");
  CHECK(user.text.length() == kChars);
}

TEST_CASE("testLargeFragmentedDocument") {
  constexpr std::uint32_t kItems = 100000;
  User user(1);
  user.edit([&](Transaction& txn) {
    for (std::uint32_t i = 0; i < kItems; ++i) REQUIRE(user.text.insert(txn, 0, "0"));
  });
  User other(2);
  REQUIRE(other.doc.apply_update(user.doc.encode_state_as_update({}, Encoding::v2), Encoding::v2));
  CHECK(other.text.length() == kItems);
  CHECK(other.doc.encode_state_as_update() == user.doc.encode_state_as_update());
}

TEST_CASE("testIncrementalUpdatesPerformanceOnLargeFragmentedDocument") {
  constexpr std::uint32_t kItems = 20000;
  User user(1);
  std::vector<Bytes> updates;
  const auto subscription = user.doc.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  for (std::uint32_t i = 0; i < kItems; ++i) user.insert(0, "0");
  REQUIRE(updates.size() == kItems);
  User merged(2);
  REQUIRE(merged.doc.apply_update(
      merge_updates(std::vector<ByteView>(updates.begin(), updates.end())).value()));
  User stepwise(3);
  for (const Bytes& update : updates) REQUIRE(stepwise.doc.apply_update(update));
  CHECK(merged.text.length() == kItems);
  CHECK(stepwise.doc.encode_state_as_update() == user.doc.encode_state_as_update());
}

TEST_CASE("testSplitSurrogateCharacter") {
  constexpr const char* kTwo = "\U0001F47E\U0001F47E";
  User a(1);
  User b(2);
  SECTION("by an insertion") {
    a.insert(0, "\U0001F47E");
    a.insert(1, "hi!");
    CHECK(a.text.to_string() == "\uFFFDhi!\uFFFD");
  }
  SECTION("by a deletion") {
    a.insert(0, kTwo);
    a.remove(1, 2);
    CHECK(a.text.to_string() == "\uFFFD\uFFFD");
  }
  SECTION("by a format") {
    a.insert(0, kTwo);
    a.format(1, 2, {{"bold", true}});
    CHECK(a.text.to_string() == "\uFFFD\uFFFD\uFFFD\uFFFD");
  }
  sync(a, b);
}

TEST_CASE("testSearchMarkerBug1") {
  User a(1);
  User b(2);
  const auto again = [](User& user, ByteView update) {
    const Transaction txn = user.doc.transact();
    REQUIRE(user.doc.apply_update(update));
  };
  const auto one = a.doc.on_update([&](const UpdateEvent& event) { again(a, event.update); });
  const auto two = a.doc.on_update([&](const UpdateEvent& event) { again(b, event.update); });
  for (int round = 0; round < 2; ++round) {
    a.insert(0, "a_a");
    sync(a, b);
    a.insert(2, "s");
    sync(a, b);
    b.insert(3, "d");
    sync(a, b);
    CHECK(b.text.to_string() == "a_sda");
    if (round == 0) a.remove(0, 5);
    sync(a, b);
  }
  CHECK(a.text.to_string() == "a_sda");
}

TEST_CASE("testFormattingBug") {
  User a(1);
  User b(2);
  a.insert(0, "\n\n\n");
  a.format(0, 3, {{"url", "http://example.com"}});
  a.format(1, 1, {{"url", "http://docs.yjs.dev"}});
  b.edit([&](Transaction& txn) {  // Yjs does nothing where there is nothing to format
    CHECK(b.text.format(txn, 1, 1, {{"url", "http://docs.yjs.dev"}}).error().code ==
          Errc::out_of_range);
  });
  REQUIRE(b.doc.apply_update(a.doc.encode_state_as_update()));
  CHECK_DELTA(a.text, R"([{"insert":"\n","attributes":{"url":"http://example.com"}},
      {"insert":"\n","attributes":{"url":"http://docs.yjs.dev"}},
      {"insert":"\n","attributes":{"url":"http://example.com"}}])");
  CHECK(delta_of(a.text) == delta_of(b.text));
}

TEST_CASE("testDeleteFormatting") {
  User a(1);
  User b(2);
  a.insert(0, "Attack ships on fire off the shoulder of Orion.");
  REQUIRE(b.doc.apply_update(a.doc.encode_state_as_update()));
  a.format(13, 7, {{"bold", true}});
  REQUIRE(b.doc.apply_update(a.doc.encode_state_as_update()));
  a.format(16, 4, {{"bold", nullptr}});
  REQUIRE(b.doc.apply_update(a.doc.encode_state_as_update()));
  constexpr const char* kExpected = R"([{"insert":"Attack ships "},
      {"insert":"on ","attributes":{"bold":true}},{"insert":"fire off the shoulder of Orion."}])";
  CHECK_DELTA(a.text, kExpected);
  CHECK_DELTA(b.text, kExpected);
}
