// What @y/y 14 does in its measurements, with the same random numbers: the time is of no account
// here, but what comes of it is. Expected is what release candidate 7 made with seed 7.
#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/id_map.hpp>
#include <weft/ytype.hpp>

#include "../../conformance/random/hash.hpp"
#include "../../conformance/random/prng.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the rooms under test
using conformance::Hash;
using conformance::Prng;

TEST_CASE("ten thousand edits of one text, read in two ways (testRendererDefaultPerformance)") {
  Prng prng(7);
  Doc doc({.client_id = 1, .compat = Compat::v14});
  YType text = doc.get("");
  for (int i = 0; i < 10'000; ++i) {
    Transaction txn = doc.transact();
    const auto length = static_cast<std::int32_t>(text.length());
    if (prng.boolean() && prng.boolean() && length > 0) {
      const std::int32_t at = prng.int31(0, length - 1);
      const std::int32_t count = prng.int31(0, std::min(length - at, 5));
      REQUIRE(text.remove(txn, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(count)));
    } else {
      const std::int32_t at = prng.int31(0, length);
      REQUIRE(text.insert(txn, static_cast<std::uint32_t>(at), prng.utf16_string(5)));
    }
  }
  CHECK(text.length() == 12337);
  CHECK(Hash().add(text.to_string()).text() == "c59bf31a");
  CHECK(Hash().add(text.to_delta().to_json()).text() == "7742fbcd");
  CHECK(Hash().add(doc.encode_state_as_update()).text() == "b38dae9b");
}

TEST_CASE("who made each of two thousand changes (testUserAttributionEncodingBenchmark)") {
  Prng prng(7);
  Doc doc({.client_id = 1, .compat = Compat::v14});
  IdMap said;
  const auto say = [&said](const IdSet& ids, const std::string& what) {
    said.insert(id_map_from_id_set(
        ids, {make_attribute(what, "userX"), make_attribute(what + "At", 1'700'000'000)}));
  };
  const auto subscription = doc.on(DocEvent::after_transaction, [&](const TransactionEvent& event) {
    say(event.insert_set(), "insert");
    say(event.delete_set(), "delete");
  });
  YType text = doc.get("");
  for (int i = 0; i < 2'000; ++i) {
    Transaction txn = doc.transact();
    const auto length = static_cast<std::int32_t>(text.length());
    if (i % 2 > 0 && length > 0) {
      const std::int32_t at = prng.int31(0, length);
      const std::int32_t count = prng.int31(0, length - at);
      REQUIRE(text.remove(txn, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(count)));
    } else {
      const std::int32_t at = prng.int31(0, length);
      REQUIRE(text.insert(txn, static_cast<std::uint32_t>(at), prng.word()));
    }
  }
  const Bytes encoded = said.encode();
  CHECK(text.length() == 9);
  CHECK_FALSE(said.empty());
  CHECK(IdMap().empty());
  CHECK(encoded.size() == 55'485);
  CHECK(Hash().add(encoded).text() == "f0a1121d");
  CHECK(IdMap::decode(encoded)->encode() == encoded);
}
