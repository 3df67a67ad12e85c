#include "update/merge_v1.hpp"

namespace weft::update {

MergeSourceV1::MergeSourceV1(std::span<const ByteView> updates, Trust)
    : updates_(updates), heads_(updates.size()) {
  for (std::size_t i = 0; i < updates.size() && !error_; ++i) {
    if (updates[i].size() > std::numeric_limits<std::uint32_t>::max()) {
      error_ = Error{Errc::too_large};
      return;
    }
    scanner_.restart(updates[i]);
    read_next(heads_[i]);
  }
}

void MergeSourceV1::activate(std::size_t i) {
  scanner_.resume(updates_[i], heads_[i], heads_[i].sections_left, heads_[i].structs_left);
  active_ = i;
}

const Struct& MergeSourceV1::current(std::size_t i) {
  if (active_ != i) activate(i);
  return scanner_.full(heads_[i]);
}

void MergeSourceV1::read_next(HeadV1& head) {
  do {
    if (!scanner_.next(head)) {
      head.has = false;
      take_deletes();
      return;
    }
  } while (head.kind == Kind::skip);
  head.has = true;
  head.sections_left = cut(scanner_.sections_left());
  head.structs_left = cut(scanner_.structs_left());
  if (scanner_.at_last_struct()) take_deletes();
}

void MergeSourceV1::take_deletes() {
  ClientId client = 0;
  for (ClockRange range; scanner_.next_delete(client, range);) add_joining(deletes_, client, range);
  if (!scanner_.ok() && !error_) error_ = scanner_.error();
}

}  // namespace weft::update
