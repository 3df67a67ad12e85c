// Who wrote and deleted what. The bytes are those of the same steps in Yjs 13.6.33.
#include <catch2/catch.hpp>

#include <weft/permanent_user_data.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;

namespace {

void insert(Doc& doc, std::uint32_t index, std::string_view text) {
  Transaction txn = doc.transact();
  REQUIRE(doc.text("").insert(txn, index, text));
}

void remove(Doc& doc, std::uint32_t index, std::uint32_t length) {
  Transaction txn = doc.transact();
  REQUIRE(doc.text("").remove(txn, index, length));
}

void bring(const Doc& from, Doc& to) {
  REQUIRE(to.apply_update(from.encode_state_as_update(), Encoding::v1, 9));
}

constexpr const char* kBoth =
    "0208020027010575736572730675736572206201270002000369647300270002000264730008000201017d02040100"
    "01688102040284020601690300020205010201050207010027010575736572730675736572206101270001000369"
    "647300270001000264730008000101017d01010100018401040268690300010205010101040102020105020101040"
    "1";

}  // namespace

TEST_CASE("users are kept with their clients and deletions (testPermanentUserData)") {
  Doc one({.client_id = 1});
  Doc two({.client_id = 2});
  PermanentUserData data1(one);
  PermanentUserData data2(two);
  REQUIRE(data1.set_user_mapping(1, "user a"));
  REQUIRE(data2.set_user_mapping(2, "user b"));
  insert(one, 0, "xhi");
  remove(one, 0, 1);
  insert(two, 0, "hxxi");
  remove(two, 1, 2);
  CHECK(data1.has_unwritten());
  REQUIRE(data1.flush());
  REQUIRE(data2.flush());
  CHECK_FALSE(data1.has_unwritten());
  bring(one, two);
  bring(two, one);
  CHECK(one.encode_state_as_update() == hex(kBoth));
  for (const PermanentUserData* data : {&data1, &data2}) {
    CHECK(data->user_by_client_id(1) == "user a");
    CHECK(data->user_by_client_id(2) == "user b");
    CHECK(data->user_by_client_id(3) == std::nullopt);
    CHECK(data->user_by_deleted_id({1, 4}) == "user a");
    CHECK(data->user_by_deleted_id({2, 6}) == "user b");
    CHECK(data->user_by_deleted_id({1, 5}) == std::nullopt);
  }
}

TEST_CASE("what exists is read at once, and an entry that was replaced is written anew") {
  Doc doc({.client_id = 1});
  REQUIRE(doc.apply_update(hex(kBoth), Encoding::v1, 9));
  Doc other({.client_id = 3});
  bring(doc, other);
  PermanentUserData data(other);
  CHECK(data.user_by_client_id(2) == "user b");
  CHECK(data.user_by_deleted_id({2, 5}) == "user b");
  REQUIRE(data.set_user_mapping(3, "user b"));
  CHECK(data.user_by_client_id(3) == "user b");
  {
    Transaction txn = doc.transact();
    REQUIRE(doc.map("users").set(txn, "user b",
                                 Prelim::map({{"ids", Prelim::array()}, {"ds", Prelim::array()}})));
  }
  bring(doc, other);
  REQUIRE(data.flush());
  const Value users = other.map("users").to_json();
  REQUIRE(users.find("user b") != nullptr);
  CHECK(users.find("user b")->find("ids")->to_json() == "[2,3]");
}

TEST_CASE("entries of another form are passed over") {
  Doc doc({.client_id = 1});
  {
    Transaction txn = doc.transact();
    Map users = doc.map("users");
    REQUIRE(users.set(txn, "number", 1));
    REQUIRE(users.set(txn, "no lists", Prelim::map()));
    REQUIRE(users.set(txn, "odd",
                      Prelim::map({{"ids", Prelim::array({-1, 0.5, "x", 7})},
                                   {"ds", Prelim::array({Bytes{0xff}, 3})}})));
  }
  PermanentUserData data(doc);
  CHECK(data.user_by_client_id(7) == "odd");
  CHECK(data.user_by_deleted_id({7, 0}) == std::nullopt);
}

TEST_CASE("a filter keeps deletions unrecorded") {
  Doc doc({.client_id = 1});
  PermanentUserData data(doc);
  REQUIRE(data.set_user_mapping(1, "a",
                                [](const TransactionEvent& event) { return event.origin() != 5; }));
  insert(doc, 0, "ab");
  {
    Transaction txn = doc.transact(5);
    REQUIRE(doc.text("").remove(txn, 0, 1));
  }
  CHECK_FALSE(data.has_unwritten());
  remove(doc, 0, 1);
  CHECK(data.has_unwritten());
}
