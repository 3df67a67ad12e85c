#include "document/formats.hpp"

#include <algorithm>

#include "encoding/any_tag.hpp"
#include "encoding/key_order.hpp"
#include "encoding/reader.hpp"

namespace weft::document {

namespace any_tag = encoding::any_tag;
using store::Handle;
using store::Item;
using store::kNoHandle;

namespace {

bool is_object(const Value& value) {
  return value.is<ValueArray>() || value.is<ValueObject>() || value.is<Bytes>();
}

// A variant's doubles compare as JavaScript's numbers do.
bool same_leaf(const Value& a, const Value& b) { return !is_object(a) && !is_object(b) && a == b; }

std::size_t key_count(const Value& value) {
  if (const auto* array = value.get_if<ValueArray>()) return array->size();
  if (const auto* bytes = value.get_if<Bytes>()) return bytes->size();
  return value.get_if<ValueObject>()->size();
}

// The members of an object, an array or bytes by name, in the order of the names.
class Members {
 public:
  explicit Members(const Value& value) {
    members_.reserve(key_count(value));
    if (const auto* object = value.get_if<ValueObject>()) {
      for (const auto& [key, member] : *object) members_.emplace_back(key, &member);
    } else if (const auto* array = value.get_if<ValueArray>()) {
      for (const Value& member : *array) add(&member);
    } else {
      numbers_.reserve(key_count(value));
      for (const std::uint8_t byte : *value.get_if<Bytes>()) {
        add(&numbers_.emplace_back(std::uint32_t{byte}));
      }
    }
    std::sort(members_.begin(), members_.end());
  }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  bool all_same(const Members& other) const {
    return std::equal(members_.begin(), members_.end(), other.members_.begin(),
                      other.members_.end(), [](const Member& a, const Member& b) {
                        return a.first == b.first && same_leaf(*a.second, *b.second);
                      });
  }

 private:
  using Member = std::pair<std::string, const Value*>;
  void add(const Value* member) { members_.emplace_back(std::to_string(members_.size()), member); }

  std::vector<Value> numbers_;
  std::vector<Member> members_;
};

// lib0 equalFlat of two different objects: what objects they hold are different ones, too.
bool equal_members(const Value& a, const Value& b) {
  return key_count(a) == key_count(b) && Members(a).all_same(Members(b));
}

std::uint8_t first_byte(const FormatBytes& bytes) {
  return static_cast<std::uint8_t>(bytes.value.front());
}

bool is_object(const FormatBytes& bytes) {
  const std::uint8_t first = first_byte(bytes);
  if (bytes.is_json) return first == '{' || first == '[';
  return first == any_tag::kObject || first == any_tag::kArray || first == any_tag::kBytes;
}

// Leaves of which equal bytes, and only they, are the same value: all but numbers.
bool is_plain(const FormatBytes& bytes) {
  const std::uint8_t first = first_byte(bytes);
  if (bytes.is_json) return first == '"' || first == 't' || first == 'f' || first == 'n';
  return first == any_tag::kNull || first == any_tag::kUndefined || first == any_tag::kTrue ||
         first == any_tag::kFalse || first == any_tag::kString || first == any_tag::kBigInt;
}

}  // namespace

bool equal_apart(const Value& a, const Value& b) {
  return is_object(a) && is_object(b) ? equal_members(a, b) : same_leaf(a, b);
}

FormatBytes format_bytes(const store::Store& store, Handle item) {
  const std::string_view content = store.content(store.items[item]);
  encoding::Reader body(as_bytes(content));
  const std::string_view key = as_text(body.varbytes());
  return {key, content.substr(body.offset()), store.items[item].has(Item::kJson)};
}

std::uint32_t Formats::key(Handle item) const {
  return doc_->store.strings.intern(format_bytes(doc_->store, item).key);
}

Value Formats::value(FormatRef ref) const {
  if (ref.given != nullptr) return *ref.given;
  if (ref.item == kNoHandle) return Null{};
  const FormatBytes bytes = format_bytes(doc_->store, ref.item);
  if (bytes.is_json) return Value::from_json(bytes.value).value_or(Value());
  return Value::decode(as_bytes(bytes.value)).value_or(Value());
}

bool Formats::is_null(FormatRef ref) const {
  if (ref.given != nullptr) return ref.given->is<Null>();
  if (ref.item == kNoHandle) return true;
  const FormatBytes bytes = format_bytes(doc_->store, ref.item);
  return bytes.is_json ? bytes.value == "null" : first_byte(bytes) == any_tag::kNull;
}

bool Formats::is_undefined(FormatRef ref) const {
  if (ref.given != nullptr) return ref.given->is<Undefined>();
  if (ref.item == kNoHandle) return false;
  const FormatBytes bytes = format_bytes(doc_->store, ref.item);
  return !bytes.is_json && first_byte(bytes) == any_tag::kUndefined;
}

bool Formats::is_object(FormatRef ref) const {
  if (ref.given != nullptr) return document::is_object(*ref.given);
  return ref.item != kNoHandle && document::is_object(format_bytes(doc_->store, ref.item));
}

FormatRef Formats::get(const FormatMap& map, std::uint32_t key) const {
  const FormatRef* found = map.find(key);
  return found == nullptr || is_undefined(*found) ? FormatRef{} : *found;
}

bool Formats::same(FormatRef a, FormatRef b) const {
  const bool object = is_object(a);
  if (object != is_object(b)) return false;
  if (object) {
    if (a.given != nullptr || b.given != nullptr) return a.given == b.given;
    return doc_->store.object_of(a.item) == doc_->store.object_of(b.item);
  }
  if (a.item != kNoHandle && b.item != kNoHandle) {
    const FormatBytes left = format_bytes(doc_->store, a.item);
    const FormatBytes right = format_bytes(doc_->store, b.item);
    if (left.is_json == right.is_json && is_plain(left) && is_plain(right)) {
      return left.value == right.value;
    }
  }
  return same_leaf(value(a), value(b));
}

bool Formats::equal(FormatRef a, FormatRef b) const {
  if (same(a, b)) return true;
  return is_object(a) && is_object(b) && equal_members(value(a), value(b));
}

void Formats::update(FormatMap& current, Handle item) const {
  if (is_null({.item = item})) {
    current.erase(key(item));
  } else {
    current.set(key(item), {.item = item});
  }
}

FormatMap Formats::in_key_order(const FormatMap& map) const {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> numbers;  // as an index, in the table
  map.for_each([&](std::uint32_t key, FormatRef) {
    if (const auto index = encoding::array_index(doc_->store.strings[key])) {
      numbers.emplace_back(*index, key);
    }
  });
  if (numbers.empty()) return map;
  std::sort(numbers.begin(), numbers.end());
  FormatMap ordered = empty_map();
  for (const auto& [index, key] : numbers) ordered.set(key, *map.find(key));
  map.for_each([&](std::uint32_t key, FormatRef ref) { ordered.set(key, ref); });
  return ordered;
}

}  // namespace weft::document
