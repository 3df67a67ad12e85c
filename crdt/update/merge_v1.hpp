// The updates of a V1 merge: where each stands, and how its structs get to the output.
//
// One reader serves all updates; of each only its next struct and where to go on is kept, in one
// cache line, because a log holds many small updates. Structs whose bytes may stay as they are
// are copied in the longest possible pieces.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <weft/error.hpp>

#include "update/content_writer.hpp"
#include "update/delete_ranges.hpp"
#include "update/encoder_v1.hpp"
#include "update/merge_order.hpp"
#include "update/reader_v1.hpp"
#include "update/section_writer.hpp"

namespace weft::update {

/// The next struct of one update.
struct HeadV1 {
  ClientId client = 0;
  Clock clock = 0;
  Clock length = 0;
  const std::uint8_t* raw = nullptr;
  std::size_t raw_size = 0;
  std::uint64_t sections_left = 0;
  std::uint64_t structs_left = 0;
  Kind kind = Kind::skip;
  std::uint8_t info = 0;   // the byte that write_struct gives
  bool copy_body = false;  // what follows the info byte may be copied
  bool has = false;        // false: the update has ended

  Clock end() const { return clock + length; }
  bool is_gc() const { return kind == Kind::gc; }
};

class MergeSourceV1 {
 public:
  using Encoder = EncoderV1;
  using Head = HeadV1;

  explicit MergeSourceV1(std::span<const ByteView> updates);

  std::size_t size() const { return heads_.size(); }
  bool has(std::size_t i) const { return heads_[i].has; }
  HeadKey key(std::size_t i) const {
    return {heads_[i].client, heads_[i].clock, heads_[i].is_gc()};
  }
  const HeadV1& head(std::size_t i) const { return heads_[i]; }

  /// Goes to the next struct of update `i` that is no Skip; with its last struct, takes its
  /// deletes. REQUIRES: has(i).
  void advance(std::size_t i) {
    HeadV1& head = heads_[i];
    if (head.structs_left == 0 && head.sections_left == 0) {
      head.has = false;
      return;
    }
    if (active_ != i) activate(i);
    read_next(head);
  }

  /// The head of `i` as a struct. Valid until the next call.
  const Struct& current(std::size_t i);

  /// The first error in any update.
  const std::optional<Error>& error() const { return error_; }
  DeleteRanges& deletes() { return deletes_; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  void activate(std::size_t i);
  void read_next(HeadV1& head);
  void take_deletes();

  std::span<const ByteView> updates_;
  std::vector<HeadV1> heads_;
  ReaderV1 reader_{ByteView{}};
  ReaderV1 again_{ByteView{}};  // reads single structs a second time
  Struct struct_;
  Struct current_;
  std::size_t active_ = kNone;  // the update that reader_ reads
  DeleteRanges deletes_;
  std::optional<Error> error_;
};

class MergeSinkV1 {
 public:
  MergeSinkV1(MergeSourceV1& source, std::size_t reserve) : source_(source), out_(reserve) {}

  /// The head of update `i` beyond its first `offset` units.
  void put(std::size_t i, Clock offset) {
    const HeadV1& head = source_.head(i);
    if (offset != 0 || !head.copy_body || head.info != *head.raw) return write(i, offset);
    if (head.raw != run_end_ || head.client != client_) {
      flush();
      run_begin_ = head.raw;
      client_ = head.client;
    }
    run_end_ = head.raw + head.raw_size;
    out_.begin_struct(head.client, head.clock);
  }
  void put_gc(ClientId client, Clock clock, Clock length) {
    flush();
    out_.begin_struct(client, clock);
    out_.encoder().write_info(0);
    out_.encoder().write_len(length);
  }
  void put_skip(ClientId client, Clock clock, Clock length) {
    flush();
    out_.begin_struct(client, clock);
    out_.encoder().write_info(static_cast<std::uint8_t>(Kind::skip));
    out_.encoder().write_rest_varuint(length);
  }

  Bytes finish() {
    flush();
    out_.finish_structs();
    write_deletes(out_.encoder(), source_.deletes());
    return out_.encoder().finish();
  }

 private:
  void flush() {
    if (run_begin_ != run_end_) {
      out_.encoder().write_rest({run_begin_, static_cast<std::size_t>(run_end_ - run_begin_)});
    }
    run_begin_ = run_end_ = nullptr;
  }
  void write(std::size_t i, Clock offset);

  MergeSourceV1& source_;
  SectionWriter<EncoderV1> out_;
  const std::uint8_t* run_begin_ = nullptr;  // structs that lie side by side, yet to be copied
  const std::uint8_t* run_end_ = nullptr;
  ClientId client_ = 0;  // of the run
};

}  // namespace weft::update
