#include "types/ytype_editor.hpp"

#include "types/keys.hpp"
#include "types/text_check.hpp"

namespace weft::types {

Content to_content(const YContent& content) {
  if (const auto* value = std::get_if<Value>(&content)) return *value;
  if (const auto* subdoc = std::get_if<SubDoc>(&content)) {
    return SubDocOptions{.guid = subdoc->guid(),
                         .gc = subdoc->gc(),
                         .auto_load = subdoc->auto_load(),
                         .should_load = subdoc->should_load(),
                         .meta = subdoc->meta()};
  }
  const auto* contents = std::get_if<YDeltaPtr>(&content);
  assert(contents != nullptr);
  return Prelim::ytype((*contents)->name, **contents);
}

void YEditor::retain(std::uint32_t length, const Attributes& format) {
  if (length > 0) editor_.format(at_, length, editor_.attributes(format));
}

void YEditor::insert(std::string_view text, const Attributes& format) {
  FormatMap formats = editor_.attributes(format);
  if (!text.empty()) editor_.insert(at_, text_content(text), formats, nullptr);
}

Handle YEditor::insert(std::span<const Content> contents, const Attributes& format) {
  FormatMap formats = editor_.attributes(format);
  Handle made = kNoHandle;
  Bytes packed;
  std::uint32_t count = 0;
  const auto put_values = [&] {
    if (count == 0) return;
    made = editor_.insert(at_,
                          {.kind = Kind::any, .length = count, .bytes = as_text(packed), .key = {}},
                          formats, nullptr);
    packed.clear();
    count = 0;
  };
  for (const Content& content : contents) {
    if (const auto* value = std::get_if<Value>(&content.variant())) {
      const Bytes encoded = value->encode();
      packed.insert(packed.end(), encoded.begin(), encoded.end());
      ++count;
      continue;
    }
    put_values();
    if (const auto* type = std::get_if<Prelim>(&content.variant())) {
      made = editor_.insert(at_, type_content(doc_, *type), formats, type);
      continue;
    }
    const auto& subdoc = std::get<SubDocOptions>(content.variant());
    const Bytes encoded = subdoc_options(subdoc);
    made = editor_.insert(at_, subdoc_content(subdoc, encoded), formats, nullptr);
  }
  put_values();
  return made;
}

void YEditor::modify(const YDelta& change, const Attributes& format) {
  Handle item = at_.right;
  while (doc_.store.items[item].visible() == 0) item = doc_.store.items[item].right;
  YEditor(doc_, doc_.store.items[item].data).apply(change);
  retain(1, format);
}

void YEditor::apply(const YDelta& delta) {
  for (const YDeltaOp& op : delta.children) {
    if (const auto* text = std::get_if<YInsertText>(&op)) {
      insert(text->text, text->format);
    } else if (const auto* inserted = std::get_if<YInsert>(&op)) {
      std::vector<Content> contents;
      contents.reserve(inserted->contents.size());
      for (const YContent& content : inserted->contents) contents.push_back(to_content(content));
      insert(contents, inserted->format);
    } else if (const auto* retained = std::get_if<YRetain>(&op)) {
      retain(retained->length, retained->format);
    } else if (const auto* removed = std::get_if<YRemove>(&op)) {
      remove(removed->length);
    } else {
      const auto& modified = std::get<YModify>(op);
      modify(*modified.change, modified.format);
    }
  }
  for (const auto& [key, attr] : delta.attrs) apply_attr(key, attr);
}

void YEditor::apply_attr(const std::string& key, const YAttr& attr) {
  if (attr.action == YAttr::Action::set) {
    set_key(doc_, type_, key, to_content(attr.content));
    return;
  }
  const Handle item = key_item(doc_, type_, key);
  if (attr.action == YAttr::Action::remove) {
    if (item != kNoHandle) doc_.remove(item);
    return;
  }
  const auto* change = std::get_if<YDeltaPtr>(&attr.content);
  assert(item != kNoHandle && change != nullptr);
  YEditor(doc_, doc_.store.items[item].data).apply(**change);
}

}  // namespace weft::types
