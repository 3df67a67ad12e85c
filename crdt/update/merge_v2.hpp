// The updates of a V2 merge: where each stands, and how its structs get to the output.
//
// A V2 reader keeps ten cursors, far more than a small update is long. So only an update that is
// large, or has been read far, keeps its reader; another is read from its begin each time that its
// turn comes.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <weft/error.hpp>

#include "update/content_writer.hpp"
#include "update/delete_ranges.hpp"
#include "update/encoder_v2.hpp"
#include "update/merge_order.hpp"
#include "update/reader_v2.hpp"
#include "update/section_writer.hpp"

namespace weft::update {

/// An update's reader and the struct that it has read last.
struct OpenV2 {
  OpenV2(ByteView update, Trust trust) : reader(update, Compat::v13, trust) {}

  ReaderV2 reader;
  Struct current;
};

/// The next struct of one update.
struct HeadV2 {
  ClientId client = 0;
  Clock clock = 0;
  Clock length = 0;
  std::uint64_t structs_read = 0;  // Skips included
  Kind kind = Kind::skip;
  bool has = false;
  bool last = false;             // its deletes are taken already
  std::unique_ptr<OpenV2> open;  // of updates that are large or have been read far

  Clock end() const { return clock + length; }
  bool is_gc() const { return kind == Kind::gc; }
};

class MergeSourceV2 {
 public:
  using Encoder = EncoderV2;
  using Head = HeadV2;

  MergeSourceV2(std::span<const ByteView> updates, Trust trust);

  std::size_t size() const { return heads_.size(); }
  bool has(std::size_t i) const { return heads_[i].has; }
  HeadKey key(std::size_t i) const {
    return {heads_[i].client, heads_[i].clock, heads_[i].is_gc()};
  }
  const HeadV2& head(std::size_t i) const { return heads_[i]; }

  /// Goes to the next struct of update `i` that is no Skip; with its last struct, takes its
  /// deletes. REQUIRES: has(i).
  void advance(std::size_t i);

  /// The head of `i` as a struct. Valid until the next call.
  const Struct& current(std::size_t i) { return open(i).current; }

  const std::optional<Error>& error() const { return error_; }
  DeleteRanges& deletes() { return deletes_; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  OpenV2& open(std::size_t i);
  void read_next(HeadV2& head, OpenV2& open);
  void take_deletes(ReaderV2& reader);

  std::span<const ByteView> updates_;
  Trust trust_;
  std::vector<HeadV2> heads_;
  std::optional<OpenV2> small_;  // the small update that was read last
  std::size_t small_of_ = kNone;
  DeleteRanges deletes_;
  std::optional<Error> error_;
};

class MergeSinkV2 {
 public:
  MergeSinkV2(MergeSourceV2& source, std::size_t reserve) : source_(source), out_(reserve) {}

  /// The head of update `i` beyond its first `offset` units.
  void put(std::size_t i, Clock offset) {
    const HeadV2& head = source_.head(i);
    out_.begin_struct(head.client, head.clock + offset);
    write_struct(out_.encoder(), source_.current(i), offset);
  }
  void put_gc(ClientId client, Clock clock, Clock length) {
    out_.begin_struct(client, clock);
    out_.encoder().write_info(0);
    out_.encoder().write_len(length);
  }
  void put_skip(ClientId client, Clock clock, Clock length) {
    out_.begin_struct(client, clock);
    out_.encoder().write_info(static_cast<std::uint8_t>(Kind::skip));
    out_.encoder().write_rest_varuint(length);
  }

  Bytes finish() {
    out_.finish_structs();
    write_deletes(out_.encoder(), source_.deletes());
    return out_.encoder().finish();
  }

 private:
  MergeSourceV2& source_;
  SectionWriter<EncoderV2> out_;
};

}  // namespace weft::update
