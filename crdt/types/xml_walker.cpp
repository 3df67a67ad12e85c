// Walks over XML in document order. Source: Yjs YXmlTreeWalker.
#include <weft/xml.hpp>

#include "types/sequence.hpp"

namespace weft {

using namespace types;

// Content that is no type, which Yjs does not expect here, is passed over.
bool XmlTreeWalker::accepts(std::uint32_t handle) const {
  const Item& item = root_.doc()->store.items[handle];
  if (item.deleted() || item.content() != Kind::type) return false;
  return !filter_ || filter_(SharedType(root_.doc(), item.data));
}

// The node behind `handle` in document order, deleted ones included; kNoHandle at the end.
std::uint32_t XmlTreeWalker::following(std::uint32_t handle) const {
  const store::Store& store = root_.doc()->store;
  const Item& item = store.items[handle];
  if (!item.deleted() && item.content() == Kind::type) {
    const store::Type& type = store.types[item.data];
    const Handle first = store.types.list(type.sequence).first;
    if (XmlFragment::holds(static_cast<TypeKind>(type.kind)) && first != kNoHandle) return first;
  }
  for (Handle at = handle; at != kNoHandle;) {
    Handle next = store.items[at].right;
    while (next != kNoHandle && store.items[next].deleted()) next = store.items[next].right;
    if (next != kNoHandle) return next;
    const TypeIx parent = store.types.list(store.items[at].list).type;
    if (parent == root_.type()) break;
    at = store.types[parent].item;
  }
  return kNoHandle;
}

std::optional<SharedType> XmlTreeWalker::next() {
  const store::Store& store = root_.doc()->store;
  Handle at = kNoHandle;
  if (current_ == root_) {
    at = store.types.list(store.types[root_.type()].sequence).first;
  } else if (const Handle item = store.types[current_.type()].item; item != kNoHandle) {
    at = following(item);
  }
  while (at != kNoHandle && !accepts(at)) at = following(at);
  if (at == kNoHandle) return std::nullopt;
  current_ = SharedType(root_.doc(), store.items[at].data);
  return current_;
}

}  // namespace weft
