// Shared types and their lists. Source: Yjs AbstractType (_start, _map, _item, _length).
//
// A list is what items stand in: the sequence of a type, or the history of one of its map keys,
// whose last item is the key's value. An item names its list; the list names type and key, so no
// item carries a parent pointer and a key string.
#pragma once

#include <memory>
#include <vector>

#include "store/flat_map.hpp"
#include "store/item.hpp"
#include "store/order_index.hpp"
#include "store/string_table.hpp"

namespace weft::store {

using TypeIx = std::uint32_t;

struct List {
  TypeIx type = kNoIndex;
  std::uint32_t key = kNoIndex;  // kNoIndex: the type's sequence
  Handle first = kNoHandle;
  Handle last = kNoHandle;
  ListIx next_key = kNoIndex;    // the type's next key list, in the order of their making
  std::uint32_t changed_in = 0;  // the serial number of the transaction that last recorded a change

  bool is_sequence() const { return key == kNoIndex; }
};

struct Type {
  static constexpr std::uint8_t kUnknown = 0xFF;  // a root that was named and not yet asked for

  Handle item = kNoHandle;        // whose content it is; kNoHandle: a root
  std::uint32_t name = kNoIndex;  // root name, nodeName or hookName
  ListIx sequence = kNoIndex;
  ListIx first_key = kNoIndex;
  ListIx last_key = kNoIndex;
  std::uint32_t length = 0;      // visible units of the sequence
  std::uint8_t kind = kUnknown;  // Yjs typeRef
  bool has_formatting = false;
  std::uint32_t format_version = 0;   // changes whenever a format comes or goes
  std::unique_ptr<OrderIndex> order;  // of the sequence, from the first access by position on
  bool collected = false;             // its item's content is gone; only stale handles come here

  bool is_root() const { return item == kNoHandle && !collected; }
};

class TypeTable {
 public:
  explicit TypeTable(std::uint64_t seed) : lists_by_key_(seed), roots_(seed) {}

  Type& operator[](TypeIx type) { return types_[type]; }
  const Type& operator[](TypeIx type) const { return types_[type]; }
  List& list(ListIx list) { return lists_[list]; }
  const List& list(ListIx list) const { return lists_[list]; }

  TypeIx make(Handle item, std::uint8_t kind, std::uint32_t name);

  /// The root of that name, or kNoIndex.
  TypeIx find_root(std::uint32_t name) const { return roots_.find(name); }
  TypeIx make_root(std::uint32_t name);
  /// In the order of their making.
  const std::vector<TypeIx>& roots() const { return root_order_; }

  /// The list of `key` (a StringTable number), or kNoIndex.
  ListIx find_key(TypeIx type, std::uint32_t key) const {
    return lists_by_key_.find((std::uint64_t{type} << 32) | key);
  }
  ListIx key_list(TypeIx type, std::uint32_t key);

  /// Forgets all lists of a type whose items have become GC structs.
  void collect(TypeIx type);

  std::size_t size() const { return types_.size(); }
  std::size_t list_count() const { return lists_.size(); }

 private:
  std::vector<Type> types_;
  std::vector<List> lists_;
  FlatMap lists_by_key_;
  FlatMap roots_;
  std::vector<TypeIx> root_order_;
};

}  // namespace weft::store
