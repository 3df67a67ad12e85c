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
void weft_subdoc_load(weft_subdoc handle) { subdoc(handle).load(); }
void weft_subdoc_destroy(weft_subdoc handle) { subdoc(handle).destroy(); }

}  // extern "C"
