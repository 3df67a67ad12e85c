// YType: its edits and what reads it piece by piece. Source: @y/y 14 YType.
#include <weft/limits.hpp>
#include <weft/map.hpp>
#include <weft/ytype.hpp>

#include "document/format_cleanup.hpp"
#include "types/keys.hpp"
#include "types/ydelta_check.hpp"
#include "types/ytype_editor.hpp"

namespace weft {

using namespace types;

Prelim Prelim::ytype(std::optional<std::string_view> name, YDelta contents) {
  Prelim type(name ? TypeKind::xml_element : TypeKind::xml_fragment, name.value_or(""));
  contents.name = name;
  type.contents = std::make_shared<const YDelta>(std::move(contents));
  return type;
}

YType Doc::get(std::string_view name) { return YType(xml_fragment(name)); }

namespace {

Result<void> check_place(const DocState& doc, TypeIx type, std::uint32_t index,
                         std::uint32_t length = 0) {
  if (!doc.store.is_live(type)) return std::unexpected(Error{Errc::wrong_type});
  const std::uint32_t all = doc.store.types[type].length;
  if (index > all || length > all - index) return std::unexpected(Error{Errc::out_of_range});
  return {};
}

Result<void> done(const YEditor& editor) {
  if (editor.full()) return std::unexpected(Error{Errc::too_large});
  return {};
}

// Inserts contents; gives the last item.
Result<Handle> insert_contents_at(DocState& doc, TypeIx type, std::uint32_t index,
                                  std::span<const Content> contents, const Attributes& format) {
  if (auto place = check_place(doc, type, index); !place) return std::unexpected(place.error());
  YDeltaCheck check(&doc);
  check.add_contents(contents);
  for (std::size_t i = 0; i < contents.size(); ++i) check.add_format(format);
  if (auto checked = check.result(); !checked) return std::unexpected(checked.error());
  YEditor editor(doc, type);
  editor.retain(index, {});
  const Handle made = editor.insert(contents, format);
  if (auto result = done(editor); !result) return std::unexpected(result.error());
  return made;
}

Content empty_ytype(std::optional<std::string_view> name) { return Prelim::ytype(name, YDelta()); }

}  // namespace

std::optional<std::string> YType::name() const {
  if (doc_->store.types[type_].item == kNoHandle) return std::nullopt;
  if (!update::type_has_key(doc_->store.types[type_].kind)) return std::nullopt;
  return name_of(*doc_, type_);
}

std::uint32_t YType::length() const { return doc_->store.types[type_].length; }
Element YType::get(std::uint32_t index) const { return element_at(*doc_, type_, index); }

std::vector<Element> YType::slice(std::int64_t start, std::optional<std::int64_t> end) const {
  return slice_of(*doc_, type_, start, end);
}

bool YType::has_attr(std::string_view key) const {
  return key_item(*doc_, type_, key) != kNoHandle;
}

Element YType::get_attr(std::string_view key) const { return Map(doc_, type_).get(key); }

std::vector<std::pair<std::string, Element>> YType::attrs() const {
  return entries_of(*doc_, type_);
}

Result<void> YType::insert(Transaction&, std::uint32_t index, std::string_view text,
                           const Attributes& format) {
  if (auto place = check_place(*doc_, type_, index); !place) return place;
  YDeltaCheck check(doc_);
  check.add_text(text);
  check.add_format(format);
  if (auto checked = check.result(); !checked || text.empty()) return checked;
  YEditor editor(*doc_, type_);
  editor.retain(index, {});
  editor.insert(text, format);
  return done(editor);
}

Result<void> YType::insert(Transaction&, std::uint32_t index, const std::vector<Content>& contents,
                           const Attributes& format) {
  return without_value(insert_contents_at(*doc_, type_, index, contents, format));
}

Result<YType> YType::insert_type(Transaction&, std::uint32_t index,
                                 std::optional<std::string_view> name, const Attributes& format) {
  const Content type = empty_ytype(name);
  const auto made =
      as_type(*doc_, insert_contents_at(*doc_, type_, index, std::span(&type, 1), format));
  if (!made) return std::unexpected(made.error());
  return YType(*made);
}

Result<void> YType::format(Transaction&, std::uint32_t index, std::uint32_t length,
                           const Attributes& format) {
  if (auto place = check_place(*doc_, type_, index, length); !place) return place;
  YDeltaCheck check(doc_);
  check.add_format(format);
  if (auto checked = check.result(); !checked || length == 0) return checked;
  YEditor editor(*doc_, type_);
  editor.retain(index, {});
  editor.retain(length, format);
  return done(editor);
}

Result<void> YType::remove(Transaction&, std::uint32_t index, std::uint32_t length) {
  if (auto place = check_place(*doc_, type_, index); !place || length == 0) return place;
  YEditor editor(*doc_, type_);
  editor.retain(index, {});
  editor.remove(length);
  return done(editor);
}

Result<void> YType::set_attr(Transaction&, std::string_view key, const Content& content) {
  return without_value(set_checked(*doc_, type_, key, content));
}

Result<YType> YType::set_attr_type(Transaction&, std::string_view key,
                                   std::optional<std::string_view> name) {
  const auto made = as_type(*doc_, set_checked(*doc_, type_, key, empty_ytype(name)));
  if (!made) return std::unexpected(made.error());
  return YType(*made);
}

Result<void> YType::delete_attr(Transaction&, std::string_view key) {
  return remove_key(*doc_, type_, key);
}

Result<void> YType::clear_attrs(Transaction& txn) { return Map(doc_, type_).clear(txn); }

Result<void> YType::apply_delta(Transaction&, const YDelta& delta,
                                const AttributionManager* attributions) {
  if (!doc_->store.is_live(type_)) return std::unexpected(Error{Errc::wrong_type});
  YDeltaCheck check(doc_);
  check.add(delta, type_, attributions);
  if (auto checked = check.result(); !checked) return checked;
  YEditor editor(*doc_, type_, attributions);
  editor.apply(delta);
  return done(editor);
}

std::uint32_t YType::cleanup_formatting(Transaction&) {
  return doc_->store.is_live(type_) ? document::clean_formats(*doc_, type_) : 0;
}

}  // namespace weft
