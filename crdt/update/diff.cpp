// Source: Yjs diffUpdateV2 and convertUpdateFormat (src/utils/updates.js).
#include <weft/update.hpp>

#include "update/content_writer.hpp"
#include "update/delete_ranges.hpp"
#include "update/encoder_v1.hpp"
#include "update/encoder_v2.hpp"
#include "update/reader_v1.hpp"
#include "update/reader_v2.hpp"
#include "update/section_writer.hpp"

namespace weft {

namespace update {

namespace {

// Structs on their way from one update to another: written anew, or copied in the longest possible
// pieces where both are V1.
template <typename Reader, typename Encoder>
class Transfer {
 public:
  Transfer(ByteView update, std::size_t reserve) : reader_(update), out_(reserve) {}

  bool next() { return reader_.next(s_); }
  const Struct& current() const { return s_; }

  void put(Clock offset) {
    if constexpr (std::is_same_v<Reader, ReaderV1> && std::is_same_v<Encoder, EncoderV1>) {
      if (offset == 0 && reader_.raw_body_is_canonical()) return copy();
    }
    flush();
    out_.begin_struct(s_.client, s_.clock + offset);
    write_struct(out_.encoder(), s_, offset);
  }

  Result<Bytes> finish(Compat compat) {
    flush();
    out_.finish_structs();
    DeleteRanges deletes;
    ClientId client = 0;
    for (ClockRange range; reader_.next_delete(client, range);) deletes.push_back({client, range});
    if (!reader_.ok()) return std::unexpected(reader_.error());
    if (compat == Compat::v13) {
      group_deletes(deletes);
    } else {
      normalize_deletes(deletes);
    }
    write_deletes(out_.encoder(), deletes);
    return out_.encoder().finish();
  }

 private:
  void copy() {
    const ByteView raw = reader_.raw();
    const std::uint8_t info = s_.written_info();
    const bool new_section = s_.client != client_;
    if (raw.data() != run_end_ || new_section || info != raw[0]) {
      flush();
      run_begin_ = raw.data();
      client_ = s_.client;
    }
    run_end_ = raw.data() + raw.size();
    out_.begin_struct(s_.client, s_.clock);
    if (info == raw[0]) return;
    out_.encoder().write_info(info);
    ++run_begin_;
  }

  void flush() {
    if (run_begin_ != run_end_) {
      out_.encoder().write_rest({run_begin_, static_cast<std::size_t>(run_end_ - run_begin_)});
    }
    run_begin_ = run_end_ = nullptr;
  }

  Reader reader_;
  SectionWriter<Encoder> out_;
  Struct s_;
  const std::uint8_t* run_begin_ = nullptr;
  const std::uint8_t* run_end_ = nullptr;
  ClientId client_ = 0;
};

template <typename Reader, typename Encoder>
Result<Bytes> diff(ByteView update, const StateVector& since, Compat compat) {
  Transfer<Reader, Encoder> transfer(update, update.size());
  // Yjs writes a client's structs from the first that is new on, without looking at the state
  // vector again, until another client's struct comes.
  bool writing = false;
  ClientId client = 0;
  Clock known = 0;
  bool first = true;
  while (transfer.next()) {
    const Struct& s = transfer.current();
    if (first || s.client != client) {
      first = false;
      writing = false;
      client = s.client;
      known = since.get(client);
    }
    if (writing) {
      transfer.put(0);
    } else if (s.kind != Kind::skip && s.clock + s.length > known) {
      transfer.put(known > s.clock ? known - s.clock : 0);
      writing = true;
    }
  }
  return transfer.finish(compat);
}

template <typename Reader, typename Encoder>
Result<Bytes> convert(ByteView update, Compat compat) {
  Transfer<Reader, Encoder> transfer(update, update.size());
  while (transfer.next()) transfer.put(0);
  return transfer.finish(compat);
}

}  // namespace

}  // namespace update

Result<Bytes> diff_update(ByteView update, const StateVector& since, Encoding encoding,
                          Compat compat) {
  using namespace update;  // NOLINT(google-build-using-namespace): one function
  if (encoding == Encoding::v2) return diff<ReaderV2, EncoderV2>(update, since, compat);
  return diff<ReaderV1, EncoderV1>(update, since, compat);
}

Result<Bytes> convert_update(ByteView update, Encoding from, Encoding to, Compat compat) {
  using namespace update;  // NOLINT(google-build-using-namespace): one function
  if (from == Encoding::v1 && to == Encoding::v1) {
    return convert<ReaderV1, EncoderV1>(update, compat);
  }
  if (from == Encoding::v1) return convert<ReaderV1, EncoderV2>(update, compat);
  if (to == Encoding::v1) return convert<ReaderV2, EncoderV1>(update, compat);
  return convert<ReaderV2, EncoderV2>(update, compat);
}

}  // namespace weft
