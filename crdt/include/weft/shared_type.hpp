// Shared types: light handles (a pointer and a number) to the types of one Doc.
//
// Indices and lengths are UTF-16 code units in a Text, elements in an Array. A handle is valid as
// long as its Doc; a handle to a deleted type reads as empty and refuses edits with wrong_type.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <variant>

#include <weft/error.hpp>
#include <weft/subscription.hpp>
#include <weft/value.hpp>

namespace weft {

namespace document {
class DocState;
}

class Transaction;
class Event;

/// How a nested type is made, the number is its wire form (Yjs typeRef).
enum class TypeKind : std::uint8_t {
  array = 0,
  map = 1,
  text = 2,
  xml_element = 3,
  xml_fragment = 4,
  xml_hook = 5,
  xml_text = 6,
};

/// A handle to any shared type.
class SharedType {
 public:
  SharedType(document::DocState* doc, std::uint32_t type) : doc_(doc), type_(type) {}

  /// The type and all it contains as a JSON value (Yjs toJSON): a Text gives its string.
  Value to_json() const;

  /// Calls `observer` after each transaction that changed this type itself (Yjs observe).
  [[nodiscard]] Subscription observe(std::function<void(const Event&)> observer) const;
  /// Calls `observer` after each transaction that changed this type or any inside it, with the
  /// events of all of them, nearest first (Yjs observeDeep).
  [[nodiscard]] Subscription observe_deep(
      std::function<void(std::span<const Event>)> observer) const;

  document::DocState* doc() const { return doc_; }
  std::uint32_t type() const { return type_; }

  friend bool operator==(const SharedType&, const SharedType&) = default;

 protected:
  document::DocState* doc_;
  std::uint32_t type_;
};

/// What an Array or Map holds at one place: a value, a nested type, or nothing.
using Element = std::variant<std::monostate, Value, SharedType>;

}  // namespace weft
