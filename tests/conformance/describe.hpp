// Bytes in words, for the report of a divergence.
#pragma once

#include <string>
#include <vector>

#include "replica.hpp"

namespace weft::conformance {

std::string to_hex(ByteView bytes);

/// One line for each struct and each deleted range of a V1 update; the error as the last line.
std::vector<std::string> describe_update(ByteView update);

std::string describe_edit(const Edit& edit);

/// The first lines that differ, with what stands around them.
std::string describe_difference(const std::vector<std::string>& expected,
                                const std::vector<std::string>& actual);

}  // namespace weft::conformance
