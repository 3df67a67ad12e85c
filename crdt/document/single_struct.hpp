// Most updates are a keystroke: one struct of plain content and no deletes, or deletes of one
// client and no struct. Such a one is read without the tables that other updates need. A struct may
// have to wait.
#pragma once

#include <optional>

#include "document/decode.hpp"

namespace weft::document {

struct SingleStruct {
  ClientIx client = 0;
  Record record;    // its content is a piece of the update
  DenseId missing;  // what it waits for first, if anything
};

/// Nothing where `update` (V1) is anything else, or not as Yjs would write it.
std::optional<SingleStruct> read_single_struct(ByteView update, const store::Store& store);

/// Reads an update (V1) of deletes into `out`; false where it is anything else, or not as Yjs would
/// write it.
bool read_deletes_alone(ByteView update, DecodedUpdate& out);

}  // namespace weft::document
