// UTF-8 as it travels and UTF-16 as JavaScript counts.
//
// Inside the engine a text may hold an unpaired surrogate as its 3-byte form (WTF-8: ED A0..BF xx);
// it can come only from a V2 string column cut between two halves, never from plain UTF-8, and
// leaves as U+FFFD in V1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace weft::encoding {

/// What one pass over a string tells.
struct Utf8Scan {
  bool valid = false;              // well-formed UTF-8: TextDecoder with fatal would accept it
  bool ascii = false;              // every byte below 0x80
  std::uint64_t length_utf16 = 0;  // code units; meaningful only when valid
};

namespace detail {
Utf8Scan scan_utf8_long(std::string_view text);

template <typename Word>
inline Word load(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// True when none of the first `size` bytes, at most 16, has its high bit set.
inline bool is_short_ascii(const char* text, std::size_t size) {
  if (size >= 8) {
    const auto bits = load<std::uint64_t>(text) | load<std::uint64_t>(text + size - 8);
    return (bits & 0x8080'8080'8080'8080U) == 0;
  }
  if (size >= 4) {
    const auto bits = load<std::uint32_t>(text) | load<std::uint32_t>(text + size - 4);
    return (bits & 0x8080'8080U) == 0;
  }
  if (size == 0) return true;
  return ((text[0] | text[size / 2] | text[size - 1]) & 0x80) == 0;
}
}  // namespace detail

/// Bytes that scan_utf8_padded looks at, however short the text is.
inline constexpr std::size_t kScanPadding = 32;

namespace detail {
/// is_short_ascii for at most kScanPadding bytes, without a branch on how many: what lies behind
/// them is masked.
inline bool is_padded_ascii(const char* text, std::size_t size) {
  struct Mask {
    std::uint64_t words[2 * kScanPadding / 8];
  };
  static constexpr Mask kMask = [] {
    Mask mask{};
    for (std::size_t i = 0; i < kScanPadding / 8; ++i) mask.words[i] = 0x8080'8080'8080'8080U;
    return mask;
  }();
  const char* mask = reinterpret_cast<const char*>(&kMask) + (kScanPadding - size);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kScanPadding; i += 8) {
    bits |= load<std::uint64_t>(text + i) & load<std::uint64_t>(mask + i);
  }
  return bits == 0;
}
}  // namespace detail

/// Validates and measures in one pass. O(bytes), fast for ASCII; nearly free for one character.
inline Utf8Scan scan_utf8(std::string_view text) {
  if (text.size() <= 16 && detail::is_short_ascii(text.data(), text.size())) [[likely]] {
    return {.valid = true, .ascii = true, .length_utf16 = text.size()};
  }
  return detail::scan_utf8_long(text);
}

/// The same where kScanPadding bytes can be read from the text's begin on.
inline Utf8Scan scan_utf8_padded(std::string_view text) {
  if (text.size() <= kScanPadding && detail::is_padded_ascii(text.data(), text.size())) [[likely]] {
    return {.valid = true, .ascii = true, .length_utf16 = text.size()};
  }
  return detail::scan_utf8_long(text);
}

/// UTF-16 code units of valid (W)UTF-8.
std::uint64_t utf16_length(std::string_view text);

/// Where UTF-16 offset `units` lies in `text`.
struct Utf16Position {
  std::size_t byte = 0;      // of the character that contains the offset
  bool inside_pair = false;  // the offset is between the two halves of a 4-byte character at `byte`
};

/// REQUIRES: text is valid (W)UTF-8 and units <= its length. O(bytes); callers shortcut ASCII.
Utf16Position find_utf16(std::string_view text, std::uint64_t units);

/// Appends `text` with each 3-byte surrogate form replaced by EF BF BD.
void append_well_formed(std::string& out, std::string_view text);

/// True when `text` holds a 3-byte surrogate form. O(bytes).
bool has_surrogate(std::string_view text);

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The code point of the 3-byte character at `at` of `text`.
inline std::uint32_t decode_three(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
  return (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
}

/// Appends (W)UTF-8 to (W)UTF-8 as JavaScript joins strings: a high half at the end of `out` and a
/// low half at the start of `text` become one character.
void append_joining(std::string& out, std::string_view text);

/// Appends the (W)UTF-8 form of `code_point`, below 0x110000.
void append_code_point(std::string& out, std::uint32_t code_point);

/// A text cut in two: text.substr(0, left), and text.substr(right). A cut behind a high half spoils
/// it and the unit that follows, the low half or any other: then kReplacement goes behind the left
/// part, and `head` before the right one.
struct TextCut {
  std::size_t left = 0;
  std::size_t right = 0;
  std::string head;  // empty: nothing is spoiled
};

/// Yjs ContentString.splice. REQUIRES: as find_utf16, and units < the length.
TextCut cut_text(std::string_view text, std::uint64_t units);

}  // namespace weft::encoding
