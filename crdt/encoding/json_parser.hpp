// Reads JSON text as JSON.parse does and tells a sink (sinks.hpp) what it finds.
#pragma once

#include <string>
#include <string_view>

#include <weft/error.hpp>
#include <weft/limits.hpp>

#include "encoding/number.hpp"
#include "encoding/utf.hpp"

namespace weft::encoding {

/// The text may be WTF-8. Recursion is bounded by limits::depth_max.
template <typename Sink>
class JsonParser {
 public:
  JsonParser(std::string_view text, Sink& sink) : text_(text), sink_(sink) {}

  /// Reads the whole text as one value. On failure `error` tells why and where.
  bool parse() {
    if (!value(0)) return false;
    skip_space();
    return at_ == text_.size() || fail(Errc::invalid_json);
  }
  Error error() const { return error_; }

 private:
  bool fail(Errc code) {
    error_ = {code, at_};
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool expect(char c) { return take(c) || fail(Errc::invalid_json); }

  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') break;
      ++at_;
    }
  }

  bool value(int depth) {
    skip_space();
    switch (peek()) {
      case '{':
        return object(depth + 1);
      case '[':
        return array(depth + 1);
      case '"': {
        std::string_view text;
        if (!string(text)) return false;
        sink_.string(text);
        return true;
      }
      case 't':
        return literal("true") && (sink_.boolean(true), true);
      case 'f':
        return literal("false") && (sink_.boolean(false), true);
      case 'n':
        return literal("null") && (sink_.null(), true);
      default:
        return number();
    }
  }

  bool literal(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return fail(Errc::invalid_json);
    at_ += word.size();
    return true;
  }

  bool array(int depth) {
    if (depth > limits::depth_max) return fail(Errc::too_deep);
    ++at_;
    sink_.begin_array();
    skip_space();
    if (!take(']')) {
      do {
        if (!value(depth)) return false;
        skip_space();
      } while (take(','));
      if (!expect(']')) return false;
    }
    sink_.end_array();
    return true;
  }

  bool object(int depth) {
    if (depth > limits::depth_max) return fail(Errc::too_deep);
    ++at_;
    sink_.begin_object();
    skip_space();
    if (!take('}')) {
      do {
        skip_space();
        std::string_view key;
        if (peek() != '"') return fail(Errc::invalid_json);
        if (!string(key)) return false;
        sink_.key(key);
        skip_space();
        if (!expect(':') || !value(depth)) return false;
        skip_space();
      } while (take(','));
      if (!expect('}')) return false;
    }
    sink_.end_object();
    return true;
  }

  bool digits() {
    const std::size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > begin || fail(Errc::invalid_json);
  }

  bool number() {
    const std::size_t begin = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (!take('-')) take('+');
      if (!digits()) return false;
    }
    sink_.number(parse_json_number(text_.substr(begin, at_ - begin)));
    return true;
  }

  // `result` lives until the next string.
  bool string(std::string_view& result) {
    const std::size_t begin = ++at_;
    for (; at_ < text_.size(); ++at_) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        result = text_.substr(begin, at_++ - begin);
        return true;
      }
      if (c == '\\') break;
      if (c < 0x20) return fail(Errc::invalid_json);
    }
    scratch_.assign(text_, begin, at_ - begin);
    if (!escaped_string()) return false;
    result = scratch_;
    return true;
  }

  bool escaped_string() {
    while (at_ < text_.size()) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x20 &&
             text_[at_] != '"' && text_[at_] != '\\') {
        ++at_;
      }
      append_joining(scratch_, text_.substr(begin, at_ - begin));
      if (take('"')) return true;
      if (!expect('\\') || !escape()) return false;
    }
    return fail(Errc::invalid_json);
  }

  bool escape() {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (take('u')) {
      std::uint32_t unit = 0;
      if (!hex(unit)) return false;
      std::string character;
      append_code_point(character, unit);
      append_joining(scratch_, character);
      return true;
    }
    const std::size_t letter = at_ < text_.size() ? kLetters.find(text_[at_]) : kLetters.npos;
    if (letter == kLetters.npos) return fail(Errc::invalid_json);
    scratch_.push_back(kMeanings[letter]);
    ++at_;
    return true;
  }

  bool hex(std::uint32_t& unit) {
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      unit <<= 4;
      if (c >= '0' && c <= '9') {
        unit += static_cast<std::uint32_t>(c - '0');
      } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
        unit += static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
      } else {
        return fail(Errc::invalid_json);
      }
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Sink& sink_;
  std::string scratch_;  // the last string with escapes
  Error error_{Errc::invalid_json};
};

}  // namespace weft::encoding
