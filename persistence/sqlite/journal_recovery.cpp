// What a crash has left in the journal.
#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "persistence/sqlite/journaled_tables.hpp"

namespace weft::persistence::sqlite {

namespace {

using journal::SegmentScan;
using journal::SegmentUpdate;

class Recovery {
 public:
  enum class Mode : std::uint8_t { move, look };
  Recovery(DocumentTables& database, Mode mode) : database_(database), mode_(mode) {}

  /// `end`: how many bytes are valid, where the next segment says it.
  StoreResult<journal::LeftSegment> segment(ByteView bytes, std::optional<std::uint64_t> end);
  StoreResult<void> finish();

 private:
  struct Document {
    std::string name;
    Sequence last = 0;
    bool changed = false;
  };
  StoreResult<Document*> find(std::int64_t id);
  StoreResult<void> take(const SegmentUpdate& found);
  StoreResult<void> mark(std::int64_t id, Sequence sequence);
  void advance(std::int64_t id, Document& document, Sequence sequence);

  DocumentTables& database_;
  Mode mode_;
  journal::LeftSegment left_;  // of the segment that is read
  std::unordered_map<std::int64_t, std::optional<Document>> documents_;
};

// Without `end`, what stands before the last group that begins was synced; behind it everything
// counts up to the first entry that is not whole: there the write was torn.
StoreResult<journal::LeftSegment> Recovery::segment(ByteView bytes,
                                                    std::optional<std::uint64_t> end) {
  if (end) bytes = bytes.first(std::min<std::uint64_t>(*end, bytes.size()));
  std::size_t synced = 0;
  std::size_t count = 0;
  for (SegmentScan scan(bytes); const auto found = scan.next(); ++count) {
    if (found->starts_group) synced = count;
  }
  if (end) synced = count;
  SegmentScan scan(bytes);
  left_ = {};
  left_.bytes = scan.place();
  for (std::size_t i = 0; const auto found = scan.next(); ++i) {
    if (found->damaged && !found->entry_whole && i >= synced) break;
    left_.bytes = scan.place();
    auto done = StoreResult<void>();
    if (!found->damaged) {
      done = take(*found);
    } else if (found->document != 0) {
      done = mark(found->document, found->update.sequence);
    } else if (!found->names) {
      // It may be anyone's: none of this segment's documents is trusted.
      for (const std::int64_t id : scan.documents()) {
        if (done) done = mark(id, std::numeric_limits<std::int64_t>::max());
      }
    }
    if (!done) return std::unexpected(std::move(done.error()));
  }
  if (end) left_.bytes = *end;
  return std::move(left_);
}

StoreResult<Recovery::Document*> Recovery::find(std::int64_t id) {
  const auto [known, added] = documents_.try_emplace(id);
  if (added) {
    auto named = database_.named(id);
    if (!named) return std::unexpected(std::move(named.error()));
    if (*named) known->second = Document{std::move((*named)->name), (*named)->last};
    if (!*named && mode_ == Mode::look) {
      const auto last_id = database_.last_id();
      if (!last_id) return std::unexpected(last_id.error());
      if (id > *last_id)
        return std::unexpected(StoreError{StoreErrc::disk_full, "no space left to open the store"});
    }
  }
  return known->second ? &*known->second : nullptr;
}

StoreResult<void> Recovery::take(const SegmentUpdate& found) {
  const auto document = find(found.document);
  if (!document) return std::unexpected(document.error());
  // Removed since, or already part of a checkpoint or of the table.
  if (*document == nullptr || found.update.sequence <= (*document)->last) return {};
  advance(found.document, **document, found.update.sequence);
  if (mode_ == Mode::look) return {};
  return database_.add_update(found.document, found.update,
                              update_checksum((*document)->name, found.update));
}

StoreResult<void> Recovery::mark(std::int64_t id, Sequence sequence) {
  const auto document = find(id);
  if (!document) return std::unexpected(document.error());
  if (*document != nullptr && sequence > (*document)->last) advance(id, **document, sequence);
  return {};
}

void Recovery::advance(std::int64_t id, Document& document, Sequence sequence) {
  left_.documents.try_emplace(id, journal::LeftSegment::Range{document.last + 1, 0})
      .first->second.last = sequence;
  document.last = sequence;
  document.changed = true;
}

StoreResult<void> Recovery::finish() {
  if (mode_ == Mode::look) return {};
  for (const auto& [id, document] : documents_) {
    if (!document || !document->changed) continue;
    auto done = database_.set_last_sequence(id, document->last);
    if (!done) return done;
  }
  return {};
}

// Segments are deleted from the oldest on: what lies before a gap had been given up.
std::span<const std::uint64_t> without_leftovers(std::span<const std::uint64_t> numbers) {
  std::size_t first = numbers.size();
  while (first > 0 && (first == numbers.size() || numbers[first - 1] + 1 == numbers[first]))
    --first;
  return numbers.subspan(first);
}

/// What the segments hold, after the database was brought to hold it too or was only asked.
StoreResult<std::vector<journal::LeftSegment>> read_all(journal::Folder& folder,
                                                        std::span<const std::uint64_t> numbers,
                                                        DocumentTables& database,
                                                        Recovery::Mode mode) {
  std::vector<Bytes> segments;
  for (const std::uint64_t number : numbers) {
    auto bytes = folder.read(number);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    // The last one may have been torn while it was begun; nothing is added before its header is
    // synced.
    const SegmentScan scan(*bytes);
    const bool begun = bytes->size() <= journal::kHeaderBytes;
    if (!scan.valid() && begun && number == numbers.back()) break;
    if (!scan.valid() || scan.number() != number)
      return std::unexpected(StoreError{
          StoreErrc::corrupt, "segment " + std::to_string(number) + " of the journal is damaged"});
    segments.push_back(std::move(*bytes));
  }
  Recovery recovery(database, mode);
  std::vector<journal::LeftSegment> left;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    std::optional<std::uint64_t> end;
    if (i + 1 < segments.size()) end = SegmentScan(segments[i + 1]).previous_bytes();
    auto each = recovery.segment(segments[i], end);
    if (!each) return std::unexpected(std::move(each.error()));
    each->number = numbers[i];
    left.push_back(std::move(*each));
  }
  if (auto done = recovery.finish(); !done) return std::unexpected(std::move(done.error()));
  return left;
}

// Nothing is written, but what was read may never have been synced: now it is. An id that was never
// given might be given to another document later: then only moving helps.
StoreResult<std::vector<journal::LeftSegment>> look(journal::Folder& folder,
                                                    std::span<const std::uint64_t> numbers,
                                                    DocumentTables& database) {
  auto left = read_all(folder, numbers, database, Recovery::Mode::look);
  if (!left) return left;
  for (journal::LeftSegment& segment : *left) {
    auto file = folder.open(segment.number);
    if (!file) return std::unexpected(std::move(file.error()));
    if (auto synced = (*file)->sync(); !synced) return std::unexpected(std::move(synced.error()));
    segment.file = std::move(*file);
  }
  return left;
}

StoreResult<void> move(journal::Folder& folder, std::span<const std::uint64_t> all,
                       DocumentTables& database) {
  auto done = database.begin({});
  if (done) {
    const auto moved = read_all(folder, without_leftovers(all), database, Recovery::Mode::move);
    if (!moved) done = std::unexpected(moved.error());
  }
  if (done) done = database.commit();
  if (!done) {
    database.rollback();
    return done;
  }
  for (const std::uint64_t number : all) {
    if (done) done = folder.remove(number);
  }
  // A segment that came back after a power loss could speak of an id that was not yet given.
  if (done) done = folder.sync();
  return done;
}

}  // namespace

StoreResult<Recovered> recover_journal(journal::Folder& folder, DocumentTables& database) {
  const auto numbers = folder.list();
  if (!numbers) return std::unexpected(numbers.error());
  if (numbers->empty()) {
    // The numbers begin anew; an old segment that came back later would speak of a new one's end.
    if (auto gone = folder.sync(); !gone) return std::unexpected(std::move(gone.error()));
    return Recovered{};
  }
  Recovered recovered{numbers->back() + 1, {}};
  auto moved = move(folder, *numbers, database);
  if (moved) return recovered;
  if (moved.error().code != StoreErrc::disk_full) return std::unexpected(std::move(moved.error()));
  const auto live = without_leftovers(*numbers);
  auto left = look(folder, live, database);
  if (!left) return std::unexpected(std::move(left.error()));
  recovered.left = std::move(*left);
  // A last one without a header holds nothing; its number is used again.
  recovered.next_number = live.front() + recovered.left.size();
  return recovered;
}

}  // namespace weft::persistence::sqlite
