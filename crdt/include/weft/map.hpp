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
  static constexpr TypeKind kKind = TypeKind::map;
  static constexpr bool holds(TypeKind kind) {
    return kind == TypeKind::map || kind == TypeKind::xml_hook;
  }

  /// The number of keys that have a value. O(keys).
  std::uint32_t size() const;
  bool has(std::string_view key) const;
  /// Nothing where the key has no value. O(1).
  Element get(std::string_view key) const;
  /// Keys that have a value, in the order in which they were first seen here: also a key that was
  /// deleted in between keeps its place, and replicas may differ in it (Yjs keys).
  std::vector<std::string> keys() const;
  /// Keys and values in that order. O(keys).
  std::vector<std::pair<std::string, Element>> entries() const;

  /// Errors: wrong_type for a deleted map, invalid_utf8, too_deep, too_large. O(1).
  [[nodiscard]] Result<void> set(Transaction& txn, std::string_view key, const Content& content);
  /// Makes a type and gives it back, to be filled further. Errors: as set.
  [[nodiscard]] Result<SharedType> set_type(Transaction& txn, std::string_view key,
                                            const Prelim& type);
  /// The same for an empty T: set_type<Array>(txn, "tags"). `name`: nodeName, hookName.
  template <typename T>
  [[nodiscard]] Result<T> set_type(Transaction& txn, std::string_view key,
                                   std::string_view name = {}) {
    const auto made = set_type(txn, key, Prelim(T::kKind, name));
    if (!made) return std::unexpected(made.error());
    return T(made->doc(), made->type());
  }
  /// Errors: as set.
  [[nodiscard]] Result<SubDoc> set_subdoc(Transaction& txn, std::string_view key,
                                          const SubDocOptions& options);
  /// A key without a value stays so. Errors: wrong_type for a deleted map. O(1).
  [[nodiscard]] Result<void> remove(Transaction& txn, std::string_view key);
  /// Removes every key. Errors: wrong_type for a deleted map. O(keys).
  [[nodiscard]] Result<void> clear(Transaction& txn);
};

}  // namespace weft
