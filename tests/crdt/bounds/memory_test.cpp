// Memory grows with the bytes that came in, whatever they claim.
#include "bounds/memory.hpp"

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include <weft/awareness.hpp>
#include <weft/content_ids.hpp>
#include <weft/doc.hpp>
#include <weft/inspect.hpp>
#include <weft/limits.hpp>
#include <weft/snapshot.hpp>
#include <weft/update.hpp>

#include "support/hex.hpp"

using namespace weft;
using weft::test::peak_of;

namespace {

// A struct of three bytes becomes a record, an item and its entry; all else takes less.
constexpr std::size_t kPerByte = 120;
constexpr std::size_t kOnce = 200'000;

std::size_t bound(std::size_t bytes) { return kOnce + kPerByte * bytes; }

}  // namespace

TEST_CASE("claims of huge numbers cost nothing") {
  // 2^53 - 1 as clients, structs, a length, ranges, bytes of a string, elements of an array.
  const char* const updates[] = {
      "ffffffffffffff0f",
      "01ffffffffffffff0f0100",
      "010101000001ffffffffffffff0f",
      "0001010001ffffffffffffff0f",
      "0001ff01ffffffffffffff0f00",
      "0101010004010174ffffffffffffff0f61",
      "01010100080101 61 ffffffffffffff0f 7d01",
      "0101010008010161017500ffffffffffffff0f",
      "0001ffffffffffffff0fffffffffffffff0f0000",
      "010101000affffffffffffff0f00",
  };
  for (const char* const text : updates) {
    for (const Encoding encoding : {Encoding::v1, Encoding::v2}) {
      INFO(text);
      const Bytes update = test::hex(text);
      Doc doc;
      CHECK(peak_of([&] { static_cast<void>(doc.apply_update(update, encoding)); }) <
            bound(update.size()));
      CHECK(peak_of([&] { static_cast<void>(inspect_update(update, encoding)); }) <
            bound(update.size()));
      CHECK(peak_of([&] {
              const ByteView twice[] = {update, update};
              static_cast<void>(merge_updates(twice, encoding));
            }) < bound(update.size()));
      CHECK(peak_of([&] { static_cast<void>(decode_snapshot(update, encoding)); }) <
            bound(update.size()));
      CHECK(peak_of([&] { static_cast<void>(IdSet::decode(update, encoding)); }) <
            bound(update.size()));
      CHECK(peak_of([&] { static_cast<void>(ContentIds::decode(update)); }) < bound(update.size()));
      CHECK(peak_of([&] { static_cast<void>(StateVector::decode(update)); }) <
            bound(update.size()));
      CHECK(peak_of([&] { static_cast<void>(Value::decode(update)); }) < bound(update.size()));
      CHECK(peak_of([&] { static_cast<void>(Awareness().apply(update, 0)); }) <
            bound(update.size()));
      CHECK(doc.check_invariants() == "");
    }
  }
}

TEST_CASE("V2 columns that stand for many structs cost what a V2 update may claim, and no more") {
  // A text that was typed backwards and deleted: its structs differ in their clocks alone, so that
  // V2 holds any number of them in some thirty bytes.
  const std::uint32_t structs = GENERATE(60'000U, 70'000U);
  Doc source(DocOptions{.client_id = 1});
  {
    Transaction txn = source.transact();
    for (std::uint32_t i = 0; i < structs; ++i) REQUIRE(source.text("t").insert(txn, 0, "x"));
    txn.commit();
    Transaction removal = source.transact();
    REQUIRE(source.text("t").remove(removal, 0, structs));
  }
  const Bytes update = source.encode_state_as_update({}, Encoding::v2);
  REQUIRE(update.size() < 60);
  Doc doc;
  Result<void> applied;
  const std::size_t peak = peak_of([&] { applied = doc.apply_update(update, Encoding::v2); });
  INFO(update.size() << " bytes took " << peak);
  CHECK(applied.has_value() == (structs <= limits::v2_structs_max(update.size())));
  CHECK(peak < bound(limits::v2_structs_max(update.size())));
  if (!applied) CHECK(applied.error().code == Errc::too_large);
  if (!applied) CHECK(doc.encode_state_as_update() == Doc().encode_state_as_update());
  CHECK(doc.check_invariants() == "");
}

TEST_CASE("a document takes a small multiple of the update that made it") {
  Doc source(DocOptions{.client_id = 1});
  for (int i = 0; i < 20'000; ++i) {
    Transaction txn = source.transact();
    // The least bytes for a struct: nothing joins.
    REQUIRE(source.array("a").insert_type(txn, 0, TypeKind::map));
  }
  const Bytes update = source.encode_state_as_update();
  Doc doc;
  const std::size_t peak = peak_of([&] { REQUIRE(doc.apply_update(update)); });
  INFO(update.size() << " bytes took " << peak);
  CHECK(peak < bound(update.size()));
}

TEST_CASE("cutting every character of two units in half copies little") {
  Doc source(DocOptions{.client_id = 1});
  Transaction txn = source.transact();
  constexpr std::uint32_t kCharacters = 10'000;
  std::string text;
  for (std::uint32_t i = 0; i < kCharacters; ++i) text += "\xF0\x9F\x98\x80";
  REQUIRE(source.text("t").insert(txn, 0, text));
  txn.commit();
  Doc doc(DocOptions{.client_id = 2});
  REQUIRE(doc.apply_update(source.encode_state_as_update()));
  const bool forwards = GENERATE(true, false);
  Transaction cuts = source.transact();
  for (std::uint32_t i = 0; i < kCharacters; ++i) {
    const std::uint32_t place = forwards ? 3 * i + 1 : 2 * (kCharacters - i) - 1;
    REQUIRE(source.text("t").insert(cuts, place, "x"));
  }
  cuts.commit();
  const Bytes update = source.encode_state_as_update(doc.state_vector());
  const std::size_t peak = peak_of([&] { REQUIRE(doc.apply_update(update)); });
  INFO(update.size() << " bytes took " << peak);
  CHECK(peak < bound(update.size()));
  CHECK(doc.text("t").to_string() == source.text("t").to_string());
  CHECK(doc.check_invariants() == "");
}

TEST_CASE("values nested without end are refused before the stack is") {
  for (const std::string_view opening : {"[", R"({"a":)"}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += opening;
    const auto value = Value::from_json(text);
    REQUIRE(!value);
    CHECK(value.error().code == Errc::too_deep);
  }
  Bytes any;
  for (int i = 0; i < 100'000; ++i) any.insert(any.end(), {117, 1});
  const auto value = Value::decode(any);
  REQUIRE(!value);
  CHECK(value.error().code == Errc::too_deep);
}
