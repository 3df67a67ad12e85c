// Reads a V1 update like ReaderV1, but tells of each struct only what is needed to copy it: where
// it stands, how long it is, which bytes it has. For the tools that move structs by the million.
//
// Checks all that ReaderV1 checks: what the fast way does not understand at first sight (rare
// kinds, integers in longer forms or above 2^49, the last bytes of a large update) goes to a
// ReaderV1.
#pragma once

#include "update/cursor_v1.hpp"
#include "update/delete_ranges.hpp"

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
};

class ScannerV1 : public CursorV1 {
 public:
  using Head = StructHead;

  explicit ScannerV1(Compat compat = Compat::v13) : reader_(ByteView{}, compat) {}
  explicit ScannerV1(ByteView update, Compat compat = Compat::v13) : ScannerV1(compat) {
    restart(update);
  }

  /// Begins anew with another update.
  void restart(ByteView update) {
    open(update);
    begin();
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
      const std::uint8_t* client_at = nullptr;
      open_section(client_at);
    }
    if (!can_look_ahead() || !scan(head)) [[unlikely]]
      return read_slowly(head);
    --structs_left_;
    head.client = client_;
    head.clock = clock_;
    if (head.length > kSafeInteger - clock_) [[unlikely]]
      fail(Errc::number_too_large);
    clock_ += head.length;
    return !error_;
  }

  /// Structs side by side, of one section.
  struct Run {
    std::uint64_t count = 0;
    Clock length = 0;  // of all
    ByteView raw;
  };
  /// Passes over what can be copied as it is: text and tombstones that follow in this section and
  /// end at or before `limit`.
  Run pass_run(Clock limit) {
    const std::uint8_t* const begin = at_;
    const Clock first = clock_;
    const std::uint64_t before = structs_left_;
    StructHead head;
    while (structs_left_ > 0 && can_look_ahead()) {
      const std::uint8_t* const at = at_;
      if ((*at & kHasParentSub) != 0 || !scan_plain(head, *at)) break;
      if (head.length > limit - clock_) {
        at_ = at;
        break;
      }
      clock_ += head.length;
      --structs_left_;
    }
    const auto offset = static_cast<std::size_t>(begin - base_);
    return {before - structs_left_, clock_ - first,
            update_.subspan(offset, static_cast<std::size_t>(at_ - begin))};
  }

  /// The struct whose head this is, of this update, with its content. Valid until the next call.
  const Struct& full(const StructHead& head) {
    const auto offset = static_cast<std::size_t>(head.raw.data() - update_.data());
    reader_.resume(update_, offset, 0, 1, head.client, head.clock);
    reader_.next(struct_);
    return struct_;
  }

 private:
  // Fills in everything but client and clock; false when the slow way has to look at it.
  bool scan(StructHead& head) {
    const std::uint8_t* const begin = at_;
    const std::uint8_t info = *begin;
    head.kind = static_cast<Kind>(info & kKindMask);
    head.info = info;
    if (head.kind == Kind::string || head.kind == Kind::deleted) [[likely]] {
      if (!scan_plain(head, info)) return false;
      head.info = static_cast<std::uint8_t>(info & ~unsigned{kHasParentSub});
    } else if (info == static_cast<std::uint8_t>(Kind::gc) ||
               info == static_cast<std::uint8_t>(Kind::skip)) {
      const std::uint8_t* at = begin + 1;
      bool odd = false;
      head.length = take_varuint(at, odd);
      if (odd || at > end_) return false;
      at_ = at;
    } else {
      return false;
    }
    head.raw = update_.subspan(static_cast<std::size_t>(begin - base_),
                               static_cast<std::size_t>(at_ - begin));
    head.copy_body = true;
    return true;
  }

  // Text or a tombstone with a neighbour that names its parent: its length.
  bool scan_plain(StructHead& head, std::uint8_t info) {
    const auto kind = static_cast<Kind>(info & kKindMask);
    if (kind != Kind::string && kind != Kind::deleted) return false;
    if ((info & (kHasOrigin | kHasRightOrigin)) == 0) return false;
    const std::uint8_t* at = at_ + 1;
    bool odd = false;
    if ((info & kHasOrigin) != 0) {
      skip_varuint(at, odd);
      skip_varuint(at, odd);
    }
    if ((info & kHasRightOrigin) != 0) {
      skip_varuint(at, odd);
      skip_varuint(at, odd);
    }
    head.length = take_varuint(at, odd);
    if (odd || at > end_) return false;
    if (kind == Kind::string && !scan_text(head, at)) return false;
    at_ = at;
    return true;
  }

  // A text of head.length bytes at `at`.
  bool scan_text(StructHead& head, const std::uint8_t*& at) const {
    if (head.length > static_cast<std::uint64_t>(end_ - at)) return false;
    const auto size = static_cast<std::size_t>(head.length);
    const std::string_view text = as_text({at, size});
    const bool padded = readable_ - at >= static_cast<std::ptrdiff_t>(encoding::kScanPadding);
    const auto scan = padded ? encoding::scan_utf8_padded(text) : encoding::scan_utf8(text);
    if (!scan.valid) return false;
    head.length = scan.length_utf16;
    at += size;
    return true;
  }

  bool read_slowly(StructHead& head);

  Struct struct_;
  ReaderV1 reader_;
};

}  // namespace weft::update
