// What can be put into a shared type: values, types that are not in a document yet, subdocuments.
//
//   array.insert(txn, 0, {1, "two", Prelim::map({{"three", 3}}), SubDocOptions{.guid = uuid}});
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <weft/delta.hpp>
#include <weft/shared_type.hpp>
#include <weft/subdoc.hpp>
#include <weft/value.hpp>

namespace weft {

class Content;

/// A type with its first contents, made in one go when it is inserted (Yjs's preliminary types).
/// The delta of a text is applied to the empty text.
/// Copying and destroying recurse as deep as it nests, which its maker bounds.
struct Prelim {
  using Entries = std::vector<std::pair<std::string, Content>>;

  TypeKind kind = TypeKind::array;
  std::string name;               // nodeName of an XmlElement, hookName of an XmlHook
  std::vector<Content> children;  // Array, XmlFragment, XmlElement
  Entries entries;                // Map, XmlHook; attributes of an XmlElement
  Delta delta;                    // Text, XmlText

  static Prelim array();
  static Prelim array(std::vector<Content> elements);
  static Prelim map();
  static Prelim map(Entries entries);
  static Prelim of_text(std::string_view text);
  static Prelim xml_fragment(std::vector<Content> children);
  static Prelim xml_element(std::string_view node_name);
  static Prelim xml_element(std::string_view node_name, std::vector<Content> children);
  static Prelim xml_element(std::string_view node_name, std::vector<Content> children,
                            Entries attributes);
  static Prelim xml_text(std::string_view text);
  static Prelim xml_hook(std::string_view hook_name, Entries entries);
};

/// One thing to insert.
class Content {
 public:
  using Variant = std::variant<Value, Prelim, SubDocOptions>;

  // NOLINTBEGIN(google-explicit-constructor): content converts from what it holds, as Value does
  template <typename T>
  requires(std::convertible_to<T, Value> && !std::same_as<std::remove_cvref_t<T>, Content>)
      Content(T&& value)
      : v_(Value(std::forward<T>(value))) {}
  Content(Prelim type) : v_(std::move(type)) {}
  Content(SubDocOptions subdoc) : v_(std::move(subdoc)) {}
  // NOLINTEND(google-explicit-constructor): as above

  const Variant& variant() const { return v_; }

 private:
  Variant v_;
};

inline Prelim Prelim::array() { return {TypeKind::array, {}, {}, {}, {}}; }
inline Prelim Prelim::array(std::vector<Content> elements) {
  return {TypeKind::array, {}, std::move(elements), {}, {}};
}
inline Prelim Prelim::map() { return {TypeKind::map, {}, {}, {}, {}}; }
inline Prelim Prelim::map(Entries entries) {
  return {TypeKind::map, {}, {}, std::move(entries), {}};
}
inline Prelim Prelim::of_text(std::string_view text) {
  return {TypeKind::text, {}, {}, {}, Delta().insert(text)};
}
inline Prelim Prelim::xml_fragment(std::vector<Content> children) {
  return {TypeKind::xml_fragment, {}, std::move(children), {}, {}};
}
inline Prelim Prelim::xml_element(std::string_view node_name) {
  return {TypeKind::xml_element, std::string(node_name), {}, {}, {}};
}
inline Prelim Prelim::xml_element(std::string_view node_name, std::vector<Content> children) {
  return {TypeKind::xml_element, std::string(node_name), std::move(children), {}, {}};
}
inline Prelim Prelim::xml_element(std::string_view node_name, std::vector<Content> children,
                                  Entries attributes) {
  return {TypeKind::xml_element,
          std::string(node_name),
          std::move(children),
          std::move(attributes),
          {}};
}
inline Prelim Prelim::xml_text(std::string_view text) {
  return {TypeKind::xml_text, {}, {}, {}, Delta().insert(text)};
}
inline Prelim Prelim::xml_hook(std::string_view hook_name, Entries entries) {
  return {TypeKind::xml_hook, std::string(hook_name), {}, std::move(entries), {}};
}

}  // namespace weft
