// UTF-8 checked and measured in UTF-16, against a simple model of one character at a time.
#include "encoding/utf.hpp"

#include <random>

#include <catch2/catch.hpp>

using namespace weft::encoding;  // NOLINT(google-build-using-namespace): the room under test

namespace {

// The straightforward definition (Unicode table 3-7), for comparison.
Utf8Scan model(std::string_view text) {
  Utf8Scan result{.valid = true, .ascii = true, .length_utf16 = 0};
  for (std::size_t i = 0; i < text.size();) {
    const auto at = [&](std::size_t k) {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U;
    };
    const auto tail = [&](std::size_t k) { return (at(k) & 0xC0U) == 0x80U; };
    const unsigned a = at(0);
    std::size_t size = 0;
    if (a < 0x80) size = 1;
    if (a >= 0xC2 && a <= 0xDF && tail(1)) size = 2;
    if (a >= 0xE0 && a <= 0xEF && tail(1) && tail(2)) {
      const unsigned code = (a & 15U) << 12 | (at(1) & 63U) << 6 | (at(2) & 63U);
      if (code >= 0x800 && (code < 0xD800 || code > 0xDFFF)) size = 3;
    }
    if (a >= 0xF0 && a <= 0xF7 && tail(1) && tail(2) && tail(3)) {
      const unsigned code =
          (a & 7U) << 18 | (at(1) & 63U) << 12 | (at(2) & 63U) << 6 | (at(3) & 63U);
      if (code >= 0x10000 && code <= 0x10FFFF) size = 4;
    }
    if (size == 0) return {};
    if (size > 1) result.ascii = false;
    result.length_utf16 += size == 4 ? 2 : 1;
    i += size;
  }
  return result;
}

void check_same(const std::string& text) {
  const auto expected = model(text);
  const auto scan = scan_utf8(text);
  INFO(text);
  CHECK(scan.valid == expected.valid);
  if (!expected.valid) return;
  CHECK(scan.ascii == expected.ascii);
  CHECK(scan.length_utf16 == expected.length_utf16);
  CHECK(utf16_length(text) == expected.length_utf16);
}

std::string random_text(std::mt19937& random, std::size_t characters, int ascii_percent) {
  constexpr std::uint32_t kEdges[] = {0x7F,   0x80,   0x7FF,   0x800,   0xD7FF,
                                      0xE000, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF};
  std::string text;
  for (std::size_t i = 0; i < characters; ++i) {
    if (static_cast<int>(random() % 100) < ascii_percent) {
      text.push_back(static_cast<char>(random() % 0x80));
    } else {
      append_code_point(text, kEdges[random() % std::size(kEdges)]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("well-formed text of all lengths and mixtures") {
  std::mt19937 random(7);
  for (std::size_t characters = 0; characters < 300; ++characters) {
    for (const int ascii_percent : {100, 97, 60, 0}) {
      check_same(random_text(random, characters, ascii_percent));
    }
  }
}

TEST_CASE("one wrong byte anywhere is found") {
  std::mt19937 random(8);
  for (int round = 0; round < 3000; ++round) {
    std::string text = random_text(random, 1 + random() % 150, static_cast<int>(random() % 101));
    text[random() % text.size()] = static_cast<char>(random() % 256);
    check_same(text);
  }
}

TEST_CASE("all sequences of two bytes, and of three and four around the edges") {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      check_same({static_cast<char>(a), static_cast<char>(b)});
      if (a < 0xE0 || (b != 0x7F && b != 0x80 && b != 0x8F && b != 0x90 && b != 0x9F && b != 0xA0 &&
                       b != 0xBF && b != 0xC0)) {
        continue;
      }
      for (const char c : {'\x7F', '\x80', '\xBF', '\xC0'}) {
        check_same({static_cast<char>(a), static_cast<char>(b), c});
        check_same({static_cast<char>(a), static_cast<char>(b), c, '\x80'});
        check_same({static_cast<char>(a), static_cast<char>(b), c, '\x7F'});
      }
    }
  }
}

TEST_CASE("malformed: surrogates, overlongs, beyond U+10FFFF, cut") {
  for (const char* text : {"\xED\xA0\x80", "\xED\xBF\xBF", "\xC0\x80", "\xE0\x80\x80",
                           "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80",
                           "\xC3", "\xE2\x82", "\xF0\x9F\x98", "a\xFF"}) {
    CHECK_FALSE(scan_utf8(text).valid);
  }
  CHECK(scan_utf8("\xEF\xBB\xBF").length_utf16 == 1);  // the byte order mark stays
}

TEST_CASE("offsets in UTF-16 are found, also inside pairs") {
  std::mt19937 random(9);
  for (int round = 0; round < 300; ++round) {
    const std::string text = random_text(random, random() % 200, static_cast<int>(random() % 101));
    std::uint64_t units = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto lead = static_cast<unsigned char>(text[at]);
      const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      const auto found = find_utf16(text, units);
      CHECK(found.byte == at);
      CHECK_FALSE(found.inside_pair);
      if (size == 4) {
        const auto inside = find_utf16(text, units + 1);
        CHECK(inside.byte == at);
        CHECK(inside.inside_pair);
      }
      units += size == 4 ? 2 : 1;
      at += size;
    }
    CHECK(find_utf16(text, units).byte == text.size());
  }
}

TEST_CASE("unpaired surrogates: found, replaced, joined") {
  const std::string high = "\xED\xA0\xBD";  // D83D
  const std::string low = "\xED\xB8\x80";   // DE00
  CHECK(has_surrogate("a" + high));
  CHECK(has_surrogate(low + "b"));
  CHECK_FALSE(
      has_surrogate("\xED\x9F\xBF"
                    "abc\xEE\x80\x80"));
  CHECK_FALSE(has_surrogate("ab"));
  CHECK(utf16_length("a" + high + "b") == 3);
  std::string out;
  append_well_formed(out, "x" + high + "y" + low);
  CHECK(out == "x\xEF\xBF\xBDy\xEF\xBF\xBD");
  std::string joined = "x" + high;
  append_joining(joined, low + "y");
  CHECK(joined == "x\xF0\x9F\x98\x80y");
  std::string apart = "x" + low;
  append_joining(apart, high);
  CHECK(apart == "x" + low + high);
}

// Yjs ContentString.splice.
TEST_CASE("a cut behind a high half spoils the unit on either side") {
  const std::string high = "\xED\xA0\xBD";
  const std::string low = "\xED\xB8\x80";
  const std::string pair = "\xF0\x9F\x98\x80";
  const auto parts = [](const std::string& text, std::uint64_t units) {
    const weft::encoding::TextCut cut = weft::encoding::cut_text(text, units);
    const std::string left = text.substr(0, cut.left) + (cut.head.empty() ? "" : "?");
    return left + "|" + cut.head + text.substr(cut.right);
  };
  const std::string spoiled = "\xEF\xBF\xBD";
  CHECK(parts("ab", 1) == "a|b");
  CHECK(parts("a" + pair + "b", 1) == "a|" + pair + "b");
  CHECK(parts("a" + pair + "b", 2) == "a?|" + spoiled + "b");
  CHECK(parts("a" + pair + "b", 3) == "a" + pair + "|b");
  CHECK(parts(high + "b", 1) == "?|" + spoiled);
  CHECK(parts(high + "\xC3\xA9z", 1) == "?|" + spoiled + "z");
  CHECK(parts(high + "\xE2\x82\xACz", 1) == "?|" + spoiled + "z");
  CHECK(parts(high + pair, 1) == "?|" + spoiled + low);
  CHECK(parts(low + "b", 1) == low + "|b");
}
