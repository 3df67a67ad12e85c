// Most updates are a keystroke: one struct of plain content right behind what its client has
// written, with its causes all here, and no deletes. Such a one is read without the tables that
// other updates need.
#pragma once

#include <optional>

#include "document/decode.hpp"

namespace weft::document {

struct SingleStruct {
  ClientIx client = 0;
  Record record;  // its content is a piece of the update
};

/// Nothing where `update` (V1) is anything else, or not as Yjs would write it.
std::optional<SingleStruct> read_single_struct(ByteView update, const store::Store& store);

}  // namespace weft::document
