// XML types. Source: Yjs YXmlFragment, YXmlElement, YXmlText, YXmlHook.
#include <weft/xml.hpp>

#include "encoding/letter_case.hpp"
#include "types/insert.hpp"
#include "types/keys.hpp"
#include "types/xml_string.hpp"

namespace weft {

using namespace types;

namespace {

// The neighbour on one side that is not deleted, if it is a type (Yjs Item.next, Item.prev).
std::optional<SharedType> sibling(document::DocState& doc, TypeIx type, Handle Item::*side) {
  const Handle item = doc.store.types[type].item;
  if (item == kNoHandle) return std::nullopt;
  Handle at = doc.store.items[item].*side;
  while (at != kNoHandle && doc.store.items[at].deleted()) at = doc.store.items[at].*side;
  if (at == kNoHandle || doc.store.items[at].content() != Kind::type) return std::nullopt;
  return SharedType(&doc, doc.store.items[at].data);
}

template <typename T>
Result<T> typed(document::DocState& doc, const Result<Handle>& item) {
  if (!item) return std::unexpected(item.error());
  return T(&doc, doc.store.items[*item].data);
}

}  // namespace

std::uint32_t XmlFragment::length() const { return doc_->store.types[type_].length; }
Element XmlFragment::get(std::uint32_t index) const { return element_at(*doc_, type_, index); }
std::vector<Element> XmlFragment::children() const { return elements_of(*doc_, type_); }

std::vector<Element> XmlFragment::slice(std::int64_t start, std::optional<std::int64_t> end) const {
  return slice_of(*doc_, type_, start, end);
}

Element XmlFragment::first_child() const {
  const store::Store& store = doc_->store;
  Handle at = store.types.list(store.types[type_].sequence).first;
  while (at != kNoHandle && store.items[at].visible() == 0) at = store.items[at].right;
  return at == kNoHandle ? Element() : element_of(*doc_, at, 0);
}

std::string XmlFragment::to_string() const { return fragment_string(*doc_, type_); }

namespace {

XmlTreeWalker::Filter named(std::string_view node_name) {
  return [wanted = encoding::to_upper(node_name)](const SharedType& type) {
    const auto element = type.as<XmlElement>();
    return element && !wanted.empty() && encoding::to_upper(element->node_name()) == wanted;
  };
}

}  // namespace

std::optional<XmlElement> XmlFragment::query_selector(std::string_view node_name) const {
  const auto found = tree_walker(named(node_name)).next();
  if (!found) return std::nullopt;
  return XmlElement(doc_, found->type());
}

std::vector<XmlElement> XmlFragment::query_selector_all(std::string_view node_name) const {
  std::vector<XmlElement> elements;
  XmlTreeWalker walker = tree_walker(named(node_name));
  while (const auto found = walker.next()) elements.emplace_back(doc_, found->type());
  return elements;
}

Result<void> XmlFragment::insert(Transaction&, std::uint32_t index,
                                 const std::vector<Content>& nodes) {
  return without_value(insert_contents(*doc_, type_, index, std::span(nodes)));
}

Result<void> XmlFragment::insert_after(Transaction& txn, const std::optional<SharedType>& reference,
                                       const std::vector<Content>& nodes) {
  if (!reference) return insert(txn, 0, nodes);
  const store::Store& store = doc_->store;
  const Handle left =
      reference->doc() == doc_ ? store.types[reference->type()].item : Handle{kNoHandle};
  if (!doc_->store.is_live(type_) || left == kNoHandle ||
      store.items[left].list != store.types[type_].sequence) {
    return std::unexpected(Error{Errc::wrong_type});
  }
  if (auto checked = check_contents(*doc_, std::span(nodes), Place::list); !checked) return checked;
  ListWriter writer(*doc_, type_, Gap{left, store.items[left].right});
  for (const Content& node : nodes) writer.add(node);
  writer.finish();
  return {};
}

Result<XmlElement> XmlFragment::insert_element(Transaction&, std::uint32_t index,
                                               std::string_view node_name) {
  const Content node = Prelim::xml_element(node_name);
  return typed<XmlElement>(*doc_, insert_contents(*doc_, type_, index, std::span(&node, 1)));
}

Result<XmlText> XmlFragment::insert_text(Transaction&, std::uint32_t index, std::string_view text) {
  const Content node = Prelim::xml_text(text);
  return typed<XmlText>(*doc_, insert_contents(*doc_, type_, index, std::span(&node, 1)));
}

Result<void> XmlFragment::remove(Transaction&, std::uint32_t index, std::uint32_t length) {
  return remove_checked(*doc_, type_, index, length);
}

std::string XmlElement::node_name() const { return name_of(*doc_, type_); }
std::string XmlElement::to_string() const { return element_string(*doc_, type_); }

Element XmlElement::get_attribute(std::string_view name) const {
  return Map(doc_, type_).get(name);
}

bool XmlElement::has_attribute(std::string_view name) const { return Map(doc_, type_).has(name); }

std::vector<std::pair<std::string, Element>> XmlElement::attributes() const {
  return object_entries_of(*doc_, type_);
}

Result<void> XmlElement::set_attribute(Transaction&, std::string_view name,
                                       const Content& content) {
  return without_value(set_checked(*doc_, type_, name, content));
}

Result<void> XmlElement::remove_attribute(Transaction&, std::string_view name) {
  return remove_key(*doc_, type_, name);
}

std::optional<SharedType> XmlElement::next_sibling() const {
  return sibling(*doc_, type_, &Item::right);
}
std::optional<SharedType> XmlElement::prev_sibling() const {
  return sibling(*doc_, type_, &Item::left);
}

std::string XmlText::to_string() const { return text_string(*doc_, type_); }
std::optional<SharedType> XmlText::next_sibling() const {
  return sibling(*doc_, type_, &Item::right);
}
std::optional<SharedType> XmlText::prev_sibling() const {
  return sibling(*doc_, type_, &Item::left);
}

std::string XmlHook::hook_name() const { return name_of(*doc_, type_); }

}  // namespace weft
