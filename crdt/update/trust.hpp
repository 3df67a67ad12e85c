// Whose bytes are read.
#pragma once

#include <cstdint>
#include <span>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/state_vector.hpp>

namespace weft::update {

enum class Trust : std::uint8_t {
  none,  // from outside: what they claim has bounds (limits::v2_structs_max)
  own,   // written by this process, of a document that it holds: V2 may say it in few bytes
};

/// merge_updates, diff_update and convert_update of own updates. Errors: none that only the bytes
/// of others can cause.
Result<Bytes> merge_own(std::span<const ByteView> updates, Encoding encoding, Compat compat);
Result<Bytes> diff_own(ByteView update, const StateVector& since, Encoding encoding, Compat compat);
Result<Bytes> convert_own(ByteView update, Encoding from, Encoding to, Compat compat);

}  // namespace weft::update
