// Documents against the bytes that Yjs 13.6.33 gives for the same edits.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/update.hpp>

using namespace weft;

namespace {

std::string hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

Bytes from_hex(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(
        static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

void check(const Doc& doc) { CHECK(doc.check_invariants() == ""); }

}  // namespace

TEST_CASE("text 'hello'") {
  Doc doc({.client_id = 1});
  auto text = doc.text("t");
  {
    auto txn = doc.transact();
    REQUIRE(text.insert(txn, 0, "hello"));
  }
  CHECK(text.to_string() == "hello");
  CHECK(hex(doc.encode_state_as_update()) == "01010100040101740568656c6c6f00");
  check(doc);
}

TEST_CASE("an insertion inside a surrogate pair replaces both halves") {
  Doc doc({.client_id = 1});
  auto text = doc.text("t");
  {
    auto txn = doc.transact();
    REQUIRE(text.insert(txn, 0,
                        "a\xF0\x9F\x98\x80"
                        "b"));
  }
  CHECK(text.length() == 4);
  StateVector since;
  since.set(1, 2);
  CHECK(hex(doc.encode_state_as_update(since)) == "0101010284010104efbfbd6200");
  {
    auto txn = doc.transact();
    REQUIRE(text.insert(txn, 2, "X"));
  }
  CHECK(hex(doc.encode_state_as_update()) ==
        "01030100040101740461efbfbd84010104efbfbd62c401010102015800");
  check(doc);
}

TEST_CASE("map overwrites keep the older items as tombstones") {
  Doc doc({.client_id = 1});
  auto map = doc.map("m");
  std::vector<std::string> updates;
  const auto subscription =
      doc.on_update([&](const UpdateEvent& event) { updates.push_back(hex(event.update)); });
  for (const char* value : {"1", "2", "3"}) {
    auto txn = doc.transact();
    REQUIRE(map.set(txn, "a", value));
  }
  CHECK(updates.at(0) == "010101002801016d01610177013100");
  CHECK(updates.at(1) ==
        "01010101a801000177013201010100"
        "01");
  CHECK(map.to_json().to_json() == R"({"a":"3"})");
  check(doc);
}

TEST_CASE("three map values: state and updates") {
  Doc doc({.client_id = 1});
  for (const char* update :
       {"010101002801016d016b017702763100", "01010101a8010001770276320101010001",
        "01010102a8010101770276330101010101"}) {
    REQUIRE(doc.apply_update(from_hex(update)));
  }
  CHECK(hex(doc.encode_state_as_update()) == "010201002101016d016b02a8010101770276330101010002");
  check(doc);
}

TEST_CASE("an array in a map") {
  Doc doc({.client_id = 1});
  auto map = doc.map("m");
  {
    auto txn = doc.transact();
    const auto type = map.set_type(txn, "ar", TypeKind::array);
    REQUIRE(type);
    Array array(type->doc(), type->type());
    REQUIRE(array.insert(txn, 0, {1, "x", nullptr, true, ValueObject{{"a", ValueArray{1.5}}}}));
  }
  CHECK(hex(doc.encode_state_as_update()) ==
        "010201002701016d026172000800"
        "0100057d017701787e787601016175017c3fc0000000");
  CHECK(map.to_json().to_json() == R"({"ar":[1,"x",null,true,{"a":[1.5]}]})");
  check(doc);
}

TEST_CASE("three clients insert at one place and set one key") {
  const char* base = "010101000401017402616200";
  std::vector<Bytes> updates;
  const char* values[] = {"xx", "yy", "zz"};
  for (ClientId client = 2; client <= 4; ++client) {
    Doc doc({.client_id = client});
    REQUIRE(doc.apply_update(from_hex(base)));
    auto text = doc.text("t");
    auto map = doc.map("m");
    auto txn = doc.transact();
    REQUIRE(text.insert(txn, 1, values[client - 2]));
    REQUIRE(map.set(txn, "k", static_cast<int>(client)));
    txn.commit();
    updates.push_back(doc.encode_state_as_update());
  }
  Doc all({.client_id = 9});
  REQUIRE(all.apply_update(from_hex(base)));
  for (const auto& update : updates) REQUIRE(all.apply_update(update));
  CHECK(all.text("t").to_string() == "axxyyzzb");
  CHECK(all.map("m").to_json().to_json() == R"({"k":4})");
  CHECK(hex(all.encode_state_as_update()) ==
        "04020400c401000101027a7a2801016d016b017d04020300c4010001010279792101016d016b01"
        "020200c4010001010278782101016d016b010201000401017401618401000162020301020102010201");
  check(all);
}

TEST_CASE("structs behind a gap wait for it") {
  Doc doc({.client_id = 9});
  REQUIRE(doc.apply_update(from_hex("010306002801016d0161017d010a012801016d0163017d0300")));
  CHECK(doc.map("m").to_json().to_json() == R"({"a":1})");
  CHECK(doc.has_pending());
  CHECK(hex(doc.encode_state_vector()) == "010601");
  check(doc);
}

TEST_CASE("a rejected update changes nothing") {
  Doc doc({.client_id = 1});
  auto text = doc.text("t");
  {
    auto txn = doc.transact();
    REQUIRE(text.insert(txn, 0, "hello"));
  }
  const Bytes before = doc.encode_state_as_update();
  Doc other({.client_id = 7});
  REQUIRE(other.apply_update(before));
  {
    auto txn = other.transact();
    REQUIRE(other.text("t").insert(txn, 2, "12"));
    REQUIRE(other.text("t").remove(txn, 0, 1));
  }
  const Bytes update = other.encode_state_as_update(doc.state_vector());
  for (std::size_t length = 0; length < update.size(); ++length) {
    INFO("cut at byte " << length);
    CHECK(!doc.apply_update(ByteView(update).first(length)));
    CHECK(hex(doc.encode_state_as_update()) == hex(before));
    check(doc);
  }
  CHECK(doc.apply_update(update));
  CHECK(text.to_string() == "e12llo");
  check(doc);
}

TEST_CASE("what goes on behind another content of its ids stands in that content's list") {
  Doc doc({.client_id = 9});
  REQUIRE(doc.apply_update(from_hex("010101000401017402616200")));
  REQUIRE(doc.apply_update(from_hex("0101010004010175047778797a00")));
  CHECK(doc.text("t").to_string() == "abyz");
  CHECK(doc.text("u").length() == 0);
  CHECK(hex(doc.encode_state_as_update()) == "0101010004010174046162797a00");
  check(doc);
}

TEST_CASE("the same behind a map's value: others agree on the state that is sent") {
  Doc doc({.client_id = 9});
  REQUIRE(doc.apply_update(from_hex("010201002801016d016b017d012801016d016c017d0100")));
  REQUIRE(doc.apply_update(from_hex("0101010008010161047d017d027d037d0400")));
  check(doc);
  Doc copy({.client_id = 8});
  REQUIRE(copy.apply_update(doc.encode_state_as_update()));
  CHECK(copy.map("m").to_json() == doc.map("m").to_json());
  CHECK(hex(copy.encode_state_as_update()) == hex(doc.encode_state_as_update()));
  check(copy);
}
