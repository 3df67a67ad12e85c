// What an update holds, as JSON and as state vectors.
#include <weft/inspect.hpp>
#include <weft/update.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::Id;
using weft::Value;
using weft::ValueArray;
using weft::ValueObject;

namespace {

Value shown(Id id) { return ValueArray{id.client, id.clock}; }

Value shown(const weft::UpdateStruct& of) {
  ValueObject text{
      {"client", of.id.client}, {"clock", of.id.clock}, {"length", of.length}, {"kind", of.kind}};
  if (of.origin) text.emplace_back("origin", shown(*of.origin));
  if (of.right_origin) text.emplace_back("rightOrigin", shown(*of.right_origin));
  if (const auto* root = std::get_if<std::string>(&of.parent)) text.emplace_back("parent", *root);
  if (const auto* item = std::get_if<Id>(&of.parent)) text.emplace_back("parent", shown(*item));
  if (of.parent_sub) text.emplace_back("parentSub", *of.parent_sub);
  if (!of.values.empty()) text.emplace_back("values", ValueArray(of.values));
  if (!of.text.empty()) text.emplace_back("text", of.text);
  if (of.kind == "type") text.emplace_back("typeRef", of.type_ref);
  return text;
}

}  // namespace

extern "C" {

weft_status weft_update_meta(const uint8_t* update, size_t size, weft_encoding form,
                             weft_bytes* from, weft_bytes* to) {
  const auto meta = weft::parse_update_meta(view(update, size), encoding(form));
  if (!meta) return status(meta);
  *from = give(meta->from.encode());
  *to = give(meta->to.encode());
  return WEFT_OK;
}

weft_status weft_update_to_json(const uint8_t* update, size_t size, weft_encoding form,
                                weft_bytes* out) {
  ValueArray structs;
  const auto deletes = weft::decode_update(
      view(update, size), encoding(form),
      [&structs](const weft::UpdateStruct& of) { structs.push_back(shown(of)); });
  if (!deletes) return status(deletes);
  const ValueObject text{{"structs", std::move(structs)}, {"deletes", ranges_of(*deletes)}};
  *out = give(Value(text).to_json());
  return WEFT_OK;
}

}  // extern "C"
