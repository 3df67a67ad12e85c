// How @y/y 14 merges updates: each client's structs of one update after the other are put into
// those of all updates before it. Source: Yjs 14 BlockSet.js (insertInto) and writeBlockSet.
//
// Differs from release candidates 7 to 22: those cut a struct that begins before the wanted clock
// by the length that they should keep, and so lose content where updates overlap; here the wanted
// part is kept. Structs without length are dropped, and where one client has two sections in an
// update the last one that holds anything counts.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <vector>

#include <weft/id.hpp>

#include "update/struct.hpp"

namespace weft::update {

/// One struct of one update, or a Skip of the merge's own.
struct Block {
  static constexpr std::uint32_t kNoUpdate = 0xFFFF'FFFF;

  Clock clock = 0;  // of the part that is left
  Clock length = 0;
  Clock cut = 0;                     // units that are gone at the front
  std::uint32_t update = kNoUpdate;  // which update holds it
  std::uint32_t at = 0;              // where in it; see the source
  Kind kind = Kind::skip;

  Clock end() const { return clock + length; }
  bool is_skip() const { return kind == Kind::skip; }
};

/// The blocks of one client, without holes.
class BlockRow {
 public:
  /// Joins the blocks of the next update. REQUIRES: not empty. O(blocks that begin behind the
  /// first one of either) amortized.
  void insert(std::vector<Block>&& blocks);

  const std::deque<Block>& blocks() const { return blocks_; }

 private:
  void append(const std::vector<Block>& blocks);
  void prepend(const std::vector<Block>& blocks);
  void weave(const std::vector<Block>& left, const std::vector<Block>& right);
  void push_gap_until(Clock clock);

  std::deque<Block> blocks_;
  // No Skips side by side and none at the end: what lies before an insertion can stay.
  bool tidy_ = false;
  Clock next_ = 0;  // weave: the end of what is woven
};

/// The merge of all updates so far.
using BlockRows = std::map<ClientId, BlockRow, std::greater<>>;

/// One update's structs; taken from it section by section.
using BlockLists = std::map<ClientId, std::vector<Block>, std::greater<>>;

inline void insert_blocks(BlockRows& rows, BlockLists& lists) {
  for (auto& [client, blocks] : lists) rows[client].insert(std::move(blocks));
}

}  // namespace weft::update
