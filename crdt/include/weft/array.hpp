// A shared array. Source: Yjs YArray.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <weft/content.hpp>
#include <weft/error.hpp>
#include <weft/shared_type.hpp>
#include <weft/value.hpp>

namespace weft {

class Array : public SharedType {
 public:
  using SharedType::SharedType;
  static constexpr bool holds(TypeKind kind) { return kind == TypeKind::array; }

  std::uint32_t length() const;
  /// Errors: none; out of range reads as nothing. O(log items).
  Element get(std::uint32_t index) const;
  std::vector<Element> elements() const;
  /// Elements [start, end). Negative places count from the end; those that lie before the first
  /// element read as nothing, as in Yjs.
  std::vector<Element> slice(std::int64_t start = 0,
                             std::optional<std::int64_t> end = std::nullopt) const;

  /// Inserts before `index`, packed as Yjs typeListInsertGenerics packs it: runs of plain values
  /// share one item, bytes, types and subdocuments stand alone. An array holds neither undefined
  /// nor BigInt, as Yjs refuses them. On error nothing is changed.
  /// Errors: out_of_range, wrong_type, invalid_utf8, too_deep, too_large.
  Result<void> insert(Transaction& txn, std::uint32_t index, std::span<const Value> values);
  Result<void> insert(Transaction& txn, std::uint32_t index, const std::vector<Content>& contents);
  /// After the physically last item, tombstones included (Yjs typeListPushGenerics).
  /// Errors: as insert.
  Result<void> push(Transaction& txn, std::span<const Value> values);
  Result<void> push(Transaction& txn, const std::vector<Content>& contents);
  /// At the front.
  Result<void> unshift(Transaction& txn, const std::vector<Content>& contents) {
    return insert(txn, 0, contents);
  }
  /// Makes an empty type; `name` is the nodeName of an XmlElement, the hookName of an XmlHook.
  /// Errors: as insert.
  Result<SharedType> insert_type(Transaction& txn, std::uint32_t index, TypeKind kind,
                                 std::string_view name = {});
  /// Errors: as insert.
  Result<SubDoc> insert_subdoc(Transaction& txn, std::uint32_t index, const SubDocOptions& options);
  /// Errors: out_of_range; nothing is deleted then.
  Result<void> remove(Transaction& txn, std::uint32_t index, std::uint32_t length = 1);
};

}  // namespace weft
