// What an update covers. Source: Yjs encodeStateVectorFromUpdateV2 and parseUpdateMetaV2
// (src/utils/updates.js).
#include <weft/update.hpp>

#include "encoding/writer.hpp"
#include "update/encoder_v2.hpp"
#include "update/reader_v2.hpp"
#include "update/scanner_v1.hpp"

namespace weft {

namespace update {

namespace {

template <typename Reader>
Result<void> read_deletes(Reader& reader) {
  ClientId client = 0;
  for (ClockRange range; reader.next_delete(client, range);) {
  }
  if (!reader.ok()) return std::unexpected(reader.error());
  return {};
}

// One entry for each row of structs of one client, in the order of the update: where they end
// before the first hole, when they begin at clock 0.
template <typename Reader>
Result<std::vector<StateVector::Entry>> contiguous_ends(ByteView update) {
  Reader reader(update);
  std::vector<StateVector::Entry> ends;
  StateVector::Entry row{0, 0};
  bool first = true;
  bool counting = false;
  for (typename Reader::Head s; reader.next(s);) {
    if (first || s.client != row.first) {
      if (row.second != 0) ends.push_back(row);
      row = {s.client, 0};
      counting = s.clock == 0;
      // Yjs counts the very first struct even when it is a Skip.
      if (first && counting) row.second = s.length;
      first = false;
    }
    if (s.kind == Kind::skip) counting = false;
    if (counting) row.second = s.clock + s.length;
  }
  if (row.second != 0) ends.push_back(row);
  if (const auto rest = read_deletes(reader); !rest) return std::unexpected(rest.error());
  return ends;
}

Result<std::vector<StateVector::Entry>> contiguous_ends(ByteView update, Encoding encoding) {
  return encoding == Encoding::v2 ? contiguous_ends<ReaderV2>(update)
                                  : contiguous_ends<ScannerV1>(update);
}

template <typename Reader>
Result<UpdateMeta> meta(ByteView update) {
  Reader reader(update);
  UpdateMeta result;
  ClientId client = 0;
  Clock end = 0;
  bool first = true;
  for (typename Reader::Head s; reader.next(s);) {
    if (first || s.client != client) {
      if (!first) result.to.set(client, end);
      result.from.set(s.client, s.clock);
      client = s.client;
      first = false;
    }
    end = s.clock + s.length;
  }
  if (!first) result.to.set(client, end);
  if (const auto rest = read_deletes(reader); !rest) return std::unexpected(rest.error());
  return result;
}

template <typename Reader>
Result<void> validate(ByteView update) {
  Reader reader(update);
  for (typename Reader::Head s; reader.next(s);) {
  }
  return read_deletes(reader);
}

}  // namespace

}  // namespace update

Result<StateVector> state_vector_from_update(ByteView update, Encoding encoding) {
  const auto ends = update::contiguous_ends(update, encoding);
  if (!ends) return std::unexpected(ends.error());
  StateVector result;
  for (const auto& [client, clock] : *ends) result.set(client, clock);
  return result;
}

Result<Bytes> encode_state_vector_from_update(ByteView update, Encoding encoding) {
  const auto ends = update::contiguous_ends(update, encoding);
  if (!ends) return std::unexpected(ends.error());
  encoding::Writer out(ends->size() * 6 + 5);
  out.varuint(ends->size());
  for (const auto& [client, clock] : *ends) {
    out.varuint(client);
    out.varuint(clock);
  }
  return out.take();
}

Result<UpdateMeta> parse_update_meta(ByteView update, Encoding encoding) {
  return encoding == Encoding::v2 ? update::meta<update::ReaderV2>(update)
                                  : update::meta<update::ScannerV1>(update);
}

Result<void> validate_update(ByteView update, Encoding encoding) {
  return encoding == Encoding::v2 ? update::validate<update::ReaderV2>(update)
                                  : update::validate<update::ScannerV1>(update);
}

Bytes empty_update(Encoding encoding) {
  if (encoding == Encoding::v1) return {0, 0};
  update::EncoderV2 encoder;
  encoder.write_rest_varuint(0);
  encoder.write_rest_varuint(0);
  return encoder.finish();
}

}  // namespace weft
