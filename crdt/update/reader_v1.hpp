// Reads a V1 update; see struct_reader.hpp.
#pragma once

#include "update/decoder_v1.hpp"
#include "update/struct_reader.hpp"

namespace weft::update {

extern template class StructReader<DecoderV1>;
using ReaderV1 = StructReader<DecoderV1>;

}  // namespace weft::update
