// What is put into a shared type: values, types with their first contents, subdocuments, and the
// changes of rich text, which are written and read as a Delta.
//
//   array.insert(txn, 0, {1, "two", Prelim::map({{"three", 3}}), SubDocOptions{.guid = uuid}});
//   text.apply_delta(txn, Delta().retain(5, {{"bold", true}}).insert("!").remove(2));
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <weft/error.hpp>
#include <weft/shared_type.hpp>
#include <weft/subdoc.hpp>
#include <weft/value.hpp>

namespace weft {

class Content;
struct DeltaInsert;
struct DeltaRetain;
struct DeltaRemove;
class YDelta;

/// Marks on a piece of text, by name. In an edit a null takes a mark away, and the order of the
/// names is brought into JavaScript's; a delta that was read has them in that order.
using Attributes = ValueObject;

using DeltaOp = std::variant<DeltaInsert, DeltaRetain, DeltaRemove>;

/// A change of a rich text, or its whole content, as a list of operations: the Delta of Quill that
/// Yjs speaks.
class Delta {
 public:
  Delta() = default;
  explicit Delta(std::vector<DeltaOp> operations);

  // Each adds one operation at the end, as it is: nothing is joined or left out.
  Delta& insert(std::string_view text, Attributes attributes = {});
  Delta& insert_embed(Value embed, Attributes attributes = {});
  Delta& insert_type(Prelim type, Attributes attributes = {});
  Delta& retain(std::uint32_t length, Attributes attributes = {});
  Delta& remove(std::uint32_t length);

  /// The array of operations as JavaScript holds it: [{insert, attributes}, {retain, attributes},
  /// {delete}]; a shared type as its JSON value, a type to be made as null.
  Value to_value() const;
  std::string to_json() const { return to_value().to_json(); }

  /// Takes that array, or Quill's {ops: array}; an insert that is no string is an embed. Operations
  /// without any of the three names are left out, as Yjs does. Errors: wrong_type for anything
  /// else, out_of_range for a length that is no whole number from 0 to 2^32 - 2.
  static Result<Delta> from_value(const Value& value);
  /// As from_value. Errors: also invalid_json, invalid_utf8, too_deep.
  static Result<Delta> from_json(std::string_view text);

  friend bool operator==(const Delta& a, const Delta& b);

  std::vector<DeltaOp> ops;
};

/// A type that is in no document yet, with its first contents (Yjs's preliminary types): made in
/// one go where it is inserted. A kind alone stands for an empty one: insert_type(txn, 0,
/// TypeKind::map). Copying and destroying recurse as deep as it nests, which its maker bounds.
struct Prelim {
  using Entries = std::vector<std::pair<std::string, Content>>;

  TypeKind kind;
  std::string name;                        // nodeName of an XmlElement, hookName of an XmlHook
  std::vector<Content> children;           // Array, XmlFragment, XmlElement
  Entries entries;                         // Map, XmlHook; attributes of an XmlElement
  Delta delta;                             // Text, XmlText: applied to the empty text
  std::shared_ptr<const YDelta> contents;  // of a YType, in the place of all these

  // NOLINTNEXTLINE(google-explicit-constructor): a kind says all of an empty type
  Prelim(TypeKind type, std::string_view type_name = {});

  /// A type of @y/y 14, with a name or without.
  static Prelim ytype(std::optional<std::string_view> name, YDelta contents);
  static Prelim array();
  static Prelim array(std::vector<Content> elements);
  static Prelim map();
  static Prelim map(Entries entries);
  static Prelim text(std::string_view text);
  static Prelim text(Delta delta);
  static Prelim xml_fragment(std::vector<Content> children);
  static Prelim xml_element(std::string_view node_name);
  static Prelim xml_element(std::string_view node_name, std::vector<Content> children);
  static Prelim xml_element(std::string_view node_name, std::vector<Content> children,
                            Entries attributes);
  static Prelim xml_text(std::string_view text);
  static Prelim xml_text(Delta delta);
  static Prelim xml_hook(std::string_view hook_name, Entries entries);

  friend bool operator==(const Prelim& a, const Prelim& b);
};

/// One thing to insert.
class Content {
 public:
  using Variant = std::variant<Value, Prelim, SubDocOptions>;

  // NOLINTBEGIN(google-explicit-constructor): content converts from what it holds, as Value does
  template <typename T>
  requires(std::convertible_to<T, Value> && !std::same_as<std::remove_cvref_t<T>, Content>)
      Content(T&& value)
      : v_(std::in_place_type<Value>, std::forward<T>(value)) {}
  Content(Prelim type);
  Content(SubDocOptions subdoc);
  // NOLINTEND(google-explicit-constructor): as above

  const Variant& variant() const { return v_; }

  friend bool operator==(const Content&, const Content&) = default;

 private:
  Variant v_;
};

/// One unit in a text for each value or type; UTF-16 code units for a string. A SharedType is what
/// reading finds; an edit takes a Prelim.
using DeltaContent = std::variant<std::string, Value, SharedType, Prelim>;

struct DeltaInsert {
  DeltaContent content;
  Attributes attributes;
  friend bool operator==(const DeltaInsert&, const DeltaInsert&) = default;
};

/// Goes on by `length` units and gives them the attributes.
struct DeltaRetain {
  std::uint32_t length = 0;
  Attributes attributes;
  friend bool operator==(const DeltaRetain&, const DeltaRetain&) = default;
};

struct DeltaRemove {
  std::uint32_t length = 0;
  friend bool operator==(const DeltaRemove&, const DeltaRemove&) = default;
};

// Here, where all that they hold is known.
inline Content::Content(Prelim type) : v_(std::move(type)) {}
inline Content::Content(SubDocOptions subdoc) : v_(std::move(subdoc)) {}
inline Delta::Delta(std::vector<DeltaOp> operations) : ops(std::move(operations)) {}
inline bool operator==(const Delta& a, const Delta& b) { return a.ops == b.ops; }
inline bool operator==(const Prelim& a, const Prelim& b) {
  return a.kind == b.kind && a.name == b.name && a.children == b.children &&
         a.entries == b.entries && a.delta == b.delta;
}

}  // namespace weft
