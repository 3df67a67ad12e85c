#include "update/merge_v14.hpp"

#include <algorithm>
#include <limits>

namespace weft::update {

namespace {

constexpr Clock kNever = std::numeric_limits<Clock>::max();

// A walk along blocks of which some are known already.
class Walk {
 public:
  explicit Walk(const std::vector<Block>& blocks) : blocks_(blocks) { load(); }

  bool at_end() const { return at_ == blocks_.size(); }
  /// Where the block at hand begins; kNever behind the last one.
  Clock clock() const { return at_end() ? kNever : block_.clock; }

  /// Passes over Skips and over what ends by `next`; then gives to `result`, from `next` on,
  /// blocks for as long as they follow each other.
  void apply(std::deque<Block>& result, Clock& next) {
    while (!at_end() && (block_.is_skip() || block_.end() <= next)) advance();
    if (!at_end() && block_.clock < next) {
      const Clock cut = next - block_.clock;
      block_.clock += cut;
      block_.length -= cut;
      block_.cut += cut;
    }
    while (!at_end() && block_.clock == next && !block_.is_skip()) {
      result.push_back(block_);
      next = block_.end();
      advance();
    }
  }

 private:
  void load() {
    if (!at_end()) block_ = blocks_[at_];
  }
  void advance() {
    ++at_;
    load();
  }

  const std::vector<Block>& blocks_;
  std::size_t at_ = 0;
  Block block_;
};

Block gap(Clock from, Clock to) {
  Block skip;
  skip.clock = from;
  skip.length = to - from;
  return skip;
}

}  // namespace

void BlockRow::insert(std::vector<Block>&& blocks) {
  if (blocks_.empty()) {
    blocks_.assign(blocks.begin(), blocks.end());
    tidy_ = std::none_of(blocks.begin(), blocks.end(), std::mem_fn(&Block::is_skip));
    return;
  }
  const bool row_is_left = blocks_.front().clock < blocks.front().clock;
  if (row_is_left && blocks.front().clock >= blocks_.back().end()) return append(blocks);
  if (!row_is_left && blocks_.front().clock >= blocks.back().end()) return prepend(blocks);
  if (!row_is_left) {
    const std::vector<Block> own(blocks_.begin(), blocks_.end());
    blocks_.clear();
    next_ = blocks.front().clock;
    return weave(blocks, own);
  }
  auto from = blocks_.begin();
  if (tidy_) {
    from = std::partition_point(from, blocks_.end(), [&](const Block& block) {
      return block.end() <= blocks.front().clock;
    });
  }
  const std::vector<Block> own(from, blocks_.end());
  blocks_.erase(from, blocks_.end());
  next_ = own.front().clock;
  weave(own, blocks);
}

void BlockRow::append(const std::vector<Block>& blocks) {
  const Clock end = blocks_.back().end();
  if (end < blocks.front().clock) blocks_.push_back(gap(end, blocks.front().clock));
  blocks_.insert(blocks_.end(), blocks.begin(), blocks.end());
  tidy_ = tidy_ && std::none_of(blocks.begin(), blocks.end(), std::mem_fn(&Block::is_skip));
}

void BlockRow::prepend(const std::vector<Block>& blocks) {
  const Clock begin = blocks_.front().clock;
  if (blocks.back().end() < begin) blocks_.push_front(gap(blocks.back().end(), begin));
  blocks_.insert(blocks_.begin(), blocks.begin(), blocks.end());
  tidy_ = false;
}

// The left row goes first wherever both could go on.
void BlockRow::weave(const std::vector<Block>& left, const std::vector<Block>& right) {
  Walk from_left(left);
  Walk from_right(right);
  while (!from_left.at_end() && !from_right.at_end()) {
    from_left.apply(blocks_, next_);
    from_right.apply(blocks_, next_);
    if (from_left.at_end() || from_right.at_end()) break;
    push_gap_until(std::min(from_left.clock(), from_right.clock()));
  }
  for (Walk* rest : {&from_left, &from_right}) {
    while (!rest->at_end()) {
      rest->apply(blocks_, next_);
      if (!rest->at_end()) push_gap_until(rest->clock());
    }
  }
  tidy_ = true;
}

void BlockRow::push_gap_until(Clock clock) {
  if (clock <= next_) return;
  blocks_.push_back(gap(next_, clock));
  next_ = clock;
}

}  // namespace weft::update
