// Source: Yjs obfuscateUpdate and createObfuscator (src/utils/updates.js, 13 and 14).
#include <map>
#include <optional>
#include <string>

#include <weft/update.hpp>

#include "encoding/any_tag.hpp"
#include "encoding/number.hpp"
#include "update/encoder_v2.hpp"
#include "update/reader_v2.hpp"
#include "update/transfer.hpp"

namespace weft {

namespace update {

namespace {

/// Puts numbers in the place of what people wrote. All that one item loses is replaced by its
/// number among the items; names and values that occur again are replaced as the first time.
class Obfuscator {
 public:
  Obfuscator(const ObfuscateOptions& options, Compat compat) : options_(options), compat_(compat) {}

  /// The struct's views point into the obfuscator until the next call.
  void apply(Struct& s) {
    if (s.kind == Kind::gc || s.kind == Kind::skip) return;
    number_ = std::to_string(count_);
    apply_content(s);
    if (s.has_parent_sub && !s.parent_sub.empty()) s.parent_sub = stand_in(map_keys_, s.parent_sub);
    ++count_;
  }

 private:
  using Names = std::map<std::string, std::string, std::less<>>;

  void apply_content(Struct& s) {
    Content& content = s.content;
    switch (s.kind) {
      case Kind::type:
        if (options_.yxml) hide_name(content);
        break;
      case Kind::any:
      case Kind::json:
        content.bytes = repeat_number(s.kind, s.length);
        break;
      case Kind::binary:
        text_.assign(1, static_cast<char>(count_ & 0xFF));
        content.bytes = text_;
        break;
      case Kind::doc:
        if (options_.subdocs) {
          content.key = number_;
          content.bytes = {kNoOptions, sizeof kNoOptions};
        }
        break;
      case Kind::embed:
        content.bytes = "{}";
        content.is_json = true;
        break;
      case Kind::format:
        if (options_.formatting) hide_format(content);
        break;
      case Kind::string:
        text_.assign(s.length, number_.back());
        content.bytes = text_;
        content.ascii = true;
        break;
      default:
        break;
    }
  }

  std::string_view stand_in(Names& names, std::string_view name, std::string_view prefix = {}) {
    auto at = names.find(name);
    if (at == names.end()) at = names.emplace(name, std::string(prefix) + number_).first;
    return at->second;
  }

  void hide_name(Content& content) {
    if (!type_has_key(content.type_ref)) return;
    const bool is_element = content.type_ref == 3;
    const std::string_view prefix = compat_ == Compat::v14 ? "typename-"
                                    : is_element           ? "node-"
                                                           : "hook-";
    content.key = stand_in(node_names_, content.key, prefix);
  }

  std::string_view repeat_number(Kind kind, std::uint64_t length) {
    values_.clear();
    encoding::Writer one;
    if (kind == Kind::json) {
      one.varstring(number_);
    } else {
      encoding::write_any_number(one, static_cast<double>(count_));
    }
    for (std::uint64_t i = 0; i < length; ++i) values_.raw(one.bytes());
    return as_text(values_.bytes());
  }

  void hide_format(Content& content) {
    content.key = stand_in(format_keys_, content.key);
    if (is_null(content)) return;  // the end of a range stays one
    const auto value = [this] { return "{\"i\":" + number_ + "}"; };
    if (const auto identity = primitive(content)) {
      auto at = format_values_.find(*identity);
      if (at == format_values_.end()) at = format_values_.emplace(*identity, value()).first;
      content.bytes = at->second;
    } else {
      text_ = value();
      content.bytes = text_;
    }
    content.is_json = true;
  }

  static std::uint8_t first_byte(const Content& content) {
    return static_cast<std::uint8_t>(content.bytes[0]);
  }

  static bool is_null(const Content& content) {
    return content.is_json ? content.bytes == "null"
                           : first_byte(content) == encoding::any_tag::kNull;
  }

  /// What two values have in common exactly when a JavaScript Map takes them for one key; nothing
  /// for objects, of which none is like another.
  static std::optional<std::string> primitive(const Content& content) {
    const std::uint8_t first = first_byte(content);
    if (content.is_json) {
      if (first == '{' || first == '[') return std::nullopt;
      return 'j' + std::string(content.bytes);
    }
    if (first <= encoding::any_tag::kObject) return std::nullopt;
    if (content.bytes == std::string_view("\x7D\x40", 2)) return "j0";  // -0 is like 0
    if (content.bytes == std::string_view("\x7D\x00", 2)) return "j0";
    return 'a' + std::string(content.bytes);
  }

  static constexpr char kNoOptions[] = {0x76, 0x00};

  ObfuscateOptions options_;
  Compat compat_;
  std::uint64_t count_ = 0;
  std::string number_;  // count_ in digits
  Names map_keys_;
  Names node_names_;
  Names format_keys_;
  Names format_values_;
  encoding::Writer values_;
  std::string text_;
};

template <typename Reader, typename Encoder>
Result<Bytes> obfuscate(ByteView update, const ObfuscateOptions& options, Compat compat) {
  Transfer<Reader, Encoder> way(update, compat);
  Obfuscator obfuscator(options, compat);
  while (way.next()) {
    obfuscator.apply(way.current());
    way.put(0);
  }
  return way.finish();
}

}  // namespace

}  // namespace update

Result<Bytes> obfuscate_update(ByteView update, const ObfuscateOptions& options, Encoding encoding,
                               Compat compat) {
  using namespace update;  // NOLINT(google-build-using-namespace): one function
  return encoding == Encoding::v2 ? obfuscate<ReaderV2, EncoderV2>(update, options, compat)
                                  : obfuscate<ReaderV1, EncoderV1>(update, options, compat);
}

}  // namespace weft
