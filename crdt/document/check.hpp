// Every invariant of a document, for tests and fuzzers.
#pragma once

#include <string>

#include "document/doc_state.hpp"

namespace weft::document {

/// The first broken invariant in words, or an empty string. O(document * log).
std::string check_invariants(const DocState& doc);

}  // namespace weft::document
