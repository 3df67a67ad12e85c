// A root of a replay as a handle of the engine.
#pragma once

#include <weft/doc.hpp>

#include "replica.hpp"

namespace weft::conformance {

inline SharedType typed_root(Doc& doc, const Root& root) {
  switch (root.kind) {
    case TypeKind::array:
      return doc.array(root.name);
    case TypeKind::map:
      return doc.map(root.name);
    case TypeKind::xml_fragment:
      return doc.xml_fragment(root.name);
    default:
      return doc.text(root.name);
  }
}

}  // namespace weft::conformance
