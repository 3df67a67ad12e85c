// Text::apply_delta. Source: Yjs YText.applyDelta.
#include <algorithm>

#include <weft/text.hpp>

#include "types/text_check.hpp"
#include "types/text_editor.hpp"

namespace weft {

using namespace types;

namespace {

// Measures all operations, following how long the text is at each.
class DeltaCheck {
 public:
  explicit DeltaCheck(std::uint32_t length) : length_(length) {}

  void operator()(const DeltaInsert& op) {
    check_.add_attributes(op.attributes);
    grow(std::visit(*this, op.content));
  }
  void operator()(const DeltaRetain& op) {
    check_.add_attributes(op.attributes);
    const std::uint64_t rest = length_ - at_;
    at_ += std::min<std::uint64_t>(op.length, rest);
    if (op.length > rest) {
      check_.add_line_feeds(op.length - rest);
      grow(op.length - rest);
    }
  }
  void operator()(const DeltaRemove& op) {
    length_ -= std::min<std::uint64_t>(op.length, length_ - at_);
  }

  std::uint64_t operator()(const std::string& text) { return check_.add_text(text); }
  std::uint64_t operator()(const Value& embed) { return check_.add_embed(embed); }
  std::uint64_t operator()(const Prelim& type) {
    check_.add_type(type);
    return 1;
  }
  std::uint64_t operator()(const SharedType&) {  // it stands in a document already
    check_.fail(Errc::wrong_type);
    return 0;
  }

  const TextCheck& check() const { return check_; }

 private:
  void grow(std::uint64_t units) {
    at_ += units;
    length_ += units;
  }

  TextCheck check_;
  std::uint64_t at_ = 0;
  std::uint64_t length_;
};

// Makes one operation after the other, from where the last one ended.
class DeltaEdit {
 public:
  DeltaEdit(DocState& doc, TypeIx type) : editor_(doc, type), at_(editor_.begin()) {}

  /// `trim`: a line feed that ends the text is left out.
  void insert(const DeltaInsert& op, bool trim) {
    if (const auto text = text_of(op.content)) {
      std::string_view rest = *text;
      if (trim && at_.right == kNoHandle && rest.ends_with('\n')) rest.remove_suffix(1);
      if (!rest.empty()) put(text_content(rest), op.attributes);
    } else if (const auto* value = std::get_if<Value>(&op.content)) {
      Bytes buffer;
      put(embed_content(*value, buffer), op.attributes);
    } else if (const auto* type = std::get_if<Prelim>(&op.content)) {
      editor_.insert_type(at_, *type, editor_.attributes(op.attributes));
    }
  }
  void operator()(const DeltaInsert& op) { insert(op, false); }
  void operator()(const DeltaRetain& op) {
    editor_.format(at_, op.length, editor_.attributes(op.attributes));
  }
  void operator()(const DeltaRemove& op) { editor_.remove(at_, op.length); }

  bool full() const { return editor_.full(); }

 private:
  static std::optional<std::string_view> text_of(const DeltaContent& content) {
    if (const auto* text = std::get_if<std::string>(&content)) return *text;
    const auto* value = std::get_if<Value>(&content);
    const auto* text = value == nullptr ? nullptr : value->get_if<std::string>();
    return text == nullptr ? std::nullopt : std::optional<std::string_view>(*text);
  }

  void put(const NewContent& content, const Attributes& attributes) {
    editor_.insert(at_, content, editor_.attributes(attributes));
  }

  TextEditor editor_;
  TextPosition at_;
};

}  // namespace

TextCheck types::measure_delta(const Delta& delta) {
  DeltaCheck check(0);
  for (const DeltaOp& op : delta.ops) std::visit(check, op);
  return check.check();
}

Result<void> types::write_delta(DocState& doc, TypeIx type, const Delta& delta, bool sanitize) {
  DeltaEdit edit(doc, type);
  for (const DeltaOp& op : delta.ops) {
    const auto* insert = std::get_if<DeltaInsert>(&op);
    if (insert != nullptr && !sanitize && &op == &delta.ops.back()) {
      edit.insert(*insert, true);
    } else {
      std::visit(edit, op);
    }
    if (edit.full()) return std::unexpected(Error{Errc::too_large});
  }
  return {};
}

Result<void> Text::apply_delta(Transaction&, const Delta& delta, bool sanitize) {
  if (!doc_->store.is_live(type_)) return std::unexpected(Error{Errc::wrong_type});
  DeltaCheck check(length());
  for (const DeltaOp& op : delta.ops) std::visit(check, op);
  if (auto checked = check.check().result(*doc_); !checked) return checked;
  return write_delta(*doc_, type_, delta, sanitize);
}

}  // namespace weft
