// What the handles of weft.h are, and how results cross over. Memory that runs out ends the
// program, as everywhere in the engine: no exception leaves a function of the ABI.
#pragma once

#include <cassert>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>
#include <weft.h>

#include <weft/doc.hpp>
#include <weft/event.hpp>
#include <weft/types.hpp>
#include <weft/undo.hpp>

struct weft_doc {
  weft::Doc doc;
};
struct weft_transaction {
  weft::Transaction txn;
  weft::document::DocState* doc;
};
struct weft_subscription {
  std::vector<weft::Subscription> parts;
};
struct weft_event {
  weft::Event event;
};
struct weft_undo {
  weft::UndoManager manager;
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
weft_bytes give_names(std::span<const std::string> names);

/// Gives the value, or says why there is none.
template <typename T>
weft_status give(const Result<T>& result, weft_bytes* out) {
  if (result) *out = give(*result);
  return status(result);
}

inline ByteView view(const uint8_t* data, size_t size) { return {data, size}; }
inline ByteView view(weft_view bytes) { return {bytes.data, bytes.size}; }
/// [client, clock, length], for JSON.
Value range_of(ClientId client, const ClockRange& range);
ValueArray ranges_of(const IdSet& ids);
inline std::string_view view(const char* data, size_t size) {
  return data == nullptr ? std::string_view() : std::string_view(data, size);
}
inline Encoding encoding(weft_encoding number) {
  return number == WEFT_V2 ? Encoding::v2 : Encoding::v1;
}
inline TypeKind kind_of(weft_kind kind) { return static_cast<TypeKind>(kind); }

inline SharedType type(weft_type handle) {
  return {static_cast<document::DocState*>(handle.doc), handle.number};
}
inline weft_type handle(const SharedType& type) { return {type.doc(), type.type()}; }
inline weft_subdoc handle(const SubDoc& subdoc) { return {subdoc.doc(), subdoc.number()}; }

inline weft_subscription* hold(Subscription subscription) {
  auto held = std::make_unique<weft_subscription>();
  held->parts.push_back(std::move(subscription));
  return held.release();
}

/// A JSON object.
Result<Attributes> formats_of(const char* json, size_t size);

/// What stands there as a T, if it is one.
template <typename T, typename Give>
weft_status give_as(const Element& element, Give give_it) {
  if (std::holds_alternative<std::monostate>(element)) return WEFT_NOT_FOUND;
  const T* const found = std::get_if<T>(&element);
  return found == nullptr ? WEFT_WRONG_TYPE : give_it(*found);
}

weft_status give_value(const Element& element, weft_bytes* json);

/// A type or subdocument as its handle.
template <typename T, typename Handle>
weft_status give_handle(const Element& element, Handle* out) {
  return give_as<T>(element, [out](const T& found) {
    *out = handle(found);
    return WEFT_OK;
  });
}
template <typename T, typename Handle>
weft_status give_handle(const Result<T>& made, Handle* out) {
  if (made) *out = handle(*made);
  return status(made);
}

/// The handle as a T, for reading: whatever it is, a type of another kind reads as empty.
template <typename T>
T as(weft_type handle) {
  return T(static_cast<document::DocState*>(handle.doc), handle.number);
}
template <typename T>
bool is(weft_type handle) {
  const auto kind = type(handle).kind();
  return kind && T::holds(*kind);
}
/// What has elements, and what has keys.
inline bool has_elements(weft_type handle) { return is<Array>(handle) || is<XmlFragment>(handle); }
inline bool has_keys(weft_type handle) {
  return is<Map>(handle) || is<XmlElement>(handle) || is<Text>(handle);
}
/// Whether an edit of this type can be part of the transaction.
inline bool covers(const weft_transaction* transaction, weft_type handle) {
  return transaction->doc == handle.doc;
}

}  // namespace weft::c
