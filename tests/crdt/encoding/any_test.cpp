// lib0 `any` values as bytes: checked, and brought to the form that lib0 writes.
#include "encoding/any.hpp"

#include <catch2/catch.hpp>

#include <weft/limits.hpp>

#include "support/hex.hpp"

using namespace weft::encoding;  // NOLINT(google-build-using-namespace): the room under test
using weft::Errc;
using weft::test::hex;
using weft::test::to_hex;

namespace {

// The canonical form, after checking that scan_any says whether it differs.
std::string again(std::string_view digits) {
  const auto input = hex(digits);
  Reader reader(input);
  bool canonical = true;
  scan_any(reader, canonical);
  REQUIRE(reader.ok());
  REQUIRE(reader.at_end());
  Writer out;
  append_canonical_any(out, input);
  CHECK(canonical == (to_hex(out.bytes()) == to_hex(input)));
  return to_hex(out.bytes());
}

Errc error(std::string_view digits) {
  const auto input = hex(digits);
  Reader reader(input);
  bool canonical = true;
  scan_any(reader, canonical);
  REQUIRE_FALSE(reader.ok());
  return reader.error().code;
}

}  // namespace

TEST_CASE("values that lib0 writes stay as they are") {
  for (const char* value : {"7f",
                            "7e",
                            "7dbfffffff0f",
                            "7d40",
                            "7d41",
                            "7c4f000000",
                            "7ccf000000",
                            "7b41efffffffe00000",
                            "7c5a000000",
                            "7c501502f9",
                            "7c3f000000",
                            "7b3fb999999999999a",
                            "7b7ff8000000000000",
                            "7c7f800000",
                            "7a000000000000007b",
                            "79",
                            "78",
                            "7700",
                            "7704f09f9880",
                            "7600",
                            "76010161750 17c3fc00000",
                            "7500",
                            "7403090807"}) {
    std::string digits(value);
    std::erase(digits, ' ');
    CHECK(again(value) == digits);
  }
}

TEST_CASE("numbers in other forms are written anew") {
  CHECK(again("7d8080808010") == "7c4f000000");  // integer beyond 31 bits
  CHECK(again("7dbfffffffffffff1f") == "7b433fffffffffffff");
  CHECK(again("7c3f800000") == "7d01");                // float32 of a small integer
  CHECK(again("7c80000000") == "7d40");                // -0
  CHECK(again("7b3ff0000000000000") == "7d01");        // float64 of a small integer
  CHECK(again("7b3fe0000000000000") == "7c3f000000");  // float64 that fits float32
  CHECK(again("7b7ff0000000000000") == "7c7f800000");  // infinity
  CHECK(again("7c7fc00000") == "7b7ff8000000000000");  // NaN
  CHECK(again("7d8000") == "7d00");                    // longer than necessary
}

TEST_CASE("keys take JavaScript's order") {
  CHECK(again("7605 0162 7d01 0161 7d02 0132 7d03 0131 7d04 0175 7f") ==
        "76050131"
        "7d04"
        "0132"
        "7d03"
        "0162"
        "7d01"
        "0161"
        "7d02"
        "0175"
        "7f");
  CHECK(again("7603 0161 7d01 0162 7d02 0161 7d03") == "760201617d0301627d02");
  CHECK(again("7602 0161 7d01 095f5f70726f746f5f5f 7d02") == "760101617d01");
  CHECK(again("7501 7602 0162 7e 0131 7e") == "7501760201317e01627e");
}

TEST_CASE("__proto__ is a key only in objects cut off from Object.prototype") {
  const std::string proto = "095f5f70726f746f5f5f";
  CHECK(again("7602" + proto + "7e" + "01617e") == "760101617e");
  CHECK(again("7602" + proto + "7e" + proto + "78") == "7601" + proto + "78");
  CHECK(again("7602" + proto + "7600" + proto + "78") == "7600");
  CHECK(again("7602" + proto + "7601" + proto + "7e" + proto + "78") == "7601" + proto + "78");
  CHECK(again("7602" + proto + "7500" + proto + "7e") == "7600");
}

TEST_CASE("objects with more keys than are compared in pairs") {
  std::string ordered = "7614";
  for (int i = 0; i < 20; ++i)
    ordered +=
        "02" + to_hex(hex("61")) + to_hex(weft::Bytes{static_cast<std::uint8_t>('a' + i)}) + "7e";
  CHECK(again(ordered) == ordered);
  CHECK(again("7615" + ordered.substr(4) +
              "026161"
              "78")
            .substr(0, 12) == "761402616178");
}

TEST_CASE("malformed values are errors") {
  CHECK(error("") == Errc::unexpected_end);
  CHECK(error("73") == Errc::invalid_any);
  CHECK(error("80") == Errc::invalid_any);
  CHECK(error("7c0000") == Errc::unexpected_end);
  CHECK(error("7701ff") == Errc::invalid_utf8);
  CHECK(error("760101ff7e") == Errc::invalid_utf8);
  CHECK(error("75ffffffffffffff0f") == Errc::unexpected_end);
  CHECK(error("76ffffffffffffff0f") == Errc::unexpected_end);
  CHECK(error("74ffffffffffffff0f00") == Errc::unexpected_end);
  CHECK(error("7dffffffffffffff7f") == Errc::number_too_large);
}

TEST_CASE("nesting of values is bounded") {
  const auto nested = [](int depth) {
    std::string digits;
    for (int i = 0; i < depth; ++i) digits += i % 2 == 0 ? "7501" : "76010161";
    return digits + "7e";
  };
  CHECK(again(nested(weft::limits::depth_max)) == nested(weft::limits::depth_max));
  CHECK(error(nested(weft::limits::depth_max + 1)) == Errc::too_deep);
  CHECK(error(nested(200'000)) == Errc::too_deep);
}

TEST_CASE("what stands around a value keeps its own mark of longer integers") {
  const auto input = hex("8500 7d01");
  Reader reader(input);
  reader.varuint();
  bool canonical = true;
  scan_any(reader, canonical);
  CHECK(canonical);
  CHECK_FALSE(reader.minimal());
}
