// Subdocuments.
#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names
using weft::SubDoc;

namespace {

SubDoc subdoc(weft_subdoc handle) {
  return {static_cast<weft::document::DocState*>(handle.doc), handle.number};
}

}  // namespace

extern "C" {

weft_bytes weft_subdoc_guid(weft_subdoc handle) { return give(subdoc(handle).guid()); }
weft_bytes weft_subdoc_meta(weft_subdoc handle) { return give(subdoc(handle).meta().to_json()); }
int weft_subdoc_gc(weft_subdoc handle) { return subdoc(handle).gc() ? 1 : 0; }
int weft_subdoc_auto_load(weft_subdoc handle) { return subdoc(handle).auto_load() ? 1 : 0; }
int weft_subdoc_should_load(weft_subdoc handle) { return subdoc(handle).should_load() ? 1 : 0; }

size_t weft_doc_subdocs(const weft_doc* doc, weft_subdoc* out, size_t capacity) {
  const auto subdocs = doc->doc.subdocs();
  for (size_t i = 0; i < subdocs.size() && i < capacity; ++i) out[i] = handle(subdocs[i]);
  return subdocs.size();
}

void weft_subdoc_load(weft_subdoc handle) { subdoc(handle).load(); }
void weft_subdoc_destroy(weft_subdoc handle) { subdoc(handle).destroy(); }

}  // extern "C"
