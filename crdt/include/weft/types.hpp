// Shared types: light handles (a pointer and a number) to the types of one Doc.
//
// Indices and lengths are UTF-16 code units in a Text, elements in an Array. A handle is valid as
// long as its Doc; a handle to a deleted type reads as empty and refuses edits with wrong_type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <weft/error.hpp>
#include <weft/value.hpp>

namespace weft {

namespace document {
class DocState;
}

class Transaction;
class Text;
class Array;
class Map;

/// How a nested type is made, the number is its wire form (Yjs typeRef).
enum class TypeKind : std::uint8_t {
  array = 0,
  map = 1,
  text = 2,
  xml_element = 3,
  xml_fragment = 4,
  xml_hook = 5,
  xml_text = 6,
};

/// A handle to any shared type.
class SharedType {
 public:
  SharedType(document::DocState* doc, std::uint32_t type) : doc_(doc), type_(type) {}

  /// The type and all it contains as a JSON value (Yjs toJSON): a Text gives its string.
  Value to_json() const;

  document::DocState* doc() const { return doc_; }
  std::uint32_t type() const { return type_; }

  friend bool operator==(const SharedType&, const SharedType&) = default;

 protected:
  document::DocState* doc_;
  std::uint32_t type_;
};

/// What an Array or Map holds at one place: a value, a nested type, or nothing.
using Element = std::variant<std::monostate, Value, SharedType>;

class Text : public SharedType {
 public:
  using SharedType::SharedType;

  /// Length in UTF-16 code units. O(1).
  std::uint32_t length() const;
  /// The text as UTF-8; unpaired surrogates read as U+FFFD. O(text).
  std::string to_string() const;
  /// Inserts UTF-8 `text` before code unit `index`. An index inside a surrogate pair turns both
  /// halves into U+FFFD, as Yjs does.
  /// Errors: out_of_range, invalid_utf8, too_large. O(log items).
  Result<void> insert(Transaction& txn, std::uint32_t index, std::string_view text);
  /// Deletes `length` code units. Errors: out_of_range. O(log items + items deleted).
  Result<void> remove(Transaction& txn, std::uint32_t index, std::uint32_t length);
};

class Array : public SharedType {
 public:
  using SharedType::SharedType;

  std::uint32_t length() const;
  /// Errors: none; out of range reads as nothing. O(log items).
  Element get(std::uint32_t index) const;
  std::vector<Element> elements() const;

  /// Inserts `values` before `index`, packed into content as Yjs typeListInsertGenerics packs
  /// them: runs of plain values share one item, bytes stand alone. Errors: out_of_range.
  Result<void> insert(Transaction& txn, std::uint32_t index, const std::vector<Value>& values);
  /// After the physically last item, tombstones included (Yjs typeListPushGenerics).
  Result<void> push(Transaction& txn, const std::vector<Value>& values);
  /// Makes a nested type. Errors: out_of_range.
  Result<SharedType> insert_type(Transaction& txn, std::uint32_t index, TypeKind kind);
  Result<void> remove(Transaction& txn, std::uint32_t index, std::uint32_t length);
};

class Map : public SharedType {
 public:
  using SharedType::SharedType;

  /// The number of keys that have a value. O(keys).
  std::uint32_t size() const;
  bool has(std::string_view key) const;
  Element get(std::string_view key) const;
  /// Keys that have a value, in the order in which they were first seen.
  std::vector<std::string> keys() const;

  Result<void> set(Transaction& txn, std::string_view key, const Value& value);
  Result<SharedType> set_type(Transaction& txn, std::string_view key, TypeKind kind);
  Result<void> remove(Transaction& txn, std::string_view key);
};

}  // namespace weft
