// What a document holds, as values that need no Yjs.
#pragma once

#include <optional>
#include <string_view>

#include <weft/doc.hpp>

namespace weft::api {

/// How a root is to be read.
struct Reading {
  std::optional<TypeKind> kind{};  // nothing: as its contents tell, else as text
  bool as_delta = false;           // text with its formats and embeds
};

/// "text", "delta", "array", "map" or "xml"; nothing: another word.
std::optional<Reading> reading_of(std::string_view word);

/// The contents of one root. O(document).
Value contents(Doc& doc, std::string_view root, Reading reading = {});

/// {root: contents} of all roots.
Value contents(Doc& doc);

}  // namespace weft::api
