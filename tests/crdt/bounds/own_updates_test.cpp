// The bound on what a V2 update may claim is for updates from outside: what a document holds can be
// written in V2, whatever it holds, and read again by the document itself.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/limits.hpp>
#include <weft/snapshot.hpp>
#include <weft/update.hpp>

#include "support/hex.hpp"

using namespace weft;

namespace {

constexpr std::uint32_t kStructs = 70'000;  // more than V2 may claim in some thirty bytes

/// A text that was typed backwards and deleted: structs that differ in their clocks alone.
Bytes deleted_backwards(ClientId client, const char* root = "t") {
  Doc doc(DocOptions{.client_id = client});
  Transaction txn = doc.transact();
  for (std::uint32_t i = 0; i < kStructs; ++i) REQUIRE(doc.text(root).insert(txn, 0, "x"));
  txn.commit();
  Transaction removal = doc.transact();
  REQUIRE(doc.text(root).remove(removal, 0, kStructs));
  removal.commit();
  return doc.encode_state_as_update();
}

/// The same without its first struct, so that all of it waits.
Bytes waiting(ClientId client, const char* root) {
  StateVector first;
  first.set(client, 1);
  return diff_update(deleted_backwards(client, root), first).value();
}

const Bytes kWaitsForClient9 = test::hex("01010200 84 09000161 00");

}  // namespace

TEST_CASE("a document beside a struct that waits is written in V2, however many structs it has") {
  const Compat compat = GENERATE(Compat::v13, Compat::v14);
  Doc doc(DocOptions{.client_id = 7, .compat = compat});
  REQUIRE(doc.apply_update(deleted_backwards(1)));
  REQUIRE(doc.apply_update(kWaitsForClient9));
  REQUIRE(doc.has_pending());
  const Bytes v2 = doc.encode_state_as_update({}, Encoding::v2);
  REQUIRE(v2.size() < 100);
  CHECK(validate_update(v2, Encoding::v2).error().code == Errc::too_large);
  Doc copy(DocOptions{.client_id = 8, .compat = compat});
  REQUIRE(copy.apply_update(doc.encode_state_as_update()));
  CHECK(copy.encode_state_as_update({}, Encoding::v2) == v2);
}

TEST_CASE("any number of structs may wait, and is let in") {
  const Compat compat = GENERATE(Compat::v13, Compat::v14);
  Doc doc(DocOptions{.client_id = 7, .compat = compat});
  REQUIRE(doc.apply_update(waiting(1, "t")));
  REQUIRE(doc.apply_update(waiting(2, "u")));
  REQUIRE(doc.has_pending());
  CHECK(doc.encode_state_as_update({}, Encoding::v2).size() < 200);
  REQUIRE(doc.apply_update(deleted_backwards(1, "t")));
  REQUIRE(doc.apply_update(deleted_backwards(2, "u")));
  CHECK(!doc.has_pending());
  CHECK(doc.state_vector().get(1) == kStructs);
  CHECK(doc.state_vector().get(2) == kStructs);
  CHECK(doc.check_invariants() == "");
}

TEST_CASE("a snapshot gives back any number of structs") {
  Doc doc(DocOptions{.client_id = 1, .gc = false});
  Transaction txn = doc.transact();
  for (std::uint32_t i = 0; i < kStructs; ++i) {
    REQUIRE(doc.array("a").insert_type(txn, 0, TypeKind::map));
  }
  txn.commit();
  const auto restored = create_doc_from_snapshot(doc, snapshot(doc), {.client_id = 2});
  REQUIRE(restored);
  CHECK(restored->state_vector() == doc.state_vector());
}
