#include "types/text_check.hpp"

#include <weft/limits.hpp>

#include "encoding/utf.hpp"
#include "types/insert.hpp"

namespace weft::types {

using document::NewContent;
using store::Item;
using store::Kind;

std::uint64_t TextCheck::add_text(std::string_view text) {
  const auto scan = encoding::scan_utf8(text);
  if (!scan.valid) {
    fail(Errc::invalid_utf8);
    return 0;
  }
  bytes_ += text.size();
  units_ += scan.length_utf16;
  return scan.length_utf16;
}

std::uint64_t TextCheck::add_embed(const Value& value) {
  if (value.is<Null>() || value.is<Undefined>()) fail(Errc::wrong_type);
  if (const auto* text = value.get_if<std::string>()) return add_text(*text);
  add_value(value, 0);
  ++units_;
  return 1;
}

void TextCheck::add_type(const Prelim& type) {
  const auto cost = measure_type(type);
  if (!cost) return fail(cost.error().code);
  bytes_ += cost->bytes;
  units_ += cost->units;
}

// A format before what it marks, and one behind it.
void TextCheck::add_attributes(const Attributes& attributes) {
  for (const auto& [key, value] : attributes) {
    if (value.is<Undefined>()) return fail(Errc::wrong_type);
    add_string(key);
    add_value(value, 0);
    units_ += 2;
  }
}

void TextCheck::add_line_feeds(std::uint64_t count) {
  padding_ += count;
  if (padding_ > limits::padding_max) return fail(Errc::too_large);
  bytes_ += count;
  units_ += count;
}

void TextCheck::add_string(std::string_view text) {
  if (!encoding::scan_utf8(text).valid) return fail(Errc::invalid_utf8);
  bytes_ += text.size();
}

// Recursion is bounded by limits::depth_max.
void TextCheck::add_value(const Value& value, int depth) {
  if (error_) return;
  constexpr std::uint64_t kLeafBytes = 16;
  bytes_ += kLeafBytes;
  if (value.is<BigInt>()) return fail(Errc::wrong_type);
  if (const auto* text = value.get_if<std::string>()) return add_string(*text);
  if (const auto* bytes = value.get_if<Bytes>()) {
    bytes_ += bytes->size();
    return;
  }
  const auto* array = value.get_if<ValueArray>();
  const auto* object = value.get_if<ValueObject>();
  if (array == nullptr && object == nullptr) return;
  if (depth == limits::depth_max) return fail(Errc::too_deep);
  if (array != nullptr) {
    for (const Value& member : *array) add_value(member, depth + 1);
  } else {
    for (const auto& [key, member] : *object) {
      add_string(key);
      add_value(member, depth + 1);
    }
  }
}

Result<void> TextCheck::result(document::DocState& doc) const {
  if (error_) return std::unexpected(*error_);
  const std::uint64_t state = doc.store.clients[doc.own_client()].structs.state();
  if (bytes_ > limits::edit_bytes_max || state + units_ > limits::clock_max ||
      !doc.store.pool.room_for(4 * bytes_)) {
    return std::unexpected(Error{Errc::too_large});
  }
  return {};
}

NewContent text_content(std::string_view text) {
  const auto scan = encoding::scan_utf8(text);
  return {.kind = Kind::string,
          .length = static_cast<std::uint32_t>(scan.length_utf16),
          .flags = scan.ascii ? Item::kAscii : 0,
          .bytes = text,
          .key = {}};
}

NewContent embed_content(const Value& value, Bytes& buffer) {
  buffer = value.encode();
  return {.kind = Kind::embed, .bytes = as_text(buffer), .key = {}};
}

}  // namespace weft::types
