// Which leaf of its sequence's OrderIndex each item stands in: one table for all sequences of a
// document, since a handle is in one sequence at a time.
//
// Chunks are made when one of their items is first indexed and never move: documents without
// positional access pay nothing, and growth copies nothing.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <memory>
#include <vector>

#include "store/handle.hpp"

namespace weft::store {

class LeafMap {
 public:
  static constexpr std::uint32_t kNoLeaf = 0xFFFF'FFFF;

  /// What `set` said last; kNoLeaf where it never said anything. O(1).
  std::uint32_t find(Handle item) const {
    const std::size_t chunk = item / kChunk;
    return chunk < chunks_.size() && chunks_[chunk] ? (*chunks_[chunk])[item % kChunk] : kNoLeaf;
  }

  /// REQUIRES: `set` was called for `item`. O(1).
  std::uint32_t operator[](Handle item) const {
    assert(item / kChunk < chunks_.size() && chunks_[item / kChunk]);
    return (*chunks_[item / kChunk])[item % kChunk];
  }

  void set(Handle item, std::uint32_t leaf) {
    const std::size_t chunk = item / kChunk;
    if (chunk >= chunks_.size() || !chunks_[chunk]) grow(chunk);
    (*chunks_[chunk])[item % kChunk] = leaf;
  }

  /// Bytes on the heap.
  std::size_t memory() const {
    std::size_t bytes = chunks_.capacity() * sizeof chunks_[0];
    for (const auto& chunk : chunks_) bytes += chunk ? sizeof *chunk : 0;
    return bytes;
  }

 private:
  static constexpr std::size_t kChunk = 1024;
  using Chunk = std::array<std::uint32_t, kChunk>;

  void grow(std::size_t chunk) {
    if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
    chunks_[chunk] = std::make_unique_for_overwrite<Chunk>();
    chunks_[chunk]->fill(kNoLeaf);
  }

  std::vector<std::unique_ptr<Chunk>> chunks_;
};

}  // namespace weft::store
