// What a YType holds besides text and types: subdocuments, undefined, big integers. Expected is
// what
// @y/y 14.0.0-rc.7 gives.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/ytype.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::to_hex;

namespace {

template <typename Edit>
void change(Doc& doc, Edit edit) {
  Transaction txn = doc.transact();
  REQUIRE(edit(txn));
}

Doc make_doc(ClientId client) {
  return Doc({.client_id = client, .gc = false, .compat = Compat::v14});
}

}  // namespace

TEST_CASE("a subdocument stands among values and as an attribute") {
  Doc doc = make_doc(1);
  YType type = doc.get("t");
  change(doc, [&](Transaction& txn) {
    return type.insert(txn, 0,
                       std::vector<Content>{1, SubDocOptions{.guid = "G", .meta = "m"}, "s"});
  });
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "0103010008010174017d0189010001477601046d65746177016d8801010177017300");
  CHECK(type.length() == 3);
  // Among children it is passed over.
  CHECK(type.to_json().to_json() == R"({"children":[1,"s"]})");
  CHECK(type.to_string() == "1s");
  CHECK(type.to_delta().to_json() ==
        R"({"type":"delta","children":[{"type":"insert","insert":[1,"s"]}]})");
  change(doc,
         [&](Transaction& txn) { return type.insert(txn, 0, std::vector<Content>{Undefined{}}); });
  change(doc, [&](Transaction& txn) { return type.set_attr(txn, "u", Value()); });
  CHECK(type.to_string() == "< u=undefined>1s</>");
  change(doc,
         [&](Transaction& txn) { return type.set_attr(txn, "d", SubDocOptions{.guid = "H"}); });
  CHECK(type.to_string() == "< d={} u=undefined>1s</>");
  CHECK(type.to_json().to_json() == R"({"children":[null,1,"s"],"attrs":{"d":{}}})");
  CHECK(to_hex(doc.encode_state_as_update()) ==
        "0106010008010174017d0189010001477601046d65746177016d88010101770173480100017f2801017401"
        "75017f2901017401640148760000");
}

TEST_CASE("a delta brings a subdocument into another document") {
  Doc doc = make_doc(1);
  change(doc, [&](Transaction& txn) {
    return doc.get("t").insert(txn, 0,
                               std::vector<Content>{SubDocOptions{
                                   .guid = "G", .gc = false, .auto_load = true, .meta = 7}});
  });
  const std::vector<YContent> contents{std::get<SubDoc>(doc.get("t").get(0))};
  const YDelta delta = YDelta().insert(contents);
  CHECK(delta.to_json() == R"({"type":"delta","children":[{"type":"insert","insert":[{}]}]})");
  Doc other = make_doc(1);
  change(other, [&](Transaction& txn) { return other.get("t").apply_delta(txn, delta); });
  CHECK(other.encode_state_as_update() == doc.encode_state_as_update());
  const auto copy = std::get<SubDoc>(other.get("t").get(0));
  CHECK(copy.guid() == "G");
  CHECK(copy.auto_load());
  CHECK_FALSE(copy.gc());
}

TEST_CASE("only what is there can be modified") {
  Doc doc = make_doc(1);
  YType type = doc.get("t");
  change(doc, [&](Transaction& txn) { return type.insert(txn, 0, "ab"); });
  const Bytes before = doc.encode_state_as_update();
  const auto refused = [&](const YDelta& delta) {
    Transaction txn = doc.transact();
    return type.apply_delta(txn, delta).error().code;
  };
  const YDelta more = YDelta().insert("x");
  CHECK(refused(YDelta().retain(99).modify(more)) == Errc::out_of_range);
  CHECK(refused(YDelta().retain(2).modify(more)) == Errc::out_of_range);
  CHECK(refused(YDelta().retain(1).modify(more)) == Errc::wrong_type);
  CHECK(doc.encode_state_as_update() == before);
}
