// Types nested far deeper than a stack would bear: whatever walks them ends.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/relative_position.hpp>
#include <weft/snapshot.hpp>
#include <weft/undo.hpp>

using namespace weft;

namespace {

constexpr std::uint32_t kDepth = 100'000;

/// Arrays in arrays, or maps in maps, in a document that has them from an update.
Doc nested(TypeKind kind) {
  Doc source(DocOptions{.client_id = 1, .gc = false});
  Transaction txn = source.transact();
  SharedType type = source.array("a").insert_type(txn, 0, kind).value();
  for (std::uint32_t i = 1; i < kDepth; ++i) {
    type = kind == TypeKind::array ? type.as<Array>()->insert_type(txn, 0, kind).value()
                                   : type.as<Map>()->set_type(txn, "k", kind).value();
  }
  txn.commit();
  Doc doc(DocOptions{.client_id = 2, .gc = false});
  REQUIRE(doc.apply_update(source.encode_state_as_update({}, Encoding::v1)));
  return doc;
}

}  // namespace

TEST_CASE("nested types are read, deleted, brought back and sent on without the stack") {
  Doc doc = nested(GENERATE(TypeKind::array, TypeKind::map));
  UndoManager undo(doc, UndoOptions{.capture_timeout = 0});
  std::size_t events = 0;
  const auto subscription =
      doc.array("a").observe_deep([&](std::span<const Event> all) { events += all.size(); });
  CHECK(!doc.array("a").to_json().to_json().empty());
  const Snapshot before = snapshot(doc);
  {
    Transaction txn = doc.transact();
    REQUIRE(doc.array("a").remove(txn, 0, 1));
  }
  CHECK(events == 1);
  CHECK(doc.array("a").length() == 0);
  CHECK(undo.undo());
  CHECK(doc.array("a").length() == 1);
  const auto restored = create_doc_from_snapshot(doc, before, {.client_id = 3});
  REQUIRE(restored);
  CHECK(restored->state_vector() == before.state);
  CHECK(doc.check_invariants() == "");
  Doc copy(DocOptions{.client_id = 4});
  REQUIRE(copy.apply_update(doc.encode_state_as_update()));
  CHECK(copy.array("a").length() == 1);
}
