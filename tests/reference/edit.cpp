// Local edits and reading. Source: Yjs types/AbstractType.js and YText.js, without search markers.
#include <cassert>
#include <map>

#include "doc.hpp"

namespace weft::reference {

using update::Kind;

namespace {

[[maybe_unused]] constexpr std::uint32_t kTypeRefMax = 6;

Content any_content(const std::vector<Value>& values) {
  Content content;
  content.kind = Kind::any;
  for (const Value& value : values) content.values.emplace_back(as_text(value.encode()));
  return content;
}

Content binary_content(const Bytes& bytes) {
  Content content;
  content.kind = Kind::binary;
  content.bytes = as_text(bytes);
  return content;
}

Content type_content(TypeKind kind) {
  Content content;
  content.kind = Kind::type;
  content.type_ref = static_cast<std::uint32_t>(kind);
  return content;
}

/// Attributes in force at a position in a text: key to JSON text, absent for null.
using Attributes = std::map<std::string, std::string>;

void note_format(Attributes& attributes, const Content& format) {
  if (format.bytes == "null") {
    attributes.erase(format.key);
  } else {
    attributes[format.key] = format.bytes;
  }
}

bool keeps_attributes(const Attributes& attributes, const Content& format) {
  const auto at = attributes.find(format.key);
  return format.bytes == (at == attributes.end() ? "null" : at->second);
}

Value element(const Content& content, std::size_t index) {
  switch (content.kind) {
    case Kind::any:
      return Value::decode(as_bytes(content.values[index])).value();
    case Kind::json:
      if (content.values[index] == "undefined") return Undefined{};
      return Value::from_json(content.values[index]).value();
    case Kind::embed:
      return Value::from_json(content.bytes).value();
    case Kind::binary: {
      const ByteView bytes = as_bytes(content.bytes);
      return Bytes(bytes.begin(), bytes.end());
    }
    case Kind::string:
      return to_utf8({&content.text[index], 1});
    case Kind::type:
      assert(content.type_ref <= kTypeRefMax);
      return Doc::to_json(content.type, static_cast<TypeKind>(content.type_ref));
    default:
      return ValueObject{};  // a subdocument
  }
}

/// Array index keys of a JavaScript object come first, in numeric order.
bool array_index(const std::string& key, std::uint64_t& number) {
  if (key.empty() || key.size() > 10 || (key.size() > 1 && key[0] == '0')) return false;
  number = 0;
  for (const char c : key) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number < 0xFFFF'FFFF;
}

ValueObject in_own_key_order(const ValueObject& members) {
  std::map<std::uint64_t, Value> indexed;
  ValueObject others;
  for (const auto& [key, value] : members) {
    std::uint64_t number = 0;
    if (array_index(key, number)) {
      indexed.emplace(number, value);
    } else {
      others.emplace_back(key, value);
    }
  }
  ValueObject ordered;
  for (const auto& [number, value] : indexed) ordered.emplace_back(std::to_string(number), value);
  ordered.insert(ordered.end(), others.begin(), others.end());
  return ordered;
}

}  // namespace

Item* Doc::insert_item(Type* parent, std::optional<std::string> parent_sub, Item* left, Item* right,
                       Content content) {
  Item item;
  item.id = {client_, state(client_)};
  item.length = content.length();
  item.left = left;
  if (left != nullptr) item.origin = left->last_id();
  item.right = right;
  if (right != nullptr) item.right_origin = right->id;
  item.parent = parent;
  item.parent_sub = std::move(parent_sub);
  item.content = std::move(content);
  Item* made = make(std::move(item));
  integrate(made, 0);
  return made;
}

void Doc::text_insert(Type* text, std::uint64_t index, const std::string& utf8) {
  Attributes attributes;
  Item* left = nullptr;
  Item* right = text->start;
  while (right != nullptr && index > 0) {
    if (right->content.kind == Kind::format) {
      if (!right->deleted()) note_format(attributes, right->content);
    } else if (!right->deleted()) {
      if (index < right->length) clean_start({right->id.client, right->id.clock + index});
      index -= right->length;
    }
    left = right;
    right = right->right;
  }
  while (right != nullptr && (right->deleted() || (right->content.kind == Kind::format &&
                                                   keeps_attributes(attributes, right->content)))) {
    if (!right->deleted()) note_format(attributes, right->content);
    left = right;
    right = right->right;
  }
  Content content;
  content.kind = Kind::string;
  content.text = to_utf16(utf8);
  insert_item(text, std::nullopt, left, right, std::move(content));
}

void Doc::text_remove(Type* text, std::uint64_t index, std::uint64_t length) {
  Item* at = text->start;
  for (; at != nullptr && index > 0; at = at->right) {
    if (at->deleted() || !at->countable()) continue;
    if (index < at->length) clean_start({at->id.client, at->id.clock + index});
    index -= at->length;
  }
  for (; at != nullptr && length > 0; at = at->right) {
    if (at->deleted() || !at->countable()) continue;
    if (length < at->length) clean_start({at->id.client, at->id.clock + length});
    length -= at->length;
    remove(at);
  }
}

/// The item that ends at `index`, tombstones behind it not skipped.
Item* Doc::item_before(Type* type, std::uint64_t index) {
  if (index == 0) return nullptr;
  for (Item* at = type->start; at != nullptr; at = at->right) {
    if (!at->counts()) continue;
    if (index <= at->length) {
      if (index < at->length) clean_start({at->id.client, at->id.clock + index});
      return at;
    }
    index -= at->length;
  }
  return nullptr;
}

void Doc::insert_after(Type* array, Item* left, const std::vector<Value>& values) {
  Item* right = left != nullptr ? left->right : array->start;
  std::vector<Value> plain;
  const auto pack = [&] {
    if (plain.empty()) return;
    left = insert_item(array, std::nullopt, left, right, any_content(plain));
    plain.clear();
  };
  for (const Value& value : values) {
    if (const Bytes* bytes = value.get_if<Bytes>()) {
      pack();
      left = insert_item(array, std::nullopt, left, right, binary_content(*bytes));
    } else {
      plain.push_back(value);
    }
  }
  pack();
}

void Doc::array_insert(Type* array, std::uint64_t index, const std::vector<Value>& values) {
  insert_after(array, item_before(array, index), values);
}

void Doc::array_push(Type* array, const std::vector<Value>& values) {
  Item* last = array->start;
  while (last != nullptr && last->right != nullptr) last = last->right;
  insert_after(array, last, values);
}

void Doc::array_insert_type(Type* array, std::uint64_t index, TypeKind kind) {
  Item* left = item_before(array, index);
  Item* right = left != nullptr ? left->right : array->start;
  insert_item(array, std::nullopt, left, right, type_content(kind));
}

void Doc::array_remove(Type* array, std::uint64_t index, std::uint64_t length) {
  text_remove(array, index, length);  // typeListDelete walks and cuts as deleteText does
}

void Doc::map_set(Type* map, const std::string& key, const Value& value) {
  const Bytes* bytes = value.get_if<Bytes>();
  Content content = bytes != nullptr ? binary_content(*bytes) : any_content({value});
  insert_item(map, key, map->get(key), nullptr, std::move(content));
}

void Doc::map_set_type(Type* map, const std::string& key, TypeKind kind) {
  insert_item(map, key, map->get(key), nullptr, type_content(kind));
}

void Doc::map_remove(Type* map, const std::string& key) {
  if (Item* newest = map->get(key)) remove(newest);
}

Type* Doc::child(const Type* array, std::uint64_t index) {
  for (const Item* at = array->start; at != nullptr; at = at->right) {
    if (!at->counts()) continue;
    if (index < at->length) return at->content.type;
    index -= at->length;
  }
  return nullptr;
}

Type* Doc::child(const Type* map, const std::string& key) {
  const Item* newest = map->get(key);
  return newest != nullptr && !newest->deleted() ? newest->content.type : nullptr;
}

Value Doc::to_json(const Type* type, TypeKind kind) {
  switch (kind) {
    case TypeKind::text: {
      std::u16string text;
      for (const Item* at = type->start; at != nullptr; at = at->right) {
        if (!at->deleted() && at->content.kind == Kind::string) text += at->content.text;
      }
      return to_utf8(text);
    }
    case TypeKind::array: {
      ValueArray values;
      for (const Item* at = type->start; at != nullptr; at = at->right) {
        if (!at->counts()) continue;
        for (std::size_t i = 0; i < at->length; ++i) values.push_back(element(at->content, i));
      }
      return values;
    }
    case TypeKind::map: {
      ValueObject members;
      for (const auto& [key, newest] : type->map) {
        if (newest->deleted()) continue;
        members.emplace_back(key, element(newest->content, newest->length - 1));
      }
      return in_own_key_order(members);
    }
    default:
      return Null{};
  }
}

}  // namespace weft::reference
