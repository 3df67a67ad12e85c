// Types to be made, by hand. Source: the constructors of Yjs's types.
#include <weft/content.hpp>

namespace weft {

namespace {

Prelim with_delta(TypeKind kind, Delta delta) {
  Prelim made = kind;
  made.delta = std::move(delta);
  return made;
}

}  // namespace

Prelim::Prelim(TypeKind type, std::string_view type_name) : kind(type), name(type_name) {}

Prelim Prelim::array() { return TypeKind::array; }
Prelim Prelim::map() { return TypeKind::map; }

Prelim Prelim::array(std::vector<Content> elements) {
  Prelim made = TypeKind::array;
  made.children = std::move(elements);
  return made;
}

Prelim Prelim::map(Entries entries) {
  Prelim made = TypeKind::map;
  made.entries = std::move(entries);
  return made;
}

Prelim Prelim::text(std::string_view text) { return Prelim::text(Delta().insert(text)); }
Prelim Prelim::text(Delta delta) { return with_delta(TypeKind::text, std::move(delta)); }
Prelim Prelim::xml_text(std::string_view text) { return Prelim::xml_text(Delta().insert(text)); }
Prelim Prelim::xml_text(Delta delta) { return with_delta(TypeKind::xml_text, std::move(delta)); }

Prelim Prelim::xml_fragment(std::vector<Content> children) {
  Prelim made = TypeKind::xml_fragment;
  made.children = std::move(children);
  return made;
}

Prelim Prelim::xml_element(std::string_view node_name) {
  return {TypeKind::xml_element, node_name};
}

Prelim Prelim::xml_element(std::string_view node_name, std::vector<Content> children) {
  return xml_element(node_name, std::move(children), {});
}

Prelim Prelim::xml_element(std::string_view node_name, std::vector<Content> children,
                           Entries attributes) {
  Prelim made(TypeKind::xml_element, node_name);
  made.children = std::move(children);
  made.entries = std::move(attributes);
  return made;
}

Prelim Prelim::xml_hook(std::string_view hook_name, Entries entries) {
  Prelim made(TypeKind::xml_hook, hook_name);
  made.entries = std::move(entries);
  return made;
}

}  // namespace weft
