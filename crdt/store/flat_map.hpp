// A map from 64-bit keys to 32-bit numbers: open addressing, linear probing, no removal of single
// keys except by `erase`, which leaves a mark.
//
// Keys are hashed with a seed, since peers choose them: whoever feeds a document untrusted updates
// gives it a random seed (DocOptions::hash_seed).
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include <xxhash.h>

namespace weft::store {

class FlatMap {
 public:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  explicit FlatMap(std::uint64_t seed = 0) : seed_(seed) {}

  /// The number at `key`, or kNone.
  std::uint32_t find(std::uint64_t key) const {
    if (slots_.empty()) return kNone;
    for (std::size_t at = hash(key) & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.value == kNone) return kNone;
      if (slot.key == key && slot.value != kErased) return slot.value;
    }
  }

  /// REQUIRES: the key is absent, value < kErased.
  void insert(std::uint64_t key, std::uint32_t value) {
    if ((used_ + 1) * 4 > slots_.size() * 3) rehash();
    place(key, value);
    ++used_;
    ++size_;
  }

  /// Forgets `key` if it is there.
  void erase(std::uint64_t key) {
    if (slots_.empty()) return;
    for (std::size_t at = hash(key) & mask_;; at = (at + 1) & mask_) {
      Slot& slot = slots_[at];
      if (slot.value == kNone) return;
      if (slot.key == key && slot.value != kErased) {
        slot.value = kErased;
        --size_;
        return;
      }
    }
  }

 private:
  static constexpr std::uint32_t kErased = 0xFFFF'FFFE;

  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t value = kNone;
  };

  std::size_t hash(std::uint64_t key) const {
    return static_cast<std::size_t>(XXH3_64bits_withSeed(&key, sizeof key, seed_));
  }

  void place(std::uint64_t key, std::uint32_t value) {
    std::size_t at = hash(key) & mask_;
    while (slots_[at].value != kNone) at = (at + 1) & mask_;
    slots_[at] = {key, value};
  }

  void rehash() {
    std::size_t wanted = 8;
    while (wanted < size_ * 2 + 2) wanted *= 2;
    std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(wanted));
    mask_ = wanted - 1;
    used_ = size_;
    for (const Slot& slot : old) {
      if (slot.value < kErased) place(slot.key, slot.value);
    }
  }

  std::uint64_t seed_;
  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  std::size_t used_ = 0;  // slots that are not empty, erased ones included
  std::size_t size_ = 0;
};

}  // namespace weft::store
