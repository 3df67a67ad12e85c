// The V2 columns: golden bytes, round trips, and columns that end early or lie.
#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "encoding/column_reader.hpp"
#include "encoding/column_writer.hpp"
#include "support/hex.hpp"

using namespace weft::encoding;  // NOLINT(google-build-using-namespace): the room under test
using weft::Errc;
using weft::test::hex;
using weft::test::to_hex;

namespace {

template <typename ColumnWriter>
std::string column(const std::vector<std::uint64_t>& values) {
  ColumnWriter writer;
  for (const auto value : values) {
    writer.write(static_cast<std::conditional_t<std::is_same_v<ColumnWriter, RleWriter>,
                                                std::uint8_t, std::uint64_t>>(value));
  }
  return to_hex(writer.finish());
}

template <typename ColumnReader>
std::vector<std::uint64_t> values(const weft::Bytes& bytes, std::size_t count) {
  Reader owner(bytes);
  ColumnReader reader(bytes);
  std::vector<std::uint64_t> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(reader.read(owner));
  CHECK(owner.ok());
  return result;
}

template <typename ColumnReader>
Errc error(const char* digits, int reads) {
  const auto bytes = hex(digits);
  Reader owner(bytes);
  ColumnReader reader(bytes);
  for (int i = 0; i < reads; ++i) reader.read(owner);
  REQUIRE_FALSE(owner.ok());
  return owner.error().code;
}

std::string string_column(const std::vector<std::string>& strings) {
  StringWriter writer;
  for (const auto& text : strings) writer.write(text);
  Writer out;
  writer.finish(out);
  Reader in(out.bytes());
  return to_hex(in.varbytes());
}

}  // namespace

TEST_CASE("golden columns") {
  CHECK(column<RleWriter>({1, 1, 1, 7}) == "010207");
  CHECK(column<RleWriter>({4, 4, 4}) == "04");
  CHECK(column<RleWriter>({}).empty());
  CHECK(column<UintOptRleWriter>({0, 0, 0, 1, 2, 3, 3, 3, 5}) == "40010102430105");
  CHECK(column<UintOptRleWriter>({0}) == "00");
  CHECK(column<UintOptRleWriter>({7, 7}) == "4700");
  CHECK(column<IntDiffOptRleWriter>({1, 1, 1, 2, 3, 4, 5, 6}) == "0201000303");
  CHECK(column<IntDiffOptRleWriter>({0, 1, 2, 3}) == "000301");
  CHECK(column<IntDiffOptRleWriter>({5, 4, 3, 10}) == "0a41000e");
  CHECK(string_column({}) == "00");
  CHECK(string_column({"a", "bc", "\xF0\x9F\x98\x80", ""}) == "07616263f09f988001420000");
}

TEST_CASE("random columns read back") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::uint64_t> expected;
    while (expected.size() < random() % 60) {
      const std::uint64_t value = random() >> (11 + random() % 53);
      const auto run = 1 + random() % 4;
      const std::uint64_t step = random() % 3;
      for (std::uint64_t i = 0; i < run && value + i * step <= weft::kSafeInteger; ++i) {
        expected.push_back(value + i * step);
      }
    }
    CHECK(values<UintOptRleReader>(hex(column<UintOptRleWriter>(expected)), expected.size()) ==
          expected);
    CHECK(values<IntDiffOptRleReader>(hex(column<IntDiffOptRleWriter>(expected)),
                                      expected.size()) == expected);
    for (auto& value : expected) value %= 4;
    CHECK(values<RleReader>(hex(column<RleWriter>(expected)), expected.size()) == expected);
  }
}

TEST_CASE("many values at once are written as one by one") {
  std::mt19937_64 random(5);
  const auto check = [&]<typename ColumnWriter, typename Value>(unsigned bits) {
    std::vector<Value> all;
    std::vector<std::uint64_t> wide;
    while (all.size() < 200) {
      const auto value = static_cast<Value>(random() >> (64 - 1 - random() % bits));
      const auto step = static_cast<Value>(random() % 2);
      for (std::uint64_t i = 0, run = 1 + random() % 5; i < run; ++i) {
        all.push_back(static_cast<Value>(value + i * step));
        wide.push_back(all.back());
      }
    }
    ColumnWriter writer;
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t count = std::min<std::size_t>(random() % 70, all.size() - at);
      if (random() % 4 == 0) {
        for (std::size_t i = 0; i < count; ++i) writer.write(all[at + i]);
      } else {
        writer.write_all({all.data() + at, count});
      }
      at += count;
    }
    CHECK(to_hex(writer.finish()) == column<ColumnWriter>(wide));
  };
  for (int round = 0; round < 100; ++round) {
    check.operator()<RleWriter, std::uint8_t>(2);
    check.operator()<UintOptRleWriter, std::uint32_t>(32);
    check.operator()<IntDiffOptRleWriter, std::uint32_t>(32);
  }
}

