// A place in a V1 update, with eight bytes and more to look at: what the fast readers share.
//
// A small update is copied into a buffer with zeros behind it, so that eight bytes can always be
// looked at at once; zeros end every integer, and whoever reads checks that a struct ends within
// the update. What a fast reader does not understand at first sight goes to a ReaderV1.
#pragma once

#include <array>
#include <cassert>
#include <optional>

#include "update/fast_varuint.hpp"
#include "update/reader_v1.hpp"

namespace weft::update {

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): small_ is filled as far as it is read
class CursorV1 {
 public:
  /// The next range of the delete set, as StructReader::next_delete.
  bool next_delete(ClientId& client, ClockRange& range) {
    if (!deletes_begun_) begin_deletes();
    while (structs_left_ == 0) {
      if (sections_left_ == 0 || error_) return false;
      --sections_left_;
      client_ = rest_varuint();
      structs_left_ = rest_varuint();
    }
    --structs_left_;
    client = client_;
    range.clock = rest_varuint();
    range.length = rest_varuint();
    if (range.length > kSafeInteger - range.clock) fail(Errc::invalid_delete_set);
    return !error_;
  }

  bool at_last_struct() const { return structs_left_ == 0 && sections_left_ == 0; }
  std::uint64_t sections_left() const { return sections_left_; }
  std::uint64_t structs_left() const { return structs_left_; }

  bool ok() const { return !error_; }
  Error error() const {
    assert(error_);
    return *error_;
  }

 protected:
  static constexpr std::ptrdiff_t kLookAhead = 64;  // a struct's fields before its text

  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): as above
  CursorV1() = default;

  void open(ByteView update) {
    update_ = update;
    base_ = update.data();
    readable_ = base_ + update.size();
    if (update.size() <= kSmallUpdate) {
      if (!update.empty()) std::memcpy(small_.data(), update.data(), update.size());
      std::memset(small_.data() + update.size(), 0, kLookAhead + 8);
      base_ = small_.data();
      readable_ = base_ + update.size() + kLookAhead + 8;
    }
    at_ = base_;
    end_ = base_ + update.size();
    deletes_begun_ = false;
    error_.reset();
  }

  void begin() {
    sections_left_ = rest_varuint();
    structs_left_ = 0;
  }

  void fail(Errc code) {
    if (!error_) error_ = Error{code, offset()};
  }

  std::size_t offset() const { return static_cast<std::size_t>(at_ - base_); }
  bool can_look_ahead() const { return readable_ - at_ >= kLookAhead; }

  /// Where a client's id stands begins `client_at`.
  void open_section(const std::uint8_t*& client_at) {
    --sections_left_;
    structs_left_ = rest_varuint();
    client_at = at_;
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

 private:
  static constexpr std::size_t kSmallUpdate = 64;  // bytes

  void begin_deletes() {
    deletes_begun_ = true;
    sections_left_ = rest_varuint();
    structs_left_ = 0;
  }
  std::uint64_t read_varuint_slowly();

  std::array<std::uint8_t, kSmallUpdate + kLookAhead + 8> small_;
};

}  // namespace weft::update
