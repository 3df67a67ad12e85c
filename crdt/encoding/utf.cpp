#include "encoding/utf.hpp"

namespace weft::encoding {

namespace {

constexpr std::size_t kBlock = 64;

std::uint8_t byte_at(const char* at) { return static_cast<std::uint8_t>(*at); }
bool is_continuation(std::uint8_t byte) { return (byte & 0xC0) == 0x80; }

// Written so that the compiler turns it into vector code of the baseline.
bool is_ascii_block(const char* at) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kBlock; i += 8) bits |= detail::load<std::uint64_t>(at + i);
  return (bits & 0x8080'8080'8080'8080U) == 0;
}

// The same for at least 8 bytes.
bool is_medium_ascii(std::string_view text) {
  std::uint64_t bits = detail::load<std::uint64_t>(text.data() + text.size() - 8);
  for (std::size_t i = 0; i + 8 <= text.size(); i += 8) {
    bits |= detail::load<std::uint64_t>(text.data() + i);
  }
  return (bits & 0x8080'8080'8080'8080U) == 0;
}

// A character counts at its first byte: two units from F0 on, one otherwise.
std::uint32_t units_of_block(const char* at) {
  std::uint8_t units = 0;  // at most 2 for each of 64 bytes
  for (std::size_t i = 0; i < kBlock; ++i) {
    const auto byte = static_cast<signed char>(at[i]);
    units = static_cast<std::uint8_t>(units + (byte >= -64 ? 1 : 0) +
                                      (byte >= -16 && byte < 0 ? 1 : 0));
  }
  return units;
}

// Bytes of the well-formed character at `at`, which is not ASCII; 0 when it is malformed.
std::size_t character_size(const char* at, const char* end) {
  const std::uint8_t lead = byte_at(at);
  const auto left = static_cast<std::size_t>(end - at);
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (left < size || !is_continuation(byte_at(at + 1))) return 0;
  const std::uint8_t second = byte_at(at + 1);
  if (lead == 0xE0 && second < 0xA0) return 0;   // overlong
  if (lead == 0xED && second >= 0xA0) return 0;  // surrogate
  if (lead == 0xF0 && second < 0x90) return 0;   // overlong
  if (lead == 0xF4 && second >= 0x90) return 0;  // beyond U+10FFFF
  for (std::size_t i = 2; i < size; ++i) {
    if (!is_continuation(byte_at(at + i))) return 0;
  }
  return size;
}

}  // namespace

Utf8Scan detail::scan_utf8_long(std::string_view text) {
  if (text.size() >= 8 && text.size() <= kBlock && is_medium_ascii(text)) {
    return {.valid = true, .ascii = true, .length_utf16 = text.size()};
  }
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint64_t units = 0;
  bool ascii = true;
  while (at != end) {
    while (static_cast<std::size_t>(end - at) >= kBlock && is_ascii_block(at)) {
      at += kBlock;
      units += kBlock;
    }
    // Up to the next place where a block may be worth a try: after an ASCII character.
    const char* const stop = static_cast<std::size_t>(end - at) > kBlock ? at + kBlock : end;
    while (at < stop) {
      if (byte_at(at) < 0x80) {
        ++at;
        ++units;
        continue;
      }
      ascii = false;
      const std::size_t size = character_size(at, end);
      if (size == 0) return {};
      at += size;
      units += size == 4 ? 2 : 1;
    }
  }
  return {.valid = true, .ascii = ascii, .length_utf16 = units};
}

std::uint64_t utf16_length(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint64_t units = 0;
  for (; static_cast<std::size_t>(end - at) >= kBlock; at += kBlock) units += units_of_block(at);
  for (; at != end; ++at) {
    const std::uint8_t byte = byte_at(at);
    units += (is_continuation(byte) ? 0U : 1U) + (byte >= 0xF0 ? 1U : 0U);
  }
  return units;
}

Utf16Position find_utf16(std::string_view text, std::uint64_t units) {
  std::size_t at = 0;
  while (text.size() - at >= kBlock) {
    const std::uint32_t in_block = units_of_block(text.data() + at);
    if (in_block > units) break;
    units -= in_block;
    at += kBlock;
  }
  for (; at < text.size(); ++at) {
    const std::uint8_t byte = byte_at(text.data() + at);
    if (is_continuation(byte)) continue;
    if (units == 0) return {at, false};
    if (byte >= 0xF0 && units == 1) return {at, true};
    units -= byte >= 0xF0 ? 2 : 1;
  }
  return {text.size(), false};
}

bool has_surrogate(std::string_view text) {
  std::size_t at = 0;
  while (text.size() - at >= 3) {
    const void* found = std::memchr(text.data() + at, 0xED, text.size() - at - 2);
    if (found == nullptr) return false;
    at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    if (byte_at(text.data() + at + 1) >= 0xA0) return true;
    at += 3;
  }
  return false;
}

void append_well_formed(std::string& out, std::string_view text) {
  std::size_t copied = 0;
  std::size_t at = 0;
  while (text.size() - copied >= 3 && (at = text.find('\xED', at)) != std::string_view::npos) {
    if (text.size() - at < 3) break;
    if (byte_at(text.data() + at + 1) >= 0xA0) {
      out.append(text, copied, at - copied);
      out.append(kReplacement);
      copied = at + 3;
    }
    at += 3;
  }
  out.append(text, copied);
}

void append_joining(std::string& out, std::string_view text) {
  const auto surrogate = [](std::string_view three) -> std::uint32_t {
    return static_cast<std::uint8_t>(three[0]) == 0xED ? decode_three(three, 0) : 0;
  };
  if (out.size() >= 3 && text.size() >= 3) {
    const std::uint32_t high = surrogate(std::string_view(out).substr(out.size() - 3));
    const std::uint32_t low = surrogate(text.substr(0, 3));
    if ((high & 0xFC00U) == 0xD800 && (low & 0xFC00U) == 0xDC00) {
      out.resize(out.size() - 3);
      append_code_point(out, 0x10000 + ((high & 0x3FFU) << 10) + (low & 0x3FFU));
      text.remove_prefix(3);
    }
  }
  out.append(text);
}

void append_code_point(std::string& out, std::uint32_t code_point) {
  const auto push = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  const auto tail = [&](unsigned shift) { push(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) {
    push(code_point);
  } else if (code_point < 0x800) {
    push(0xC0 | code_point >> 6);
    tail(0);
  } else if (code_point < 0x10000) {
    push(0xE0 | code_point >> 12);
    tail(6);
    tail(0);
  } else {
    push(0xF0 | code_point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

TextCut cut_text(std::string_view text, std::uint64_t units) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const Utf16Position position = find_utf16(text, units);
  const std::size_t at = position.byte;
  if (position.inside_pair) return {at, at + 4, std::string(kReplacement)};
  const bool high_before = at >= 3 && byte(at - 3) == 0xED && (byte(at - 2) & 0xF0) == 0xA0;
  if (!high_before) return {at, at, {}};
  TextCut cut{at - 3, at, std::string(kReplacement)};
  const std::uint8_t lead = byte(at);
  cut.right += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // Of a pair only the first half is spoiled.
  if (lead >= 0xF0) {
    append_code_point(cut.head, 0xDC00U | (byte(at + 2) & 0x0FU) << 6 | (byte(at + 3) & 0x3FU));
  }
  return cut;
}

}  // namespace weft::encoding
