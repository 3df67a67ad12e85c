// Shared XML: fragments, elements, texts and hooks. Source: Yjs YXmlFragment, YXmlElement,
// YXmlText, YXmlHook.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/content.hpp>
#include <weft/error.hpp>
#include <weft/map.hpp>
#include <weft/shared_type.hpp>
#include <weft/text.hpp>

namespace weft {

class XmlElement;

/// Goes over all types below a fragment in document order (Yjs YXmlTreeWalker). A change of the
/// document between two steps is seen by the steps that follow; when the last type it gave was
/// deleted, the walk ends.
class XmlTreeWalker {
 public:
  /// Without a filter every type is given; the walk goes below those that are not.
  using Filter = std::function<bool(const SharedType&)>;

  explicit XmlTreeWalker(const SharedType& root, Filter filter = {})
      : root_(root), current_(root), filter_(std::move(filter)) {}

  /// The next type, or nothing at the end.
  std::optional<SharedType> next();

 private:
  bool accepts(std::uint32_t item) const;
  std::uint32_t following(std::uint32_t item) const;

  SharedType root_;
  SharedType current_;
  Filter filter_;
};

/// A list of XML nodes without a name.
class XmlFragment : public SharedType {
 public:
  using SharedType::SharedType;
  static constexpr TypeKind kKind = TypeKind::xml_fragment;
  static constexpr bool holds(TypeKind kind) {
    return kind == TypeKind::xml_fragment || kind == TypeKind::xml_element;
  }

  /// How many children. O(1).
  std::uint32_t length() const;
  /// Out of range reads as nothing. O(log items).
  Element get(std::uint32_t index) const;
  std::vector<Element> children() const;
  /// As Array::slice.
  std::vector<Element> slice(std::int64_t start = 0,
                             std::optional<std::int64_t> end = std::nullopt) const;
  /// Nothing where there are no children. O(tombstones before it).
  Element first_child() const;

  /// The children's markup (Yjs toString). O(contents).
  std::string to_string() const;

  XmlTreeWalker tree_walker(XmlTreeWalker::Filter filter = {}) const {
    return XmlTreeWalker(*this, std::move(filter));
  }
  /// The first element below this one with that nodeName, upper and lower case being alike: all
  /// that Yjs supports of CSS selectors. O(nodes).
  std::optional<XmlElement> query_selector(std::string_view node_name) const;
  std::vector<XmlElement> query_selector_all(std::string_view node_name) const;

  /// Inserts nodes before `index`. Errors: as Array::insert.
  [[nodiscard]] Result<void> insert(Transaction& txn, std::uint32_t index,
                                    const std::vector<Content>& nodes);
  /// Inserts nodes right behind `reference`, tombstones notwithstanding; nothing: at the front.
  /// Errors: as Array::insert; wrong_type when `reference` is no child of this fragment.
  [[nodiscard]] Result<void> insert_after(Transaction& txn,
                                          const std::optional<SharedType>& reference,
                                          const std::vector<Content>& nodes);
  [[nodiscard]] Result<void> push(Transaction& txn, const std::vector<Content>& nodes) {
    return insert(txn, length(), nodes);
  }
  [[nodiscard]] Result<void> unshift(Transaction& txn, const std::vector<Content>& nodes) {
    return insert(txn, 0, nodes);
  }
  /// One node, given back. Errors: as insert.
  [[nodiscard]] Result<XmlElement> insert_element(Transaction& txn, std::uint32_t index,
                                                  std::string_view node_name);
  [[nodiscard]] Result<class XmlText> insert_text(Transaction& txn, std::uint32_t index,
                                                  std::string_view text = {});
  /// Errors: out_of_range; nothing is deleted then.
  [[nodiscard]] Result<void> remove(Transaction& txn, std::uint32_t index,
                                    std::uint32_t length = 1);
};

/// A named list of nodes with attributes, which hold anything that a Map holds.
class XmlElement : public XmlFragment {
 public:
  using XmlFragment::XmlFragment;
  static constexpr TypeKind kKind = TypeKind::xml_element;
  static constexpr bool holds(TypeKind kind) { return kind == TypeKind::xml_element; }

  /// "UNDEFINED" for a root.
  std::string node_name() const;
  /// Opening tag with attributes in the order of their names (by UTF-16 code units), children,
  /// closing tag; nothing is escaped (Yjs toString). O(contents).
  std::string to_string() const;

  /// Nothing where there is none of that name.
  Element get_attribute(std::string_view name) const;
  bool has_attribute(std::string_view name) const;
  /// In JavaScript's own-key order: array indices ascending, then as first seen here.
  std::vector<std::pair<std::string, Element>> attributes() const;
  /// Errors: as Map::set.
  [[nodiscard]] Result<void> set_attribute(Transaction& txn, std::string_view name,
                                           const Content& content);
  /// Errors: as Map::remove.
  [[nodiscard]] Result<void> remove_attribute(Transaction& txn, std::string_view name);

  /// The nodes beside this one; nothing where there are none or they are no types.
  std::optional<SharedType> next_sibling() const;
  std::optional<SharedType> prev_sibling() const;
};

/// A text among nodes.
class XmlText : public Text {
 public:
  using Text::Text;
  static constexpr TypeKind kKind = TypeKind::xml_text;
  static constexpr bool holds(TypeKind kind) { return kind == TypeKind::xml_text; }

  /// The text, its formatting as nested tags in the order of their names (Yjs YXmlText.toString).
  std::string to_string() const;

  std::optional<SharedType> next_sibling() const;
  std::optional<SharedType> prev_sibling() const;
};

/// A map among nodes, which stands for something that the program draws by itself.
class XmlHook : public Map {
 public:
  using Map::Map;
  static constexpr TypeKind kKind = TypeKind::xml_hook;
  static constexpr bool holds(TypeKind kind) { return kind == TypeKind::xml_hook; }

  std::string hook_name() const;
};

}  // namespace weft
