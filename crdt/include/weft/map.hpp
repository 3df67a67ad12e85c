// A shared map. Source: Yjs YMap.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/content.hpp>
#include <weft/error.hpp>
#include <weft/shared_type.hpp>
#include <weft/value.hpp>

namespace weft {

class Map : public SharedType {
 public:
  using SharedType::SharedType;
  static constexpr bool holds(TypeKind kind) {
    return kind == TypeKind::map || kind == TypeKind::xml_hook;
  }

  /// The number of keys that have a value. O(keys).
  std::uint32_t size() const;
  bool has(std::string_view key) const;
  Element get(std::string_view key) const;
  /// Keys that have a value, in the order in which they were first seen here: also a key that was
  /// deleted in between keeps its place, and replicas may differ in it (Yjs keys).
  std::vector<std::string> keys() const;
  /// Keys and values in that order. O(keys).
  std::vector<std::pair<std::string, Element>> entries() const;

  /// Errors: wrong_type for a deleted map, invalid_utf8, too_deep, too_large. O(1).
  Result<void> set(Transaction& txn, std::string_view key, const Content& content);
  /// Makes an empty type; `name` is the nodeName of an XmlElement, the hookName of an XmlHook.
  Result<SharedType> set_type(Transaction& txn, std::string_view key, TypeKind kind,
                              std::string_view name = {});
  Result<SubDoc> set_subdoc(Transaction& txn, std::string_view key, const SubDocOptions& options);
  Result<void> remove(Transaction& txn, std::string_view key);
  /// Removes every key. O(keys).
  Result<void> clear(Transaction& txn);
};

}  // namespace weft
