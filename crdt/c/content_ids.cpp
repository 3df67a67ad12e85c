// Content ids and content maps, as the bytes of @y/y 14.
#include <weft_attributions.h>

#include <weft/content_ids.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::ContentAttributes;
using weft::ContentIds;
using weft::ContentMap;
using weft::IdMap;
using weft::Result;
using weft::Value;
using weft::ValueArray;
using weft::ValueObject;

namespace {

/// Decodes all of them.
template <typename T>
Result<std::vector<T>> decoded(const weft_view* views, size_t count) {
  std::vector<T> all;
  all.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    auto one = T::decode(view(views[i]));
    if (!one) return std::unexpected(one.error());
    all.push_back(std::move(*one));
  }
  return all;
}

/// What `combine` makes of the two, encoded.
template <typename A, typename B, typename Combine>
weft_status give_combined(weft_view a, weft_view b, weft_bytes* out, Combine combine) {
  const auto left = A::decode(view(a));
  if (!left) return status(left);
  const auto right = B::decode(view(b));
  if (right) *out = give(combine(*left, *right).encode());
  return status(right);
}

Result<ContentAttributes> attributes_of(const char* json, size_t size) {
  const auto said = formats_of(json, size);
  if (!said) return std::unexpected(said.error());
  ContentAttributes attributes;
  for (const auto& [name, value] : *said) attributes.push_back(weft::make_attribute(name, value));
  return attributes;
}

Value shown(const ContentAttributes& attributes) {
  ValueArray pairs;
  for (const auto& attribute : attributes) {
    pairs.emplace_back(ValueArray{attribute->name, attribute->value});
  }
  return pairs;
}

Value shown(const IdMap& map) {
  ValueArray rows;
  for (const weft::ClientId client : map.clients()) {
    for (const auto& range : map.ranges(client)) {
      rows.emplace_back(ValueArray{client, range.clock, range.length, shown(range.attributes)});
    }
  }
  return rows;
}

}  // namespace

extern "C" {

weft_status weft_content_ids_from_update(const uint8_t* update, size_t size, weft_encoding form,
                                         weft_bytes* out) {
  const auto ids = weft::content_ids_from_update(view(update, size), encoding(form));
  if (ids) *out = give(ids->encode());
  return status(ids);
}

weft_bytes weft_content_ids_from_doc(const weft_doc* doc) {
  return give(weft::content_ids_from_doc(doc->doc).encode());
}

weft_status weft_content_ids_merge(const weft_view* ids, size_t count, weft_bytes* out) {
  const auto all = decoded<ContentIds>(ids, count);
  if (all) *out = give(weft::merge_content_ids(*all).encode());
  return status(all);
}

weft_status weft_content_ids_exclude(weft_view a, weft_view b, weft_bytes* out) {
  return give_combined<ContentIds, ContentIds>(a, b, out, weft::exclude_content_ids);
}

weft_status weft_content_ids_intersect(weft_view a, weft_view b, weft_bytes* out) {
  return give_combined<ContentIds, ContentIds>(a, b, out, weft::intersect_content_ids);
}

weft_status weft_content_ids_to_json(weft_view bytes, weft_bytes* out) {
  const auto ids = ContentIds::decode(view(bytes));
  if (!ids) return status(ids);
  const ValueObject text{{"inserts", ranges_of(ids->inserts)},
                         {"deletes", ranges_of(ids->deletes)}};
  *out = give(Value(text).to_json());
  return WEFT_OK;
}

weft_status weft_content_map_of(weft_view bytes, const char* inserts, size_t inserts_size,
                                const char* deletes, size_t deletes_size, weft_bytes* out) {
  const auto ids = ContentIds::decode(view(bytes));
  if (!ids) return status(ids);
  const auto of_inserts = attributes_of(inserts, inserts_size);
  if (!of_inserts) return status(of_inserts);
  const auto of_deletes = attributes_of(deletes, deletes_size);
  if (of_deletes) *out = give(weft::content_map_from_ids(*ids, *of_inserts, *of_deletes).encode());
  return status(of_deletes);
}

weft_status weft_content_map_merge(const weft_view* maps, size_t count, weft_bytes* out) {
  const auto all = decoded<ContentMap>(maps, count);
  if (all) *out = give(weft::merge_content_maps(*all).encode());
  return status(all);
}

weft_status weft_content_map_exclude(weft_view map, weft_view ids, weft_bytes* out) {
  return give_combined<ContentMap, ContentIds>(map, ids, out,
                                               [](const ContentMap& of, const ContentIds& exclude) {
                                                 return weft::exclude_content_map(of, exclude);
                                               });
}

weft_status weft_content_map_intersect(weft_view map, weft_view ids, weft_bytes* out) {
  return give_combined<ContentMap, ContentIds>(map, ids, out,
                                               [](const ContentMap& of, const ContentIds& with) {
                                                 return weft::intersect_content_map(of, with);
                                               });
}

weft_status weft_content_map_filter(weft_view bytes, weft_map_filter filter, void* context,
                                    weft_bytes* out) {
  const auto map = ContentMap::decode(view(bytes));
  if (!map) return status(map);
  const auto keeps = [filter, context](int deleted) {
    return [filter, context, deleted](const ContentAttributes& attributes) {
      const std::string json = shown(attributes).to_json();
      return filter(context, deleted, json.data(), json.size()) != 0;
    };
  };
  *out = give(weft::filter_content_map(*map, keeps(0), keeps(1)).encode());
  return WEFT_OK;
}

weft_status weft_content_map_ids(weft_view bytes, weft_bytes* out) {
  const auto map = ContentMap::decode(view(bytes));
  if (map) *out = give(weft::content_ids_from_map(*map).encode());
  return status(map);
}

weft_status weft_content_map_to_json(weft_view bytes, weft_bytes* out) {
  const auto map = ContentMap::decode(view(bytes));
  if (!map) return status(map);
  const ValueObject text{{"inserts", shown(map->inserts)}, {"deletes", shown(map->deletes)}};
  *out = give(Value(text).to_json());
  return WEFT_OK;
}

weft_status weft_intersect_update(const uint8_t* update, size_t size, weft_view bytes,
                                  weft_encoding form, weft_bytes* out) {
  const auto ids = ContentIds::decode(view(bytes));
  if (!ids) return status(ids);
  return give(weft::intersect_update(view(update, size), *ids, encoding(form)), out);
}

weft_status weft_undo_content_ids(weft_doc* doc, weft_view bytes) {
  const auto ids = ContentIds::decode(view(bytes));
  if (ids) weft::undo_content_ids(doc->doc, *ids);
  return status(ids);
}

weft_status weft_undo_push(weft_undo* undo, weft_view bytes) {
  const auto ids = ContentIds::decode(view(bytes));
  if (ids) undo->manager.push(*ids);
  return status(ids);
}

}  // extern "C"
