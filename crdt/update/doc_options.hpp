// What Yjs makes of a subdocument's options when it reads and writes them again.
// Source: Yjs readContentDoc and the constructors of ContentDoc and Doc.
#pragma once

#include <string>

#include <weft/bytes.hpp>

#include "encoding/writer.hpp"

namespace weft::update {

/// Appends the options that ContentDoc writes for a document made from `options`, an `any` value
/// that scan_any accepted: `gc` when false, `autoLoad` when true, `meta` when it is something.
/// A text under `guid` takes the place of `guid`, as object spread does in createDocFromOpts.
/// False for null and undefined, which Yjs refuses.
bool append_canonical_doc(encoding::Writer& out, std::string& guid, ByteView options);

/// True when Yjs loads the document of these options as soon as it reads them: `shouldLoad`, which
/// other engines write, or `autoLoad`. REQUIRES: as above.
bool asks_to_load(ByteView options);

}  // namespace weft::update
