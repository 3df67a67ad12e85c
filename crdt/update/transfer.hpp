// Structs of one update on their way into another, then its delete set. Source: Yjs
// convertUpdateFormat.
#pragma once

#include <weft/error.hpp>

#include "update/content_slice.hpp"
#include "update/copy_writer_v1.hpp"
#include "update/scanner_v1.hpp"

namespace weft::update {

/// The delete set of `reader`, whose structs have been read, as its release of Yjs reads it.
/// `Reader` is a StructReader or a ScannerV1.
template <typename Reader>
Result<DeleteRanges> read_deletes(Reader& reader, Compat compat) {
  DeleteRanges deletes;
  if (compat == Compat::v14) {
    take_deletes_v14(reader, deletes);
  } else {
    ClientId client = 0;
    for (ClockRange range; reader.next_delete(client, range);) deletes.push_back({client, range});
    group_deletes(deletes);
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  return deletes;
}

/// Structs on their way from one update to another, each written anew.
template <typename Reader, typename Encoder>
class Transfer {
 public:
  explicit Transfer(ByteView update, Compat compat, Trust trust = Trust::none)
      : reader_(update, compat, trust), out_(update.size()), compat_(compat) {}

  bool next() { return reader_.next(current_); }
  const Struct& current() const { return current_; }
  /// To be changed before it is put.
  Struct& current() { return current_; }

  /// Writes the struct beyond its first `offset` units.
  void put(Clock offset) {
    out_.begin_struct(current_.client, current_.clock + offset);
    write_struct(out_.encoder(), current_, offset);
  }

  /// Writes the struct without its first `offset` and its last `offset_end` units.
  void put_slice(Clock offset, Clock offset_end) {
    out_.begin_struct(current_.client, current_.clock + offset);
    write_slice(out_.encoder(), current_, offset, offset_end);
  }

  void put_skip(ClientId client, Clock clock, Clock length) {
    out_.begin_struct(client, clock);
    out_.encoder().write_info(static_cast<std::uint8_t>(Kind::skip));
    out_.encoder().write_rest_varuint(length);
  }

  /// The delete set of the update. REQUIRES: next() has returned false.
  Result<DeleteRanges> deletes() { return read_deletes(reader_, compat_); }

  Bytes finish(const DeleteRanges& deletes) {
    out_.finish_structs();
    write_deletes(out_.encoder(), deletes);
    return out_.encoder().finish();
  }

  Result<Bytes> finish() {
    const auto all = deletes();
    if (!all) return std::unexpected(all.error());
    return finish(*all);
  }

 private:
  Reader reader_;
  SectionWriter<Encoder> out_;
  Struct current_;
  Compat compat_;
};

/// The same within V1, where nearly all bytes are copied.
class CopyV1 {
 public:
  explicit CopyV1(ByteView update, Compat compat, Trust = Trust::none)
      : scanner_(update, compat), out_(update.size()), compat_(compat) {}

  bool next() { return scanner_.next(current_); }
  const StructHead& current() const { return current_; }

  void put(Clock offset) {
    if (offset == 0 && current_.copy_body) [[likely]] {
      out_.copy(current_.client, current_.clock, current_.info, current_.raw);
    } else {
      out_.write(scanner_.full(current_), offset);
    }
  }

  Result<Bytes> finish() {
    const auto deletes = read_deletes(scanner_, compat_);
    if (!deletes) return std::unexpected(deletes.error());
    return out_.finish(*deletes);
  }

 private:
  ScannerV1 scanner_;
  CopyWriterV1 out_;
  StructHead current_;
  Compat compat_;
};

}  // namespace weft::update
