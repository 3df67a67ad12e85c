// What the handles of weft.h are, and how results cross over. Memory that runs out ends the
// program, as everywhere in the engine: no exception leaves a function of the ABI.
#pragma once

#include <memory>
#include <string_view>
#include <weft.h>

#include <weft/doc.hpp>
#include <weft/event.hpp>
#include <weft/types.hpp>

struct weft_doc {
  weft::Doc doc;
};
struct weft_transaction {
  weft::Transaction txn;
};
struct weft_subscription {
  weft::Subscription subscription;
};
struct weft_event {
  weft::Event event;
};

namespace weft::c {

weft_status status(Errc code);
inline weft_status status(const Error& error) { return status(error.code); }
template <typename T>
weft_status status(const Result<T>& result) {
  return result ? WEFT_OK : status(result.error());
}

weft_bytes give(std::string_view text);
inline weft_bytes give(ByteView bytes) { return give(as_text(bytes)); }

/// Gives the value, or says why there is none.
template <typename T>
weft_status give(const Result<T>& result, weft_bytes* out) {
  if (result) *out = give(*result);
  return status(result);
}

inline ByteView view(const uint8_t* data, size_t size) { return {data, size}; }
inline std::string_view view(const char* data, size_t size) { return {data, size}; }
inline Encoding encoding(weft_encoding number) {
  return number == WEFT_V2 ? Encoding::v2 : Encoding::v1;
}

inline SharedType type(weft_type handle) {
  return {static_cast<document::DocState*>(handle.doc), handle.number};
}
/// The handle as a type of that kind, whatever it is: an edit checks for itself.
template <typename T>
T as(weft_type handle) {
  return T(static_cast<document::DocState*>(handle.doc), handle.number);
}
inline weft_type handle(const SharedType& type) { return {type.doc(), type.type()}; }

}  // namespace weft::c
