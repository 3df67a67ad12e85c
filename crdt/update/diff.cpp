// Source: Yjs diffUpdateV2 and convertUpdateFormat (src/utils/updates.js).
#include <weft/update.hpp>

#include "update/encoder_v2.hpp"
#include "update/reader_v2.hpp"
#include "update/transfer.hpp"

namespace weft {

namespace update {

namespace {

template <typename Way>
Result<Bytes> diff(ByteView update, const StateVector& since, Compat compat, Trust trust) {
  Way way(update, compat, trust);
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
  return way.finish();
}

template <typename Way>
Result<Bytes> convert(ByteView update, Compat compat, Trust trust) {
  Way way(update, compat, trust);
  while (way.next()) way.put(0);
  return way.finish();
}

Result<Bytes> diff(ByteView update, const StateVector& since, Encoding encoding, Compat compat,
                   Trust trust) {
  if (encoding == Encoding::v2) {
    return diff<Transfer<ReaderV2, EncoderV2>>(update, since, compat, trust);
  }
  return diff<CopyV1>(update, since, compat, trust);
}

Result<Bytes> convert(ByteView update, Encoding from, Encoding to, Compat compat, Trust trust) {
  if (from == Encoding::v1) {
    return to == Encoding::v1 ? convert<CopyV1>(update, compat, trust)
                              : convert<Transfer<ReaderV1, EncoderV2>>(update, compat, trust);
  }
  return to == Encoding::v1 ? convert<Transfer<ReaderV2, EncoderV1>>(update, compat, trust)
                            : convert<Transfer<ReaderV2, EncoderV2>>(update, compat, trust);
}

}  // namespace

Result<Bytes> diff_own(ByteView update, const StateVector& since, Encoding encoding,
                       Compat compat) {
  return diff(update, since, encoding, compat, Trust::own);
}

Result<Bytes> convert_own(ByteView update, Encoding from, Encoding to, Compat compat) {
  return convert(update, from, to, compat, Trust::own);
}

}  // namespace update

Result<Bytes> diff_update(ByteView update, const StateVector& since, Encoding encoding,
                          Compat compat) {
  return update::diff(update, since, encoding, compat, update::Trust::none);
}

Result<Bytes> convert_update(ByteView update, Encoding from, Encoding to, Compat compat) {
  return update::convert(update, from, to, compat, update::Trust::none);
}

}  // namespace weft
