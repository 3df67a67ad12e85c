// A shared text, plain or rich. Source: Yjs YText.
//
// Indices and lengths count UTF-16 code units; an embedded value or type counts one. An index
// inside a surrogate pair turns both halves into U+FFFD, as Yjs does.
//
// On an error nothing has changed. Every edit may give wrong_type (the type was deleted), too_large
// (see limits::edit_bytes_max, and the bounds of a document), and for what it is given
// invalid_utf8, too_deep, or wrong_type for values that no update can carry: undefined and BigInt.
//
// Where a text has formats, an edit walks all items before its place, as Yjs does; costs are for
// texts without.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/content.hpp>
#include <weft/error.hpp>
#include <weft/shared_type.hpp>

namespace weft {

class Text : public SharedType {
 public:
  using SharedType::SharedType;
  static constexpr TypeKind kKind = TypeKind::text;
  static constexpr bool holds(TypeKind kind) {
    return kind == TypeKind::text || kind == TypeKind::xml_text;
  }

  /// Length in UTF-16 code units. O(1).
  std::uint32_t length() const;
  /// The text as UTF-8, without embeds; unpaired surrogates read as U+FFFD. O(text).
  std::string to_string() const;
  /// The text with its formats, embeds and nested types. O(text + formats at each operation).
  Delta to_delta() const;

  /// Inserts UTF-8 `text` before `index` with the formats that are in force there.
  /// Errors: out_of_range. O(log items).
  [[nodiscard]] Result<void> insert(Transaction& txn, std::uint32_t index, std::string_view text);
  /// Inserts `text` with exactly these formats; an empty list makes it plain.
  /// Errors: out_of_range. O(log items).
  [[nodiscard]] Result<void> insert(Transaction& txn, std::uint32_t index, std::string_view text,
                                    const Attributes& attributes);
  /// Inserts a value of one unit, with exactly these formats. A string is inserted as text, as Yjs
  /// does. Errors: out_of_range; wrong_type for null. O(log items).
  [[nodiscard]] Result<void> insert_embed(Transaction& txn, std::uint32_t index, const Value& embed,
                                          const Attributes& attributes = {});
  /// Makes a nested type of one unit. Errors: out_of_range. O(log items + its contents).
  [[nodiscard]] Result<SharedType> insert_type(Transaction& txn, std::uint32_t index,
                                               const Prelim& type,
                                               const Attributes& attributes = {});
  /// Deletes `length` units, and the formats that are then without effect. Errors: out_of_range.
  /// O(log items + items deleted).
  [[nodiscard]] Result<void> remove(Transaction& txn, std::uint32_t index, std::uint32_t length);
  /// Gives `length` units from `index` on the attributes; null takes one away. A range that begins
  /// before the end and reaches beyond it is filled up with line feeds (Quill's last line).
  /// Errors: out_of_range for `index`. O(items before and in the range).
  [[nodiscard]] Result<void> format(Transaction& txn, std::uint32_t index, std::uint32_t length,
                                    const Attributes& attributes);

  /// Applies the operations from the beginning on. A retain beyond the end fills up with line
  /// feeds, a remove stops there. Without `sanitize` a line feed that ends the last insert, at the
  /// very end of the text, is left out (Yjs's option of that name). O(items up to the last place).
  [[nodiscard]] Result<void> apply_delta(Transaction& txn, const Delta& delta,
                                         bool sanitize = true);

  /// Deletes formats without effect before the first visible unit, as Yjs's function of this name
  /// does; edits and remote changes clean up by themselves. Gives how many there were; 0 where the
  /// document does not clean up. O(items before that unit). Source: Yjs cleanupYTextFormatting.
  std::uint32_t cleanup_formatting(Transaction& txn);

  // Properties of the text as a whole (Yjs setAttribute); formats do not touch them. Named values
  // as in a Map.

  [[nodiscard]] Result<void> set_attribute(Transaction& txn, std::string_view name,
                                           const Content& content);
  [[nodiscard]] Result<SharedType> set_attribute_type(Transaction& txn, std::string_view name,
                                                      const Prelim& type);
  [[nodiscard]] Result<void> remove_attribute(Transaction& txn, std::string_view name);
  Element get_attribute(std::string_view name) const;
  /// In the order in which the names were first seen. O(names).
  std::vector<std::pair<std::string, Element>> get_attributes() const;
};

}  // namespace weft
