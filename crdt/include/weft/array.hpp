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
  static constexpr TypeKind kKind = TypeKind::array;
  static constexpr bool holds(TypeKind kind) { return kind == TypeKind::array; }

  /// O(1).
  std::uint32_t length() const;
  /// Out of range reads as nothing. O(log items), after the first access by index.
  Element get(std::uint32_t index) const;
  /// All of them, to be gone over: for (const Element& element : array.elements()). O(items).
  std::vector<Element> elements() const;
  /// Elements [start, end). Negative places count from the end; those that lie before the first
  /// element read as nothing, as in Yjs.
  std::vector<Element> slice(std::int64_t start = 0,
                             std::optional<std::int64_t> end = std::nullopt) const;

  /// Inserts before `index`, packed as Yjs typeListInsertGenerics packs it: runs of plain values
  /// share one item, bytes, types and subdocuments stand alone. An array holds neither undefined
  /// nor BigInt, as Yjs refuses them. On error nothing is changed.
  /// Errors: out_of_range, wrong_type, invalid_utf8, too_deep, too_large.
  [[nodiscard]] Result<void> insert(Transaction& txn, std::uint32_t index,
                                    std::span<const Value> values);
  [[nodiscard]] Result<void> insert(Transaction& txn, std::uint32_t index,
                                    const std::vector<Content>& contents);
  /// After the physically last item, tombstones included (Yjs typeListPushGenerics).
  /// Errors: as insert.
  [[nodiscard]] Result<void> push(Transaction& txn, std::span<const Value> values);
  [[nodiscard]] Result<void> push(Transaction& txn, const std::vector<Content>& contents);
  /// At the front.
  [[nodiscard]] Result<void> unshift(Transaction& txn, const std::vector<Content>& contents) {
    return insert(txn, 0, contents);
  }
  /// Makes a type and gives it back, to be filled further. Errors: as insert.
  [[nodiscard]] Result<SharedType> insert_type(Transaction& txn, std::uint32_t index,
                                               const Prelim& type);
  /// The same for an empty T: insert_type<Map>(txn, 0). `name`: nodeName, hookName.
  template <typename T>
  [[nodiscard]] Result<T> insert_type(Transaction& txn, std::uint32_t index,
                                      std::string_view name = {}) {
    const auto made = insert_type(txn, index, Prelim(T::kKind, name));
    if (!made) return std::unexpected(made.error());
    return T(made->doc(), made->type());
  }
  /// Errors: as insert.
  [[nodiscard]] Result<SubDoc> insert_subdoc(Transaction& txn, std::uint32_t index,
                                             const SubDocOptions& options);
  /// Errors: out_of_range; nothing is deleted then.
  [[nodiscard]] Result<void> remove(Transaction& txn, std::uint32_t index,
                                    std::uint32_t length = 1);
};

}  // namespace weft
