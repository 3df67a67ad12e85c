// The content bytes of one document: text, values, binaries.
//
// One growing buffer addressed by 32-bit offsets; items hold (offset, size). Content that grows at
// the end of the buffer grows in place; content that grows elsewhere moves into a slot whose size
// is a power of two, so that typing costs amortised constant time for each byte. Abandoned slots
// are used again; other bytes of deleted content stay until the document is loaded anew.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include <weft/bytes.hpp>

#include "store/item.hpp"

namespace weft::store {

class BytePool {
 public:
  /// The most bytes that a document's pool may hold.
  static constexpr std::uint64_t kBytesMax = 0xF000'0000;

  /// Bytes behind whatever is in use that may be read, though they mean nothing.
  static constexpr std::size_t kSlack = 32;

  std::string_view view(std::uint32_t data, std::uint32_t size) const {
    return {bytes_.get() + data, size};
  }
  /// Where offsets count from: kSlack bytes can be read there even when nothing is in the pool.
  const char* readable() const { return bytes_ ? bytes_.get() : kNothing.data(); }
  char* at(std::uint32_t data) { return bytes_.get() + data; }

  /// Copies `bytes` to the end; they may be a view of the pool itself. REQUIRES: room_for(size).
  std::uint32_t append(std::string_view bytes) {
    const std::uint32_t data = used_;
    reserve_copy(bytes, data);
    used_ += static_cast<std::uint32_t>(bytes.size());
    return data;
  }

  /// The same for bytes of an update, of which kSlack can be read there if `slack`.
  std::uint32_t append_from(const char* from, std::uint32_t size, bool slack) {
    const std::uint32_t data = used_;
    if (std::uint64_t{used_} + size + kSlack > capacity_) [[unlikely]]
      reserve(std::uint64_t{used_} + size);
    if (slack && size <= kSlack) [[likely]] {
      std::memcpy(bytes_.get() + data, from, kSlack);
    } else if (size > 0) {
      std::memcpy(bytes_.get() + data, from, size);
    }
    used_ += size;
    return data;
  }

  /// Gives `item` `bytes` more content at its end. Keeps everything else of the item.
  void extend(Item& item, std::string_view bytes) {
    const auto more = static_cast<std::uint32_t>(bytes.size());
    if (item.data + item.size == used_ && item.slot == 0) {
      reserve_copy(bytes, used_);
      used_ += more;
    } else if (item.slot != 0 && item.size + more <= std::uint64_t{1} << item.slot) {
      reserve_copy(bytes, item.data + item.size);
    } else {
      make_room(item, more, bytes);
    }
    item.size += more;
  }

  /// Takes the last `bytes` of the item's content away.
  void shrink(Item& item, std::uint32_t bytes) {
    if (item.data + item.size == used_ && item.slot == 0) used_ -= bytes;
    item.size -= bytes;
  }

  /// The item's content is not needed any more.
  void abandon(Item& item) {
    if (item.slot != 0) {
      free_slots_[item.slot].push_back(item.data);
    } else if (item.data + item.size == used_) {
      used_ = item.data;
    }
    item.slot = 0;
    item.size = 0;
  }

  std::size_t size() const { return used_; }
  bool room_for(std::uint64_t bytes) const { return used_ + bytes <= kBytesMax; }

 private:
  static constexpr std::array<char, kSlack> kNothing{};
  static constexpr unsigned kSmallestSlot = 4;  // 16 bytes

  void reserve(std::uint64_t size);
  void reserve_copy(std::string_view bytes, std::uint32_t to);
  void make_room(Item& item, std::uint32_t more, std::string_view bytes);

  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<char, Free> bytes_;
  std::uint64_t capacity_ = 0;
  std::uint32_t used_ = 0;
  std::array<std::vector<std::uint32_t>, 33> free_slots_;
};

}  // namespace weft::store
