// Source: Yjs structs/ContentAny.js, ContentString.js and so on; lib0 string.js.
#include "content.hpp"

#include "encoding/any.hpp"
#include "encoding/reader.hpp"

namespace weft::reference {

using update::Kind;

namespace {

constexpr char16_t kReplacementUnit = 0xFFFD;

bool high_surrogate(char16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool low_surrogate(char16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

void append_utf8(std::string& out, std::uint32_t code) {
  const auto push = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xC0 | code >> 6);
    push(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    push(0xE0 | code >> 12);
    push(0x80 | (code >> 6 & 0x3F));
    push(0x80 | (code & 0x3F));
  } else {
    push(0xF0 | code >> 18);
    push(0x80 | (code >> 12 & 0x3F));
    push(0x80 | (code >> 6 & 0x3F));
    push(0x80 | (code & 0x3F));
  }
}

std::vector<std::string> split_values(const update::Struct& s) {
  std::vector<std::string> values;
  encoding::Reader reader(as_bytes(s.content.bytes));
  for (std::uint64_t i = 0; i < s.length; ++i) {
    if (s.kind == Kind::json) {
      values.emplace_back(as_text(reader.varbytes()));
    } else {
      const std::size_t begin = reader.offset();
      bool canonical = true;
      encoding::scan_any(reader, canonical);
      values.emplace_back(as_text(reader.between(begin, reader.offset())));
    }
  }
  return values;
}

}  // namespace

std::u16string to_utf16(std::string_view text) {
  std::u16string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    const std::size_t size = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    std::uint32_t code = size == 1 ? byte : byte & (0xFFU >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) {
      code = code << 6 | (static_cast<std::uint8_t>(text[i + k]) & 0x3FU);
    }
    if (code < 0x10000) {
      out.push_back(static_cast<char16_t>(code));
    } else {
      out.push_back(static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF)));
    }
    i += size;
  }
  return out;
}

std::string to_utf8(std::u16string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char16_t unit = text[i];
    if (high_surrogate(unit) && i + 1 < text.size() && low_surrogate(text[i + 1])) {
      append_utf8(out, 0x10000U + ((unit - 0xD800U) << 10) + (text[i + 1] - 0xDC00U));
      ++i;
    } else {
      append_utf8(out, high_surrogate(unit) || low_surrogate(unit) ? kReplacementUnit : unit);
    }
  }
  return out;
}

Content read_content(const update::Struct& s) {
  Content content;
  content.kind = s.kind;
  content.key = s.content.key;
  content.type_ref = s.content.type_ref;
  switch (s.kind) {
    case Kind::deleted:
      content.deleted_length = s.length;
      break;
    case Kind::string:
      content.text = to_utf16(s.content.bytes);
      break;
    case Kind::json:
    case Kind::any:
      content.values = split_values(s);
      break;
    default:
      content.bytes = s.content.bytes;
  }
  return content;
}

std::uint64_t Content::length() const {
  switch (kind) {
    case Kind::deleted:
      return deleted_length;
    case Kind::string:
      return text.size();
    case Kind::json:
    case Kind::any:
      return values.size();
    default:
      return 1;
  }
}

Content Content::splice(std::uint64_t offset) {
  Content right;
  right.kind = kind;
  const auto cut = static_cast<std::ptrdiff_t>(offset);
  switch (kind) {
    case Kind::deleted:
      right.deleted_length = deleted_length - offset;
      deleted_length = offset;
      break;
    case Kind::string:
      right.text = text.substr(offset);
      text.resize(offset);
      if (high_surrogate(text.back())) {
        text.back() = kReplacementUnit;
        right.text.front() = kReplacementUnit;
      }
      break;
    default:
      right.values.assign(values.begin() + cut, values.end());
      values.resize(offset);
  }
  return right;
}

bool Content::merge_with(const Content& right) {
  if (kind != right.kind) return false;
  switch (kind) {
    case Kind::deleted:
      deleted_length += right.deleted_length;
      return true;
    case Kind::string:
      text += right.text;
      return true;
    case Kind::json:
    case Kind::any:
      values.insert(values.end(), right.values.begin(), right.values.end());
      return true;
    default:
      return false;
  }
}

void Content::write(update::EncoderV1& encoder, std::uint64_t offset) const {
  switch (kind) {
    case Kind::deleted:
      return encoder.write_len(deleted_length - offset);
    case Kind::string:
      return encoder.write_string(to_utf8(std::u16string_view(text).substr(offset)));
    case Kind::json:
    case Kind::any:
      encoder.write_len(values.size() - offset);
      for (std::size_t i = offset; i < values.size(); ++i) {
        if (kind == Kind::json) {
          encoder.write_string(values[i]);
        } else {
          encoder.write_rest(as_bytes(values[i]));
        }
      }
      return;
    case Kind::binary:
      encoder.write_rest_varuint(bytes.size());
      return encoder.write_rest(as_bytes(bytes));
    case Kind::embed:
      return encoder.write_value(bytes, true);
    case Kind::format:
      encoder.write_key(key);
      return encoder.write_value(bytes, true);
    case Kind::type:
      encoder.write_type_ref(type_ref);
      if (update::type_has_key(type_ref)) encoder.write_key(key);
      return;
    case Kind::doc:
      encoder.write_string(key);
      return encoder.write_rest(as_bytes(bytes));
    case Kind::gc:
    case Kind::skip:
      return;
  }
}

}  // namespace weft::reference
