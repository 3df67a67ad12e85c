// Positions and snapshots.
#include <weft/relative_position.hpp>
#include <weft/snapshot.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names

extern "C" {

weft_status weft_position_create(weft_type handle, uint32_t index, int assoc, weft_bytes* out) {
  const auto position = weft::create_relative_position(type(handle), index, assoc);
  if (!position) return status(position);
  *out = give(weft::encode_relative_position(*position));
  return WEFT_OK;
}

weft_status weft_position_resolve(weft_doc* doc, const uint8_t* position, size_t size,
                                  weft_type* out, uint32_t* index) {
  const auto decoded = weft::decode_relative_position(view(position, size));
  if (!decoded) return status(decoded);
  const auto place = weft::create_absolute_position(doc->doc, *decoded);
  if (!place) return WEFT_NOT_FOUND;
  *out = handle(place->type);
  *index = place->index;
  return WEFT_OK;
}

weft_status weft_position_to_json(const uint8_t* position, size_t size, weft_bytes* out) {
  const auto decoded = weft::decode_relative_position(view(position, size));
  if (decoded) *out = give(weft::relative_position_to_json(*decoded).to_json());
  return status(decoded);
}

weft_status weft_position_from_json(const char* json, size_t size, weft_bytes* out) {
  const auto value = weft::Value::from_json(view(json, size));
  if (!value) return status(value);
  const auto position = weft::relative_position_from_json(*value);
  if (position) *out = give(weft::encode_relative_position(*position));
  return status(position);
}

weft_bytes weft_snapshot(const weft_doc* doc) {
  return give(weft::encode_snapshot(weft::snapshot(doc->doc)));
}

weft_status weft_snapshot_restore(weft_doc* doc, const uint8_t* snapshot, size_t size,
                                  weft_doc** out) {
  const auto decoded = weft::decode_snapshot(view(snapshot, size));
  if (!decoded) return status(decoded);
  auto restored = weft::create_doc_from_snapshot(doc->doc, *decoded,
                                                 {.client_id = doc->doc.client_id(), .gc = false});
  if (!restored) return status(restored);
  *out = std::make_unique<weft_doc>(weft_doc{std::move(*restored)}).release();
  return WEFT_OK;
}

weft_status weft_type_json_at(weft_type of, const uint8_t* snapshot, size_t size, weft_bytes* out) {
  const auto decoded = weft::decode_snapshot(view(snapshot, size));
  if (!decoded) return status(decoded);
  const auto json = weft::to_json_at(type(of), *decoded);
  if (json) *out = give(json->to_json());
  return status(json);
}

weft_status weft_snapshot_contains(const uint8_t* snapshot, size_t size, const uint8_t* update,
                                   size_t update_size, weft_encoding form, int* out) {
  const auto decoded = weft::decode_snapshot(view(snapshot, size));
  if (!decoded) return status(decoded);
  const auto contained =
      weft::snapshot_contains_update(*decoded, view(update, update_size), encoding(form));
  if (contained) *out = *contained ? 1 : 0;
  return status(contained);
}

}  // extern "C"
