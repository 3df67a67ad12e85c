// All items of one document; their memory is that of PagedBlocks. Freed handles are used again,
// last first.
#pragma once

#include <vector>

#include "store/item.hpp"
#include "store/paged_blocks.hpp"

namespace weft::store {

class ItemArena {
 public:
  Item& operator[](Handle handle) { return items_[handle]; }
  const Item& operator[](Handle handle) const { return items_[handle]; }

  /// Asks for memory that will be needed soon. Any handle will do.
  void prefetch(Handle handle) const {
    if (handle < used_) __builtin_prefetch(&(*this)[handle]);
  }

  /// An item with unspecified content.
  Handle allocate() {
    if (!free_.empty()) {
      const Handle handle = free_.back();
      free_.pop_back();
      return handle;
    }
    if (used_ == items_.capacity()) items_.grow(1);
    return used_++;
  }
  void release(Handle handle) { free_.push_back(handle); }

  std::size_t live() const { return used_ - free_.size(); }

 private:
  PagedBlocks<Item, 64> items_;
  std::vector<Handle> free_;
  Handle used_ = 0;
};

}  // namespace weft::store
