#include "update/scanner_v1.hpp"

namespace weft::update {

std::uint64_t CursorV1::read_varuint_slowly() {
  if (error_) return 0;
  encoding::Reader in(update_);
  in.seek(static_cast<std::size_t>(at_ - base_));
  const std::uint64_t value = in.varuint();
  at_ = base_ + in.offset();
  if (!in.ok()) error_ = in.error();
  return value;
}

bool ScannerV1::read_slowly(StructHead& head) {
  if (error_) return false;
  reader_.resume(update_, static_cast<std::size_t>(at_ - base_), 0, structs_left_, client_, clock_);
  if (!reader_.next(struct_)) {
    error_ = reader_.error();
    return false;
  }
  head = {.client = struct_.client,
          .clock = struct_.clock,
          .length = struct_.length,
          .raw = reader_.raw(),
          .kind = struct_.kind,
          .info = struct_.written_info(),
          .copy_body = reader_.raw_body_is_canonical()};
  at_ = base_ + reader_.offset();
  --structs_left_;
  clock_ += struct_.length;
  return true;
}

}  // namespace weft::update
