// What decode_update gives, as lines of text; described.mjs writes the same of what Yjs decodes.
#pragma once

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>

weft::Result<weft::Bytes> described_update(weft::ByteView update, weft::Encoding encoding);
