// JSON text: what JSON.parse takes, and JSON.stringify to the byte.
#include <catch2/catch.hpp>

#include <weft/limits.hpp>

#include "encoding/any.hpp"
#include "encoding/number.hpp"
#include "support/hex.hpp"

using namespace weft::encoding;  // NOLINT(google-build-using-namespace): the room under test
using weft::test::to_hex;

namespace {

std::string again(std::string_view text) {
  bool canonical = true;
  if (!scan_json(text, canonical)) return "refused";
  std::string out;
  append_canonical_json(out, text);
  CHECK(canonical == (out == text));
  return out;
}

std::string number(double value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

std::string as_any(std::string_view text) {
  Writer out;
  append_json_as_any(out, text);
  return to_hex(out.bytes());
}

}  // namespace

TEST_CASE("numbers are laid out as ES Number::toString does") {
  CHECK(number(0) == "0");
  CHECK(number(-0.0) == "0");
  CHECK(number(1) == "1");
  CHECK(number(-1.5) == "-1.5");
  CHECK(number(0.1) == "0.1");
  CHECK(number(1e21) == "1e+21");
  CHECK(number(1e20) == "100000000000000000000");
  CHECK(number(123456789012345680000.0) == "123456789012345680000");
  CHECK(number(1.5e300) == "1.5e+300");
  CHECK(number(1e-6) == "0.000001");
  CHECK(number(1e-7) == "1e-7");
  CHECK(number(1.25e-7) == "1.25e-7");
  CHECK(number(5e-324) == "5e-324");
  CHECK(number(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(number(9007199254740993.0) == "9007199254740992");
  CHECK(number(0.000001234) == "0.000001234");
  CHECK(number(123.456) == "123.456");
  CHECK(number(std::numeric_limits<double>::infinity()) == "null");
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "null");
}

TEST_CASE("numbers are read as JSON.parse reads them") {
  CHECK(again("1e400") == "null");
  CHECK(again("-1e400") == "null");
  CHECK(again("1e-400") == "0");
  CHECK(again("0.00000000000000000000001e999999999999999999999") == "null");
  CHECK(again("0e999999999999999999999") == "0");
  CHECK(again("-0") == "0");
  CHECK(again("1.0") == "1");
  CHECK(again("1E2") == "100");
  CHECK(again("9007199254740993") == "9007199254740992");
  CHECK(again("2.2250738585072011e-308") == "2.225073858507201e-308");
  for (const char* text :
       {"01", "+1", ".5", "1.", "1e", "1e+", "-", "--1", "0x1", "Infinity", "NaN", "1 2"}) {
    CHECK(again(text) == "refused");
  }
}

TEST_CASE("text that is canonical already") {
  for (const char* text : {"null", "true", "false", "\"\"", "\"abc\"", "{}", "[]", "[1,2,[3]]",
                           "{\"image\":\"u\",\"w\":1.5}", "{\"1\":1,\"2\":2,\"b\":3,\"a\":4}",
                           "\"\\b\\t\\n\\f\\r\\\"\\\\\\u0000\\u001f/\xC3\xA4\xF0\x9F\x98\x80\"",
                           "\"\\ud83d\"", "{\"__proto__\":1}"}) {
    CHECK(again(text) == text);
  }
}

TEST_CASE("text that is written anew") {
  CHECK(again(" [ 1 , { \"a\" : null } ]\n") == "[1,{\"a\":null}]");
  CHECK(again("{\"b\":1,\"a\":2,\"2\":3,\"1\":4}") == "{\"1\":4,\"2\":3,\"b\":1,\"a\":2}");
  CHECK(again("{\"a\":1,\"b\":2,\"a\":3}") == "{\"a\":3,\"b\":2}");
  CHECK(again("{\"01\":1,\"4294967295\":2,\"4294967294\":3}") ==
        "{\"4294967294\":3,\"01\":1,\"4294967295\":2}");
  CHECK(again("\"\\u0061\\/\\u001F\"") == "\"a/\\u001f\"");
  CHECK(again("\"\\uD83D\\uDE00\"") == "\"\xF0\x9F\x98\x80\"");
  CHECK(again("\"\\uDE00\\uD83D\"") == "\"\\ude00\\ud83d\"");
  CHECK(again("\"\\uD83Dx\"") == "\"\\ud83dx\"");
  CHECK(again("\"x\xED\xA0\xBD\"") == "\"x\\ud83d\"");                // a half from a V2 column
  CHECK(again("\"\xED\xA0\xBD\\uDE00\"") == "\"\xF0\x9F\x98\x80\"");  // joined by the escape
  CHECK(again("{\"\\u0061\":1,\"a\":2}") == "{\"a\":2}");
}

TEST_CASE("text that is not JSON") {
  for (const char* text : {"",
                           " ",
                           "undefined",
                           "nul",
                           "nullx",
                           "{",
                           "[",
                           "[1,]",
                           "{,}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{a:1}",
                           "[1 2]",
                           "\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"a\nb\"",
                           "'a'",
                           "]",
                           "{\"a\":1,}",
                           "\xEF\xBB\xBF\x31",
                           "\"\\"}) {
    CHECK(again(text) == "refused");
  }
}

TEST_CASE("nesting is bounded") {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  CHECK(again(nested(weft::limits::depth_max)) == nested(weft::limits::depth_max));
  CHECK(again(nested(weft::limits::depth_max + 1)) == "refused");
  CHECK(again(std::string(1'000'000, '[')) == "refused");
}

TEST_CASE("JSON as any") {
  CHECK(as_any("-0") == "7d40");
  CHECK(as_any("1") == "7d01");
  CHECK(as_any("2147483648") == "7c4f000000");
  CHECK(as_any("0.1") == "7b3fb999999999999a");
  CHECK(as_any("1e400") == "7c7f800000");
  CHECK(as_any("{\"b\":[true,false,null],\"1\":\"x\"}") == "760201317701780162750378797e");
  CHECK(as_any("\"\\ud83d\"") == "7703efbfbd");
  std::string wide = "[";
  for (int i = 0; i < 200; ++i) wide += i == 0 ? "1" : ",1";
  CHECK(as_any(wide + "]").substr(0, 8) == "75c8017d");
}

TEST_CASE("any as JSON") {
  const auto json = [](const char* bytes) {
    std::string out;
    append_any_as_json(out, weft::test::hex(bytes));
    return out;
  };
  CHECK(json("7f") == "null");
  CHECK(json("75027f7d05") == "[null,5]");
  CHECK(json("76020161 7f 0162 7d01") == "{\"b\":1}");
  CHECK(json("76020162 7d01 0161 7f") == "{\"b\":1}");
  CHECK(json("7601 0161 7f") == "{}");
  CHECK(json("7602 0161 7d01 0161 7f") == "{}");
  CHECK(json("7403090807") == "{\"0\":9,\"1\":8,\"2\":7}");
  CHECK(json("7affffffffffffffff") == "-1");
  CHECK(json("7d40") == "0");
  CHECK(json("7b7ff8000000000000") == "null");
}
