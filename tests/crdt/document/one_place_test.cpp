// Many who write at one place at the same time. The text is what Yjs 13.6.33 makes of the same
// updates; it does not depend on the order in which they come.
#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test

namespace {

// What client `c` alone writes into the root.
Bytes written_by(ClientId c, std::string_view root) {
  Doc doc({.client_id = c});
  Text text = doc.text(root);
  Transaction txn = doc.transact();
  const std::string letters = {static_cast<char>('A' + c % 26), static_cast<char>('0' + c % 10)};
  REQUIRE(text.insert(txn, 0, letters));
  txn.commit();
  return doc.encode_state_as_update();
}

std::vector<std::vector<ClientId>> orders() {
  std::vector<ClientId> ascending;
  for (ClientId c = 10; c < 110; ++c) ascending.push_back(c);
  std::vector<std::vector<ClientId>> orders(3, ascending);
  std::reverse(orders[1].begin(), orders[1].end());
  std::sort(orders[2].begin(), orders[2].end(),
            [](ClientId a, ClientId b) { return a * 7919 % 101 < b * 7919 % 101; });
  return orders;
}

}  // namespace

TEST_CASE("who writes at one place stands by client, in whatever order they come") {
  // Client 5 has seen half of them, and writes between two.
  const Bytes inside = test::hex("01010500c43a013c00017c00");
  std::set<std::string> texts;
  std::set<Bytes> states;
  for (const std::vector<ClientId>& order : orders()) {
    Doc doc({.client_id = 1});
    for (std::size_t i = 0; i < order.size(); ++i) {
      REQUIRE(doc.apply_update(written_by(order[i], "t")));
      if (i == 80) REQUIRE(doc.apply_update(inside));
    }
    CHECK(doc.check_invariants().empty());
    CHECK_FALSE(doc.has_pending());
    texts.insert(doc.text("t").to_string());
    states.insert(doc.encode_state_as_update());
  }
  CHECK(states.size() == 1);
  CHECK(
      texts ==
      std::set<std::string>{
          "K0L1M2N3O4P5Q6R7S8T9U0V1W2X3Y4Z5A6B7C8D9E0F1G2H3I4J5K6L7M8N9O0P1Q2R3S4T5U6V7W8X9Y0Z1A2"
          "B3C4D5E6F7G8|H9I0J1K2L3M4N5O6P7Q8R9S0T1U2V3W4X5Y6Z7A8B9C0D1E2F3G4H5I6J7K8L9M0N1O2P3Q4R5"
          "S6T7U8V9W0X1Y2Z3A4B5C6D7E8F9"});
}

TEST_CASE("long rows in more places than are remembered") {
  const std::vector<ClientId> order = orders()[2];
  Doc doc({.client_id = 1});
  for (const ClientId c : order) {
    for (const char* root : {"a", "b", "c", "d", "e", "f"}) {
      // Each root's writers are clients of their own.
      const auto offset = static_cast<ClientId>(1000 * (root[0] - 'a'));
      REQUIRE(doc.apply_update(written_by(c + offset, root)));
    }
  }
  CHECK(doc.check_invariants().empty());
  for (const char* root : {"a", "b", "c", "d", "e", "f"}) {
    std::string expected;
    for (ClientId c = 10; c < 110; ++c) {
      const ClientId writer = c + static_cast<ClientId>(1000 * (root[0] - 'a'));
      expected += {static_cast<char>('A' + writer % 26), static_cast<char>('0' + writer % 10)};
    }
    CHECK(doc.text(root).to_string() == expected);
  }
}
