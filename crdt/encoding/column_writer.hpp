// Writes the run-length columns of the V2 encoding. Source: lib0 encoding.js RleEncoder,
// UintOptRleEncoder, IntDiffOptRleEncoder, StringEncoder. The layouts are told in
// column_reader.hpp.
#pragma once

#include <string>
#include <string_view>

#include "encoding/utf.hpp"
#include "encoding/writer.hpp"

namespace weft::encoding {

class RleWriter {
 public:
  void write(std::uint8_t value) {
    if (count_ > 0 && value_ == value) {
      ++count_;
      return;
    }
    if (count_ > 0) out_.varuint(count_ - 1);
    count_ = 1;
    out_.u8(value);
    value_ = value;
  }

  /// The column; the last run's length is left out.
  ByteView finish() const { return out_.bytes(); }

 private:
  Writer out_;
  std::uint64_t count_ = 0;
  std::uint8_t value_ = 0;
};

class UintOptRleWriter {
 public:
  void write(std::uint64_t value) {
    if (value_ == value) {  // so a first 0 joins an empty run of zeros
      ++count_;
      return;
    }
    flush();
    count_ = 1;
    value_ = value;
  }

  ByteView finish() {
    flush();
    return out_.bytes();
  }

 private:
  void flush() {
    if (count_ == 0) return;
    out_.varint(value_, count_ > 1);
    if (count_ > 1) out_.varuint(count_ - 2);
    count_ = 0;
  }

  Writer out_;
  std::uint64_t value_ = 0;
  std::uint64_t count_ = 0;
};

class IntDiffOptRleWriter {
 public:
  void write(std::uint64_t value) {
    const std::int64_t diff = static_cast<std::int64_t>(value) - value_;
    value_ = static_cast<std::int64_t>(value);
    if (diff_ == diff) {
      ++count_;
      return;
    }
    flush();
    count_ = 1;
    diff_ = diff;
  }

  ByteView finish() {
    flush();
    return out_.bytes();
  }

 private:
  void flush() {
    if (count_ == 0) return;
    const std::int64_t encoded = diff_ * 2 + (count_ > 1 ? 1 : 0);
    out_.varint(static_cast<std::uint64_t>(encoded < 0 ? -encoded : encoded), encoded < 0);
    if (count_ > 1) out_.varuint(count_ - 2);
    count_ = 0;
  }

  Writer out_;
  std::int64_t value_ = 0;
  std::int64_t diff_ = 0;
  std::uint64_t count_ = 0;
};

class StringWriter {
 public:
  /// `text` is (W)UTF-8: halves that meet at a join become one character, as in JavaScript.
  void write(std::string_view text) {
    const auto scan = scan_utf8(text);
    lengths_.write(scan.ascii ? text.size() : utf16_length(text));
    if (scan.ascii) {
      joined_.append(text);
    } else {
      append_joining(joined_, text);
    }
  }

  /// Appends the column to `out`, with its size before it.
  void finish(Writer& out);

 private:
  std::string joined_;
  UintOptRleWriter lengths_;
};

}  // namespace weft::encoding
