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

/// In JavaScript `object["__proto__"] = value` calls an accessor and sets no own property, so such
/// members vanish; unless a value before had cut the object off from Object.prototype.
inline constexpr std::string_view kProto = "__proto__";

/// What a value is as a prototype. Differs from Yjs: that a Uint8Array as prototype swallows later
/// members whose keys are numbers is not followed.
enum class Prototype : std::uint8_t {
  none,      // no object: the assignment has no effect
  accessor,  // an object through which the accessor is still found
  cut_off,   // null, or an object that is cut off itself
};

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
Prototype walk_any(Reader& reader, Sink& sink);

template <typename Sink>
Prototype walk_any_object(Reader& reader, Sink& sink) {
  sink.begin_object();
  Prototype prototype = Prototype::accessor;
  const std::uint64_t count = reader.varuint();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const std::string_view key = as_text(reader.varbytes());
    if (key == kProto && prototype == Prototype::accessor) {
      NullSink nowhere;
      if (walk_any(reader, nowhere) == Prototype::cut_off) prototype = Prototype::cut_off;
      continue;
    }
    sink.key(key);
    walk_any(reader, sink);
  }
  sink.end_object();
  return prototype;
}

template <typename Sink>
Prototype walk_any_array(Reader& reader, Sink& sink) {
  sink.begin_array();
  const std::uint64_t count = reader.varuint();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) walk_any(reader, sink);
  sink.end_array();
  return Prototype::accessor;
}

template <typename Sink>
Prototype walk_any(Reader& reader, Sink& sink) {
  switch (reader.u8()) {
    case any_tag::kNull:
      sink.null();
      return Prototype::cut_off;
    case any_tag::kInteger:
      sink.number(detail::read_any_integer(reader));
      break;
    case any_tag::kFloat32:
      sink.number(detail::read_float32(reader));
      break;
    case any_tag::kFloat64:
      sink.number(detail::read_float64(reader));
      break;
    case any_tag::kBigInt:
      sink.big_int(static_cast<std::int64_t>(reader.big_endian(8)));
      break;
    case any_tag::kFalse:
      sink.boolean(false);
      break;
    case any_tag::kTrue:
      sink.boolean(true);
      break;
    case any_tag::kString:
      sink.string(as_text(reader.varbytes()));
      break;
    case any_tag::kBytes:
      sink.bytes(reader.varbytes());
      return Prototype::accessor;
    case any_tag::kObject:
      return walk_any_object(reader, sink);
    case any_tag::kArray:
      return walk_any_array(reader, sink);
    default:
      sink.undefined();
  }
  return Prototype::none;
}

}  // namespace weft::encoding
