// lib0's integers and strings, read and written.
#include <array>

#include <catch2/catch.hpp>

#include "encoding/reader.hpp"
#include "encoding/writer.hpp"
#include "support/hex.hpp"

using weft::Errc;
using weft::kSafeInteger;
using weft::encoding::Reader;
using weft::encoding::Writer;
using weft::test::hex;
using weft::test::to_hex;

namespace {

std::string varuint(std::uint64_t value) {
  Writer out;
  out.varuint(value);
  return to_hex(out.bytes());
}

std::string varint(std::uint64_t magnitude, bool negative) {
  Writer out;
  out.varint(magnitude, negative);
  return to_hex(out.bytes());
}

}  // namespace

TEST_CASE("varuint golden vectors") {
  struct Case {
    std::uint64_t value;
    const char* bytes;
  };
  const std::array cases = {Case{0, "00"},
                            Case{127, "7f"},
                            Case{128, "8001"},
                            Case{16384, "808001"},
                            Case{std::uint64_t{1} << 32, "8080808010"},
                            Case{kSafeInteger, "ffffffffffffff0f"}};
  for (const auto& [value, bytes] : cases) {
    CHECK(varuint(value) == bytes);
    const auto input = hex(bytes);
    Reader in(input);
    CHECK(in.varuint() == value);
    CHECK(in.ok());
    CHECK(in.at_end());
    CHECK(in.minimal());
  }
}

TEST_CASE("varuint of every width reads back") {
  for (unsigned bits = 0; bits <= 53; ++bits) {
    for (const std::uint64_t value : {(std::uint64_t{1} << bits) - 1, std::uint64_t{1} << bits}) {
      if (value > kSafeInteger) continue;
      Writer out;
      out.varuint(value);
      CHECK(out.size() == weft::encoding::varuint_size(value));
      Reader in(out.bytes());
      CHECK(in.varuint() == value);
      CHECK(in.at_end());
    }
  }
}

TEST_CASE("varuint beyond 2^53 - 1 and cut ones are errors") {
  const auto error = [](const char* bytes) {
    const auto input = hex(bytes);
    Reader in(input);
    in.varuint();
    REQUIRE_FALSE(in.ok());
    return in.error().code;
  };
  CHECK(error("ffffffffffffff1f") == Errc::number_too_large);
  CHECK(error("8080808080808010") == Errc::number_too_large);
  CHECK(error("ffffffffffffffffff01") == Errc::number_too_large);
  CHECK(error("ffffffffffffffff00") == Errc::number_too_large);
  CHECK(error("") == Errc::unexpected_end);
  CHECK(error("ff") == Errc::unexpected_end);
  CHECK(error("ffffffffffffff") == Errc::unexpected_end);
}

TEST_CASE("longer varuints than necessary are read and noted") {
  const auto input = hex("8500 05");
  Reader in(input);
  CHECK(in.varuint() == 5);
  CHECK_FALSE(in.minimal());
  in.reset_minimal();
  CHECK(in.varuint() == 5);
  CHECK(in.minimal());
}

TEST_CASE("varint golden vectors") {
  CHECK(varint(0, false) == "00");
  CHECK(varint(0, true) == "40");
  CHECK(varint(1, true) == "41");
  CHECK(varint(63, false) == "3f");
  CHECK(varint(64, false) == "8001");
  CHECK(varint(64, true) == "c001");
  CHECK(varint(8192, false) == "808001");
  CHECK(varint(std::uint64_t{1} << 31, false) == "8080808010");
  CHECK(varint(kSafeInteger, true) == "ffffffffffffff1f");
  for (const char* bytes : {"40", "41", "c001", "ffffffffffffff1f"}) {
    const auto input = hex(bytes);
    Reader in(input);
    bool negative = false;
    const auto magnitude = in.varint_magnitude(negative);
    CHECK(negative);
    CHECK(varint(magnitude, negative) == bytes);
  }
}

TEST_CASE("varint beyond 2^53 - 1 is an error") {
  const auto input = hex("bfffffffffffff7f");
  Reader in(input);
  bool negative = false;
  in.varint_magnitude(negative);
  CHECK_FALSE(in.ok());
}

TEST_CASE("a string longer than the input is an error and takes nothing") {
  const auto input = hex("ffffffffffffff0f 6162");
  Reader in(input);
  CHECK(in.varbytes().empty());
  CHECK(in.error().code == Errc::unexpected_end);
  CHECK(in.u8() == 0);
  CHECK(in.remaining() == 0);
}

TEST_CASE("the writer inserts a varuint before what is written") {
  Writer out;
  out.raw(std::string_view("ab"));
  for (int i = 0; i < 100; ++i) out.u8('c');
  out.insert_varuint(2, 300);
  Reader in(out.bytes());
  CHECK(weft::as_text(in.bytes(2)) == "ab");
  CHECK(in.varuint() == 300);
  CHECK(weft::as_text(in.bytes(100)) == std::string(100, 'c'));
  CHECK(in.at_end());
}
