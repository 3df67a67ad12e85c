// What a root is, told from its contents: an update names its roots and does not say their kinds.
#include "types/sequence.hpp"

namespace weft {

using namespace types;

namespace {

std::optional<TypeKind> kind_of_content(const DocState& doc, const Item& item) {
  switch (item.content()) {
    case Kind::string:
    case Kind::embed:
    case Kind::format:
      return TypeKind::text;
    case Kind::type: {
      const auto child = static_cast<TypeKind>(doc.store.types[item.data].kind);
      const bool is_xml = child == TypeKind::xml_element || child == TypeKind::xml_text ||
                          child == TypeKind::xml_hook;
      return is_xml ? TypeKind::xml_fragment : TypeKind::array;
    }
    case Kind::json:
    case Kind::binary:
    case Kind::any:
    case Kind::doc:
      return TypeKind::array;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<TypeKind> infer_kind(const Doc& doc, std::string_view root) {
  const store::Store& store = doc.state().store;
  const std::uint32_t name = store.strings.find(root);
  const TypeIx ix = name == store::kNoIndex ? store::kNoIndex : store.types.find_root(name);
  if (ix == store::kNoIndex) return std::nullopt;
  const store::Type& type = store.types[ix];
  if (type.kind != store::Type::kUnknown) return static_cast<TypeKind>(type.kind);
  std::optional<TypeKind> from_deleted;
  for (Handle at = store.types.list(type.sequence).first; at != kNoHandle;
       at = store.items[at].right) {
    const Item& item = store.items[at];
    const auto kind = kind_of_content(doc.state(), item);
    if (kind && !item.deleted()) return kind;
    if (kind && !from_deleted) from_deleted = kind;
  }
  if (type.first_key != store::kNoIndex) return TypeKind::map;
  return from_deleted;
}

}  // namespace weft
