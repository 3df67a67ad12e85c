// Types that Yjs does not know.
#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "support/hex.hpp"

using namespace weft;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::hex;
using weft::test::to_hex;

TEST_CASE("types of yrs are kept to the byte, unknown ones are refused") {
  // A weak link to one element, to a range, to all of a root, and to all of a nested type.
  const char* const kept[] = {
      "01010100 2701016d016c 07 02 0503 00",
      "01010100 2701016d016c 07 03 0503 8102 04 00",
      "01010100 2701016d016c 07 39 0161 0161 00",
      "01010100 2701016d016c 07 19 0503 0503 00",
      "01010100 2701016d016c 07 21 0503 0504 00",
      "01010100 2701016d016c 09 00",
      "01010100 2701016d016c 0f 00",
  };
  for (const char* digits : kept) {
    INFO(digits);
    const Bytes update = hex(digits);
    Doc doc;
    REQUIRE(doc.apply_update(update));
    CHECK(to_hex(doc.encode_state_as_update()) == to_hex(update));
    const Bytes v2 = doc.encode_state_as_update({}, Encoding::v2);
    CHECK(to_hex(convert_update(update, Encoding::v1, Encoding::v2).value()) == to_hex(v2));
    CHECK(to_hex(convert_update(v2, Encoding::v2, Encoding::v1).value()) == to_hex(update));
    Doc other;
    REQUIRE(other.apply_update(v2, Encoding::v2));
    CHECK(to_hex(other.encode_state_as_update()) == to_hex(update));
    CHECK(doc.map("m").to_json().to_json() == R"({"l":[]})");
    CHECK(!as<Array>(doc.map("m").get("l")));
    CHECK(doc.check_invariants() == "");
    for (std::size_t size = 0; size < update.size(); ++size) {
      CHECK(!Doc().apply_update(ByteView(update).first(size)));
    }
  }
  for (const char* digits : {"01010100 2701016d016c 08 00", "01010100 2701016d016c 0a 00",
                             "01010100 2701016d016c 10 00", "01010100 2701016d016c 8702 00"}) {
    INFO(digits);
    Doc doc;
    CHECK(doc.apply_update(hex(digits)).error().code == Errc::invalid_content);
  }
}
