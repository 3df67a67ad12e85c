#include "api/contents.hpp"

#include <utility>

namespace weft::api {

std::optional<Reading> reading_of(std::string_view word) {
  if (word == "text") return Reading{.kind = TypeKind::text};
  if (word == "delta") return Reading{.kind = TypeKind::text, .as_delta = true};
  if (word == "array") return Reading{.kind = TypeKind::array};
  if (word == "map") return Reading{.kind = TypeKind::map};
  if (word == "xml") return Reading{.kind = TypeKind::xml_fragment};
  return std::nullopt;
}

// A root about which nothing is known reads as text: only deleted content is without a kind.
Value contents(Doc& doc, std::string_view root, Reading reading) {
  switch (reading.kind.value_or(infer_kind(doc, root).value_or(TypeKind::text))) {
    case TypeKind::text:
      if (reading.as_delta) return doc.text(root).to_delta().to_value();
      return doc.text(root).to_string();
    case TypeKind::array:
      return doc.array(root).to_json();
    case TypeKind::map:
      return doc.map(root).to_json();
    default:
      return doc.xml_fragment(root).to_string();
  }
}

Value contents(Doc& doc) {
  ValueObject members;
  for (const std::string& root : doc.root_names()) members.emplace_back(root, contents(doc, root));
  return members;
}

}  // namespace weft::api
