// What a root's contents say about its kind, when nobody has asked for it yet.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;

namespace {

std::optional<TypeKind> inferred(std::string_view update, std::string_view root) {
  Doc doc;
  REQUIRE(doc.apply_update(hex(update)).has_value());
  return infer_kind(doc, root);
}

}  // namespace

TEST_CASE("the kind of a root is told from its contents") {
  CHECK(inferred("01010100040101740568656c6c6f00", "t") == TypeKind::text);
  CHECK(inferred("0101010005010165 0131 00", "e") == TypeKind::text);
  CHECK(inferred("010101002801016d016b017702763100", "m") == TypeKind::map);
  CHECK(inferred("0101010008010161017d0100", "a") == TypeKind::array);
  CHECK(inferred("0101010007010161 01 00", "a") == TypeKind::array);
  CHECK(inferred("0101010007010161 0303646976 00", "a") == TypeKind::xml_fragment);
  CHECK(inferred("0101010003010161 0105 00", "a") == TypeKind::array);
  CHECK(inferred("0101010002010161 01 0131 00", "a") == TypeKind::array);
  CHECK(inferred("0000", "t") == std::nullopt);
}

TEST_CASE("deleted contents tell only where nothing else does") {
  CHECK(inferred("0101010004010174 026162 01 01 01 0002", "t") == std::nullopt);
  CHECK(inferred("010101002801016d016b0177027631 01 01 01 0001", "m") == TypeKind::map);
}

TEST_CASE("a root keeps the kind that it was asked for") {
  Doc doc;
  static_cast<void>(doc.array("r"));
  CHECK(infer_kind(doc, "r") == TypeKind::array);
  REQUIRE(doc.apply_update(hex("01010100040101720568656c6c6f00")).has_value());
  CHECK(infer_kind(doc, "r") == TypeKind::array);
}
