// All items of one document, in chunks that never move.
//
// Chunk k holds 64 * 2^k items, so an empty document is small and a large one has few chunks.
// Freed handles are used again, last first.
#pragma once

#include <bit>
#include <memory>
#include <vector>

#include "store/item.hpp"

namespace weft::store {

class ItemArena {
 public:
  Item& operator[](Handle handle) {
    const std::uint32_t place = handle + kFirstChunk;
    const auto chunk = static_cast<unsigned>(std::bit_width(place)) - kFirstBits;
    return chunks_[chunk][place & ~(kFirstChunk << chunk)];
  }
  const Item& operator[](Handle handle) const { return const_cast<ItemArena&>(*this)[handle]; }

  /// An item with unspecified content.
  Handle allocate() {
    if (!free_.empty()) {
      const Handle handle = free_.back();
      free_.pop_back();
      return handle;
    }
    if (used_ == capacity_) grow();
    return used_++;
  }
  void release(Handle handle) { free_.push_back(handle); }

  /// Handles ever given are below this.
  Handle bound() const { return used_; }
  std::size_t live() const { return used_ - free_.size(); }
  std::size_t memory() const {
    return capacity_ * sizeof(Item) + free_.capacity() * sizeof(Handle);
  }

 private:
  static constexpr std::uint32_t kFirstChunk = 64;
  static constexpr unsigned kFirstBits = 7;

  void grow() {
    const std::size_t size = std::size_t{kFirstChunk} << chunks_.size();
    chunks_.push_back(std::make_unique_for_overwrite<Item[]>(size));
    capacity_ += static_cast<Handle>(size);
  }

  std::vector<std::unique_ptr<Item[]>> chunks_;
  std::vector<Handle> free_;
  Handle used_ = 0;
  Handle capacity_ = 0;
};

}  // namespace weft::store
