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
  explicit Recovery(DocumentTables& database) : database_(database) {}

  /// `end`: how many bytes are valid, where the next segment says it.
  StoreResult<void> segment(ByteView bytes, std::optional<std::uint64_t> end);
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

  DocumentTables& database_;
  std::unordered_map<std::int64_t, std::optional<Document>> documents_;
};

// Without `end`, what stands before the last group that begins was synced; behind it everything
// counts up to the first entry that is not whole: there the write was torn.
StoreResult<void> Recovery::segment(ByteView bytes, std::optional<std::uint64_t> end) {
  if (end) bytes = bytes.first(std::min<std::uint64_t>(*end, bytes.size()));
  std::size_t synced = 0;
  std::size_t count = 0;
  for (SegmentScan scan(bytes); const auto found = scan.next(); ++count) {
    if (found->starts_group) synced = count;
  }
  if (end) synced = count;
  SegmentScan scan(bytes);
  for (std::size_t i = 0; const auto found = scan.next(); ++i) {
    if (found->damaged && i >= synced) break;
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
    if (!done) return done;
  }
  return {};
}

StoreResult<Recovery::Document*> Recovery::find(std::int64_t id) {
  const auto [known, added] = documents_.try_emplace(id);
  if (added) {
    auto named = database_.named(id);
    if (!named) return std::unexpected(std::move(named.error()));
    if (*named) known->second = Document{std::move((*named)->name), (*named)->last};
  }
  return known->second ? &*known->second : nullptr;
}

StoreResult<void> Recovery::take(const SegmentUpdate& found) {
  const auto document = find(found.document);
  if (!document) return std::unexpected(document.error());
  // Removed since, or already part of a checkpoint or of the table.
  if (*document == nullptr || found.update.sequence <= (*document)->last) return {};
  (*document)->last = found.update.sequence;
  (*document)->changed = true;
  return database_.add_update(found.document, found.update,
                              update_checksum((*document)->name, found.update));
}

StoreResult<void> Recovery::mark(std::int64_t id, Sequence sequence) {
  const auto document = find(id);
  if (!document) return std::unexpected(document.error());
  if (*document == nullptr || sequence <= (*document)->last) return {};
  (*document)->last = sequence;
  (*document)->changed = true;
  return {};
}

StoreResult<void> Recovery::finish() {
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

StoreResult<void> move_all(journal::Folder& folder, std::span<const std::uint64_t> numbers,
                           DocumentTables& database) {
  std::vector<Bytes> segments;
  for (const std::uint64_t number : numbers) {
    auto bytes = folder.read(number);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    // The last one may have been torn while it was begun.
    const SegmentScan scan(*bytes);
    if (!scan.valid() && number == numbers.back()) break;
    if (!scan.valid() || scan.number() != number)
      return std::unexpected(StoreError{
          StoreErrc::corrupt, "segment " + std::to_string(number) + " of the journal is damaged"});
    segments.push_back(std::move(*bytes));
  }
  Recovery recovery(database);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    std::optional<std::uint64_t> end;
    if (i + 1 < segments.size()) end = SegmentScan(segments[i + 1]).previous_bytes();
    if (auto done = recovery.segment(segments[i], end); !done) return done;
  }
  return recovery.finish();
}

}  // namespace

StoreResult<std::uint64_t> recover_journal(journal::Folder& folder, DocumentTables& database) {
  const auto numbers = folder.list();
  if (!numbers) return std::unexpected(numbers.error());
  if (numbers->empty()) return std::uint64_t{1};
  auto done = database.begin({});
  if (done) done = move_all(folder, without_leftovers(*numbers), database);
  if (done) done = database.commit();
  if (!done) {
    database.rollback();
    return std::unexpected(std::move(done.error()));
  }
  for (const std::uint64_t number : *numbers) {
    if (done) done = folder.remove(number);
  }
  // A segment that came back after a power loss could speak of an id that was not yet given.
  if (done) done = folder.sync();
  if (!done) return std::unexpected(std::move(done.error()));
  return numbers->back() + 1;
}

}  // namespace weft::persistence::sqlite
