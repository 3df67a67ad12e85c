// Content of frequent kinds, read from V1 bytes that can be looked at beyond the update's end.
// Everything else, and whatever is wrong, is left to a ReaderV1.
#pragma once

#include "document/decode.hpp"
#include "encoding/any_tag.hpp"
#include "encoding/utf.hpp"
#include "update/fast_varuint.hpp"

namespace weft::document {

/// The bytes of an update, and how far one may look.
struct LookAhead {
  const std::uint8_t* end;
  const std::uint8_t* readable;  // `end`, or further where zeros follow
};

struct PlainContent {
  std::uint64_t length = 0;  // units; 0: the struct takes no clock
  const std::uint8_t* begin = nullptr;
  std::size_t size = 0;
  std::uint32_t flags = 0;  // Item::kAscii
};

/// Passes over values, each in the form in which lib0 writes it; false at any but the frequent
/// kinds.
inline bool skip_plain_values(const std::uint8_t*& at, LookAhead bytes, std::uint64_t count) {
  constexpr std::uint64_t kIntegerMax = 0x7FFF'FFFF;  // what is above is written as a float
  namespace tag = encoding::any_tag;
  for (; count > 0; --count) {
    if (bytes.readable - at < 16) return false;
    const std::uint8_t kind = *at++;
    if (kind == tag::kInteger) {
      std::uint8_t byte = *at++;
      std::uint64_t magnitude = byte & 0x3FU;
      for (unsigned shift = 6; byte >= 0x80; shift += 7) {
        byte = *at++;
        if (byte == 0 || shift > 27) return false;
        magnitude |= std::uint64_t{byte & 0x7FU} << shift;
      }
      if (magnitude > kIntegerMax) return false;
    } else if (kind == tag::kString) {
      bool odd = false;
      const std::uint64_t size = update::take_varuint(at, odd);
      if (odd || at > bytes.end || size > static_cast<std::uint64_t>(bytes.end - at)) return false;
      if (!encoding::scan_utf8(as_text({at, static_cast<std::size_t>(size)})).valid) return false;
      at += size;
    } else if (kind != tag::kNull && kind != tag::kTrue && kind != tag::kFalse &&
               kind != tag::kUndefined) {
      return false;
    }
  }
  return at <= bytes.end;
}

constexpr bool is_plain_kind(Kind kind) {
  return kind == Kind::string || kind == Kind::deleted || kind == Kind::any;
}

/// False at what is not sound. REQUIRES: is_plain_kind, eight bytes can be looked at.
inline bool take_plain_content(const std::uint8_t*& at, LookAhead bytes, Kind kind,
                               PlainContent& content) {
  bool odd = false;
  content.length = update::take_varuint(at, odd);
  if (odd || at > bytes.end) return false;
  if (kind == Kind::deleted) return true;
  content.begin = at;
  if (kind == Kind::string) {
    if (content.length > static_cast<std::uint64_t>(bytes.end - at)) return false;
    content.size = static_cast<std::size_t>(content.length);
    const std::string_view bytes_at = as_text({at, content.size});
    const bool padded = bytes.readable - at >= static_cast<std::ptrdiff_t>(encoding::kScanPadding);
    const auto text = padded ? encoding::scan_utf8_padded(bytes_at) : encoding::scan_utf8(bytes_at);
    content.flags = text.ascii ? store::Item::kAscii : 0;
    content.length = text.length_utf16;
    at += content.size;
    return text.valid;
  }
  if (!skip_plain_values(at, bytes, content.length)) return false;
  content.size = static_cast<std::size_t>(at - content.begin);
  return true;
}

}  // namespace weft::document
