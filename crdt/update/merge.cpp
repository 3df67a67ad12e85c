// Source: Yjs mergeUpdatesV2 (13: src/utils/updates.js, 14: src/utils/encoding.js).
#include <weft/update.hpp>

#include "update/block_copier.hpp"
#include "update/merge_v1.hpp"
#include "update/merge_v2.hpp"

namespace weft {

namespace update {

namespace {

// What Yjs calls currWrite: the struct that waits to be written. An Item is written at once here,
// because it never changes any more; a GC may still grow.
struct Waiting {
  ClientId client = 0;
  Clock clock = 0;
  Clock length = 0;
  bool is_gc = false;

  Clock end() const { return clock + length; }
};

// Yjs 13's algorithm to the letter, oddities with unsorted updates included. Where Yjs has a Skip
// wait between two steps there is none here: the struct that caused it always follows in the same
// step.
template <typename Source, typename Sink, typename Order>
class Merge {
 public:
  Merge(Source& source, Sink& sink) : source_(source), sink_(sink), order_(source, source.size()) {}

  void run() {
    for (; !order_.empty() && !source_.error(); order_.step()) {
      const std::size_t reader = order_.first();
      const ClientId client = source_.head(reader).client;
      if (begin_step(reader, client)) take_run(reader, client);
    }
    flush();
  }

 private:
  // Passes over what is written already and takes one struct, cut or after a Skip as needed. False
  // when the reader has to find its new place first.
  bool begin_step(std::size_t reader, ClientId client) {
    if (!writing_) {
      take(reader, 0);
      return true;
    }
    bool passed = false;
    while (source_.has(reader) && source_.head(reader).end() <= waiting_.end() &&
           source_.head(reader).client >= waiting_.client) {
      if constexpr (kHasRuns) source_.pass_run(reader, waiting_.end());
      source_.advance(reader);
      passed = true;
    }
    if (!source_.has(reader)) return false;
    const auto& head = source_.head(reader);
    if (head.client != client || (passed && head.clock > waiting_.end())) return false;
    if (client != waiting_.client) {
      take(reader, 0);
    } else if (waiting_.end() < head.clock) {
      const Clock from = waiting_.end();
      flush();
      sink_.put_skip(client, from, head.clock - from);
      waiting_ = {client, from, head.clock - from, false};
    } else if (waiting_.is_gc && head.is_gc()) {
      waiting_.length = head.end() - waiting_.clock;  // the reader stays at this GC
    } else {
      take(reader, waiting_.end() - head.clock);
    }
    return true;
  }

  void take_run(std::size_t reader, ClientId client) {
    while (source_.has(reader) && source_.head(reader).client == client &&
           source_.head(reader).clock == waiting_.end()) {
      take(reader, 0);
    }
  }

  // Makes the reader's struct beyond `offset` units the waiting one.
  void take(std::size_t reader, Clock offset) {
    flush();
    const auto& head = source_.head(reader);
    waiting_ = {head.client, head.clock + offset, head.length - offset, head.is_gc()};
    writing_ = true;
    if (!waiting_.is_gc) {
      sink_.put(reader, offset);
      if constexpr (kHasRuns) take_run_behind(reader);
    }
    source_.advance(reader);
  }

  // What take_run would take one by one.
  void take_run_behind(std::size_t reader) {
    const auto run = source_.pass_run(reader, kSafeInteger);
    if (run.count == 0) return;
    sink_.put_run(reader, run);
    waiting_.length += run.length;
  }

  void flush() {
    if (waiting_.is_gc) sink_.put_gc(waiting_.client, waiting_.clock, waiting_.length);
    waiting_.is_gc = false;
  }

  // Structs that follow each other in an update can be moved in one piece.
  static constexpr bool kHasRuns = requires(Source & source) { source.pass_run(0, 0); };

  Source& source_;
  Sink& sink_;
  Order order_;
  Waiting waiting_;
  bool writing_ = false;
};

std::size_t size_of(std::span<const ByteView> updates) {
  std::size_t bytes = 0;
  for (const ByteView update : updates) bytes += update.size();
  return bytes;
}

template <typename Source, typename Sink>
Result<Bytes> merge_v13(std::span<const ByteView> updates, Trust trust) {
  Source source(updates, trust);
  Sink sink(source, size_of(updates));
  if (updates.size() <= ExactOrder<Source>::kReadersMax) {
    Merge<Source, Sink, ExactOrder<Source>>(source, sink).run();
  } else {
    Merge<Source, Sink, LargeOrder<Source>>(source, sink).run();
  }
  if (const auto& error = source.error()) return std::unexpected(*error);
  merge_deletes(source.deletes());
  return sink.finish();
}

template <typename Copier>
Result<Bytes> merge_v14(std::span<const ByteView> updates, Trust trust) {
  Copier copier(updates, size_of(updates), trust);
  BlockRows rows;
  DeleteRanges deletes;
  for (std::uint32_t update = 0; update < updates.size(); ++update) {
    auto lists = copier.read(update, deletes);
    if (!lists) return std::unexpected(lists.error());
    insert_blocks(rows, *lists);
  }
  for (const auto& [client, row] : rows) {
    for (const Block& block : row.blocks()) {
      if (const auto put = copier.put(client, block); !put) return std::unexpected(put.error());
    }
  }
  merge_deletes(deletes);
  return copier.finish(deletes);
}

Result<Bytes> merge(std::span<const ByteView> updates, Encoding encoding, Compat compat,
                    Trust trust) {
  const bool is_v1 = encoding == Encoding::v1;
  if (compat == Compat::v14) {
    return is_v1 ? merge_v14<BlockCopierV1>(updates, trust)
                 : merge_v14<BlockCopierV2>(updates, trust);
  }
  return is_v1 ? merge_v13<MergeSourceV1, MergeSinkV1>(updates, trust)
               : merge_v13<MergeSourceV2, MergeSinkV2>(updates, trust);
}

}  // namespace

Result<Bytes> merge_own(std::span<const ByteView> updates, Encoding encoding, Compat compat) {
  if (updates.size() == 1) return Bytes(updates[0].begin(), updates[0].end());
  return merge(updates, encoding, compat, Trust::own);
}

}  // namespace update

Result<Bytes> merge_updates(std::span<const ByteView> updates, Encoding encoding, Compat compat) {
  if (updates.size() == 1) {
    if (const auto valid = validate_update(updates[0], encoding); !valid) {
      return std::unexpected(valid.error());
    }
    return Bytes(updates[0].begin(), updates[0].end());
  }
  return update::merge(updates, encoding, compat, update::Trust::none);
}

}  // namespace weft
