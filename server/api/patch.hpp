// A JSON merge patch on a document: the smallest edits that make its contents what the patch says,
// so that what others write at the same time stays.
#pragma once

#include <weft/doc.hpp>

#include "api/edit_done.hpp"

namespace weft::api {

/// Makes each root, key and element that `patch` names as it says (RFC 7396; arrays are made equal
/// as a whole). A shared map is patched key by key, a shared text or array where it differs between
/// what is the same at its beginning and its end; all else is replaced. What a document lacks is
/// made: of an object a shared map, of a list a shared array at the root, plain values below.
/// Errors: a sentence for the client; the document may have been changed in part then.
/// O(document + patch).
EditDone apply_patch(Doc& doc, const Value& patch);

}  // namespace weft::api
