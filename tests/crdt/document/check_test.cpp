// The check of a document's invariants sees what is broken. Fuzzers and tests lean on it.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "document/doc_state.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using document::DocState;
using store::Handle;
using store::Item;

namespace {

// A map whose key was written twice, a text with an index, a type in a type.
struct Sample {
  Sample() {
    Transaction txn = doc.transact();
    REQUIRE(doc.map("m").set(txn, "k", 1));
    REQUIRE(doc.map("m").set(txn, "other", 1));
    REQUIRE(doc.map("m").set(txn, "k", 2));
    REQUIRE(doc.text("t").insert(txn, 0, "abc"));
    REQUIRE(doc.text("t").insert(txn, 1, "x"));
    REQUIRE(doc.array("a").insert(txn, 0, {Prelim::array({1, 2}), "after"}));
    txn.commit();
    REQUIRE(doc.text("t").to_string() == "axbc");
    static_cast<void>(doc.state().store.order(doc.text("t").type()));
    REQUIRE(doc.check_invariants().empty());
  }
  DocState& state() { return doc.state(); }
  Item& first_of(const SharedType& type) { return state().store.items[sequence_of(type).first]; }
  store::List& sequence_of(const SharedType& type) {
    store::Store& store = state().store;
    return store.types.list(store.types[type.type()].sequence);
  }
  store::ListIx key_list() { return state().store.types[doc.map("m").type()].first_key; }

  Doc doc{DocOptions{.client_id = 1}};
};

template <typename Break>
std::string broken(Break body) {
  Sample sample;
  body(sample);
  return sample.doc.check_invariants();
}

}  // namespace

TEST_CASE("what is broken in a store is named") {
  CHECK(broken([](Sample& s) { s.first_of(s.doc.text("t")).length = 7; }).find("entry at clock") !=
        std::string::npos);
  CHECK(broken([](Sample& s) { s.first_of(s.doc.text("t")).right = store::kNoHandle; }) != "");
  CHECK(broken([](Sample& s) {
          Item& first = s.first_of(s.doc.text("t"));
          first.right = s.sequence_of(s.doc.text("t")).first;
        }) != "");
  CHECK(broken([](Sample& s) {
          s.state().store.types[s.doc.text("t").type()].length = 9;
        }).starts_with("wrong length of type"));
  CHECK(broken([](Sample& s) {
          Item& first = s.first_of(s.doc.text("t"));
          first.right_origin_client = 0;
          first.right_origin_clock = 1000;
        }).starts_with("right origin ahead"));
  CHECK(broken([](Sample& s) {
          const std::uint32_t inner = s.first_of(s.doc.array("a")).data;
          s.state().store.types[inner].item = store::kNoHandle;
        }).starts_with("type disowned"));
  CHECK(broken([](Sample& s) {
          s.state().store.types.list(s.key_list()).key = 12345;
        }).starts_with("lost key"));
  CHECK(broken([](Sample& s) {
          store::Store& store = s.state().store;
          Item& older = store.items[store.types.list(s.key_list()).first];
          older.clear(Item::kDeleted);
          older.kind = static_cast<std::uint8_t>(store::Kind::any);
        }).starts_with("older map value lives"));
  CHECK(broken([](Sample& s) {
          store::Store& store = s.state().store;
          store.order_of(s.first_of(s.doc.text("t")))
              ->set_visible(s.sequence_of(s.doc.text("t")).first, 0);
        }).starts_with("order index misplaces"));
}

// The bytes are those of a document in which one user writes two values at once under a key, and
// another in the middle of them.
TEST_CASE("the front of a value that was cut stays") {
  Doc doc({.client_id = 1});
  const Bytes two{1, 1, 2, 0, 0x28, 1, 1, 'm', 1, 'k', 2, 0x7d, 1, 0x7d, 2, 0};
  REQUIRE(doc.apply_update(two));
  CHECK(doc.map("m").get("k") == Element(Value(2)));
  const Bytes between{1, 1, 3, 0, 0xa8, 2, 0, 1, 0x7d, 3, 0};
  REQUIRE(doc.apply_update(between));
  CHECK(doc.check_invariants().empty());
}
