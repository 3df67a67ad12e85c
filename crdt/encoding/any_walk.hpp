// Walks over an `any` value whose bytes were checked before. Source: lib0 decoding.js readAny.
#pragma once

#include <bit>

#include "encoding/any_tag.hpp"
#include "encoding/reader.hpp"

namespace weft::encoding {

namespace detail {

inline double read_any_integer(Reader& reader) {
  bool negative = false;
  const auto magnitude = static_cast<double>(reader.varint_magnitude(negative));
  return negative ? -magnitude : magnitude;
}

inline double read_float32(Reader& reader) {
  return static_cast<double>(
      std::bit_cast<float>(static_cast<std::uint32_t>(reader.big_endian(4))));
}

inline double read_float64(Reader& reader) { return std::bit_cast<double>(reader.big_endian(8)); }

}  // namespace detail

/// In JavaScript `object["__proto__"] = value` sets no own property, so such members vanish.
inline constexpr std::string_view kProto = "__proto__";

class NullSink {
 public:
  void undefined() {}
  void null() {}
  void boolean(bool) {}
  void number(double) {}
  void big_int(std::int64_t) {}
  void string(std::string_view) {}
  void bytes(ByteView) {}
  void begin_array() {}
  void end_array() {}
  void begin_object() {}
  void key(std::string_view) {}
  void end_object() {}
};

/// REQUIRES: scan_any accepted the value, which also bounds the recursion.
template <typename Sink>
void walk_any(Reader& reader, Sink& sink);

template <typename Sink>
void walk_any_object(Reader& reader, Sink& sink) {
  sink.begin_object();
  const std::uint64_t count = reader.varuint();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const std::string_view key = as_text(reader.varbytes());
    if (key == kProto) {
      NullSink nowhere;
      walk_any(reader, nowhere);
      continue;
    }
    sink.key(key);
    walk_any(reader, sink);
  }
  sink.end_object();
}

template <typename Sink>
void walk_any(Reader& reader, Sink& sink) {
  switch (reader.u8()) {
    case any_tag::kNull:
      return sink.null();
    case any_tag::kInteger:
      return sink.number(detail::read_any_integer(reader));
    case any_tag::kFloat32:
      return sink.number(detail::read_float32(reader));
    case any_tag::kFloat64:
      return sink.number(detail::read_float64(reader));
    case any_tag::kBigInt:
      return sink.big_int(static_cast<std::int64_t>(reader.big_endian(8)));
    case any_tag::kFalse:
      return sink.boolean(false);
    case any_tag::kTrue:
      return sink.boolean(true);
    case any_tag::kString:
      return sink.string(as_text(reader.varbytes()));
    case any_tag::kBytes:
      return sink.bytes(reader.varbytes());
    case any_tag::kObject:
      return walk_any_object(reader, sink);
    case any_tag::kArray: {
      sink.begin_array();
      const std::uint64_t count = reader.varuint();
      for (std::uint64_t i = 0; i < count && reader.ok(); ++i) walk_any(reader, sink);
      return sink.end_array();
    }
    default:
      return sink.undefined();
  }
}

}  // namespace weft::encoding
