// Array. Source: Yjs YArray, typeListInsertGenericsAfter, typeListPushGenerics.
#include "types/sequence.hpp"

namespace weft {

using namespace types;

namespace {

// Runs of plain values share one item, bytes stand alone. Yjs refuses undefined and BigInt here.
Result<void> insert_values(DocState& doc, TypeIx type, Gap gap, const std::vector<Value>& values) {
  for (const Value& value : values) {
    if (value.is<Undefined>() || value.is<BigInt>()) {
      return std::unexpected(Error{Errc::wrong_type});
    }
  }
  const store::ListIx list = doc.store.types[type].sequence;
  Bytes packed;
  std::uint32_t count = 0;
  const auto put = [&](const NewContent& content) {
    gap.left = doc.insert_local(list, gap.left, gap.right, content);
  };
  const auto flush = [&] {
    if (count == 0) return;
    put({.kind = Kind::any, .length = count, .bytes = as_text(packed), .key = {}});
    packed.clear();
    count = 0;
  };
  for (const Value& value : values) {
    if (const Bytes* bytes = value.get_if<Bytes>()) {
      flush();
      put({.kind = Kind::binary, .bytes = as_text(*bytes), .key = {}});
    } else {
      const Bytes encoded = value.encode();
      packed.insert(packed.end(), encoded.begin(), encoded.end());
      ++count;
    }
  }
  flush();
  return {};
}

}  // namespace

std::uint32_t Array::length() const { return doc_->store.types[type_].length; }

Element Array::get(std::uint32_t index) const {
  const auto [item, offset] = item_at(*doc_, type_, index);
  if (item == kNoHandle) return std::monostate{};
  return element_of(*doc_, item, offset);
}

std::vector<Element> Array::elements() const {
  std::vector<Element> elements;
  const store::Store& store = doc_->store;
  for (Handle at = store.types.list(store.types[type_].sequence).first; at != kNoHandle;
       at = store.items[at].right) {
    const Item& item = store.items[at];
    for (std::uint32_t i = 0; i < item.visible(); ++i) elements.push_back(element_of(*doc_, at, i));
  }
  return elements;
}

Result<void> Array::insert(Transaction&, std::uint32_t index, const std::vector<Value>& values) {
  if (!is_live(*doc_, type_)) return std::unexpected(Error{Errc::wrong_type});
  if (index > length()) return std::unexpected(Error{Errc::out_of_range});
  return insert_values(*doc_, type_, open_gap(*doc_, type_, index), values);
}

Result<void> Array::push(Transaction&, const std::vector<Value>& values) {
  if (!is_live(*doc_, type_)) return std::unexpected(Error{Errc::wrong_type});
  return insert_values(*doc_, type_, end_gap(*doc_, type_), values);
}

Result<SharedType> Array::insert_type(Transaction&, std::uint32_t index, TypeKind kind) {
  if (!is_live(*doc_, type_)) return std::unexpected(Error{Errc::wrong_type});
  if (index > length()) return std::unexpected(Error{Errc::out_of_range});
  const Gap gap = open_gap(*doc_, type_, index);
  const Handle item = doc_->insert_local(
      doc_->store.types[type_].sequence, gap.left, gap.right,
      {.kind = Kind::type, .bytes = {}, .key = {}, .type_ref = static_cast<std::uint32_t>(kind)});
  return SharedType(doc_, doc_->store.items[item].data);
}

Result<void> Array::remove(Transaction&, std::uint32_t index, std::uint32_t length) {
  if (!is_live(*doc_, type_)) return std::unexpected(Error{Errc::wrong_type});
  if (index > this->length() || length > this->length() - index) {
    return std::unexpected(Error{Errc::out_of_range});
  }
  if (length > 0) remove_range(*doc_, open_gap(*doc_, type_, index), length);
  return {};
}

}  // namespace weft
