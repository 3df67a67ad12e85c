// Reads a V1 update like ReaderV1, but tells of each struct only what is needed to copy it: where
// it stands, how long it is, which bytes it has. For the tools that move structs by the million.
//
// Checks all that ReaderV1 checks: what the fast way does not understand at first sight (rare
// kinds, integers in longer forms or above 2^49, the last bytes of a large update) goes to a
// ReaderV1. A small update is copied into a buffer with zeros behind it, so that eight bytes can
// always be looked at at once; zeros end every integer, and each struct is checked to end within
// the update.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <optional>

#include "update/delete_ranges.hpp"
#include "update/reader_v1.hpp"

namespace weft::update {

/// A struct without its content.
struct StructHead {
  ClientId client = 0;
  Clock clock = 0;
  Clock length = 0;
  ByteView raw;  // the struct's own bytes, in the update
  Kind kind = Kind::skip;
  std::uint8_t info = 0;   // the info byte that write_struct gives
  bool copy_body = false;  // write_struct would give raw's bytes after the first one

  bool copy_whole() const { return copy_body && info == raw[0]; }
};

class ScannerV1 {
 public:
  using Head = StructHead;

  explicit ScannerV1(Compat compat = Compat::v13) : reader_(ByteView{}, compat) {}
  explicit ScannerV1(ByteView update, Compat compat = Compat::v13) : ScannerV1(compat) {
    restart(update);
  }

  /// Begins anew with another update.
  void restart(ByteView update) {
    open(update);
    sections_left_ = rest_varuint();
    structs_left_ = 0;
  }

  /// Goes on behind `last`, a struct of `update`, after which so many are left.
  void resume(ByteView update, const StructHead& last, std::uint64_t sections_left,
              std::uint64_t structs_left) {
    open(update);
    at_ += last.raw.data() + last.raw.size() - update.data();
    sections_left_ = sections_left;
    structs_left_ = structs_left;
    client_ = last.client;
    clock_ = last.clock + last.length;
  }

  /// The next struct; false at the end of the structs or at an error.
  bool next(StructHead& head) {
    while (structs_left_ == 0) {
      if (sections_left_ == 0 || error_) return false;
      open_section();
    }
    if (readable_ - at_ < kLookAhead || !scan(head)) [[unlikely]]
      return read_slowly(head);
    --structs_left_;
    head.client = client_;
    head.clock = clock_;
    if (head.length > kSafeInteger - clock_) [[unlikely]]
      fail(Errc::number_too_large);
    clock_ += head.length;
    return !error_;
  }

  /// The struct whose head this is, of this update, with its content. Valid until the next call.
  const Struct& full(const StructHead& head) {
    const auto offset = static_cast<std::size_t>(head.raw.data() - update_.data());
    reader_.resume(update_, offset, 0, 1, head.client, head.clock);
    reader_.next(struct_);
    return struct_;
  }

  bool at_last_struct() const { return structs_left_ == 0 && sections_left_ == 0; }
  std::uint64_t sections_left() const { return sections_left_; }
  std::uint64_t structs_left() const { return structs_left_; }

  /// The next range of the delete set, as StructReader::next_delete.
  bool next_delete(ClientId& client, ClockRange& range);

  bool ok() const { return !error_; }
  Error error() const {
    assert(error_);
    return *error_;
  }

 private:
  static constexpr std::ptrdiff_t kLookAhead = 64;  // a struct's fields before its text
  static constexpr std::size_t kSmallUpdate = 64;   // bytes
  static constexpr std::uint64_t kStops = 0x8080'8080'8080'8080;

  void open(ByteView update) {
    update_ = update;
    base_ = update.data();
    readable_ = base_ + update.size();
    if (update.size() <= kSmallUpdate) {
      std::memcpy(small_.data(), update.data(), update.size());
      std::memset(small_.data() + update.size(), 0, kLookAhead + 8);
      base_ = small_.data();
      readable_ = base_ + update.size() + kLookAhead + 8;
    }
    at_ = base_;
    end_ = base_ + update.size();
    deletes_begun_ = false;
    error_.reset();
  }

  void fail(Errc code) {
    if (!error_) error_ = Error{code, static_cast<std::size_t>(at_ - base_)};
  }

