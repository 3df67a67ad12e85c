// A shared array. Source: Yjs YArray.
#pragma once

#include <cstdint>
#include <vector>

#include <weft/error.hpp>
#include <weft/shared_type.hpp>
#include <weft/value.hpp>

namespace weft {

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

}  // namespace weft
