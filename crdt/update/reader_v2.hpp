// Reads a V2 update; see struct_reader.hpp.
#pragma once

#include "update/decoder_v2.hpp"
#include "update/struct_reader.hpp"

namespace weft::update {

extern template class StructReader<DecoderV2>;
using ReaderV2 = StructReader<DecoderV2>;

}  // namespace weft::update
