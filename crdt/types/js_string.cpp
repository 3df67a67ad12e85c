#include "types/js_string.hpp"

#include <algorithm>
#include <cmath>

#include "encoding/number.hpp"
#include "encoding/utf.hpp"

namespace weft::types {

namespace {

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
  } else {
    encoding::append_json_number(out, value);
  }
}

template <typename Elements, typename Append>
void append_joined(std::string& out, const Elements& elements, Append append) {
  bool first = true;
  for (const auto& element : elements) {
    if (!std::exchange(first, false)) out += ',';
    append(element);
  }
}

std::string_view character_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<std::uint8_t>(text[at]);
  return text.substr(at, lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4);
}

}  // namespace

void append_js_string(std::string& out, const Value& value) {
  if (const auto* text = value.get_if<std::string>()) {
    encoding::append_well_formed(out, *text);
  } else if (const auto* number = value.get_if<double>()) {
    append_number(out, *number);
  } else if (const auto* boolean = value.get_if<bool>()) {
    out += *boolean ? "true" : "false";
  } else if (const auto* integer = value.get_if<BigInt>()) {
    out += std::to_string(integer->value);
  } else if (value.is<Null>()) {
    out += "null";
  } else if (value.is<Undefined>()) {
    out += "undefined";
  } else if (const auto* bytes = value.get_if<Bytes>()) {
    append_joined(out, *bytes, [&](std::uint8_t byte) { out += std::to_string(byte); });
  } else if (const auto* array = value.get_if<ValueArray>()) {
    append_joined(out, *array, [&](const Value& element) {
      if (!element.is<Null>() && !element.is<Undefined>()) append_js_string(out, element);
    });
  } else {
    out += "[object Object]";
  }
}

std::vector<std::pair<std::string, Value>> enumerable_members(const Value& value) {
  std::vector<std::pair<std::string, Value>> members;
  const auto add = [&](Value member) {
    members.emplace_back(std::to_string(members.size()), std::move(member));
  };
  if (const auto* object = value.get_if<ValueObject>()) return *object;
  if (const auto* array = value.get_if<ValueArray>()) {
    for (const Value& element : *array) add(element);
  } else if (const auto* bytes = value.get_if<Bytes>()) {
    for (const std::uint8_t byte : *bytes) add(Value(static_cast<double>(byte)));
  } else if (const auto* text = value.get_if<std::string>()) {
    for (std::size_t at = 0; at < text->size();) {
      const std::string_view character = character_at(*text, at);
      at += character.size();
      if (character.size() < 4) {
        add(character);
      } else {
        add(encoding::kReplacement);
        add(encoding::kReplacement);
      }
    }
  }
  return members;
}

// UTF-8 bytes compare as code points do. UTF-16 differs where a pair, which begins with D800 to
// DBFF, meets E000 to FFFF.
bool utf16_less(std::string_view a, std::string_view b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (left == a.end() || right == b.end()) return left == a.end() && right != b.end();
  const auto x = static_cast<std::uint8_t>(*left);
  const auto y = static_cast<std::uint8_t>(*right);
  const auto pairs_before = [](std::uint8_t pair, std::uint8_t other) {
    return pair >= 0xF0 && (other == 0xEE || other == 0xEF);
  };
  if (pairs_before(x, y)) return true;
  if (pairs_before(y, x)) return false;
  return x < y;
}

}  // namespace weft::types
