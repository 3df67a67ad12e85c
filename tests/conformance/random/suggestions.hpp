// Suggestions to the second half of a user's updates, at random: edits at places that count what is
// shown with marks, and parts of the difference accepted and rejected.
#pragma once

#include <span>
#include <string>

#include <weft/bytes.hpp>

namespace weft::conformance {

/// What both documents hold after each step, and what readers are shown, as hashes; the latter as
/// it is where `texts`.
std::string suggestion_texts(std::span<const Bytes> updates, std::uint32_t seed, bool gc,
                             bool texts);

}  // namespace weft::conformance
