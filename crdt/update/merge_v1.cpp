#include "update/merge_v1.hpp"

namespace weft::update {

MergeSourceV1::MergeSourceV1(std::span<const ByteView> updates)
    : updates_(updates), heads_(updates.size()) {
  for (std::size_t i = 0; i < updates.size() && !error_; ++i) {
    reader_.restart(updates[i]);
    read_next(heads_[i]);
  }
}

void MergeSourceV1::activate(std::size_t i) {
  const HeadV1& head = heads_[i];
  const auto offset = static_cast<std::size_t>(head.raw + head.raw_size - updates_[i].data());
  reader_.resume(updates_[i], offset, head.sections_left, head.structs_left, head.client,
                 head.end());
  active_ = i;
}

void MergeSourceV1::read_next(HeadV1& head) {
  do {
    if (!reader_.next(struct_)) {
      head.has = false;
      take_deletes();
      return;
    }
  } while (struct_.kind == Kind::skip);
  head.client = struct_.client;
  head.clock = struct_.clock;
  head.length = struct_.length;
  const ByteView raw = reader_.raw();
  head.raw = raw.data();
  head.raw_size = raw.size();
  head.sections_left = reader_.sections_left();
  head.structs_left = reader_.structs_left();
  head.kind = struct_.kind;
  head.info = struct_.written_info();
  head.copy_body = reader_.raw_body_is_canonical();
  head.has = true;
  if (reader_.at_last_struct()) take_deletes();
}

void MergeSourceV1::take_deletes() {
  ClientId client = 0;
  for (ClockRange range; reader_.next_delete(client, range);) {
    add_joining(deletes_, client, range);
  }
  if (!reader_.ok() && !error_) error_ = reader_.error();
}

const Struct& MergeSourceV1::current(std::size_t i) {
  const HeadV1& head = heads_[i];
  const auto offset = static_cast<std::size_t>(head.raw - updates_[i].data());
  again_.resume(updates_[i], offset, 0, 1, head.client, head.clock);
  again_.next(current_);
  return current_;
}

void MergeSinkV1::write(std::size_t i, Clock offset) {
  flush();
  const HeadV1& head = source_.head(i);
  out_.begin_struct(head.client, head.clock + offset);
  if (offset == 0 && head.copy_body) {
    out_.encoder().write_info(head.info);
    out_.encoder().write_rest({head.raw + 1, head.raw_size - 1});
  } else {
    write_struct(out_.encoder(), source_.current(i), offset);
  }
}

}  // namespace weft::update
