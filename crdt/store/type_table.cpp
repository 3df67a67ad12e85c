#include "store/type_table.hpp"

namespace weft::store {

TypeIx TypeTable::make(Handle item, std::uint8_t kind, std::uint32_t name) {
  const auto type = static_cast<TypeIx>(types_.size());
  Type& made = types_.emplace_back();
  made.item = item;
  made.kind = kind;
  made.name = name;
  made.sequence = static_cast<ListIx>(lists_.size());
  lists_.push_back(List{.type = type});
  return type;
}

TypeIx TypeTable::make_root(std::uint32_t name) {
  if (const TypeIx found = find_root(name); found != FlatMap::kNone) return found;
  const TypeIx made = make(kNoHandle, Type::kUnknown, name);
  roots_.insert(name, made);
  root_order_.push_back(made);
  return made;
}

ListIx TypeTable::key_list(TypeIx type, std::uint32_t key) {
  if (const ListIx found = find_key(type, key); found != FlatMap::kNone) return found;
  const auto made = static_cast<ListIx>(lists_.size());
  lists_.push_back(List{.type = type, .key = key});
  lists_by_key_.insert((std::uint64_t{type} << 32) | key, made);
  Type& owner = types_[type];
  if (owner.last_key == kNoIndex) {
    owner.first_key = made;
  } else {
    lists_[owner.last_key].next_key = made;
  }
  owner.last_key = made;
  return made;
}

void TypeTable::collect(TypeIx type) {
  Type& owner = types_[type];
  for (ListIx at = owner.first_key; at != kNoIndex; at = lists_[at].next_key) {
    lists_by_key_.erase((std::uint64_t{type} << 32) | lists_[at].key);
    lists_[at].first = lists_[at].last = kNoHandle;
  }
  lists_[owner.sequence].first = lists_[owner.sequence].last = kNoHandle;
  owner.first_key = owner.last_key = kNoIndex;
  owner.item = kNoHandle;
  owner.collected = true;
  owner.order.reset();
}

}  // namespace weft::store
