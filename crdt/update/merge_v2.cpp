#include "update/merge_v2.hpp"

namespace weft::update {

namespace {

constexpr std::size_t kLargeUpdate = 1024;   // bytes: about the size of a reader
constexpr std::uint64_t kManyStructs = 256;  // V2 has room for any number of them in few bytes

void read_structs(OpenV2& open, std::uint64_t count) {
  for (std::uint64_t read = 0; read < count; ++read) open.reader.next(open.current);
}

}  // namespace

MergeSourceV2::MergeSourceV2(std::span<const ByteView> updates, Trust trust)
    : updates_(updates), trust_(trust), heads_(updates.size()) {
  for (std::size_t i = 0; i < updates.size() && !error_; ++i) {
    if (updates[i].size() >= kLargeUpdate) {
      heads_[i].open = std::make_unique<OpenV2>(updates[i], trust);
    }
    read_next(heads_[i], open(i));
  }
}

OpenV2& MergeSourceV2::open(std::size_t i) {
  HeadV2& head = heads_[i];
  if (head.open) return *head.open;
  if (small_ && small_of_ == i) return *small_;
  if (head.structs_read >= kManyStructs) {
    head.open = std::make_unique<OpenV2>(updates_[i], trust_);
    read_structs(*head.open, head.structs_read);
    return *head.open;
  }
  small_.emplace(updates_[i], trust_);
  read_structs(*small_, head.structs_read);
  small_of_ = i;
  return *small_;
}

void MergeSourceV2::advance(std::size_t i) {
  HeadV2& head = heads_[i];
  if (head.last) {
    head.has = false;
    head.open.reset();
    return;
  }
  read_next(head, open(i));
}

void MergeSourceV2::read_next(HeadV2& head, OpenV2& open) {
  do {
    if (!open.reader.next(open.current)) {
      head.has = false;
      take_deletes(open.reader);
      head.open.reset();
      return;
    }
    ++head.structs_read;
  } while (open.current.kind == Kind::skip);
  head.client = open.current.client;
  head.clock = open.current.clock;
  head.length = open.current.length;
  head.kind = open.current.kind;
  head.has = true;
  head.last = open.reader.at_last_struct();
  if (head.last) take_deletes(open.reader);
}

void MergeSourceV2::take_deletes(ReaderV2& reader) {
  ClientId client = 0;
  for (ClockRange range; reader.next_delete(client, range);) add_joining(deletes_, client, range);
  if (!reader.ok() && !error_) error_ = reader.error();
}

}  // namespace weft::update
