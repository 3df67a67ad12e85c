// Source: Yjs diffUpdateV2 and convertUpdateFormat (src/utils/updates.js).
#include <weft/update.hpp>

#include "update/copy_writer_v1.hpp"
#include "update/encoder_v2.hpp"
#include "update/reader_v2.hpp"
#include "update/scanner_v1.hpp"

namespace weft {

namespace update {

namespace {

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

// Structs on their way from one update to another, each written anew.
template <typename Reader, typename Encoder>
class Transfer {
 public:
  explicit Transfer(ByteView update) : reader_(update), out_(update.size()) {}

  bool next() { return reader_.next(current_); }
  const Struct& current() const { return current_; }

  void put(Clock offset) {
    out_.begin_struct(current_.client, current_.clock + offset);
    write_struct(out_.encoder(), current_, offset);
  }

  Result<Bytes> finish(Compat compat) {
    const auto deletes = read_deletes(reader_, compat);
    if (!deletes) return std::unexpected(deletes.error());
    out_.finish_structs();
    write_deletes(out_.encoder(), *deletes);
    return out_.encoder().finish();
  }

 private:
  Reader reader_;
  SectionWriter<Encoder> out_;
  Struct current_;
};

// The same within V1, where nearly all bytes are copied.
class CopyV1 {
 public:
  explicit CopyV1(ByteView update) : scanner_(update), out_(update.size()) {}

  bool next() { return scanner_.next(current_); }
  const StructHead& current() const { return current_; }

  void put(Clock offset) {
    if (offset == 0 && current_.copy_body) [[likely]] {
      out_.copy(current_.client, current_.clock, current_.info, current_.raw);
    } else {
      out_.write(scanner_.full(current_), offset);
    }
  }

  Result<Bytes> finish(Compat compat) {
    const auto deletes = read_deletes(scanner_, compat);
    if (!deletes) return std::unexpected(deletes.error());
    return out_.finish(*deletes);
  }

 private:
  ScannerV1 scanner_;
  CopyWriterV1 out_;
  StructHead current_;
};

template <typename Way>
Result<Bytes> diff(ByteView update, const StateVector& since, Compat compat) {
  Way way(update);
  // Yjs writes a client's structs from the first that is new on, without looking at the state
  // vector again, until another client's struct comes.
  bool writing = false;
  ClientId client = 0;
  Clock known = 0;
  bool first = true;
  while (way.next()) {
    const auto& s = way.current();
    if (first || s.client != client) {
      first = false;
      writing = false;
      client = s.client;
      known = since.get(client);
    }
    if (writing) {
      way.put(0);
    } else if (s.kind != Kind::skip && s.clock + s.length > known) {
      way.put(known > s.clock ? known - s.clock : 0);
      writing = true;
    }
  }
  return way.finish(compat);
}

template <typename Way>
Result<Bytes> convert(ByteView update, Compat compat) {
  Way way(update);
  while (way.next()) way.put(0);
  return way.finish(compat);
}

}  // namespace

}  // namespace update

Result<Bytes> diff_update(ByteView update, const StateVector& since, Encoding encoding,
                          Compat compat) {
  using namespace update;  // NOLINT(google-build-using-namespace): one function
  if (encoding == Encoding::v2) {
    return diff<Transfer<ReaderV2, EncoderV2>>(update, since, compat);
  }
  return diff<CopyV1>(update, since, compat);
}

Result<Bytes> convert_update(ByteView update, Encoding from, Encoding to, Compat compat) {
  using namespace update;  // NOLINT(google-build-using-namespace): one function
  if (from == Encoding::v1) {
    return to == Encoding::v1 ? convert<CopyV1>(update, compat)
                              : convert<Transfer<ReaderV1, EncoderV2>>(update, compat);
  }
  return to == Encoding::v1 ? convert<Transfer<ReaderV2, EncoderV1>>(update, compat)
                            : convert<Transfer<ReaderV2, EncoderV2>>(update, compat);
}

}  // namespace weft
