// The edits of a YType: where its content, formats and attributes go, exactly as @y/y 14 puts them.
// Source: @y/y 14 YType.applyDelta, insertContentHelper, typeMapSet.
#pragma once

#include <span>

#include <weft/ydelta.hpp>

#include "types/insert.hpp"
#include "types/text_editor.hpp"

namespace weft::types {

/// Goes through one type from its begin to its end. REQUIRES: an open transaction, a live type, and
/// edits that were checked (ydelta_check.hpp).
class YEditor {
 public:
  /// `attributions`: as for TextEditor. Types inside are edited without, as Yjs does.
  YEditor(DocState& doc, TypeIx type, const AttributionManager* attributions = nullptr)
      : doc_(doc), type_(type), editor_(doc, type, attributions), at_(editor_.begin()) {}

  void retain(std::uint32_t length, const Attributes& format);
  void remove(std::uint32_t length) { editor_.remove(at_, length); }
  void insert(std::string_view text, const Attributes& format);
  /// Gives the last item that it made.
  Handle insert(std::span<const Content> contents, const Attributes& format);
  /// Applies `change` to the type that is the next unit. Recursion as deep as it nests.
  void modify(const YDelta& change, const Attributes& format);

  void apply(const YDelta& delta);

  /// As TextEditor::full.
  bool full() const { return editor_.full(); }

 private:
  void apply_attr(const std::string& key, const YAttr& attr);

  DocState& doc_;
  TypeIx type_;
  TextEditor editor_;
  TextPosition at_;
};

/// What is to be inserted in the place of such contents. REQUIRES: no type that stands in a
/// document.
Content to_content(const YContent& content);

}  // namespace weft::types
