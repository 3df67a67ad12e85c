// The inside of a DiffAttributionManager: diff_attribution.cpp knows how the two documents differ,
// suggestions.cpp accepts and rejects parts of that.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <weft/attribution_managers.hpp>

#include "document/callbacks.hpp"
#include "history/ordered_ranges.hpp"
#include "types/attributed_piece.hpp"

namespace weft {

class DiffAttributionManager::Impl {
 public:
  Impl(Doc& previous, Doc& next, std::optional<ContentMap> attributes);

  void read(std::vector<types::AttributedPiece>& pieces,
            const types::AttributedPiece& content) const;

  Doc& previous;
  Doc& next;
  std::optional<ContentMap> attributes;
  bool suggestion_mode = true;
  std::optional<std::vector<std::uint64_t>> suggestion_origins;
  struct Observers {
    document::Callbacks<const AttributionChange&> list;
    std::uint64_t last_number = 0;
  };
  std::shared_ptr<Observers> observers = std::make_shared<Observers>();
  std::uint64_t origin = 0;

  // suggestions.cpp
  Result<void> accept(Id start, std::optional<Id> end);
  Result<void> reject(Id start, std::optional<Id> end);

 private:
  struct Suggested {
    history::OrderedRanges inserts;
    history::OrderedRanges deletes;
  };

  IdMap extract(const IdMap* map, const IdSet& ids) const;
  void next_changed(const TransactionEvent& event);
  void previous_changed(const TransactionEvent& event);
  void next_ended(const TransactionEvent& event);
  bool passes_on(std::uint64_t from, bool local) const;
  bool find_deleted(const AttributedSlice& slice, types::AttributedPiece& part) const;

  // suggestions.cpp
  enum class Collect : std::uint8_t { all, attributed };
  Result<Suggested> collect(Id start, std::optional<Id> end, Collect which);
  store::Handle first_of(store::Handle item, Suggested& found) const;
  void add_deleted(store::Handle item, Collect which, Suggested& found);
  void restore(store::Handle item, std::uint32_t units);

  IdSet previous_inserts_;
  IdSet previous_deletes_;
  IdMap inserts_;
  IdMap deletes_;
  std::vector<Subscription> subscriptions_;
};

}  // namespace weft
