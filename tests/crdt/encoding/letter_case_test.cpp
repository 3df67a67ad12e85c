// Upper and lower case; the tables come from Node (letter_case_table.mjs).
#include "encoding/letter_case.hpp"

#include <catch2/catch.hpp>

#include "encoding/utf.hpp"

using weft::encoding::to_lower;
using weft::encoding::to_upper;

TEST_CASE("letters change as in JavaScript") {
  CHECK(to_lower("aZ[@`{09") == "az[@`{09");
  CHECK(to_upper("aZ[@`{09") == "AZ[@`{09");
  CHECK(to_lower("\u00C0\u00D7\u00DE\u0100\u0101\u0178") == "\u00E0\u00D7\u00FE\u0101\u0101\u00FF");
  CHECK(to_upper("\u00E0\u00F7\u00FF\u0101\u0149") == "\u00C0\u00F7\u0178\u0100\u02BCN");
  CHECK(to_upper("\u00DF\uFB03\u0390\u1FB7") == "SSFFI\u0399\u0308\u0301\u0391\u0342\u0399");
  CHECK(to_lower("\u0130\u1E9E\u2126\U00010400\U0001E921") ==
        "i\u0307\u00DF\u03C9\U00010428\U0001E943");
  CHECK(to_upper("\U00010428\U0001E943\U0001F600\u6F22") == "\U00010400\U0001E921\U0001F600\u6F22");
  CHECK(to_lower("").empty());
}

TEST_CASE("a capital sigma is final at the end of a word") {
  CHECK(to_lower("\u03A3") == "\u03C3");
  CHECK(to_lower("\u0391\u03A3") == "\u03B1\u03C2");
  CHECK(to_lower("\u0391\u03A3\u0391") == "\u03B1\u03C3\u03B1");
  CHECK(to_lower("\u0391\u03A3 \u0391") == "\u03B1\u03C2 \u03B1");
  CHECK(to_lower(" \u03A3") == " \u03C3");
}

TEST_CASE("every code point keeps its form or gets another one, and never twice") {
  for (std::uint32_t point = 0; point < 0x110000; ++point) {
    if (point >= 0xD800 && point < 0xE000) continue;
    std::string text;
    weft::encoding::append_code_point(text, point);
    const std::string lower = to_lower(text);
    if (to_lower(lower) != lower) {
      CHECK(point == 0);
      break;
    }
    const std::string upper = to_upper(text);
    if (to_upper(upper) != upper) {
      CHECK(point == 0);
      break;
    }
  }
}
