// The updates of a V1 merge: where each stands, and how its structs get to the output.
//
// One reader serves all updates; of each only its next struct and where to go on is kept, in one
// cache line, because a log holds many small updates. Structs whose bytes may stay as they are
// are copied in the longest possible pieces.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <weft/error.hpp>

#include "update/copy_writer_v1.hpp"
#include "update/merge_order.hpp"
#include "update/scanner_v1.hpp"

namespace weft::update {

/// The next struct of one update, and what follows it. One cache line: there may be as many as
/// updates.
struct HeadV1 : StructHead {
  std::uint32_t sections_left = 0;
  std::uint32_t structs_left = 0;
  bool has = false;  // false: the update has ended

  Clock end() const { return clock + length; }
  bool is_gc() const { return kind == Kind::gc; }
};

class MergeSourceV1 {
 public:
  explicit MergeSourceV1(std::span<const ByteView> updates, Trust = Trust::none);

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

  /// Structs behind the head of update `i` that can be copied as they are, and end at or before
  /// `limit`: passes over them. REQUIRES: the next call that reads is advance(i).
  ScannerV1::Run pass_run(std::size_t i, Clock limit) {
    if (heads_[i].structs_left == 0) return {};
    if (active_ != i) activate(i);
    const ScannerV1::Run run = scanner_.pass_run(limit);
    heads_[i].structs_left = cut(scanner_.structs_left());
    if (scanner_.at_last_struct()) take_deletes();
    return run;
  }

  /// The head of `i` as a struct. Valid until the next call.
  const Struct& current(std::size_t i);

  /// The first error in any update.
  const std::optional<Error>& error() const { return error_; }
  DeleteRanges& deletes() { return deletes_; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  // A claim of more structs than there are bytes ends in an error however it is cut.
  static std::uint32_t cut(std::uint64_t claim) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(claim, std::numeric_limits<std::uint32_t>::max()));
  }
  void activate(std::size_t i);
  void read_next(HeadV1& head);
  void take_deletes();

  std::span<const ByteView> updates_;
  std::vector<HeadV1> heads_;
  ScannerV1 scanner_;
  std::size_t active_ = kNone;  // the update that scanner_ reads
  DeleteRanges deletes_;
  std::optional<Error> error_;
};

class MergeSinkV1 {
 public:
  MergeSinkV1(MergeSourceV1& source, std::size_t reserve) : source_(source), out_(reserve) {}

  /// The head of update `i` beyond its first `offset` units.
  void put(std::size_t i, Clock offset) {
    const HeadV1& head = source_.head(i);
    if (offset == 0 && head.copy_body) [[likely]] {
      out_.copy(head.client, head.clock, head.info, head.raw);
    } else {
      out_.write(source_.current(i), offset);
    }
  }
  /// What follows update `i`'s head in one piece.
  void put_run(std::size_t i, const ScannerV1::Run& run) {
    const HeadV1& head = source_.head(i);
    out_.copy_run(head.client, head.end(), run.count, run.raw);
  }
  void put_gc(ClientId client, Clock clock, Clock length) { out_.write_gc(client, clock, length); }
  void put_skip(ClientId client, Clock clock, Clock length) {
    out_.write_skip(client, clock, length);
  }

  Bytes finish() { return out_.finish(source_.deletes()); }

 private:
  MergeSourceV1& source_;
  CopyWriterV1 out_;
};

}  // namespace weft::update
