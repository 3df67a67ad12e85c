#include "encoding/any.hpp"

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include <weft/limits.hpp>

#include "encoding/any_walk.hpp"
#include "encoding/key_order.hpp"
#include "encoding/sinks.hpp"
#include "encoding/utf.hpp"

namespace weft::encoding {

namespace {

constexpr double kIntegerMax = 2147483647.0;  // lib0 writes larger integers as floats

bool is_integer_form(double value) {
  return std::trunc(value) == value && std::abs(value) <= kIntegerMax;
}

// Recursion is bounded by limits::depth_max.
class AnyScanner {
 public:
  AnyScanner(Reader& reader, bool& canonical) : in_(reader), canonical_(canonical) {}

  void value(int depth) {
    switch (in_.u8()) {
      case any_tag::kUndefined:
      case any_tag::kNull:
      case any_tag::kFalse:
      case any_tag::kTrue:
        break;
      case any_tag::kInteger:
        expect(std::abs(detail::read_any_integer(in_)) <= kIntegerMax);
        break;
      case any_tag::kFloat32: {
        const double number = detail::read_float32(in_);
        expect(!is_integer_form(number) && !std::isnan(number));
        break;
      }
      case any_tag::kFloat64: {
        const double number = detail::read_float64(in_);
        expect(!is_integer_form(number) &&
               static_cast<double>(static_cast<float>(number)) != number);
        break;
      }
      case any_tag::kBigInt:
        in_.big_endian(8);
        break;
      case any_tag::kString:
        text();
        break;
      case any_tag::kBytes:
        in_.varbytes();
        break;
      case any_tag::kObject:
        object(depth + 1);
        break;
      case any_tag::kArray:
        array(depth + 1);
        break;
      default:
        in_.fail(Errc::invalid_any);
    }
  }

 private:
  void expect(bool canonical) {
    if (!canonical) canonical_ = false;
  }

  std::string_view text() {
    const std::string_view text = as_text(in_.varbytes());
    if (!scan_utf8(text).valid) in_.fail(Errc::invalid_utf8);
    return text;
  }

  void array(int depth) {
    if (depth > limits::depth_max) return in_.fail(Errc::too_deep);
    const std::uint64_t count = in_.varuint();
    if (count > in_.remaining()) return in_.fail(Errc::unexpected_end);
    for (std::uint64_t i = 0; i < count && in_.ok(); ++i) value(depth);
  }

  void object(int depth) {
    if (depth > limits::depth_max) return in_.fail(Errc::too_deep);
    const std::uint64_t count = in_.varuint();
    if (count > in_.remaining() / 2) return in_.fail(Errc::unexpected_end);
    std::array<std::string_view, 8> few;
    std::vector<std::string_view> many;
    for (std::uint64_t i = 0; i < count && in_.ok(); ++i) {
      const std::string_view key = text();
      expect(key != kProto);
      if (count <= few.size()) {
        few[i] = key;
      } else {
        many.push_back(key);
      }
      value(depth);
    }
    if (!in_.ok() || !canonical_) return;
    expect(in_own_key_order(count <= few.size()
                                ? std::span<const std::string_view>(few).first(count)
                                : std::span<const std::string_view>(many)));
  }

  Reader& in_;
  bool& canonical_;
};

}  // namespace

void scan_any(Reader& reader, bool& canonical) {
  const bool minimal_before = reader.minimal();
  reader.reset_minimal();
  AnyScanner(reader, canonical).value(0);
  if (!reader.minimal()) canonical = false;
  if (!minimal_before) reader.set_not_minimal();
}

void append_canonical_any(Writer& out, ByteView any) {
  Reader reader(any);
  AnySink sink(out);
  walk_any(reader, sink);
}

void append_any_as_json(std::string& out, ByteView any) {
  Reader reader(any);
  JsonSink sink(out);
  walk_any(reader, sink);
}

}  // namespace weft::encoding
