// Reads the run-length columns of the V2 encoding. Source: lib0 decoding.js RleDecoder,
// UintOptRleDecoder, IntDiffOptRleDecoder, StringDecoder.
//
// A column that ends early gives an error here, where lib0 goes on with zeros or undefined. Errors
// go to the reader of the whole input (`owner`), whose bytes the column's bytes are a part of.
#pragma once

#include <forward_list>
#include <string>
#include <string_view>

#include "encoding/reader.hpp"
#include "encoding/utf.hpp"

namespace weft::encoding {

namespace detail {
/// Tells the owner where in the whole input the column failed.
inline void pass_error(const Reader& column, Reader& owner) {
  if (column.ok()) [[likely]]
    return;
  owner.fail_at(column.error().code, static_cast<std::size_t>(column.position() - owner.begin()));
}
}  // namespace detail

/// Runs of one byte: value, then the run's length - 1; the last run goes on for ever.
class RleReader {
 public:
  explicit RleReader(ByteView column) : in_(column) {}

  std::uint8_t read(Reader& owner) {
    if (count_ == 0) refill(owner);
    --count_;
    return value_;
  }

 private:
  void refill(Reader& owner) {
    value_ = in_.u8();
    count_ = in_.at_end() ? std::uint64_t{1} << 62 : in_.varuint() + 1;
    detail::pass_error(in_, owner);
  }

  Reader in_;
  std::uint64_t count_ = 0;
  std::uint8_t value_ = 0;
};

/// Runs of an unsigned number: its varint, negative when the run's length - 2 follows.
class UintOptRleReader {
 public:
  explicit UintOptRleReader(ByteView column) : in_(column) {}

  std::uint64_t read(Reader& owner) {
    if (count_ == 0) refill(owner);
    --count_;
    return value_;
  }

 private:
  void refill(Reader& owner) {
    bool has_count = false;
    value_ = in_.varint_magnitude(has_count);
    count_ = has_count ? in_.varuint() + 2 : 1;
    detail::pass_error(in_, owner);
  }

  Reader in_;
  std::uint64_t count_ = 0;
  std::uint64_t value_ = 0;
};

/// Runs of one difference: varint of the difference * 2, + 1 when the run's length - 2 follows.
class IntDiffOptRleReader {
 public:
  explicit IntDiffOptRleReader(ByteView column) : in_(column) {}

  std::uint64_t read(Reader& owner) {
    if (count_ == 0) refill(owner);
    --count_;
    value_ += diff_;
    if (static_cast<std::uint64_t>(value_) > kSafeInteger) [[unlikely]]
      too_large(owner);
    return static_cast<std::uint64_t>(value_);
  }

 private:
  void refill(Reader& owner) {
    bool negative = false;
    const std::uint64_t magnitude = in_.varint_magnitude(negative, 2 * kSafeInteger + 1);
    const auto encoded = static_cast<std::int64_t>(magnitude);
    const std::int64_t signed_value = negative ? -encoded : encoded;
    diff_ = signed_value >> 1;
    count_ = (magnitude & 1) != 0 ? in_.varuint() + 2 : 1;
    detail::pass_error(in_, owner);
  }
  void too_large(Reader& owner);

  Reader in_;
  std::uint64_t count_ = 0;
  std::int64_t value_ = 0;
  std::int64_t diff_ = 0;
};

/// One string of a column. The text is valid (W)UTF-8: a cut inside a pair leaves a half at its
/// end and the other half at the start of the next string.
struct ColumnText {
  std::string_view text;
  std::uint64_t length_utf16 = 0;
  bool ascii = false;
};

/// All strings joined as a varstring, then their lengths in UTF-16 code units.
class StringReader {
 public:
  /// Checks the joined text; an error goes to `owner`.
  StringReader(ByteView column, Reader& owner);

  /// Texts live as long as the input and this reader.
  ColumnText read(Reader& owner) {
    const std::uint64_t length = lengths_.read(owner);
    if (length > units_left_) [[unlikely]] {
      owner.fail(Errc::unexpected_end);
      return {};
    }
    units_left_ -= length;
    if (!ascii_) return cut(length);
    const std::string_view text = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return {text, length, true};
  }

 private:
  ColumnText cut(std::uint64_t length);

  std::string_view rest_;         // begins with the character that holds the next unit
  std::uint64_t units_left_ = 0;  // of rest_, without a first half that was given out already
  bool ascii_ = true;
  bool inside_pair_ = false;  // the next unit is the low half of rest_'s first character
  UintOptRleReader lengths_;
  std::forward_list<std::string> cut_;  // texts that begin or end with half a character
};

}  // namespace weft::encoding
