// Documents, transactions, and updates without a document.
#include <vector>

#include <weft/update.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::ByteView;

extern "C" {

weft_doc* weft_doc_new(uint64_t client_id, int gc) {
  return weft_doc_new_seeded(client_id, gc, 13, 0);
}

weft_doc* weft_doc_new_seeded(uint64_t client_id, int gc, int compat, uint64_t hash_seed) {
  const weft_doc_options options{client_id, hash_seed, gc, compat, 0};
  return weft_doc_new_with(&options);
}

weft_doc* weft_doc_new_with(const weft_doc_options* given) {
  const weft::DocOptions options{
      .client_id = given->client_id,
      .gc = given->gc != 0,
      .compat = given->compat == 14 ? weft::Compat::v14 : weft::Compat::v13,
      .cleanup_formatting = given->keeps_formats == 0,
      .hash_seed = given->hash_seed};
  return std::make_unique<weft_doc>(weft_doc{weft::Doc(options)}).release();
}

void weft_doc_free(weft_doc* doc) { std::unique_ptr<weft_doc>(doc).reset(); }

uint64_t weft_doc_client_id(const weft_doc* doc) { return doc->doc.client_id(); }
uint64_t weft_doc_revision(const weft_doc* doc) { return doc->doc.revision(); }
weft_bytes weft_doc_to_json(const weft_doc* doc) { return give(doc->doc.to_json().to_json()); }
weft_bytes weft_doc_roots(const weft_doc* doc) { return give_names(doc->doc.root_names()); }

weft_status weft_doc_apply(weft_doc* doc, const uint8_t* update, size_t size, weft_encoding form,
                           uint64_t origin) {
  return status(doc->doc.apply_update(view(update, size), encoding(form), origin));
}

weft_status weft_doc_encode_state(const weft_doc* doc, const uint8_t* state_vector, size_t size,
                                  weft_encoding form, weft_bytes* out) {
  weft::StateVector since;
  if (size > 0) {
    auto decoded = weft::StateVector::decode(view(state_vector, size));
    if (!decoded) return status(decoded.error());
    since = std::move(*decoded);
  }
  *out = give(doc->doc.encode_state_as_update(since, encoding(form)));
  return WEFT_OK;
}

weft_bytes weft_doc_state_vector(const weft_doc* doc) {
  return give(doc->doc.encode_state_vector());
}

weft_bytes weft_doc_missing(const weft_doc* doc) {
  weft::ValueArray ids;
  for (const weft::Id& id : doc->doc.missing()) {
    ids.emplace_back(weft::ValueArray{id.client, id.clock});
  }
  return give(weft::Value(std::move(ids)).to_json());
}

int weft_doc_has_pending(const weft_doc* doc) { return doc->doc.has_pending() ? 1 : 0; }

weft_transaction* weft_transact(weft_doc* doc, uint64_t origin) {
  return std::make_unique<weft_transaction>(
             weft_transaction{doc->doc.transact(origin), &doc->doc.state()})
      .release();
}

void weft_commit(weft_transaction* transaction) {
  std::unique_ptr<weft_transaction>(transaction).reset();
}

weft_status weft_merge_updates(const weft_view* updates, size_t count, weft_encoding form,
                               weft_bytes* out) {
  std::vector<ByteView> views;
  views.reserve(count);
  for (size_t i = 0; i < count; ++i) views.push_back(view(updates[i].data, updates[i].size));
  return give(weft::merge_updates(views, encoding(form)), out);
}

weft_status weft_diff_update(const uint8_t* update, size_t size, const uint8_t* state_vector,
                             size_t vector_size, weft_encoding form, weft_bytes* out) {
  const auto since = weft::StateVector::decode(view(state_vector, vector_size));
  if (!since) return status(since.error());
  return give(weft::diff_update(view(update, size), *since, encoding(form)), out);
}

weft_status weft_state_vector_from_update(const uint8_t* update, size_t size, weft_encoding form,
                                          weft_bytes* out) {
  const auto vector = weft::state_vector_from_update(view(update, size), encoding(form));
  if (!vector) return status(vector.error());
  *out = give(vector->encode());
  return WEFT_OK;
}

weft_status weft_convert_update(const uint8_t* update, size_t size, weft_encoding from,
                                weft_encoding to, weft_bytes* out) {
  return give(weft::convert_update(view(update, size), encoding(from), encoding(to)), out);
}

weft_status weft_obfuscate_update(const uint8_t* update, size_t size, weft_encoding form,
                                  weft_bytes* out) {
  return give(weft::obfuscate_update(view(update, size), {}, encoding(form)), out);
}

weft_status weft_validate_update(const uint8_t* update, size_t size, weft_encoding form) {
  return status(weft::validate_update(view(update, size), encoding(form)));
}

}  // extern "C"
