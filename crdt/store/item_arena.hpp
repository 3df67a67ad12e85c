// All items of one document, in blocks that never move.
//
// A table names the place of each page of kPage items. Blocks are one page at first and later an
// eighth of all there is, so an empty document is small, a large one has few blocks, and little is
// allocated in vain. Freed handles are used again, last first.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "store/item.hpp"

namespace weft::store {

class ItemArena {
 public:
  Item& operator[](Handle handle) { return pages_[handle / kPage][handle % kPage]; }
  const Item& operator[](Handle handle) const { return pages_[handle / kPage][handle % kPage]; }

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
    if (used_ == capacity()) grow();
    return used_++;
  }
  void release(Handle handle) { free_.push_back(handle); }

  std::size_t live() const { return used_ - free_.size(); }

 private:
  static constexpr std::size_t kPage = 64;

  std::size_t capacity() const { return pages_.size() * kPage; }

  void grow() {
    const std::size_t pages = std::max<std::size_t>(1, pages_.size() / 8);
    blocks_.push_back(std::make_unique_for_overwrite<Item[]>(pages * kPage));
    for (std::size_t i = 0; i < pages; ++i) pages_.push_back(blocks_.back().get() + i * kPage);
  }

  std::vector<Item*> pages_;
  std::vector<std::unique_ptr<Item[]>> blocks_;
  std::vector<Handle> free_;
  Handle used_ = 0;
};

}  // namespace weft::store
