// What an edit of a text is given, checked and measured before anything changes.
#pragma once

#include <optional>

#include <weft/content.hpp>

#include "document/doc_state.hpp"

namespace weft::types {

class TextCheck {
 public:
  // Each adds to what the edit brings; the first thing that is wrong stays. The first two give the
  // units that the text grows by.
  std::uint64_t add_text(std::string_view text);
  std::uint64_t add_embed(const Value& value);
  void add_type(const Prelim& type);
  void add_attributes(const Attributes& attributes);
  void add_line_feeds(std::uint64_t count);
  void add_measured(std::uint64_t units, std::uint64_t bytes) {
    units_ += units;
    bytes_ += bytes;
  }
  void fail(Errc code) {
    if (!error_) error_ = Error{code};
  }

  const std::optional<Error>& error() const { return error_; }
  std::uint64_t units() const { return units_; }
  std::uint64_t bytes() const { return bytes_; }

  /// Whether all of it is sound and fits into the document. Errors: invalid_utf8, too_deep,
  /// wrong_type, too_large.
  Result<void> result(document::DocState& doc) const;

 private:
  void add_value(const Value& value, int depth);
  void add_string(std::string_view text);

  std::uint64_t bytes_ = 0;
  std::uint64_t units_ = 0;
  std::uint64_t padding_ = 0;
  std::optional<Error> error_;
};

/// What a delta brings to an empty text.
TextCheck measure_delta(const Delta& delta);

/// Content for valid UTF-8.
document::NewContent text_content(std::string_view text);

/// Content for an embed that is no string. `buffer` holds the encoded value.
document::NewContent embed_content(const Value& value, Bytes& buffer);

/// As Text::apply_delta. Errors: too_large, where old formats that are written again do not fit.
/// REQUIRES: an open transaction; it was measured.
Result<void> write_delta(document::DocState& doc, store::TypeIx type, const Delta& delta,
                         bool sanitize);

}  // namespace weft::types
