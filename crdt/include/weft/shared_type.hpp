// Shared types: light handles (a pointer and a number) to the types of one Doc.
//
// Indices and lengths are UTF-16 code units in a Text, elements in an Array. A handle is valid as
// long as its Doc; a handle to a deleted type reads as empty and refuses edits with wrong_type.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/subdoc.hpp>
#include <weft/subscription.hpp>
#include <weft/value.hpp>

namespace weft {

class Transaction;
class Event;
class SharedType;
struct Prelim;

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

/// What an Array, Map or XmlFragment holds at one place: nothing, a value, a type, a subdocument.
using Element = std::variant<std::monostate, Value, SharedType, SubDoc>;

/// A handle to any shared type.
class SharedType {
 public:
  /// For the engine's own rooms; others get handles from a Doc and from what is in it.
  SharedType(document::DocState* doc, std::uint32_t type) : doc_(doc), type_(type) {}

  /// Nothing for a root that updates named and nobody has asked for yet. A number above xml_text
  /// for a type that only other engines know: it is kept, and reads as empty.
  std::optional<TypeKind> kind() const;
  /// This type as a T (Array, Map, Text, XmlFragment, XmlElement, XmlText, XmlHook) where it is
  /// one: an XmlElement is an XmlFragment too, an XmlText a Text, an XmlHook a Map. A root of no
  /// kind is whatever it is asked for as, and so is every type of a document of @y/y 14, which
  /// knows one kind of types only.
  template <typename T>
  std::optional<T> as() const {
    const std::optional<TypeKind> is = kind();
    if (is && !T::holds(*is) && !is_unified()) return std::nullopt;
    return T(doc_, type_);
  }

  /// What it stands in; nothing for a root and for a type that was deleted.
  std::optional<SharedType> parent() const;
  /// The name of a root (Yjs findRootTypeKey); nothing for a type that stands in another one.
  std::optional<std::string> root_name() const;
  /// The item that holds a nested type, by which other replicas find it (Doc::find_item); nothing
  /// for a root, and for a type that was collected. O(1).
  std::optional<Id> item_id() const;
  /// Whether it is `other` or stands somewhere in it (Yjs isParentOf). O(depth).
  bool is_inside(const SharedType& other) const;
  /// False once it was deleted.
  bool exists() const;
  /// True in a document of @y/y 14.
  bool is_unified() const;

  /// The type and all it contains as a JSON value (Yjs toJSON): a Text gives its string, XML its
  /// markup, a subdocument {}. In a document of @y/y 14 as YType::to_json. Types nested deeper than
  /// limits::depth_max read as null. O(contents).
  Value to_json() const;
  /// A copy of the contents, to be inserted somewhere else (Yjs clone). Types inside a text are
  /// copied without theirs. Errors: too_deep, where types are nested deeper than limits::depth_max;
  /// invalid_content for a type that only other engines know. O(contents).
  Result<Prelim> clone() const;

  /// Calls `observer` after each transaction that changed this type itself (Yjs observe).
  [[nodiscard]] Subscription observe(std::function<void(const Event&)> observer) const;
  /// Calls `observer` after each transaction that changed this type or any inside it, with the
  /// events of all of them, nearest first (Yjs observeDeep).
  [[nodiscard]] Subscription observe_deep(
      std::function<void(std::span<const Event>)> observer) const;

  /// For the engine's own rooms.
  document::DocState* doc() const { return doc_; }
  /// Its number, that of no other type in this Doc.
  std::uint32_t type() const { return type_; }

  friend bool operator==(const SharedType&, const SharedType&) = default;

 protected:
  document::DocState* doc_;
  std::uint32_t type_;
};

/// The type at this place as a T, where there is one of that kind: as<Map>(array.get(0)).
template <typename T>
std::optional<T> as(const Element& element) {
  const auto* type = std::get_if<SharedType>(&element);
  return type == nullptr ? std::nullopt : type->as<T>();
}

}  // namespace weft
