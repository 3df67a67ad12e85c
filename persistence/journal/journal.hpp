// The journal: updates that are on disk but not yet in the database.
//
// To commit an update in a database writes whole pages for a few bytes. The journal appends it to a
// file instead, one sync for a group; most updates are part of a checkpoint before anyone has to
// move them, and then their segment is deleted. Those that stay too long, and all at close and
// after a crash, are moved into the database's table (journaled_tables.hpp does that).
//
// Invariants:
//  1. A document's updates in the journal follow its updates in the database without a gap.
//  2. What a reader finds here is on disk. What was written for a group that then failed is void:
//     the next segment says where this one ends, and nothing is committed before it does.
//  3. A segment is deleted when the database holds, or has made superfluous, all of its updates and
//     those of the segments before it: what is left has numbers without a gap.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <variant>
#include <vector>

#include "persistence/journal/files.hpp"
#include "persistence/journal/segment.hpp"

namespace weft::persistence::journal {

struct JournalLimits {
  /// Beyond it the oldest segments are moved into the database.
  std::uint64_t bytes_max = std::uint64_t{32} << 20;
  /// A segment that has grown to it is followed by the next one.
  std::uint64_t segment_bytes = std::uint64_t{1} << 20;
};

struct Segment {
  std::uint64_t number = 0;
  std::shared_ptr<File> file;
  std::uint64_t bytes = 0;  // on disk and not void
  std::uint64_t live = 0;   // updates that neither a checkpoint nor the database holds
};

/// A document's updates that stand in one segment, without a gap.
struct Run {
  std::shared_ptr<const Segment> segment;
  std::uint64_t bytes = 0;  // of the segment, when the run was asked for
  Sequence first = 0;
  Sequence last = 0;

  /// REQUIRES: `found` is of the run's document and segment.
  bool holds(const SegmentUpdate& found) const {
    return !found.damaged && found.update.sequence >= first && found.update.sequence <= last;
  }
};

/// A segment that an earlier process has left, and the updates in it that the database lacks.
struct LeftSegment {
  std::uint64_t number = 0;
  std::shared_ptr<File> file;
  std::uint64_t bytes = 0;  // that are valid
  struct Range {
    Sequence first = 0;
    Sequence last = 0;
  };
  std::map<std::int64_t, Range> documents;
};

class Journal {
 public:
  /// REQUIRES: `folder` holds no segment from `first_number` on.
  Journal(std::unique_ptr<Folder> folder, std::uint64_t first_number, JournalLimits limits);
  /// Deletes the segments in which nothing lives; the others wait for the next opening.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Goes on from what was left, in ascending order. REQUIRES: nothing was added yet.
  void adopt(std::vector<LeftSegment> left);

  // --- any thread ---

  /// A document's updates here, in order.
  std::vector<Run> runs(std::int64_t document) const;
  /// Its last one, or nothing.
  std::optional<Sequence> last(std::int64_t document) const;

  // --- the writer's thread: one group at a time ---

  /// What `update` shows must live until publish or abandon.
  void add(std::int64_t document, const StoredUpdate& update);
  /// The updates up to `up_to` are not needed any more.
  void drop(std::int64_t document, Sequence up_to);
  /// Puts what was added on disk. After an error: abandon.
  StoreResult<void> write();
  /// The group is committed: readers see it.
  void publish();
  /// The group has failed, before or after write.
  void abandon();

  /// It has grown beyond its limit.
  bool full() const;
  /// What lives in the oldest segment, by document.
  std::map<std::int64_t, Run> oldest() const;

 private:
  struct Added {
    std::int64_t document;
    Sequence sequence;
  };
  struct Dropped {
    std::int64_t document;
    Sequence up_to;
  };

  StoreResult<void> open_segment();
  void publish_add(const Added& added);
  void publish_drop(const Dropped& dropped);
  void remove_dead(std::size_t kept);

  std::unique_ptr<Folder> folder_;
  JournalLimits limits_;
  std::uint64_t next_number_;

  // The group under way.
  struct Staged {
    std::int64_t document = 0;
    StoredUpdate update;
  };
  std::vector<Staged> added_;
  std::vector<std::variant<Added, Dropped>> changes_;
  std::uint64_t written_ = 0;

  std::optional<SegmentEncoder> encoder_;  // of the last segment
  bool void_end_ = false;                  // behind the last segment's valid bytes

  mutable std::mutex mutex_;  // what follows; never held while a file is used
  std::deque<std::shared_ptr<Segment>> segments_;
  struct LiveRun {
    std::shared_ptr<Segment> segment;
    Sequence first;
    Sequence last;
  };
  std::unordered_map<std::int64_t, std::deque<LiveRun>> documents_;
};

/// The updates of `document` in `run`, in order, to `take(const StoredUpdate&)`, which returns
/// StoreResult<void>. Reads the segment: O(its bytes).
template <typename Take>
StoreResult<void> read_run(std::int64_t document, const Run& run, Take take) {
  const auto bytes = run.segment->file->read(run.bytes);
  if (!bytes) return std::unexpected(bytes.error());
  SegmentScan scan(*bytes);
  while (const auto found = scan.next()) {
    if (found->document != document || !run.holds(*found)) continue;
    if (auto taken = take(found->update); !taken) return taken;
  }
  return {};
}

}  // namespace weft::persistence::journal
