// Texts.
#include <weft/content.hpp>
#include <weft/snapshot.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::Attributes;
using weft::Result;
using weft::Text;
using weft::Value;

namespace {

bool is_editable(const weft_transaction* transaction, weft_type text) {
  return covers(transaction, text) && is<Text>(text);
}

}  // namespace

extern "C" {

weft_status weft_text_insert(weft_transaction* transaction, weft_type text, uint32_t index,
                             const char* insert, size_t size, const char* attributes,
                             size_t attributes_size) {
  if (!is_editable(transaction, text)) return WEFT_WRONG_TYPE;
  Text to = as<Text>(text);
  if (attributes == nullptr) return status(to.insert(transaction->txn, index, view(insert, size)));
  const auto formats = formats_of(attributes, attributes_size);
  if (!formats) return status(formats);
  return status(to.insert(transaction->txn, index, view(insert, size), *formats));
}

weft_status weft_text_insert_embed(weft_transaction* transaction, weft_type text, uint32_t index,
                                   const char* json, size_t size, const char* attributes,
                                   size_t attributes_size) {
  if (!is_editable(transaction, text)) return WEFT_WRONG_TYPE;
  const auto embed = Value::from_json(view(json, size));
  if (!embed) return status(embed);
  Result<Attributes> formats;
  if (attributes != nullptr) formats = formats_of(attributes, attributes_size);
  if (!formats) return status(formats);
  return status(as<Text>(text).insert_embed(transaction->txn, index, *embed, *formats));
}

weft_status weft_text_remove(weft_transaction* transaction, weft_type text, uint32_t index,
                             uint32_t length) {
  if (!is_editable(transaction, text)) return WEFT_WRONG_TYPE;
  return status(as<Text>(text).remove(transaction->txn, index, length));
}

weft_status weft_text_format(weft_transaction* transaction, weft_type text, uint32_t index,
                             uint32_t length, const char* attributes, size_t attributes_size) {
  if (!is_editable(transaction, text)) return WEFT_WRONG_TYPE;
  const auto formats = formats_of(attributes, attributes_size);
  if (!formats) return status(formats);
  return status(as<Text>(text).format(transaction->txn, index, length, *formats));
}

weft_status weft_text_apply_delta(weft_transaction* transaction, weft_type text, const char* delta,
                                  size_t size) {
  if (!is_editable(transaction, text)) return WEFT_WRONG_TYPE;
  const auto operations = weft::Delta::from_json(view(delta, size));
  if (!operations) return status(operations);
  return status(as<Text>(text).apply_delta(transaction->txn, *operations));
}

weft_bytes weft_text_to_delta(weft_type text) { return give(as<Text>(text).to_delta().to_json()); }

weft_status weft_text_delta_between(weft_type text, const uint8_t* snapshot, size_t size,
                                    const uint8_t* previous, size_t previous_size,
                                    weft_bytes* out) {
  if (!is<Text>(text)) return WEFT_WRONG_TYPE;
  Result<weft::Snapshot> then;
  if (snapshot != nullptr) then = weft::decode_snapshot(view(snapshot, size));
  if (!then) return status(then);
  Result<weft::Snapshot> before;
  if (previous != nullptr) before = weft::decode_snapshot(view(previous, previous_size));
  if (!before) return status(before);
  *out = give(weft::to_delta(as<Text>(text), snapshot == nullptr ? nullptr : &*then,
                             previous == nullptr ? nullptr : &*before)
                  .to_json());
  return WEFT_OK;
}

}  // extern "C"
