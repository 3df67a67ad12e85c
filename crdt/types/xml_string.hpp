// XML types as markup. Source: Yjs toString of YXmlFragment, YXmlElement, YXmlText.
//
// Nothing is escaped. Nesting is bounded by memory, not by the stack.
#pragma once

#include <string>

#include "types/sequence.hpp"

namespace weft::types {

/// The children of a fragment or element.
std::string fragment_string(DocState& doc, TypeIx type);
/// An element with its tags.
std::string element_string(DocState& doc, TypeIx type);
/// A text, formatting as nested tags.
std::string text_string(DocState& doc, TypeIx type);

}  // namespace weft::types
