// The order index against a plain vector of (item, visible units), by random edits from seeds that
// a failure names, and in the shapes that trees find hard.
#include "store/order_index.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace weft::store;

namespace {

struct Entry {
  Handle item;
  std::uint32_t visible;
};

// The same sequence twice: as an index, and as a vector that everything is compared with.
class Sequence {
 public:
  explicit Sequence(LeafMap& leaf_of, std::uint32_t seed) : index(leaf_of), random_(seed) {}

  std::uint32_t below(std::size_t bound) {
    return static_cast<std::uint32_t>(random_() % static_cast<std::uint32_t>(bound));
  }
  std::uint32_t some_units() { return below(3) == 0 ? 0 : 1 + below(7); }

  void append(Handle item, std::uint32_t visible) {
    index.append(item, visible);
    model.push_back({item, visible});
  }

  // Puts `item` at place `at` of the list.
  void insert(std::size_t at, Handle item, std::uint32_t visible) {
    index.insert_after(at == 0 ? kNoHandle : model[at - 1].item, item, visible);
    model.insert(model.begin() + static_cast<std::ptrdiff_t>(at), {item, visible});
  }

  Handle erase(std::size_t at) {
    const Handle item = model[at].item;
    index.erase(item);
    model.erase(model.begin() + static_cast<std::ptrdiff_t>(at));
    return item;
  }

  void set_visible(std::size_t at, std::uint32_t visible) {
    index.set_visible(model[at].item, visible);
    model[at].visible = visible;
  }

  std::uint32_t total() const { return start(model.size()); }
  std::uint32_t start(std::size_t at) const {
    std::uint32_t units = 0;
    for (std::size_t i = 0; i < at; ++i) units += model[i].visible;
    return units;
  }

  // Where Yjs's walk over the list stops.
  OrderIndex::Position walk(std::uint32_t unit) const {
    for (const Entry& entry : model) {
      if (unit < entry.visible) return {entry.item, unit};
      unit -= entry.visible;
    }
    return {};
  }
  OrderIndex::Position walk_left(std::uint32_t unit) const {
    for (const Entry& entry : model) {
      if (entry.visible > 0 && unit <= entry.visible) return {entry.item, unit};
      unit -= entry.visible;
    }
    return {};
  }

  // Questions that move the cursor about.
  void ask() {
    REQUIRE(index.total() == total());
    if (model.empty()) return;
    const std::size_t at = below(model.size());
    REQUIRE(index.index_of(model[at].item) == start(at));
    REQUIRE(index.visible(model[at].item) == model[at].visible);
    if (total() == 0) return;
    const std::uint32_t unit = below(total());
    REQUIRE(index.find(unit) == walk(unit));
    REQUIRE(index.find_left(unit + 1) == walk_left(unit + 1));
  }

  // Everything, from each side.
  void compare() const {
    REQUIRE(index.check() == "");
    REQUIRE(index.empty() == model.empty());
    REQUIRE(index.first() == (model.empty() ? kNoHandle : model.front().item));
    REQUIRE(index.last() == (model.empty() ? kNoHandle : model.back().item));
    std::uint32_t units = 0;
    for (std::size_t i = 0; i < model.size(); ++i) {
      const auto [item, visible] = model[i];
      const bool right =
          index.contains(item) && index.visible(item) == visible && index.index_of(item) == units &&
          index.previous(item) == (i == 0 ? kNoHandle : model[i - 1].item) &&
          index.next(item) == (i + 1 == model.size() ? kNoHandle : model[i + 1].item);
      if (!right) FAIL("item " << item << " at place " << i << " differs");
      for (std::uint32_t offset = 0; offset < visible; ++offset, ++units) {
        const bool found = index.find(units) == OrderIndex::Position{item, offset} &&
                           index.find_left(units + 1) == OrderIndex::Position{item, offset + 1};
        if (!found) FAIL("unit " << units << " differs");
      }
    }
    REQUIRE(index.total() == units);
    REQUIRE(index.check() == "");
  }

  OrderIndex index;
  std::vector<Entry> model;

 private:
  std::mt19937 random_;
};

// Handles as an arena gives them: freed ones are used again.
class Handles {
 public:
  Handle take() {
    if (free_.empty()) return next_++;
    const Handle item = free_.back();
    free_.pop_back();
    return item;
  }
  void give_back(Handle item) { free_.push_back(item); }

