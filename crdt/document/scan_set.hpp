// The items that one conflict scan has passed, by position. Source: Yjs Item.integrate's
// itemsBeforeOrigin and conflictingItems, which are this set from 0 and from some later position.
//
// Short scans search backwards; long ones index what they passed by handle, lazily, since most
// scans never ask.
#pragma once

#include <cstdint>
#include <vector>

#include "store/handle.hpp"

namespace weft::document {

class ScanSet {
 public:
  static constexpr std::uint32_t kAbsent = 0xFFFF'FFFF;

  void clear() {
    passed_.clear();
    if (indexed_ > 0) slots_.assign(slots_.size(), Slot{});
    indexed_ = 0;
  }

  void push(store::Handle item) { passed_.push_back(item); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(passed_.size()); }

  /// The position at which `item` was pushed, or kAbsent.
  std::uint32_t position(store::Handle item) {
    if (passed_.size() <= kShort) {
      for (std::uint32_t i = size(); i > 0; --i) {
        if (passed_[i - 1] == item) return i - 1;
      }
      return kAbsent;
    }
    if (slots_.size() < passed_.size() * 2) grow();
    for (; indexed_ < passed_.size(); ++indexed_) insert(passed_[indexed_], indexed_);
    for (std::size_t at = hash(item);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].position == kAbsent) return kAbsent;
      if (slots_[at].item == item) return slots_[at].position;
    }
  }

 private:
  static constexpr std::size_t kShort = 16;
  struct Slot {
    store::Handle item = 0;
    std::uint32_t position = kAbsent;
  };

  std::size_t hash(store::Handle item) const {
    return (std::size_t{item} * 0x9E37'79B9'7F4A'7C15ULL >> 20) & (slots_.size() - 1);
  }
  void insert(store::Handle item, std::uint32_t position) {
    std::size_t at = hash(item);
    while (slots_[at].position != kAbsent) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {item, position};
  }
  void grow() {
    std::size_t wanted = 64;
    while (wanted < passed_.size() * 4) wanted *= 2;
    slots_.assign(wanted, Slot{});
    indexed_ = 0;
  }

  std::vector<store::Handle> passed_;
  std::vector<Slot> slots_;
  std::uint32_t indexed_ = 0;
};

}  // namespace weft::document
