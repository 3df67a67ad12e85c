// A shared map. Source: Yjs YMap.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <weft/error.hpp>
#include <weft/shared_type.hpp>
#include <weft/value.hpp>

namespace weft {

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