 private:
  std::vector<Handle> free_;
  Handle next_ = 0;
};

// One random edit; `growth` of 100 edits insert.
void edit(Sequence& sequence, Handles& handles, std::uint32_t growth) {
  const std::uint32_t kind = sequence.below(100);
  if (sequence.model.empty() || kind < growth) {
    const std::size_t at = sequence.below(sequence.model.size() + 1);
    sequence.insert(at, handles.take(), sequence.some_units());
  } else if (kind < 80) {
    handles.give_back(sequence.erase(sequence.below(sequence.model.size())));
  } else {
    sequence.set_visible(sequence.below(sequence.model.size()), sequence.some_units());
  }
}

}  // namespace

TEST_CASE("order index: an empty sequence") {
  LeafMap leaf_of;
  const OrderIndex index(leaf_of);
  CHECK(index.empty());
  CHECK(index.total() == 0);
  CHECK(index.first() == kNoHandle);
  CHECK(index.last() == kNoHandle);
  CHECK_FALSE(index.contains(0));
  CHECK_FALSE(index.contains(kNoHandle));
  CHECK(index.check() == "");
  CHECK(index.memory() == 0);
}

TEST_CASE("order index: an insertion goes behind the item that ends there, before tombstones") {
  LeafMap leaf_of;
  OrderIndex index(leaf_of);
  index.append(10, 0);
  index.append(11, 3);
  index.append(12, 0);
  index.append(13, 0);
  index.append(14, 2);
  index.append(15, 0);
  using Position = OrderIndex::Position;
  CHECK(index.find(0) == Position{11, 0});
  CHECK(index.find(2) == Position{11, 2});
  CHECK(index.find(3) == Position{14, 0});
  CHECK(index.find(4) == Position{14, 1});
  CHECK(index.find_left(1) == Position{11, 1});
  CHECK(index.find_left(3) == Position{11, 3});
  CHECK(index.find_left(4) == Position{14, 1});
  CHECK(index.find_left(5) == Position{14, 2});
  CHECK(index.index_of(12) == 3);
  CHECK(index.index_of(15) == 5);
}

TEST_CASE("order index: built from every length up to 5000") {
  for (std::uint32_t length = 0; length <= 5000; length += length < 260 ? 1 : 79) {
    CAPTURE(length);
    LeafMap leaf_of;
    Sequence sequence(leaf_of, length);
    for (Handle item = 0; item < length; ++item) sequence.append(item, sequence.some_units());
    sequence.compare();
  }
}

TEST_CASE("order index: random edits") {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    LeafMap leaf_of;
    Handles handles;
    Sequence sequence(leaf_of, seed);
    const std::uint32_t built = sequence.below(2000);
    for (std::uint32_t i = 0; i < built; ++i) {
      sequence.append(handles.take(), sequence.some_units());
    }
    for (std::uint32_t i = 0; i < 3000; ++i) {
      const bool grows = i / 500 % 2 == 0;
      edit(sequence, handles, grows ? 60 : 15);
      if (i % 3 == 0) sequence.ask();
      if (i % 100 == 0) REQUIRE(sequence.index.check() == "");
    }
    sequence.compare();
  }
}

TEST_CASE("order index: bursts of edits near one place") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    LeafMap leaf_of;
    Handles handles;
    Sequence sequence(leaf_of, seed);
    for (std::uint32_t burst = 0; burst < 60; ++burst) {
      std::size_t at = sequence.below(sequence.model.size() + 1);
      const std::uint32_t kind = sequence.below(4);
      const std::uint32_t edits = sequence.below(150);
      for (std::uint32_t i = 0; i < edits; ++i) {
        at = std::min(at, sequence.model.size());
        if (kind == 0) {  // forwards, as one types
          sequence.insert(at++, handles.take(), sequence.some_units());
        } else if (kind == 1) {  // each before the last
          sequence.insert(at, handles.take(), sequence.some_units());
        } else if (at < sequence.model.size()) {
          if (kind == 2) {
            handles.give_back(sequence.erase(at));
          } else {
            sequence.set_visible(at++, sequence.some_units());
          }
        }
        if (i % 7 == 0) sequence.ask();
      }
      REQUIRE(sequence.index.check() == "");
    }
    sequence.compare();
  }
}

