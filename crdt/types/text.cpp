// Text: its public face. Source: Yjs YText.
#include <weft/map.hpp>
#include <weft/text.hpp>

#include "document/format_cleanup.hpp"
#include "encoding/utf.hpp"
#include "types/text_check.hpp"
#include "types/text_delta.hpp"
#include "types/text_editor.hpp"

namespace weft {

using namespace types;

namespace {

Result<void> check_place(const DocState& doc, TypeIx type, std::uint32_t index) {
  if (!doc.store.is_live(type)) return std::unexpected(Error{Errc::wrong_type});
  if (index > doc.store.types[type].length) return std::unexpected(Error{Errc::out_of_range});
  return {};
}

Result<void> done(const TextEditor& editor) {
  if (editor.full()) return std::unexpected(Error{Errc::too_large});
  return {};
}

// Inserts one content; gives its item.
Result<Handle> insert_content(DocState& doc, TypeIx type, std::uint32_t index,
                              const NewContent& content, const Attributes& attributes) {
  TextEditor editor(doc, type);
  TextPosition at = editor.position(index);
  const Handle item = editor.insert(at, content, editor.attributes(attributes));
  if (auto result = done(editor); !result) return std::unexpected(result.error());
  return item;
}

}  // namespace

std::uint32_t Text::length() const { return doc_->store.types[type_].length; }

std::string Text::to_string() const {
  const store::Store& store = doc_->store;
  std::string text;
  bool well_formed = true;
  for (Handle at = store.types.list(store.types[type_].sequence).first; at != kNoHandle;
       at = store.items[at].right) {
    const Item& item = store.items[at];
    if (item.deleted() || item.content() != Kind::string) continue;
    if (item.has(Item::kAscii)) {
      text.append(store.content(item));
    } else {
      encoding::append_joining(text, store.content(item));
      well_formed = well_formed && !encoding::has_surrogate(store.content(item));
    }
  }
  if (well_formed) return text;
  std::string repaired;
  encoding::append_well_formed(repaired, text);
  return repaired;
}

Delta Text::to_delta() const { return DeltaWalker(*doc_, PresentView{}).walk(type_); }

Result<void> Text::insert(Transaction&, std::uint32_t index, std::string_view text) {
  if (auto place = check_place(*doc_, type_, index); !place) return place;
  TextCheck check;
  check.add_text(text);
  if (auto checked = check.result(*doc_); !checked || text.empty()) return checked;
  TextEditor editor(*doc_, type_);
  TextPosition at = editor.position(index);
  if (doc_->store.types[type_].has_formatting) {
    editor.insert(at, text_content(text), editor.in_force(at));
  } else {
    editor.insert_plain(at, text_content(text));
  }
  return done(editor);
}

Result<void> Text::insert(Transaction&, std::uint32_t index, std::string_view text,
                          const Attributes& attributes) {
  if (auto place = check_place(*doc_, type_, index); !place) return place;
  TextCheck check;
  check.add_text(text);
  check.add_attributes(attributes);
  if (auto checked = check.result(*doc_); !checked || text.empty()) return checked;
  const auto item = insert_content(*doc_, type_, index, text_content(text), attributes);
  if (!item) return std::unexpected(item.error());
  return {};
}

Result<void> Text::insert_embed(Transaction& txn, std::uint32_t index, const Value& embed,
                                const Attributes& attributes) {
  if (const auto* text = embed.get_if<std::string>()) return insert(txn, index, *text, attributes);
  if (auto place = check_place(*doc_, type_, index); !place) return place;
  TextCheck check;
  check.add_embed(embed);
  check.add_attributes(attributes);
  if (auto checked = check.result(*doc_); !checked) return checked;
  Bytes buffer;
  const auto item = insert_content(*doc_, type_, index, embed_content(embed, buffer), attributes);
  if (!item) return std::unexpected(item.error());
  return {};
}

Result<SharedType> Text::insert_type(Transaction&, std::uint32_t index, const Prelim& type,
                                     const Attributes& attributes) {
  TextCheck check;
  check.add_type(type);
  check.add_attributes(attributes);
  auto checked = check_place(*doc_, type_, index);
  if (checked) checked = check.result(*doc_);
  if (!checked) return std::unexpected(checked.error());
  TextEditor editor(*doc_, type_);
  TextPosition at = editor.position(index);
  const Handle item = editor.insert_type(at, type, editor.attributes(attributes));
  if (auto result = done(editor); !result) return std::unexpected(result.error());
  return SharedType(doc_, doc_->store.items[item].data);
}

Result<void> Text::remove(Transaction&, std::uint32_t index, std::uint32_t length) {
  if (auto place = check_place(*doc_, type_, index); !place) return place;
  if (length > this->length() - index) return std::unexpected(Error{Errc::out_of_range});
  if (length == 0) return {};
  TextEditor editor(*doc_, type_);
  TextPosition at = editor.position(index);
  editor.remove(at, length);
  return {};
}

Result<void> Text::format(Transaction&, std::uint32_t index, std::uint32_t length,
                          const Attributes& attributes) {
  if (auto place = check_place(*doc_, type_, index); !place) return place;
  const std::uint32_t rest = this->length() - index;
  TextCheck check;
  check.add_attributes(attributes);
  check.add_line_feeds(length - std::min(length, rest));
  if (auto checked = check.result(*doc_); !checked || length == 0) return checked;
  TextEditor editor(*doc_, type_);
  TextPosition at = editor.position(index);
  if (at.right == kNoHandle) return {};
  editor.format(at, length, editor.attributes(attributes));
  return done(editor);
}

std::uint32_t Text::cleanup_formatting(Transaction&) {
  return doc_->store.is_live(type_) ? document::clean_formats(*doc_, type_) : 0;
}

Result<void> Text::set_attribute(Transaction& txn, std::string_view name, const Content& content) {
  return Map(doc_, type_).set(txn, name, content);
}

Result<SharedType> Text::set_attribute_type(Transaction& txn, std::string_view name,
                                            const Prelim& type) {
  return Map(doc_, type_).set_type(txn, name, type);
}

Result<void> Text::remove_attribute(Transaction& txn, std::string_view name) {
  return Map(doc_, type_).remove(txn, name);
}

Element Text::get_attribute(std::string_view name) const { return Map(doc_, type_).get(name); }

std::vector<std::pair<std::string, Element>> Text::get_attributes() const {
  return Map(doc_, type_).entries();
}

}  // namespace weft
