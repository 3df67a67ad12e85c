// Whole documents. The cases are named after functions of Yjs's own doc.tests.js and expect the
// same; others of them stand with what they are about: subdocuments, events, undo.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test

TEST_CASE("a long list of nodes is read by an observer (testAfterTransactionRecursion)") {
  Doc doc;
  XmlFragment xml = doc.xml_fragment("");
  std::size_t size = 0;
  const auto subscription = doc.on(DocEvent::after_transaction, [&](const TransactionEvent& event) {
    if (event.origin() == 5) size = xml.to_json().get_if<std::string>()->size();
  });
  Transaction txn = doc.transact(5);
  for (int i = 0; i < 15'000; ++i) REQUIRE(xml.push(txn, {Prelim::xml_text("a")}));
  txn.commit();
  CHECK(size == 15'000);
}

TEST_CASE("a root may have no name (testGetTypeEmptyId)") {
  Doc one({.client_id = 1});
  {
    Transaction txn = one.transact();
    REQUIRE(one.text("").insert(txn, 0, "h"));
    REQUIRE(one.text("").insert(txn, 1, "i"));
  }
  Doc two({.client_id = 2});
  REQUIRE(two.apply_update(one.encode_state_as_update()));
  CHECK(two.text("").to_string() == "hi");
}

TEST_CASE("a document as one JSON value (testToJSON)") {
  Doc doc({.client_id = 1});
  CHECK(doc.to_json().to_json() == "{}");
  {
    Transaction txn = doc.transact();
    REQUIRE(doc.array("array").push(txn, {"test1"}));
    REQUIRE(doc.map("map").set(txn, "k1", "v1"));
    const auto inner = doc.map("map").set_type(txn, "k2", TypeKind::map);
    REQUIRE(inner);
    REQUIRE(inner->as<Map>()->set(txn, "m2k1", "m2v1"));
  }
  const char* const json = R"({"array":["test1"],"map":{"k1":"v1","k2":{"m2k1":"m2v1"}}})";
  CHECK(doc.to_json().to_json() == json);
  // Roots that nobody asked for are left out.
  Doc other({.client_id = 2});
  REQUIRE(other.apply_update(doc.encode_state_as_update()));
  CHECK(other.to_json().to_json() == "{}");
  static_cast<void>(other.map("map"));
  CHECK(other.to_json().to_json() == R"({"map":{"k1":"v1","k2":{"m2k1":"m2v1"}}})");
}
