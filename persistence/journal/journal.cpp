// Segments and what lives in them.
#include "persistence/journal/journal.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace weft::persistence::journal {

Journal::Journal(std::unique_ptr<Folder> folder, std::uint64_t first_number, JournalLimits limits)
    : folder_(std::move(folder)), limits_(limits), next_number_(first_number) {}

Journal::~Journal() { remove_dead(0); }

void Journal::adopt(std::vector<LeftSegment> left) {
  if (left.empty()) return;
  const std::lock_guard guard(mutex_);
  for (LeftSegment& each : left) {
    const auto segment =
        std::make_shared<Segment>(Segment{each.number, std::move(each.file), each.bytes, 0});
    for (const auto& [document, range] : each.documents) {
      documents_[document].push_back({segment, range.first, range.last});
      segment->live += range.last - range.first + 1;
    }
    segments_.push_back(segment);
  }
  void_end_ = true;  // what is torn there must not come back
}

std::vector<Run> Journal::runs(std::int64_t document) const {
  const std::lock_guard guard(mutex_);
  std::vector<Run> runs;
  const auto found = documents_.find(document);
  if (found == documents_.end()) return runs;
  for (const LiveRun& run : found->second)
    runs.push_back({run.segment, run.segment->bytes, run.first, run.last});
  return runs;
}

std::optional<Sequence> Journal::last(std::int64_t document) const {
  const std::lock_guard guard(mutex_);
  const auto found = documents_.find(document);
  if (found == documents_.end()) return std::nullopt;
  return found->second.back().last;
}

void Journal::add(std::int64_t document, const StoredUpdate& update) {
  added_.push_back({document, update});
  changes_.emplace_back(Added{document, update.sequence});
}

void Journal::drop(std::int64_t document, Sequence up_to) {
  changes_.emplace_back(Dropped{document, up_to});
}

StoreResult<void> Journal::open_segment() {
  const std::uint64_t number = next_number_;
  const std::uint64_t previous_bytes = segments_.empty() ? 0 : segments_.back()->bytes;
  auto file = folder_->create(number);
  if (!file) return std::unexpected(std::move(file.error()));
  const Bytes header = SegmentEncoder::header(number, previous_bytes);
  auto done = (*file)->append(header);
  if (done) done = (*file)->sync();
  if (!done) {
    static_cast<void>(folder_->remove(number));
    return done;
  }
  ++next_number_;
  encoder_.emplace(number);
  void_end_ = false;
  const std::lock_guard guard(mutex_);
  segments_.push_back(
      std::make_shared<Segment>(Segment{number, std::move(*file), header.size(), 0}));
  return {};
}

StoreResult<void> Journal::write() {
  const bool grown = !encoder_ || segments_.back()->bytes >= limits_.segment_bytes;
  if (void_end_ || (grown && !added_.empty())) {
    if (auto opened = open_segment(); !opened) return opened;
  }
  if (added_.empty()) return {};
  assert(encoder_);
  Segment& segment = *segments_.back();
  Bytes bytes;
  for (const Staged& staged : added_)
    encoder_->add(staged.document, staged.update, &staged == &added_.front(), segment.bytes, bytes);
  void_end_ = true;  // until publish
  auto done = segment.file->append(bytes);
  if (done) done = segment.file->sync();
  if (done) written_ = bytes.size();
  return done;
}

void Journal::publish() {
  {
    const std::lock_guard guard(mutex_);
    if (written_ != 0) {
      segments_.back()->bytes += std::exchange(written_, 0);
      void_end_ = false;
    }
    for (const auto& change : changes_) {
      if (const auto* added = std::get_if<Added>(&change)) publish_add(*added);
      if (const auto* dropped = std::get_if<Dropped>(&change)) publish_drop(*dropped);
    }
  }
  added_.clear();
  changes_.clear();
  remove_dead(1);  // the last one is still written to
}

void Journal::abandon() {
  written_ = 0;
  added_.clear();
  changes_.clear();
}

void Journal::publish_add(const Added& added) {
  const auto& segment = segments_.back();
  auto& runs = documents_[added.document];
  assert(runs.empty() || runs.back().last + 1 == added.sequence);
  if (runs.empty() || runs.back().segment != segment)
    runs.push_back({segment, added.sequence, added.sequence});
  runs.back().last = added.sequence;
  ++segment->live;
}

void Journal::publish_drop(const Dropped& dropped) {
  const auto found = documents_.find(dropped.document);
  if (found == documents_.end()) return;
  auto& runs = found->second;
  while (!runs.empty() && runs.front().first <= dropped.up_to) {
    LiveRun& run = runs.front();
    const Sequence up_to = std::min(dropped.up_to, run.last);
    run.segment->live -= up_to - run.first + 1;
    run.first = up_to + 1;
    if (run.first > run.last) runs.pop_front();
  }
  if (runs.empty()) documents_.erase(found);
}

// A file that cannot be removed is tried again with the next group; meanwhile it does no harm.
void Journal::remove_dead(std::size_t kept) {
  while (segments_.size() > kept && segments_.front()->live == 0) {
    if (!folder_->remove(segments_.front()->number)) return;
    const std::lock_guard guard(mutex_);
    segments_.pop_front();
  }
}

bool Journal::full() const {
  const std::lock_guard guard(mutex_);
  std::uint64_t bytes = 0;
  for (const auto& segment : segments_) bytes += segment->bytes;
  return bytes > limits_.bytes_max;
}

std::map<std::int64_t, Run> Journal::oldest() const {
  const std::lock_guard guard(mutex_);
  std::map<std::int64_t, Run> oldest;
  for (const auto& [document, runs] : documents_) {
    const LiveRun& run = runs.front();
    if (run.segment == segments_.front())
      oldest[document] = {run.segment, run.segment->bytes, run.first, run.last};
  }
  return oldest;
}

}  // namespace weft::persistence::journal
