// A list of edits on a document, for programs that know what they want to change and where.
#pragma once

#include <weft/doc.hpp>

#include "api/edit_done.hpp"

namespace weft::api {

/// Carries out {"operations": [...]}, in order and in one transaction. Each names a shared type by
/// its "path", [root, key or index, ...], and does one thing with it:
///   {"path": ["t"], "delta": [{"retain": 3}, {"insert": "x", "attributes": {"bold": true}}]}
///   {"path": ["a"], "insert": [1, {"b": 2}], "at": 0}    {"path": ["a"], "remove": 2, "at": 1}
///   {"path": ["m"], "set": {"key": "value"}}             {"path": ["m"], "unset": ["key"]}
/// A root that is not there is made, of the kind that the operation wants. With "shared": true what
/// is inserted or set becomes shared: objects maps, lists arrays, with all that is in them.
/// Indices are Yjs's: characters in UTF-16 code units, elements.
/// Errors: a sentence for the client, which names the operation; the document may have been changed
/// in part then. O(operations), and what each edit costs.
EditDone apply_operations(Doc& doc, const Value& body);

}  // namespace weft::api
