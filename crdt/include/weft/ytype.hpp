// The one shared type of @y/y 14: a list of children, which are text, values and types, with
// formats on them, and attributes. Whatever kind a type of a document has, it can be seen as a
// YType.
//
// Edits are those of @y/y 14 and leave its bytes; make the Doc with Compat::v14. Indices and
// lengths count UTF-16 code units of text and one for each value or type. On an error nothing has
// changed. Every edit may give wrong_type (the type was deleted), too_large, and for what it is
// given invalid_utf8 and too_deep.
//
// Where a type has formats, an edit walks all items before its place, as Yjs does; costs are for
// types without. Source: @y/y 14 ytype.js.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/attribution.hpp>
#include <weft/content.hpp>
#include <weft/error.hpp>
#include <weft/id_set.hpp>
#include <weft/shared_type.hpp>
#include <weft/ydelta.hpp>

namespace weft {

class YType : public SharedType {
 public:
  using SharedType::SharedType;
  YType(const SharedType& type) : SharedType(type) {}  // NOLINT(google-explicit-constructor): any
  static constexpr bool holds(TypeKind) { return true; }

  /// What a nested type was made with; nothing for a root.
  std::optional<std::string> name() const;
  std::uint32_t length() const;
  /// The element at `index`; a unit of text as a string. Out of range reads as nothing. O(log
  /// items).
  Element get(std::uint32_t index) const;
  /// As Array::slice.
  std::vector<Element> slice(std::int64_t start = 0,
                             std::optional<std::int64_t> end = std::nullopt) const;
  /// All children; text as one string for each run of one format (toArray). O(items).
  std::vector<Element> to_array() const;

  bool has_attr(std::string_view key) const;
  Element get_attr(std::string_view key) const;
  /// In the order in which the keys were first seen here. O(keys).
  std::vector<std::pair<std::string, Element>> attrs() const;

  /// {name, children, attrs}, without what is empty (toJSON). Types nested deeper than
  /// limits::depth_max read as null. O(contents).
  Value to_json() const;
  /// Tags around what has a name or stands in another type; values as JSON (toString). O(contents).
  std::string to_string() const;

  /// All that it holds. `deep`: types in it as their contents, not as handles; those nested deeper
  /// than limits::depth_max read as empty. With `attributions` also what was deleted, where they
  /// speak of it (toDelta, toDeltaDeep). O(contents).
  YDelta to_delta(const AttributionManager* attributions = nullptr, bool deep = false) const;
  /// A change that brings the marks of these ids up to date where the type was read with
  /// `attributions` before (toDelta with itemsToRender, retainInserts and retainDeletes).
  YDelta marks_delta(const AttributionManager& attributions, const IdSet& ids) const;

  /// Inserts text with exactly these formats. Errors: out_of_range. O(log items).
  [[nodiscard]] Result<void> insert(Transaction& txn, std::uint32_t index, std::string_view text,
                                    const Attributes& format = {});
  /// Runs of values share one item; types and subdocuments stand alone. Errors: out_of_range.
  [[nodiscard]] Result<void> insert(Transaction& txn, std::uint32_t index,
                                    const std::vector<Content>& contents,
                                    const Attributes& format = {});
  /// Makes an empty type, with a name or without. Errors: out_of_range.
  [[nodiscard]] Result<YType> insert_type(Transaction& txn, std::uint32_t index,
                                          std::optional<std::string_view> name = std::nullopt,
                                          const Attributes& format = {});
  /// Gives `length` units the format; null takes one away. Errors: out_of_range, where the range is
  /// not there (Yjs fails then, too, and has formatted what there is).
  [[nodiscard]] Result<void> format(Transaction& txn, std::uint32_t index, std::uint32_t length,
                                    const Attributes& format);
  /// Deletes up to `length` units, as many as there are. Errors: out_of_range for `index`.
  [[nodiscard]] Result<void> remove(Transaction& txn, std::uint32_t index,
                                    std::uint32_t length = 1);

  [[nodiscard]] Result<void> set_attr(Transaction& txn, std::string_view key,
                                      const Content& content);
  [[nodiscard]] Result<YType> set_attr_type(Transaction& txn, std::string_view key,
                                            std::optional<std::string_view> name = std::nullopt);
  [[nodiscard]] Result<void> delete_attr(Transaction& txn, std::string_view key);
  [[nodiscard]] Result<void> clear_attrs(Transaction& txn);

  /// Applies the operations from the beginning on, then the attributes. Errors: out_of_range for a
  /// retain beyond the end; wrong_type where it changes what is no type, and for a type that stands
  /// in a document already.
  /// With `attributions` places in the list count what to_delta shows with them, also of what was
  /// deleted: that can be retained, and deleting it is told to the attributions, which may pass it
  /// on (DiffAttributionManager). O(items) then.
  [[nodiscard]] Result<void> apply_delta(Transaction& txn, const YDelta& delta,
                                         const AttributionManager* attributions = nullptr);

  /// As Text::cleanup_formatting.
  std::uint32_t cleanup_formatting(Transaction& txn);

  /// A copy of the contents, to be inserted somewhere else. Subdocuments in the list are left out,
  /// as Yjs does. Errors: too_deep, where types are nested deeper than limits::depth_max.
  /// O(contents).
  [[nodiscard]] Result<Prelim> clone() const;
};

}  // namespace weft
