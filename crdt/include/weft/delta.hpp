// A change of a rich text, or its whole content, as a list of operations: the Delta of Quill that
// Yjs speaks.
//
//   text.apply_delta(txn, Delta().retain(5, {{"bold", true}}).insert("!").remove(2));
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <weft/error.hpp>
#include <weft/shared_type.hpp>
#include <weft/value.hpp>

namespace weft {

/// Marks on a piece of text, by name. In an edit a null takes a mark away, and the order of the
/// names is brought into JavaScript's; a delta that was read has them in that order.
using Attributes = ValueObject;

/// A shared type that an insert shall make; `name` for xml_element and xml_hook.
struct NewType {
  TypeKind kind = TypeKind::map;
  std::string name;
  friend bool operator==(const NewType&, const NewType&) = default;
};

/// One unit in a text for each value or type; UTF-16 code units for a string. A SharedType is what
/// reading finds; an edit takes NewType.
using DeltaContent = std::variant<std::string, Value, SharedType, NewType>;

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

using DeltaOp = std::variant<DeltaInsert, DeltaRetain, DeltaRemove>;

class Delta {
 public:
  Delta() = default;
  explicit Delta(std::vector<DeltaOp> operations) : ops(std::move(operations)) {}

  // Each adds one operation at the end, as it is: nothing is joined or left out.
  Delta& insert(std::string_view text, Attributes attributes = {});
  Delta& insert_embed(Value embed, Attributes attributes = {});
  Delta& insert_type(NewType type, Attributes attributes = {});
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

  friend bool operator==(const Delta&, const Delta&) = default;

  std::vector<DeltaOp> ops;
};

}  // namespace weft
