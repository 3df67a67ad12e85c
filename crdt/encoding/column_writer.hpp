// Writes the run-length columns of the V2 encoding. Source: lib0 encoding.js RleEncoder,
// UintOptRleEncoder, IntDiffOptRleEncoder, StringEncoder. The layouts are told in
// column_reader.hpp.
//
// `write_all` writes many values without a branch on what they are: a run is stored as it would end
// now, and stored over when it goes on.
#pragma once

#include <span>
#include <string_view>

#include "encoding/utf.hpp"
#include "encoding/writer.hpp"

namespace weft::encoding {

namespace detail {
inline constexpr std::size_t kPutMax = 8;  // bytes that one number's store touches
inline constexpr std::size_t kRunMax = 6;  // bytes of a run of 32-bit numbers, for each of them

/// Stores a number of repetitions; -1 and -2 stand for none, and leave what they like behind `at`.
/// Few have a second byte.
inline std::uint8_t* put_repeats(std::uint8_t* at, std::int64_t repeats) {
  if (repeats >= 0x80) [[unlikely]]
    return put_varuint(at, static_cast<std::uint32_t>(repeats));
  *at = static_cast<std::uint8_t>(repeats);
  return at + 1;
}

/// Behind the value of a run of `count`, which ends at `one`, how often it comes; no run at all
/// ends where it begins.
inline std::uint8_t* put_count(std::uint8_t* begin, std::uint8_t* one, std::int64_t count) {
  std::uint8_t* const many = put_repeats(one, count - 2);
  std::uint8_t* const end = count > 1 ? many : one;
  return count > 0 ? end : begin;
}
}  // namespace detail

class RleWriter {
 public:
  void write(std::uint8_t value) { write_all({&value, 1}); }

  void write_all(std::span<const std::uint8_t> values) {
    std::uint8_t* at = out_.claim(values.size() * 2 + 16);
    std::int64_t count = count_;
    std::uint8_t last = value_;
    for (const std::uint8_t value : values) {
      std::uint8_t* end = detail::put_repeats(at, count - 1);
      end = count == 0 ? at : end;
      *end++ = value;
      const bool same = count > 0 && value == last;
      at = same ? at : end;
      count = same ? count + 1 : 1;
      last = value;
    }
    out_.commit(at);
    count_ = count;
    value_ = last;
  }

  /// The column; the last run's length is left out.
  ByteView finish() const { return out_.bytes(); }

 private:
  Writer out_;
  std::int64_t count_ = 0;
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

  void write_all(std::span<const std::uint32_t> values) {
    std::uint8_t* at = out_.claim(values.size() * detail::kRunMax + 4 * detail::kPutMax);
    std::int64_t count = count_;
    std::uint64_t last = value_;
    for (const std::uint64_t value : values) {
      std::uint8_t* const end = put_run(at, last, count);
      const bool same = value == last;
      at = same ? at : end;
      count = same ? count + 1 : 1;
      last = value;
    }
    out_.commit(at);
    count_ = count;
    value_ = last;
  }

  ByteView finish() {
    flush();
    return out_.bytes();
  }

 private:
  static std::uint8_t* put_run(std::uint8_t* at, std::uint64_t value, std::int64_t count) {
    return detail::put_count(at, put_varint(at, value, count > 1), count);
  }
  void flush() { out_.commit(put_run(out_.claim(2 * detail::kPutMax), value_, count_)); }

  Writer out_;
  std::uint64_t value_ = 0;
  std::int64_t count_ = 0;
};

class IntDiffOptRleWriter {
 public:
  void reserve(std::size_t bytes) { out_.reserve(bytes); }

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

  void write_all(std::span<const std::uint32_t> values) {
    std::uint8_t* at = out_.claim(values.size() * detail::kRunMax + 4 * detail::kPutMax);
    std::int64_t count = count_;
    std::int64_t last = value_;
    std::int64_t run = diff_;
    for (const std::int64_t value : values) {
      const std::int64_t diff = value - last;
      last = value;
      std::uint8_t* const end = put_run(at, run, count);
      const bool same = diff == run;
      at = same ? at : end;
      count = same ? count + 1 : 1;
      run = diff;
    }
    out_.commit(at);
    count_ = count;
    value_ = last;
    diff_ = run;
  }

  ByteView finish() {
    flush();
    return out_.bytes();
  }

 private:
  static std::uint8_t* put_run(std::uint8_t* at, std::int64_t diff, std::int64_t count) {
    const std::int64_t encoded = diff * 2 + (count > 1 ? 1 : 0);
    const auto magnitude = static_cast<std::uint64_t>(encoded < 0 ? -encoded : encoded);
    return detail::put_count(at, put_varint(at, magnitude, encoded < 0), count);
  }
  void flush() { out_.commit(put_run(out_.claim(2 * detail::kPutMax), diff_, count_)); }

  Writer out_;
  std::int64_t value_ = 0;
  std::int64_t diff_ = 0;
  std::int64_t count_ = 0;
};

class StringWriter {
 public:
  /// `text` is (W)UTF-8: halves that meet at a join become one character, as in JavaScript.
  void write(std::string_view text);

  /// Room for so many bytes of text at the end, to be written in place up to what `commit` is told.
  /// All of it is ASCII, the units of each text go to `write_lengths`.
  std::uint8_t* claim(std::size_t size) { return joined_.claim(size); }
  void commit(const std::uint8_t* end) { joined_.commit(end); }
  void reserve(std::size_t bytes) { joined_.reserve(bytes); }
  void write_lengths(std::span<const std::uint32_t> units) { lengths_.write_all(units); }

  /// Appends the column to `out`, with its size before it.
  void finish(Writer& out);
  std::size_t size() const { return joined_.size(); }

 private:
  Writer joined_;
  UintOptRleWriter lengths_;
};

}  // namespace weft::encoding