  /// An integer of at most seven bytes in its shortest form; otherwise `odd` is set.
  static std::uint64_t take_varuint(const std::uint8_t*& at, bool& odd) {
    if (*at < 0x80) [[likely]]
      return *at++;
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    const auto bits = static_cast<unsigned>(std::countr_zero((~word & kStops) | 1ULL << 63)) + 1;
    word &= ~std::uint64_t{0} >> (64 - bits);
    odd |= bits > 56 || word >> (bits - 8) == 0;
    at += bits / 8;
    word = (word & 0x007F'007F'007F'007F) | ((word & 0x7F00'7F00'7F00'7F00) >> 1);
    word = (word & 0x0000'3FFF'0000'3FFF) | ((word & 0x3FFF'0000'3FFF'0000) >> 2);
    return (word & 0x0FFF'FFFF) | ((word & 0x0FFF'FFFF'0000'0000) >> 4);
  }

  static void skip_varuint(const std::uint8_t*& at, bool& odd) {
    if (*at < 0x80) {
      ++at;
      return;
    }
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    const auto bits = static_cast<unsigned>(std::countr_zero((~word & kStops) | 1ULL << 63)) + 1;
    odd |= bits > 56 || (word << (64 - bits)) >> 56 == 0;
    at += bits / 8;
  }

  // Fills in everything but client and clock; false when the slow way has to look at it.
  bool scan(StructHead& head) {
    const std::uint8_t* at = at_;
    const std::uint8_t info = *at++;
    bool odd = false;
    head.kind = static_cast<Kind>(info & kKindMask);
    head.info = info;
    if (head.kind == Kind::string || head.kind == Kind::deleted) [[likely]] {
      if ((info & (kHasOrigin | kHasRightOrigin)) == 0) return false;
      if ((info & kHasOrigin) != 0) {
        skip_varuint(at, odd);
        skip_varuint(at, odd);
      }
      if ((info & kHasRightOrigin) != 0) {
        skip_varuint(at, odd);
        skip_varuint(at, odd);
      }
      head.info = static_cast<std::uint8_t>(info & ~unsigned{kHasParentSub});
      head.length = take_varuint(at, odd);
      if (odd) return false;
      if (head.kind == Kind::string && !scan_text(head, at)) return false;
    } else if (info == static_cast<std::uint8_t>(Kind::gc) ||
               info == static_cast<std::uint8_t>(Kind::skip)) {
      head.length = take_varuint(at, odd);
      if (odd) return false;
    } else {
      return false;
    }
    if (at > end_) return false;
    head.raw =
        update_.subspan(static_cast<std::size_t>(at_ - base_), static_cast<std::size_t>(at - at_));
    head.copy_body = true;
    at_ = at;
    return true;
  }

  // A text of head.length bytes at `at`.
  bool scan_text(StructHead& head, const std::uint8_t*& at) const {
    if (at > end_ || head.length > static_cast<std::uint64_t>(end_ - at)) return false;
    const auto size = static_cast<std::size_t>(head.length);
    const auto text = encoding::scan_utf8(as_text({at, size}));
    if (!text.valid) return false;
    head.length = text.length_utf16;
    at += size;
    return true;
  }

  void open_section() {
    --sections_left_;
    structs_left_ = rest_varuint();
    client_ = rest_varuint();
    clock_ = rest_varuint();
  }

  /// A checked integer, in whatever form.
  std::uint64_t rest_varuint() {
    bool odd = false;
    const std::uint8_t* at = at_;
    if (readable_ - at >= 8) [[likely]] {
      const std::uint64_t value = take_varuint(at, odd);
      if (!odd && at <= end_) [[likely]] {
        at_ = at;
        return value;
      }
    }
    return read_varuint_slowly();
  }

  std::uint64_t read_varuint_slowly();
  bool read_slowly(StructHead& head);

  ByteView update_;
  const std::uint8_t* base_ = nullptr;  // the update's bytes, or their copy in small_
  const std::uint8_t* at_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  const std::uint8_t* readable_ = nullptr;  // end_, or further where zeros follow
  std::uint64_t sections_left_ = 0;
  std::uint64_t structs_left_ = 0;
  ClientId client_ = 0;
  Clock clock_ = 0;
  bool deletes_begun_ = false;
  std::optional<Error> error_;
  std::array<std::uint8_t, kSmallUpdate + kLookAhead + 8> small_{};
  Struct struct_;
  ReaderV1 reader_;
};

}  // namespace weft::update
