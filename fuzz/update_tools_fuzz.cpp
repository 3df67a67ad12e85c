// Arbitrary bytes through the tools that need no document: those that accept an update agree on it,
// and what they write can be read again.
//
// Input: a byte of choices (bit 0: V2), then the update.
#include <array>

#include <weft/inspect.hpp>
#include <weft/update.hpp>

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  if (size == 0) return 0;
  const Encoding encoding = (data[0] & 1) != 0 ? Encoding::v2 : Encoding::v1;
  const Encoding other = encoding == Encoding::v1 ? Encoding::v2 : Encoding::v1;
  const ByteView update(data + 1, size - 1);
  const bool valid = validate_update(update, encoding).has_value();
  const auto measured = measure_update(update, encoding);
  WEFT_PROMISE(measured.has_value() == valid);
  WEFT_PROMISE(inspect_update(update, encoding).has_value() == valid);
  WEFT_PROMISE(convert_update(update, encoding, other).has_value() == valid);
  if (!valid) return 0;
  WEFT_PROMISE(*measured <= update.size());

  const auto vector = state_vector_from_update(update, encoding);
  WEFT_PROMISE(vector.has_value());
  const std::array<ByteView, 2> twice = {update, update};
  const auto merged = merge_updates(twice, encoding);
  WEFT_PROMISE(merged.has_value());
  WEFT_PROMISE(validate_update(*merged, encoding).has_value());
  WEFT_PROMISE(state_vector_from_update(*merged, encoding) == vector);
  const auto rest = diff_update(*merged, *vector, encoding);
  WEFT_PROMISE(rest.has_value());
  WEFT_PROMISE(validate_update(*rest, encoding).has_value());
  const auto converted = convert_update(*merged, encoding, other);
  WEFT_PROMISE(converted.has_value());
  WEFT_PROMISE(validate_update(*converted, other).has_value());
  return 0;
}
