// Source: Yjs structs/Item.js (getMissing, integrate, delete, gc) and structs/ContentType.js.
#include <cassert>

#include "doc.hpp"

namespace weft::reference {

using update::Kind;

namespace {

Item* leftmost(Item* item) {
  while (item != nullptr && item->left != nullptr) item = item->left;
  return item;
}

}  // namespace

std::optional<ClientId> Doc::get_missing(Item* item) {
  if (!item->is_item()) return std::nullopt;
  for (const std::optional<Id>& id : {item->origin, item->right_origin, item->parent_id}) {
    if (id && id->client != item->id.client && id->clock >= state(id->client)) return id->client;
  }
  if (item->origin) {
    item->left = clean_end(*item->origin);
    item->origin = item->left->last_id();
  }
  if (item->right_origin) {
    item->right = clean_start(*item->right_origin);
    item->right_origin = item->right->id;
  }
  find_parent(item);
  return std::nullopt;
}

void Doc::find_parent(Item* item) {
  if ((item->left != nullptr && item->left->is_gc()) ||
      (item->right != nullptr && item->right->is_gc())) {
    item->parent = nullptr;
  } else if (item->parent_name) {
    item->parent = root(*item->parent_name);
  } else if (item->parent_id) {
    item->parent = find(*item->parent_id)->content.type;  // null for GC and what is no type
  } else if (const Item* neighbour = item->left != nullptr ? item->left : item->right) {
    item->parent = neighbour->parent;
    item->parent_sub = neighbour->parent_sub;
  }
}

void Doc::integrate(Item* item, std::uint64_t offset) {
  if (offset > 0) {
    item->id.clock += offset;
    item->length -= offset;
    if (item->is_item()) {
      item->left = clean_end({item->id.client, item->id.clock - 1});
      item->origin = item->left->last_id();
      item->content = item->content.splice(offset);
      // Differs from Yjs, which throws where the part before was collected, and which keeps its own
      // parent where that part came with another one: then it stands in one type's list, counts in
      // another's length, and is read by others as part of the first.
      if (item->left->is_gc()) {
        item->parent = nullptr;
      } else if (item->parent != nullptr) {
        item->parent = item->left->parent;
        item->parent_sub = item->left->parent_sub;
      }
    }
  }
  if (item->parent == nullptr) {
    item->sort = Sort::gc;
    return add_struct(item);
  }
  const bool conflict = item->left == nullptr
                            ? item->right == nullptr || item->right->left != nullptr
                            : item->left->right != item->right;
  if (conflict) item->left = resolve_conflict(item);
  link(item);
  if (!item->parent_sub && item->counts()) item->parent->length += item->length;
  add_struct(item);
  integrate_content(item);
  const Item* owner = item->parent->item;
  if ((owner != nullptr && owner->marked_deleted) || (item->parent_sub && item->right != nullptr)) {
    remove(item);
  }
}

// Let c be in conflicting, b in before_origin:  ***{origin}bbbb{this}{c,b}{c,b}{other}***
Item* Doc::resolve_conflict(Item* item) {
  Item* left = item->left;
  Item* other = left != nullptr    ? left->right
                : item->parent_sub ? leftmost(item->parent->get(*item->parent_sub))
                                   : item->parent->start;
  std::unordered_set<const Item*> conflicting;
  std::unordered_set<const Item*> before_origin;
  for (; other != nullptr && other != item->right; other = other->right) {
    before_origin.insert(other);
    conflicting.insert(other);
    if (item->origin == other->origin) {
      if (other->id.client < item->id.client) {
        left = other;
        conflicting.clear();
      } else if (item->right_origin == other->right_origin) {
        break;
      }
    } else if (other->origin && before_origin.contains(find(*other->origin))) {
      if (!conflicting.contains(find(*other->origin))) {
        left = other;
        conflicting.clear();
      }
    } else {
      break;
    }
  }
  return left;
}

void Doc::link(Item* item) {
  Type* parent = item->parent;
  if (item->left != nullptr) {
    item->right = item->left->right;
    item->left->right = item;
  } else if (item->parent_sub) {
    item->right = leftmost(parent->get(*item->parent_sub));
  } else {
    item->right = parent->start;
    parent->start = item;
  }
  if (item->right != nullptr) {
    item->right->left = item;
  } else if (item->parent_sub) {
    parent->set(*item->parent_sub, item);
    if (item->left != nullptr) remove(item->left);
  }
}

void Doc::integrate_content(Item* item) {
  if (item->content.kind == Kind::deleted) {
    transaction_->deletes.add(item->id.client, item->id.clock, item->length);
    item->marked_deleted = true;
  } else if (item->content.kind == Kind::type) {
    item->content.type = &types_.emplace_back();
    item->content.type->item = item;
  }
}

void Doc::remove(Item* item) {
  if (item->deleted()) return;
  if (item->countable() && !item->parent_sub) item->parent->length -= item->length;
  item->marked_deleted = true;
  transaction_->deletes.add(item->id.client, item->id.clock, item->length);
  remove_content(item);
}

void Doc::remove_content(Item* item) {
  const Type* type = item->content.type;
  if (type == nullptr) return;
  const auto remove_or_merge = [this](Item* child) {
    if (!child->deleted()) {
      remove(child);
    } else if (child->id.clock < transaction_->before.get(child->id.client)) {
      transaction_->merge_structs.push_back(child->id);
    }
  };
  for (Item* child = type->start; child != nullptr; child = child->right) remove_or_merge(child);
  for (const auto& [key, newest] : type->map) {
    remove_or_merge(newest);
    // Yjs leaves these, and throws when it collects them.
    for (Item* older = newest->left; older != nullptr; older = older->left) remove(older);
  }
}

void Doc::collect(Item* item, bool parent_collected) {
  if (Type* type = item->content.type) {
    for (Item* child = type->start; child != nullptr; child = child->right) collect(child, true);
    for (const auto& entry : type->map) {
      for (Item* child = entry.second; child != nullptr; child = child->left) collect(child, true);
    }
    type->start = nullptr;
    type->map.clear();
  }
  if (!parent_collected) {
    item->content = Content{};
    item->content.deleted_length = item->length;
    return;
  }
  Item gc;
  gc.sort = Sort::gc;
  gc.id = item->id;
  gc.length = item->length;
  Structs& structs = clients_.at(item->id.client);
  structs[find_index(structs, item->id.clock)] = make(std::move(gc));
}

}  // namespace weft::reference
