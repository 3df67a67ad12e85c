// Id sets among other things in a buffer.
#pragma once

#include <weft/id_set.hpp>

#include "encoding/reader.hpp"
#include "encoding/writer.hpp"

namespace weft::update {

/// As IdSet::decode; errors stay with the reader.
IdSet read_id_set(encoding::Reader& in, Encoding encoding, Compat compat);

/// As IdSet::encode.
void write_id_set(encoding::Writer& out, const IdSet& set, Encoding encoding);

}  // namespace weft::update
