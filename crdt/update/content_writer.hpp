// Writes one struct in either encoding, whole or cut at its front. Source: Yjs Item.write and the
// write functions of Yjs Content*.
#pragma once

#include <cassert>
#include <string>

#include "encoding/any_walk.hpp"
#include "encoding/reader.hpp"
#include "encoding/utf.hpp"
#include "update/struct.hpp"
#include "update/weak_link.hpp"

namespace weft::update {

namespace detail {

/// `values` without its first `count` values: varstrings, or `any` values.
inline ByteView without_values(Kind kind, std::string_view values, std::uint64_t count) {
  encoding::Reader reader(as_bytes(values));
  encoding::NullSink nowhere;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (kind == Kind::json) {
      reader.varbytes();
    } else {
      encoding::walk_any(reader, nowhere);
    }
  }
  return reader.between(reader.offset(), values.size());
}

template <typename Encoder>
void write_cut_string(Encoder& encoder, const Content& content, std::uint64_t offset) {
  if (content.ascii) return encoder.write_string(content.bytes.substr(offset));
  const auto cut = encoding::find_utf16(content.bytes, offset);
  if (!cut.inside_pair) return encoder.write_string(content.bytes.substr(cut.byte));
  std::string text(encoding::kReplacement);
  text.append(content.bytes.substr(cut.byte + 4));
  encoder.write_string(text);
}

template <typename Encoder>
void write_json_values(Encoder& encoder, std::string_view values, std::uint64_t length,
                       std::uint64_t offset) {
  const ByteView rest = without_values(Kind::json, values, offset);
  encoder.write_len(length - offset);
  if constexpr (Encoder::kEncoding == Encoding::v1) {
    encoder.write_rest(rest);
  } else {
    encoding::Reader reader(rest);
    while (!reader.at_end()) encoder.write_string(as_text(reader.varbytes()));
  }
}

}  // namespace detail

/// The content of `kind` beyond its first `offset` units, as Yjs ContentX.write(encoder, offset).
/// REQUIRES: offset < length, or both 0; only deleted, json, string and any may have offset > 0.
/// A string cut between two surrogate halves begins with U+FFFD.
/// `Encoder` is EncoderV1 or EncoderV2.
template <typename Encoder>
void write_content(Encoder& encoder, Kind kind, const Content& content, std::uint64_t length,
                   std::uint64_t offset) {
  switch (kind) {
    case Kind::deleted:
      encoder.write_len(length - offset);
      break;
    case Kind::json:
      detail::write_json_values(encoder, content.bytes, length, offset);
      break;
    case Kind::binary:
      encoder.write_rest_varuint(content.bytes.size());
      encoder.write_rest(as_bytes(content.bytes));
      break;
    case Kind::string:
      if (offset == 0) [[likely]] {
        encoder.write_string(content.bytes);
      } else {
        detail::write_cut_string(encoder, content, offset);
      }
      break;
    case Kind::embed:
      encoder.write_value(content.bytes, content.is_json);
      break;
    case Kind::format:
      encoder.write_key(content.key);
      encoder.write_value(content.bytes, content.is_json);
      break;
    case Kind::type:
      encoder.write_type_ref(content.type_ref);
      if (type_has_key(content.type_ref)) encoder.write_key(content.key);
      if (content.type_ref == kWeakLink) write_weak_link(encoder, content.key);
      break;
    case Kind::any:
      encoder.write_len(length - offset);
      encoder.write_rest(detail::without_values(kind, content.bytes, offset));
      break;
    case Kind::doc:
      encoder.write_string(content.key);
      encoder.write_rest(as_bytes(content.bytes));
      break;
    case Kind::gc:
    case Kind::skip:
      assert(false && "a gc or skip has no content");
  }
}

/// What stands before the content of an item: info, origins, parent. With `offset` > 0 as of the
/// part that begins there. The parent-sub bit is set where the struct was read with a parent-sub
/// (see Struct::has_parent_sub), also when the cut leaves no place to write it.
template <typename Encoder>
void write_header(Encoder& encoder, const Struct& s, std::uint64_t offset) {
  const bool has_origin = offset > 0 || s.has_origin();
  encoder.write_info(s.written_info() | (has_origin ? kHasOrigin : std::uint8_t{0}));
  if (has_origin) encoder.write_left_id(offset > 0 ? Id{s.client, s.clock + offset - 1} : s.origin);
  if (s.has_right_origin()) encoder.write_right_id(s.right_origin);
  if (!has_origin && !s.has_right_origin()) {
    assert(s.parent != ParentKind::none);
    encoder.write_parent_info(s.parent == ParentKind::root);
    if (s.parent == ParentKind::root) {
      encoder.write_string(s.parent_name);
    } else {
      encoder.write_left_id(s.parent_id);
    }
    if (s.has_parent_sub) encoder.write_string(s.parent_sub);
  }
}

/// The struct beyond its first `offset` units, as Yjs writes a struct read from an update and
/// spliced there.
template <typename Encoder>
void write_struct(Encoder& encoder, const Struct& s, std::uint64_t offset) {
  if (s.kind == Kind::gc) {
    encoder.write_info(0);
    encoder.write_len(s.length - offset);
    return;
  }
  if (s.kind == Kind::skip) {
    encoder.write_info(static_cast<std::uint8_t>(Kind::skip));
    encoder.write_rest_varuint(s.length - offset);
    return;
  }
  write_header(encoder, s, offset);
  write_content(encoder, s.kind, s.content, s.length, offset);
}

}  // namespace weft::update
