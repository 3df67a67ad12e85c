// Every invariant of the order index, from the root down and along the leaves.
#include "store/order_index.hpp"

namespace weft::store {

class OrderIndexChecker {
 public:
  explicit OrderIndexChecker(const OrderIndex& index) : index_(index), nodes_(index.nodes_) {}

  std::string run() {
    if (index_.empty()) {
      expect(index_.total_ == 0, "an empty index has units, total ", index_.total_);
      expect(nodes_.live() == 0, "an empty index has nodes: ", nodes_.live());
      expect(index_.cursor_.pending == 0, "an empty index has pending units ", 0);
      return broken_;
    }
    expect(nodes_[index_.root_].parent == OrderNode::kNone, "the root has a parent ", 0);
    expect(nodes_[index_.root_].level == 0 || nodes_[index_.root_].count > 1,
           "the root has a single child, level ", nodes_[index_.root_].level);
    const std::uint32_t total = check_node(index_.root_);
    expect(total == index_.total_, "units in leaves differ from the total: ", total);
    expect(before_leaf_ == index_.last_leaf_, "wrong last leaf ", index_.last_leaf_);
    expect(visited_ == nodes_.live(), "nodes outside the tree: ", nodes_.live() - visited_);
    expect(!index_.cursor_.found || saw_cursor_, "the cursor is outside, leaf ",
           index_.cursor_.leaf);
    return broken_;
  }

 private:
  void expect(bool holds, const char* what, std::uint32_t number) {
    if (!holds && broken_.empty()) broken_ = what + std::to_string(number);
  }

  // Gives the true units of what is below. Recursion is as deep as the tree is high.
  std::uint32_t check_node(std::uint32_t id) {
    const OrderNode& node = nodes_[id];
    ++visited_;
    expect(node.count >= 1 && node.count <= OrderNode::kMax, "wrong count of node ", id);
    expect(id == index_.root_ || node.count >= OrderNode::kMin, "too few entries in node ", id);
    std::uint32_t total = 0;
    std::uint32_t of_eight = 0;
    for (std::uint32_t slot = 0; slot < OrderNode::kMax; ++slot) {
      if (slot >= node.count) {
        expect(node.units[slot] == 0, "an unused slot has units, node ", id);
        expect(node.entries[slot] == OrderNode::kNoEntry, "unused entry, node ", id);
      }
      if (slot % OrderNode::kGroup == 0) of_eight = 0;
      of_eight += node.units[slot];
      total += node.units[slot];
      if (slot % OrderNode::kGroup == OrderNode::kGroup - 1) {
        expect(node.groups[slot / OrderNode::kGroup] == of_eight, "wrong sum, node ", id);
      }
    }
    expect(node.groups[OrderNode::kGroup - 1] == 0, "the unused group has units, node ", id);
    expect(node.total == total, "wrong total of node ", id);
    if (!broken_.empty()) return 0;
    return node.level == 0 ? check_leaf(id) : check_inner(id);
  }

  std::uint32_t check_leaf(std::uint32_t id) {
    const OrderNode& leaf = nodes_[id];
    expect(leaf.previous == before_leaf_, "leaves are linked in another order, leaf ", id);
    if (before_leaf_ == OrderNode::kNone) {
      expect(index_.first_leaf_ == id, "wrong first leaf ", index_.first_leaf_);
    } else {
      expect(nodes_[before_leaf_].next == id, "leaves are not linked, leaf ", id);
    }
    before_leaf_ = id;
    for (std::uint32_t slot = 0; slot < leaf.count; ++slot) {
      const Handle item = leaf.entries[slot];
      expect(index_.leaf_of_->find(item) == id, "LeafMap names another leaf for item ", item);
      expect(leaf.slot_of(item) == slot, "two entries for item ", item);
    }
    if (id == index_.cursor_.leaf) {
      saw_cursor_ = true;
      expect(!index_.cursor_.found || index_.cursor_.start == units_,
             "the cursor's start is wrong, leaf ", id);
      expect(index_.cursor_.before == leaf.before(index_.cursor_.slot),
             "the cursor's place in the leaf is wrong, leaf ", id);
    }
    units_ += leaf.total;
    return leaf.total;
  }

  std::uint32_t check_inner(std::uint32_t id) {
    const OrderNode& node = nodes_[id];
    std::uint32_t total = 0;
    for (std::uint32_t slot = 0; slot < node.count; ++slot) {
      const std::uint32_t child = node.entries[slot];
      if (child >= nodes_.bound()) {
        expect(false, "no such child of node ", id);
        return total;
      }
      expect(nodes_[child].parent == id, "a child names another parent than node ", id);
      expect(nodes_[child].level + 1U == node.level, "leaves in different depths below node ", id);
      expect(node.slot_of(child) == slot, "a child stands twice in node ", id);
      if (!broken_.empty()) return total;
      const bool had_cursor = saw_cursor_;
      const std::uint32_t units = check_node(child);
      const std::uint32_t pending =
          saw_cursor_ && !had_cursor ? index_.cursor_.pending : std::uint32_t{0};
      expect(node.units[slot] + pending == units, "wrong units of a child of node ", id);
      total += units;
    }
    return total;
  }

  const OrderIndex& index_;
  const OrderNodePool& nodes_;
  std::string broken_;
  std::uint32_t visited_ = 0;
  std::uint32_t before_leaf_ = OrderNode::kNone;
  std::uint32_t units_ = 0;  // in the leaves so far
  bool saw_cursor_ = false;
};

std::string OrderIndex::check() const { return OrderIndexChecker(*this).run(); }

}  // namespace weft::store
