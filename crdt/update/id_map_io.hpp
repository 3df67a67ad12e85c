// Id maps among other things in a buffer.
#pragma once

#include <weft/id_map.hpp>

#include "encoding/reader.hpp"
#include "encoding/writer.hpp"

namespace weft::update {

/// As IdMap::decode; errors stay with the reader.
IdMap read_id_map(encoding::Reader& in);

/// As IdMap::encode.
void write_id_map(encoding::Writer& out, const IdMap& map);

}  // namespace weft::update
