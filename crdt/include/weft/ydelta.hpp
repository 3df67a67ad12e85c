// A change of a shared type, or all that it holds, as @y/y 14 says it: children with formats, and
// attributes, nested as deep as the types are.
//
//   type.apply_delta(txn, YDelta().retain(5).insert("!", {{"bold", true}}).set_attr("seen", true));
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <weft/content.hpp>
#include <weft/shared_type.hpp>
#include <weft/subdoc.hpp>
#include <weft/value.hpp>

namespace weft {

class YDelta;
using YDeltaPtr = std::shared_ptr<const YDelta>;

/// What a place or an attribute holds: a value, a type or subdocument that stands in a document, or
/// the contents of a type. An edit takes values and contents, of which it makes new types.
using YContent = std::variant<Value, SharedType, SubDoc, YDeltaPtr>;

/// Who is said to have done it: {"insert": ["Alice"]}, {"delete": []}, {"format": {"bold": []}} and
/// what else the attributes of its ids name; nothing where nobody asked or nothing is said.
using Attribution = std::optional<ValueObject>;

/// Text: UTF-16 code units.
struct YInsertText {
  std::string text;
  Attributes format;
  Attribution attribution;
};

/// Values and types: one unit each.
struct YInsert {
  std::vector<YContent> contents;
  Attributes format;
  Attribution attribution;
};

/// Goes on by `length` units and gives them the format.
struct YRetain {
  std::uint32_t length = 0;
  Attributes format;
  Attribution attribution;
};

struct YRemove {
  std::uint32_t length = 0;
};

/// Changes the type that is the next unit.
struct YModify {
  YDeltaPtr change;
  Attributes format;
  Attribution attribution;
};

using YDeltaOp = std::variant<YInsertText, YInsert, YRetain, YRemove, YModify>;

/// What becomes of one attribute.
struct YAttr {
  enum class Action : std::uint8_t { set, remove, modify };
  Action action = Action::set;
  YContent content;  // `set`: the value; `modify`: the change
  Attribution attribution;
};

/// Operations that continue the last one are joined to it, empty ones left out, as lib0 does.
/// Copying is shallow in what is nested. Source: lib0 1.0 delta.
class YDelta {
 public:
  YDelta() = default;
  explicit YDelta(std::optional<std::string> type_name) : name(std::move(type_name)) {}

  YDelta& insert(std::string_view text, Attributes format = {}, Attribution attribution = {});
  YDelta& insert(std::vector<YContent> contents, Attributes format = {},
                 Attribution attribution = {});
  YDelta& retain(std::uint32_t length, Attributes format = {}, Attribution attribution = {});
  YDelta& remove(std::uint32_t length);
  YDelta& modify(YDelta change, Attributes format = {}, Attribution attribution = {});

  /// An attribute that was named before keeps its place.
  YDelta& set_attr(std::string_view key, YContent content, Attribution attribution = {});
  YDelta& delete_attr(std::string_view key, Attribution attribution = {});
  YDelta& modify_attr(std::string_view key, YDelta change);

  /// Drops the retains at the end that say nothing (lib0 done).
  YDelta& done();

  bool empty() const { return children.empty() && attrs.empty(); }

  /// As lib0 toJSON: {type: "delta", name, attrs, children}; a type in it as its JSON value.
  /// Recursion as deep as it nests, which its maker bounds.
  Value to_value() const;
  std::string to_json() const { return to_value().to_json(); }

  /// Reads what to_value gives. An object of type "delta" among inserted values, and as an
  /// attribute, is the contents of a type. Errors: wrong_type for anything else, out_of_range for a
  /// length that no document can have; too_deep.
  static Result<YDelta> from_value(const Value& value);
  /// As from_value. Errors: also invalid_json, invalid_utf8.
  static Result<YDelta> from_json(std::string_view text);

  std::optional<std::string> name;  // of the type that it describes
  std::vector<YDeltaOp> children;
  std::vector<std::pair<std::string, YAttr>> attrs;

 private:
  YAttr& attr(std::string_view key);
};

}  // namespace weft
