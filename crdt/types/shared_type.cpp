// What all shared types have. Source: Yjs AbstractType, and the clone function of each type.
#include <weft/content.hpp>
#include <weft/limits.hpp>
#include <weft/types.hpp>

#include "types/keys.hpp"
#include "types/sequence.hpp"

namespace weft {

using namespace types;

std::optional<TypeKind> SharedType::kind() const {
  const std::uint8_t kind = doc_->store.types[type_].kind;
  if (kind == store::Type::kUnknown) return std::nullopt;
  return static_cast<TypeKind>(kind);
}

bool SharedType::is_unified() const { return doc_->options.compat == Compat::v14; }

bool SharedType::exists() const { return doc_->store.is_live(type_); }

std::optional<SharedType> SharedType::parent() const {
  const Handle item = doc_->store.types[type_].item;
  if (item == kNoHandle) return std::nullopt;
  return SharedType(doc_, doc_->store.types.list(doc_->store.items[item].list).type);
}

std::optional<std::string> SharedType::root_name() const {
  const store::Type& type = doc_->store.types[type_];
  if (!type.is_root()) return std::nullopt;
  return std::string(doc_->store.strings[type.name]);
}

std::optional<Id> SharedType::item_id() const {
  const Handle item = doc_->store.types[type_].item;
  if (item == kNoHandle) return std::nullopt;
  const store::Item& holder = doc_->store.items[item];
  return doc_->store.id_of({holder.client, holder.clock});
}

bool SharedType::is_inside(const SharedType& other) const {
  std::optional<SharedType> type = *this;
  while (type && *type != other) type = type->parent();
  return type.has_value();
}

namespace {

// Copies types with all inside them. Recursion is bounded by limits::depth_max.
class Cloner {
 public:
  Result<Prelim> clone(const SharedType& type, int depth) {
    if (depth > limits::depth_max) return std::unexpected(Error{Errc::too_deep});
    if (type.kind() > TypeKind::xml_text) return std::unexpected(Error{Errc::invalid_content});
    Prelim copy = type.kind().value_or(TypeKind::array);
    switch (copy.kind) {
      case TypeKind::text:
      case TypeKind::xml_text:
        copy.delta = copy_text(Text(type.doc(), type.type()));
        return copy;
      case TypeKind::map:
      case TypeKind::xml_hook:
        copy_entries(type, entries_of(*type.doc(), type.type()), depth, copy);
        break;
      case TypeKind::xml_element:
        copy_entries(type, object_entries_of(*type.doc(), type.type()), depth, copy);
        copy_children(type, depth, copy);
        break;
      default:
        copy_children(type, depth, copy);
    }
    if (update::type_has_key(static_cast<std::uint32_t>(copy.kind))) {
      copy.name = name_of(*type.doc(), type.type());
    }
    if (error_) return std::unexpected(*error_);
    return copy;
  }

 private:
  // What peers get of Yjs's clone of a text: types in it come without their contents.
  static Delta copy_text(const Text& text) {
    Delta delta = text.to_delta();
    for (DeltaOp& op : delta.ops) {
      auto& content = std::get<DeltaInsert>(op).content;
      if (const auto* type = std::get_if<SharedType>(&content)) {
        content =
            Prelim(type->kind().value_or(TypeKind::array), name_of(*type->doc(), type->type()));
      }
    }
    return delta;
  }

  void copy_entries(const SharedType&, std::vector<std::pair<std::string, Element>> entries,
                    int depth, Prelim& to) {
    for (auto& [key, element] : entries) {
      if (auto content = copy(std::move(element), depth)) {
        to.entries.emplace_back(std::move(key), std::move(*content));
      }
    }
  }

  void copy_children(const SharedType& type, int depth, Prelim& to) {
    for (Element& element : elements_of(*type.doc(), type.type())) {
      if (auto content = copy(std::move(element), depth))
        to.children.push_back(std::move(*content));
    }
  }

  std::optional<Content> copy(Element element, int depth) {
    if (error_) return std::nullopt;
    if (auto* value = std::get_if<Value>(&element)) return std::move(*value);
    if (const auto* type = std::get_if<SharedType>(&element)) {
      auto inner = clone(*type, depth + 1);
      if (inner) return std::move(*inner);
      error_ = inner.error();
      return std::nullopt;
    }
    const auto& subdoc = std::get<SubDoc>(element);
    return SubDocOptions{.guid = subdoc.guid(),
                         .gc = subdoc.gc(),
                         .auto_load = subdoc.auto_load(),
                         .should_load = subdoc.should_load(),
                         .meta = subdoc.meta()};
  }

  std::optional<Error> error_;
};

}  // namespace

Result<Prelim> SharedType::clone() const { return Cloner().clone(*this, 1); }

}  // namespace weft
