// Arbitrary bytes through the tools that need no document: those that accept an update agree on it,
// and what they write can be read again. Merging loses nothing of an update such as Yjs
// writes; of others Yjs 13 may lose some, and Weft with it.
//
// Input: a byte of choices (bit 0: V2), then the update.
//
// Reaches: crdt/update/merge.cpp crdt/update/merge_v1.cpp crdt/update/merge_v2.cpp
// Reaches: crdt/update/diff.cpp crdt/update/meta.cpp crdt/update/inspect.cpp
// Reaches: crdt/update/struct_reader.cpp crdt/update/encoder_v2.cpp
#include <array>
#include <optional>

#include <weft/inspect.hpp>
#include <weft/update.hpp>

#include "target.hpp"
#include "update/reader_v1.hpp"
#include "update/reader_v2.hpp"

namespace {

using namespace weft;

// Twenty bytes of V2 can claim a million structs, which is no news after the first.
constexpr std::uint64_t kStructsMax = 10'000;

// As Yjs 13 writes: each client once, the highest first; no struct without length, no hole in
// front.
template <typename Reader>
bool is_regular(ByteView update) {
  Reader reader(update);
  update::Struct s;
  std::optional<Id> next;
  while (reader.next(s)) {
    const bool goes_on = next && s.client == next->client && s.clock == next->clock;
    if (s.length == 0 || (next && s.client >= next->client && !goes_on)) return false;
    if (s.kind == update::Kind::skip && !goes_on) return false;
    next = Id{s.client, s.clock + s.length};
  }
  return true;
}

bool is_regular(ByteView update, Encoding encoding) {
  return encoding == Encoding::v1 ? is_regular<update::ReaderV1>(update)
                                  : is_regular<update::ReaderV2>(update);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Encoding encoding = (data[0] & 1) != 0 ? Encoding::v2 : Encoding::v1;
  const Encoding other = encoding == Encoding::v1 ? Encoding::v2 : Encoding::v1;
  const ByteView update(data + 1, size - 1);
  const bool valid = validate_update(update, encoding).has_value();
  const auto measured = measure_update(update, encoding);
  WEFT_PROMISE(measured.has_value() == valid);
  const auto report = inspect_update(update, encoding);
  WEFT_PROMISE(report.has_value() == valid);
  if (valid && report->structs > kStructsMax) return 0;
  std::uint64_t structs = 0;
  const auto deletes =
      decode_update(update, encoding, [&](const UpdateStruct& s) { structs += s.length > 0; });
  WEFT_PROMISE(deletes.has_value() == valid);
  WEFT_PROMISE(!valid || structs <= report->structs);
  WEFT_PROMISE(convert_update(update, encoding, other).has_value() == valid);
  if (!valid) return 0;
  WEFT_PROMISE(*measured <= update.size());

  const auto vector = state_vector_from_update(update, encoding);
  WEFT_PROMISE(vector.has_value());
  const std::array<ByteView, 2> twice = {update, update};
  const auto merged = merge_updates(twice, encoding);
  WEFT_PROMISE(merged.has_value());
  WEFT_PROMISE(validate_update(*merged, encoding).has_value());
  const auto merged_vector = state_vector_from_update(*merged, encoding);
  WEFT_PROMISE(merged_vector.has_value());
  WEFT_PROMISE(!is_regular(update, encoding) || *merged_vector == *vector);
  const std::array<ByteView, 2> again = {*merged, *merged};
  WEFT_PROMISE(!is_regular(update, encoding) || merge_updates(again, encoding) == merged);
  const auto rest = diff_update(*merged, *vector, encoding);
  WEFT_PROMISE(rest.has_value());
  // Where a client comes twice, with others between that are not sent, the second time goes on
  // behind the first, be it beyond the last clock that there is: in Yjs as here.
  WEFT_PROMISE(validate_update(*rest, encoding).has_value() || !is_regular(*merged, encoding));
  const auto converted = convert_update(*merged, encoding, other);
  WEFT_PROMISE(converted.has_value());
  WEFT_PROMISE(validate_update(*converted, other).has_value());
  return 0;
}
