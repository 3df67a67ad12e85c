#include "encoding/number.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "encoding/any_tag.hpp"

namespace weft::encoding {

namespace {

constexpr double kSafe = 9007199254740991.0;

void append_integer(std::string& out, std::int64_t value) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

// Digits without a point and where the point stands: value = 0.DIGITS * 10^point.
struct Decimal {
  std::array<char, 20> digits{};
  int count = 0;
  int point = 0;
};

Decimal shortest(double value) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific)
                       .ptr;
  Decimal decimal;
  const char* at = buffer.data();
  for (; *at != 'e'; ++at) {
    if (*at != '.') decimal.digits[static_cast<std::size_t>(decimal.count++)] = *at;
  }
  ++at;
  const bool negative = *at == '-';
  int exponent = 0;
  std::from_chars(at + 1, end, exponent);
  decimal.point = (negative ? -exponent : exponent) + 1;
  return decimal;
}

// ES Number::toString, steps 6 to 10.
void append_decimal(std::string& out, const Decimal& decimal) {
  const char* digits = decimal.digits.data();
  const auto count = static_cast<std::size_t>(decimal.count);
  const int point = decimal.point;
  if (decimal.count <= point && point <= 21) {
    out.append(digits, count);
    out.append(static_cast<std::size_t>(point - decimal.count), '0');
  } else if (0 < point && point <= 21) {
    out.append(digits, static_cast<std::size_t>(point));
    out.push_back('.');
    out.append(digits + point, count - static_cast<std::size_t>(point));
  } else if (-6 < point && point <= 0) {
    out.append("0.");
    out.append(static_cast<std::size_t>(-point), '0');
    out.append(digits, count);
  } else {
    out.push_back(digits[0]);
    if (count > 1) {
      out.push_back('.');
      out.append(digits + 1, count - 1);
    }
    out.push_back('e');
    if (point > 0) out.push_back('+');
    append_integer(out, point - 1);
  }
}

// Where the first digit that is not zero stands: its weight is 10^result. For text that is out of
// range this tells overflow from underflow.
bool is_huge(std::string_view text) {
  std::int64_t weight = -1;
  bool seen_point = false;
  bool seen_digit = false;
  std::size_t at = text[0] == '-' ? 1 : 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      seen_point = true;
      continue;
    }
    seen_digit = seen_digit || text[at] != '0';
    if (!seen_point && seen_digit) ++weight;
    if (seen_point && !seen_digit) --weight;
  }
  if (at == text.size()) return weight > 0;
  ++at;
  const bool negative = text[at] == '-';
  if (text[at] == '-' || text[at] == '+') ++at;
  std::int64_t exponent = 0;
  for (; at < text.size() && exponent < std::numeric_limits<std::int64_t>::max() / 100; ++at) {
    exponent = exponent * 10 + (text[at] - '0');
  }
  return (negative ? -exponent : exponent) > -weight;
}

}  // namespace

void append_json_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out.append("null");
    return;
  }
  if (std::abs(value) <= kSafe && std::trunc(value) == value) {
    append_integer(out, static_cast<std::int64_t>(value));
    return;
  }
  if (value < 0) out.push_back('-');
  append_decimal(out, shortest(std::abs(value)));
}

double parse_json_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    value = is_huge(text) ? std::numeric_limits<double>::infinity() : 0.0;
    if (text[0] == '-') value = -value;
  }
  return value;
}

void write_any_number(Writer& out, double value) {
  constexpr double kIntegerMax = 2147483647.0;
  if (std::trunc(value) == value && std::abs(value) <= kIntegerMax) {
    out.u8(any_tag::kInteger);
    out.varint(static_cast<std::uint64_t>(std::abs(value)), std::signbit(value));
  } else if (static_cast<double>(static_cast<float>(value)) == value) {
    out.u8(any_tag::kFloat32);
    out.u32_be(std::bit_cast<std::uint32_t>(static_cast<float>(value)));
  } else {
    out.u8(any_tag::kFloat64);
    out.u64_be(std::bit_cast<std::uint64_t>(value));
  }
}

}  // namespace weft::encoding
