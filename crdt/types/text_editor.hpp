// The edits of a rich text: where items and formats go, exactly as Yjs puts them.
// Source: Yjs YText.js: findPosition, insertText, formatText, deleteText and what they call.
#pragma once

#include <weft/attribution.hpp>

#include "document/formats.hpp"
#include "types/sequence.hpp"

namespace weft::types {

using document::FormatMap;
using document::FormatRef;
using document::Formats;

/// A gap in a text and the formats in force there (Yjs ItemTextListPosition).
struct TextPosition {
  Handle left = kNoHandle;
  Handle right = kNoHandle;
  std::uint32_t index = 0;  // visible units before it
  FormatMap current;
};

/// REQUIRES for all that changes something: an open transaction, a live type.
class TextEditor {
 public:
  /// With `attributions` places count what those show, also of what was deleted; text of @y/y 14
  /// only. They must outlive the editor.
  TextEditor(DocState& doc, TypeIx type, const AttributionManager* attributions = nullptr)
      : doc_(doc), store_(doc.store), formats_(doc), type_(type), attributions_(attributions) {}

  /// Before everything.
  TextPosition begin() const;
  /// The gap behind the visible unit before `index`, split open; left of tombstones and formats
  /// that follow. REQUIRES: index <= length.
  TextPosition position(std::uint32_t index);

  /// The arguments of an edit, in JavaScript's order. They must outlive the result.
  FormatMap attributes(const ValueObject& given);

  /// The formats at a place, as arguments of an edit.
  FormatMap in_force(const TextPosition& at) const { return formats_.in_key_order(at.current); }

  /// Inserts content with exactly these formats; gives the new item.
  Handle insert(TextPosition& at, const NewContent& content, FormatMap attributes);
  Handle insert_type(TextPosition& at, const Prelim& type, FormatMap attributes);
  /// The same; `attributes` gets what takes away the formats in force there, as in Yjs. `type`, or
  /// null, is what the content's type is filled with before that is said which ends its formats.
  Handle insert(TextPosition& at, const NewContent& content, FormatMap& attributes,
                const Prelim* type);
  /// The same where the type has no formats at all. `at` is left behind the content.
  void insert_plain(TextPosition& at, const NewContent& content) {
    skip_tombstones(at);
    put(at, content);
  }
  void format(TextPosition& at, std::uint32_t length, const FormatMap& attributes);
  void remove(TextPosition& at, std::uint32_t length);

  /// True once something did not fit into the document and was left out. Only what an edit writes
  /// again of old formats can come to that; what it brings itself is measured before.
  bool full() const { return full_; }

 private:
  void forward(TextPosition& at) const;
  bool recall(TextPosition& at) const;
  void remember(const TextPosition& at);
  void skip_tombstones(TextPosition& at) const;
  void skip(TextPosition& at, std::uint32_t length);
  // attributed_editor.cpp
  std::uint32_t shown(Handle item) const;
  std::uint32_t cut_shown(Handle item, std::uint32_t units);
  std::uint32_t remove_shown(Handle item, std::uint32_t units);
  bool is_passed(Handle item) const {
    return store_.items[item].deleted() && (attributions_ == nullptr || shown(item) == 0);
  }
  Handle put(TextPosition& at, const NewContent& content);
  void put_format(TextPosition& at, std::uint32_t key, FormatRef value);
  void minimize_changes(TextPosition& at, const FormatMap& attributes) const;
  FormatMap insert_attributes(TextPosition& at, const FormatMap& attributes);
  void insert_negated(TextPosition& at, FormatMap negated);
  bool format_item(TextPosition& at, const FormatMap& attributes, FormatMap& negated, bool inside);

  bool is_format(Handle item) const { return store_.items[item].content() == Kind::format; }

  DocState& doc_;
  store::Store& store_;
  Formats formats_;
  TypeIx type_;
  const AttributionManager* attributions_;
  bool full_ = false;
};

}  // namespace weft::types
