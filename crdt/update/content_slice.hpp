// Writes a struct without some units at its front and at its back. Source: Yjs 14's
// write(encoder, offset, offsetEnd) of Item, GC and the contents.
//
// Unlike a splice, a slice keeps the halves of a surrogate pair that it separates: V1 writes each
// as U+FFFD, in V2 they are whole again when both stand side by side.
#pragma once

#include <string>

#include "update/content_writer.hpp"

namespace weft::update {

namespace detail {

/// UTF-16 units [from, to) of valid (W)UTF-8. The halves of a pair that is cut go to `scratch`.
inline std::string_view slice_text(const Content& content, std::uint64_t from, std::uint64_t to,
                                   std::string& scratch) {
  if (content.ascii) return content.bytes.substr(from, to - from);
  const auto begin = encoding::find_utf16(content.bytes, from);
  const auto end = encoding::find_utf16(content.bytes, to);
  if (!begin.inside_pair && !end.inside_pair) {
    return content.bytes.substr(begin.byte, end.byte - begin.byte);
  }
  const auto halves = [&](std::size_t at) {
    const auto byte = [&](std::size_t i) {
      return static_cast<std::uint32_t>(static_cast<std::uint8_t>(content.bytes[at + i])) & 0x3FU;
    };
    const std::uint32_t point = (byte(0) & 7U) << 18 | byte(1) << 12 | byte(2) << 6 | byte(3);
    return std::pair{0xD800U + ((point - 0x10000U) >> 10), 0xDC00U + (point & 0x3FFU)};
  };
  scratch.clear();
  std::size_t first = begin.byte;
  if (begin.inside_pair) {
    encoding::append_code_point(scratch, halves(begin.byte).second);
    first += 4;
  }
  if (end.byte > first) scratch.append(content.bytes.substr(first, end.byte - first));
  if (end.inside_pair) encoding::append_code_point(scratch, halves(end.byte).first);
  return scratch;
}

}  // namespace detail

/// Leaves units [offset, offset + length) of `content`. Text that is cut inside a surrogate pair
/// goes to `scratch`.
inline void slice_content(Content& content, Kind kind, std::uint64_t offset, std::uint64_t length,
                          std::string& scratch) {
  if (kind == Kind::string) {
    content.bytes = detail::slice_text(content, offset, offset + length, scratch);
  } else if (kind == Kind::any || kind == Kind::json) {
    content.bytes = as_text(detail::without_values(kind, content.bytes, offset));
    const ByteView behind = detail::without_values(kind, content.bytes, length);
    content.bytes.remove_suffix(behind.size());
  }
}

/// Units [offset, length - offset_end) of the struct. REQUIRES: there is one; only kinds that can
/// be cut have more than one unit.
template <typename Encoder>
void write_slice(Encoder& encoder, Struct s, std::uint64_t offset, std::uint64_t offset_end) {
  const std::uint64_t length = s.length - offset - offset_end;
  if (s.kind == Kind::gc || s.kind == Kind::skip) {
    s.length = length;
    return write_struct(encoder, s, 0);
  }
  std::string scratch;
  slice_content(s.content, s.kind, offset, length, scratch);
  write_header(encoder, s, offset);
  write_content(encoder, s.kind, s.content, length, 0);
}

}  // namespace weft::update
