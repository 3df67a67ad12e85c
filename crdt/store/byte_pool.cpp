#include "store/byte_pool.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <new>

#include "store/paged_blocks.hpp"

namespace weft::store {

void BytePool::reserve(std::uint64_t size) {
  size += kSlack;
  if (size <= capacity_) return;
  // Offsets end here. Whoever brings content asks for room_for it, but cuts through characters
  // copy.
  if (size > 0xFFFF'FFFF) throw std::bad_alloc();
  const std::uint64_t grown = std::max<std::uint64_t>(size, capacity_ + capacity_ / 2 + 64);
  char* old = bytes_.release();
  char* moved = static_cast<char*>(std::realloc(old, grown));
  bytes_.reset(moved == nullptr ? old : moved);
  if (moved == nullptr) throw std::bad_alloc();
  capacity_ = grown;
  ask_for_large_pages(moved, grown);
}

// `bytes` may lie in the pool, which reserve moves: remember where.
void BytePool::reserve_copy(std::string_view bytes, std::uint32_t to) {
  if (bytes.empty()) return;
  const char* begin = bytes_.get();
  const bool inside = begin != nullptr && std::less_equal<>{}(begin, bytes.data()) &&
                      std::less<>{}(bytes.data(), begin + used_);
  const std::size_t from = inside ? static_cast<std::size_t>(bytes.data() - begin) : 0;
  reserve(std::uint64_t{to} + bytes.size());
  std::memmove(bytes_.get() + to, inside ? bytes_.get() + from : bytes.data(), bytes.size());
}

void BytePool::make_room(Item& item, std::uint32_t more, std::string_view bytes) {
  const std::uint32_t size = item.size + more;
  const auto wanted = std::max(kSmallestSlot, static_cast<unsigned>(std::bit_width(size - 1)));
  std::uint32_t slot = 0;
  if (auto& free = free_slots_[wanted]; !free.empty()) {
    slot = free.back();
    free.pop_back();
  } else {
    slot = used_;
    const std::string_view::size_type slot_size = std::size_t{1} << wanted;
    const char* begin = bytes_.get();
    const bool inside = begin != nullptr && std::less_equal<>{}(begin, bytes.data()) &&
                        std::less<>{}(bytes.data(), begin + used_);
    const std::size_t from = inside ? static_cast<std::size_t>(bytes.data() - begin) : 0;
    reserve(std::uint64_t{used_} + slot_size);
    if (inside) bytes = {bytes_.get() + from, bytes.size()};
    used_ += static_cast<std::uint32_t>(slot_size);
  }
  std::memcpy(bytes_.get() + slot, bytes_.get() + item.data, item.size);
  std::memmove(bytes_.get() + slot + item.size, bytes.data(), bytes.size());
  if (item.slot != 0) free_slots_[item.slot].push_back(item.data);
  item.data = slot;
  item.slot = wanted & 0xFFU;
}

}  // namespace weft::store
