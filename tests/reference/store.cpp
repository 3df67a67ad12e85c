// Finding, splitting and adding structs. Source: Yjs utils/StructStore.js, splitItem in Item.js.
#include <algorithm>
#include <cassert>

#include "doc.hpp"

namespace weft::reference {

Clock Doc::state(ClientId client) const {
  const auto at = clients_.find(client);
  return at == clients_.end() ? 0 : at->second.back()->end();
}

std::size_t Doc::find_index(const Structs& structs, Clock clock) {
  const auto after = std::upper_bound(structs.begin(), structs.end(), clock,
                                      [](Clock c, const Item* item) { return c < item->id.clock; });
  assert(after != structs.begin() && clock < (*std::prev(after))->end());
  return static_cast<std::size_t>(after - structs.begin()) - 1;
}

Item* Doc::find(Id id) const {
  const Structs& structs = clients_.at(id.client);
  return structs[find_index(structs, id.clock)];
}

Item* Doc::clean_start(Id id) {
  Structs& structs = clients_.at(id.client);
  const std::size_t index = find_index(structs, id.clock);
  Item* item = structs[index];
  if (item->id.clock == id.clock || !item->is_item()) return item;
  Item* right = split(item, id.clock - item->id.clock);
  structs.insert(structs.begin() + static_cast<std::ptrdiff_t>(index) + 1, right);
  return right;
}

Item* Doc::clean_end(Id id) {
  Structs& structs = clients_.at(id.client);
  const std::size_t index = find_index(structs, id.clock);
  Item* item = structs[index];
  if (item->end() == id.clock + 1 || item->is_gc()) return item;
  Item* right = split(item, id.clock - item->id.clock + 1);
  structs.insert(structs.begin() + static_cast<std::ptrdiff_t>(index) + 1, right);
  return item;
}

Item* Doc::split(Item* left, std::uint64_t diff) {
  Item item;
  item.id = {left->id.client, left->id.clock + diff};
  item.length = left->length - diff;
  item.origin = Id{left->id.client, left->id.clock + diff - 1};
  item.right_origin = left->right_origin;
  item.left = left;
  item.right = left->right;
  item.parent = left->parent;
  item.parent_sub = left->parent_sub;
  item.content = left->content.splice(diff);
  item.marked_deleted = left->marked_deleted;
  Item* right = make(std::move(item));
  left->right = right;
  if (right->right != nullptr) right->right->left = right;
  assert(transaction_);
  transaction_->merge_structs.push_back(right->id);
  if (right->parent_sub && right->right == nullptr) {
    right->parent->set(*right->parent_sub, right);
  }
  left->length = diff;
  return right;
}

Item* Doc::make(Item item) { return &items_.emplace_back(std::move(item)); }

void Doc::add_struct(Item* item) {
  assert(state(item->id.client) == item->id.clock);
  clients_[item->id.client].push_back(item);
}

Type* Doc::root(const std::string& name) {
  Type*& type = roots_[name];
  if (type == nullptr) {
    type = &types_.emplace_back();
    type->name = name;
  }
  return type;
}

StateVector Doc::state_vector() const {
  StateVector vector;
  for (auto at = clients_.rbegin(); at != clients_.rend(); ++at) {
    vector.set(at->first, at->second.back()->end());
  }
  return vector;
}

IdSet Doc::delete_set() const {
  IdSet deletes;
  for (const auto& [client, structs] : clients_) {
    for (const Item* item : structs) {
      if (item->deleted()) deletes.add(client, item->id.clock, item->length);
    }
  }
  return deletes;
}

}  // namespace weft::reference