TEST_CASE("order index: nothing is visible") {
  LeafMap leaf_of;
  Handles handles;
  Sequence sequence(leaf_of, 7);
  for (std::uint32_t i = 0; i < 1000; ++i) sequence.append(handles.take(), 0);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    sequence.insert(sequence.below(sequence.model.size() + 1), handles.take(), 0);
  }
  CHECK(sequence.index.total() == 0);
  sequence.compare();
  // One visible item between thousands that are not.
  for (const std::size_t at : {std::size_t{0}, std::size_t{999}, std::size_t{1999}}) {
    sequence.set_visible(at, 2);
    sequence.compare();
    sequence.set_visible(at, 0);
  }
}

TEST_CASE("order index: front, middle and back in turn") {
  LeafMap leaf_of;
  Handles handles;
  Sequence sequence(leaf_of, 11);
  for (std::uint32_t i = 0; i < 6000; ++i) {
    const std::size_t size = sequence.model.size();
    const std::size_t at = i % 3 == 0 ? 0 : i % 3 == 1 ? size / 2 : size;
    sequence.insert(at, handles.take(), 1 + i % 2);
  }
  sequence.compare();
  for (std::uint32_t i = 0; !sequence.model.empty(); ++i) {
    const std::size_t size = sequence.model.size();
    const std::size_t at = i % 3 == 0 ? 0 : i % 3 == 1 ? size / 2 : size - 1;
    handles.give_back(sequence.erase(at));
    if (i % 50 == 0) REQUIRE(sequence.index.check() == "");
  }
  sequence.compare();
}

TEST_CASE("order index: emptied in every direction and filled again") {
  for (const bool from_front : {true, false}) {
    LeafMap leaf_of;
    Handles handles;
    Sequence sequence(leaf_of, 13);
    for (std::uint32_t round = 0; round < 3; ++round) {
      for (std::uint32_t i = 0; i < 5000; ++i) sequence.append(handles.take(), 1);
      REQUIRE(sequence.index.check() == "");
      const std::size_t memory = sequence.index.memory();
      while (!sequence.model.empty()) {
        handles.give_back(sequence.erase(from_front ? 0 : sequence.model.size() - 1));
      }
      sequence.compare();
      CHECK(sequence.index.memory() == memory);
    }
  }
}

TEST_CASE("order index: several sequences of one document share the leaf map") {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    LeafMap leaf_of;
    Handles handles;
    std::vector<Sequence> sequences;
    for (std::uint32_t i = 0; i < 3; ++i) sequences.emplace_back(leaf_of, seed * 10 + i);
    for (std::uint32_t i = 0; i < 3000; ++i) edit(sequences[i % 3], handles, i < 2000 ? 60 : 20);
    for (const Sequence& sequence : sequences) sequence.compare();
    for (const Entry& entry : sequences[0].model) {
      REQUIRE_FALSE(sequences[1].index.contains(entry.item));
      REQUIRE_FALSE(sequences[2].index.contains(entry.item));
    }
  }
}

TEST_CASE("order index: counts up to the most units that a sequence may have") {
  LeafMap leaf_of;
  OrderIndex index(leaf_of);
  constexpr std::uint32_t kHalf = OrderIndex::kUnitsMax / 2;
  index.append(0, kHalf);
  index.append(1, 0);
  index.append(2, kHalf);
  for (Handle item = 3; item < 500; ++item) index.append(item, 0);
  CHECK(index.total() == OrderIndex::kUnitsMax);
  CHECK(index.find(OrderIndex::kUnitsMax - 1) == OrderIndex::Position{2, kHalf - 1});
  CHECK(index.find_left(kHalf) == OrderIndex::Position{0, kHalf});
  CHECK(index.index_of(499) == OrderIndex::kUnitsMax);
  CHECK(index.check() == "");
}

TEST_CASE("order index: a large sequence stays small and low") {
  LeafMap leaf_of;
  OrderIndex index(leaf_of);
  constexpr std::uint32_t kItems = 300'000;
  std::mt19937 random(17);
  index.append(0, 1);
  for (Handle item = 1; item < kItems; ++item) {
    const OrderIndex::Position left =
        index.find_left(1 + static_cast<std::uint32_t>(random() % item));
    index.insert_after(left.handle, item, 1);
  }
  CHECK(index.check() == "");
  CHECK(index.total() == kItems);
  // 8 bytes an item in nodes at least half full, in chunks at least half used.
  CHECK(index.memory() < std::size_t{kItems} * 32);
  CHECK(leaf_of.memory() < std::size_t{kItems} * 8);
  std::uint32_t place = 0;
  for (Handle at = index.first(); at != kNoHandle; at = index.next(at)) {
    if (index.index_of(at) != place++) FAIL("item " << at << " stands elsewhere");
  }
  CHECK(place == kItems);
}
