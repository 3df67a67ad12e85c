// Shared types: roots, and what all have.
#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::Array;
using weft::Map;
using weft::Text;
using weft::TypeKind;
using weft::Value;
using weft::XmlFragment;

extern "C" {

weft_type weft_root(weft_doc* doc, const char* name, size_t size, weft_kind kind) {
  weft::Doc& in = doc->doc;
  switch (kind_of(kind)) {
    case TypeKind::array:
      return handle(in.array(view(name, size)));
    case TypeKind::map:
      return handle(in.map(view(name, size)));
    case TypeKind::xml_element:
      return handle(in.xml_element(view(name, size)));
    case TypeKind::xml_fragment:
      return handle(in.xml_fragment(view(name, size)));
    case TypeKind::xml_text:
      return handle(in.xml_text(view(name, size)));
    case TypeKind::text:
      return handle(in.text(view(name, size)));
    case TypeKind::xml_hook:
      break;
  }
  assert(false);  // no root
  return {nullptr, 0};
}

weft_type weft_doc_type(weft_doc* doc, uint32_t number) { return {&doc->doc.state(), number}; }

weft_status weft_type_kind(weft_type handle, weft_kind* out) {
  const auto kind = type(handle).kind();
  if (!kind || *kind > TypeKind::xml_text) return WEFT_NOT_FOUND;
  *out = static_cast<weft_kind>(*kind);
  return WEFT_OK;
}

int weft_type_exists(weft_type handle) { return type(handle).exists() ? 1 : 0; }

weft_status weft_type_root_name(weft_type of, weft_bytes* out) {
  const auto name = type(of).root_name();
  if (!name) return WEFT_NOT_FOUND;
  *out = give(*name);
  return WEFT_OK;
}

weft_status weft_type_id(weft_type of, uint64_t* client, uint64_t* clock) {
  const auto id = type(of).item_id();
  if (!id) return WEFT_NOT_FOUND;
  *client = id->client;
  *clock = id->clock;
  return WEFT_OK;
}

weft_status weft_doc_find_type(weft_doc* doc, uint64_t client, uint64_t clock, weft_type* out) {
  const auto item = doc->doc.find_item({client, clock});
  if (!item || !item->type) return WEFT_NOT_FOUND;
  *out = handle(*item->type);
  return WEFT_OK;
}

weft_status weft_type_parent(weft_type of, weft_type* out) {
  const auto parent = type(of).parent();
  if (!parent) return WEFT_NOT_FOUND;
  *out = handle(*parent);
  return WEFT_OK;
}

weft_bytes weft_type_to_json(weft_type handle) { return give(type(handle).to_json().to_json()); }

weft_bytes weft_type_to_string(weft_type handle) {
  if (is<Text>(handle)) return give(as<Text>(handle).to_string());
  const Value json = type(handle).to_json();
  const auto* text = json.get_if<std::string>();
  return give(text != nullptr ? *text : json.to_json());
}

uint32_t weft_type_length(weft_type handle) {
  if (is<Text>(handle)) return as<Text>(handle).length();
  if (is<XmlFragment>(handle)) return as<XmlFragment>(handle).length();
  if (is<Map>(handle)) return as<Map>(handle).size();
  return as<Array>(handle).length();
}

int weft_type_equal(weft_type a, weft_type b) { return type(a) == type(b) ? 1 : 0; }

}  // extern "C"