TEST_CASE("the last run of bytes goes on for ever, other columns end") {
  CHECK(values<RleReader>(hex("04"), 1000).back() == 4);
  CHECK(error<RleReader>("", 1) == Errc::unexpected_end);
  CHECK(error<RleReader>("0400", 2) == Errc::unexpected_end);
  CHECK(error<UintOptRleReader>("", 1) == Errc::unexpected_end);
  CHECK(error<UintOptRleReader>("4700", 3) == Errc::unexpected_end);
  CHECK(error<UintOptRleReader>("47", 1) == Errc::unexpected_end);
  CHECK(error<IntDiffOptRleReader>("", 1) == Errc::unexpected_end);
  CHECK(error<IntDiffOptRleReader>("41", 1) == Errc::unexpected_end);
}

TEST_CASE("numbers outside 0 to 2^53 - 1 are errors") {
  CHECK(error<IntDiffOptRleReader>("42", 1) == Errc::number_too_large);  // -1
  CHECK(error<IntDiffOptRleReader>("beffffffffffff3f02", 2) == Errc::number_too_large);
  CHECK(error<UintOptRleReader>("bfffffffffffff7f", 1) == Errc::number_too_large);
}

TEST_CASE("a run of 2^53 numbers takes no memory") {
  const auto bytes = hex("45 ffffffffffffff0f");
  Reader owner(bytes);
  UintOptRleReader reader(bytes);
  for (int i = 0; i < 1000; ++i) CHECK(reader.read(owner) == 5);
  CHECK(owner.ok());
}

TEST_CASE("strings are cut by UTF-16 units, also inside a pair") {
  const std::string high = "\xED\xA0\xBD";
  const std::string low = "\xED\xB8\x80";
  const std::vector<std::string> strings = {"a" + high, low + "b", "", "\xC3\xA4", high, low, "z"};
  const auto bytes = hex(string_column(strings));
  CHECK(to_hex(bytes).substr(0, 2) == "0d");  // the halves met: a 4-byte character twice
  Reader owner(bytes);
  StringReader reader(bytes, owner);
  for (const auto& expected : strings) {
    const auto text = reader.read(owner);
    CHECK(text.text == expected);
    CHECK(text.length_utf16 == utf16_length(expected));
    CHECK(text.ascii == (expected.empty() || expected == "z"));
  }
  CHECK(owner.ok());
}

TEST_CASE("string columns that lie") {
  const auto error_of = [](const char* digits, int reads) {
    const auto bytes = hex(digits);
    Reader owner(bytes);
    StringReader reader(bytes, owner);
    for (int i = 0; i < reads; ++i) reader.read(owner);
    return owner.ok() ? Errc::trailing_bytes : owner.error().code;
  };
  CHECK(error_of("0261 6202", 1) == Errc::trailing_bytes);  // well-formed
  CHECK(error_of("0261 6203", 1) == Errc::unexpected_end);  // longer than the text
  CHECK(error_of("0561", 1) == Errc::unexpected_end);
  CHECK(error_of("02c328 02", 1) == Errc::invalid_utf8);
  CHECK(error_of("00", 1) == Errc::unexpected_end);
}

TEST_CASE("random strings read back") {
  std::mt19937 random(11);
  constexpr std::uint32_t kCodePoints[] = {'a', 'b', 0xE4, 0x20AC, 0x1F600, 0x10FFFF};
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> strings(random() % 30);
    for (auto& text : strings) {
      for (auto n = random() % 12; n > 0; --n) {
        append_code_point(text, kCodePoints[random() % (round % 2 == 0 ? 2 : 6)]);
      }
    }
    const auto bytes = hex(string_column(strings));
    Reader owner(bytes);
    StringReader reader(bytes, owner);
    for (const auto& expected : strings) {
      const auto text = reader.read(owner);
      CHECK(text.text == expected);
      CHECK(text.ascii == scan_utf8(expected).ascii);
    }
    CHECK(owner.ok());
  }
}
