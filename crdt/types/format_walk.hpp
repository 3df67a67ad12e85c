// The formats in force while a YType is read, what a transaction changed of them, and who is said
// to have done it. Source: @y/y 14 YType.toDelta, its part for ContentFormat;
// createAttributionFromAttributionItems.
#pragma once

#include <string_view>

#include <weft/ydelta.hpp>

#include "document/ordered_map.hpp"
#include "types/attributed_piece.hpp"

namespace weft::types {

/// What is said about a piece, in the words of a delta.
Attribution attribution_of(const AttributedPiece& piece);

/// lib0 mergeAttributions: both, and `b` where both say something.
Attribution merged(const Attribution& a, Attribution b);

class FormatWalk {
 public:
  explicit FormatWalk(DocState& doc)
      : strings_(doc.store.strings),
        current_(doc.options.hash_seed),
        changed_(doc.options.hash_seed),
        previous_(doc.options.hash_seed),
        unattributed_(doc.options.hash_seed) {}

  /// What a format says. An object is told from its like by the item that it came with.
  struct Said {
    Value value = Null{};
    const DocState* doc = nullptr;  // of an object
    store::DenseId object = {};
  };
  struct Step {
    std::string_view key;
    Said value;
    bool deleted;
    bool rendered;  // it was inserted or deleted, or all is rendered
    bool retained;  // it was there before
    Attribution attribution;
  };
  void add(const Step& step);

  /// From now on inserts have the formats in force, or retains those that changed (lib0
  /// DeltaBuilder.usedAttributes).
  void use_current() { use(Used::current, current_); }
  void use_changed() { use(Used::changed, changed_); }
  const Attributes& used() const { return used_; }
  /// What is said about the formats in force (lib0 usedAttribution).
  const Attribution& attribution() const { return attribution_; }

 private:
  using Map = document::OrderedMap<Said>;
  enum class Used : std::uint8_t { none, current, changed };

  void use(Used which, const Map& map);
  void update(const Step& step, std::uint32_t key, const Said& current);
  void attribute(const Step& step, std::uint32_t key);

  store::StringTable& strings_;
  Map current_;
  Map changed_;
  Map previous_;      // as they were before the change
  Map unattributed_;  // as they were where nothing was said about them
  Used from_ = Used::none;
  Attributes used_;
  Attribution attribution_;
};

}  // namespace weft::types
