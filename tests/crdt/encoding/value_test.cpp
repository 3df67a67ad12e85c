// Value: the four ways in and out.
#include <set>
#include <string>
#include <type_traits>

#include <catch2/catch.hpp>

#include <weft/value.hpp>

#include "support/hex.hpp"

using weft::BigInt;
using weft::Bytes;
using weft::Errc;
using weft::Undefined;
using weft::Value;
using weft::ValueArray;
using weft::ValueObject;
using weft::test::hex;
using weft::test::to_hex;

TEST_CASE("a value of every kind goes through any and back") {
  const Value value(ValueObject{
      {"undefined", Undefined{}},
      {"null", nullptr},
      {"yes", true},
      {"no", false},
      {"small", 5},
      {"half", 0.5},
      {"tenth", 0.1},
      {"big", BigInt{-123}},
      {"text", "h\xC3\xA9llo \xF0\x9F\x98\x80"},
      {"bytes", Bytes{1, 2, 3}},
      {"array", ValueArray{1, "x", ValueArray{}}},
      {"object", ValueObject{{"a", 1}}},
  });
  const auto decoded = Value::decode(value.encode());
  REQUIRE(decoded);
  CHECK(*decoded == value);
  CHECK(decoded->find("small")->get_if<double>() != nullptr);
  CHECK(decoded->find("absent") == nullptr);
  CHECK(Value(5).find("a") == nullptr);
}

TEST_CASE("golden vectors of any") {
  CHECK(to_hex(Value(2147483647).encode()) == "7dbfffffff0f");
  CHECK(to_hex(Value(2147483648.0).encode()) == "7c4f000000");
  CHECK(to_hex(Value(-2147483648.0).encode()) == "7ccf000000");
  CHECK(to_hex(Value(-0.0).encode()) == "7d40");
  CHECK(to_hex(Value(4294967295.0).encode()) == "7b41efffffffe00000");
  CHECK(to_hex(Value(1e10).encode()) == "7c501502f9");
  CHECK(to_hex(Value(BigInt{123}).encode()) == "7a000000000000007b");
  CHECK(to_hex(Value(ValueArray{1, "x", nullptr, true}).encode()) ==
        "75047d01770178"
        "7e78");
}

TEST_CASE("members are written in JavaScript's order") {
  const Value value(ValueObject{{"b", 1}, {"a", 2}, {"2", 3}, {"1", 4}, {"u", Undefined{}}});
  CHECK(value.to_json() == "{\"1\":4,\"2\":3,\"b\":1,\"a\":2}");
  CHECK(to_hex(value.encode()) == "760501317d0401327d0301627d0101617d0201757f");
}

TEST_CASE("JSON in and out") {
  const auto value = Value::from_json(" {\"a\":[1,2.5,\"\\u00e9\",null,true],\"b\":{}} ");
  REQUIRE(value);
  CHECK(value->to_json() == "{\"a\":[1,2.5,\"\xC3\xA9\",null,true],\"b\":{}}");
  CHECK(Value::from_json("{").error().code == Errc::invalid_json);
  CHECK(Value::from_json("\"\xFF\"").error().code == Errc::invalid_utf8);
  CHECK(Value::from_json(std::string(2000, '[')).error().code == Errc::too_deep);
  CHECK(Value::from_json("[1,x]").error().offset == 3);
  CHECK(Value(Undefined{}).to_json() == "null");
  CHECK(Value(BigInt{7}).to_json() == "7");
}

TEST_CASE("malformed any is an error") {
  CHECK(Value::decode(hex("7501")).error().code == Errc::unexpected_end);
  CHECK(Value::decode(hex("00")).error().code == Errc::invalid_any);
}

TEST_CASE("members that were read stand in JavaScript's order") {
  // {"b": 1, "2": 2, "b": 3, "1": 4}
  const auto value = Value::decode(hex("76 04 0162 7d01 0132 7d02 0162 7d03 0131 7d04"));
  REQUIRE(value);
  CHECK(*value == Value(ValueObject{{"1", 4}, {"2", 2}, {"b", 3}}));
}

TEST_CASE("a value is made of any number, and of no pointer") {
  CHECK(Value(std::size_t{7}) == Value(7));
  CHECK(Value(0.5F) == Value(0.5));
  CHECK(Value(std::uint8_t{200}) == Value(200));
  CHECK(Value(-1L) == Value(-1));
  CHECK(Value(true) != Value(1));
  static_assert(!std::is_constructible_v<Value, void*>);
  static_assert(!std::is_constructible_v<Value, const char8_t*>);
  static_assert(!std::is_constructible_v<Value, char>);
}

TEST_CASE("every error has a sentence of its own") {
  std::set<std::string> sentences;
  for (int code = 0; code <= static_cast<int>(Errc::trailing_bytes); ++code) {
    sentences.insert(weft::message(static_cast<Errc>(code)));
  }
  CHECK(sentences.size() == static_cast<std::size_t>(Errc::trailing_bytes) + 1);
  CHECK_FALSE(sentences.contains("unknown error"));
  CHECK(weft::message(weft::Error{Errc::invalid_utf8, 12}) ==
        std::string(weft::message(Errc::invalid_utf8)) + " (at byte 12)");
}
