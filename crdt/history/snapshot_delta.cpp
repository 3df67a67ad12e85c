// A text at a snapshot, and what changed between two. Source: Yjs YText.toDelta,
// splitSnapshotAffectedStructs.
#include <optional>

#include <weft/undo.hpp>

#include "document/redo.hpp"
#include "history/snapshot_view.hpp"
#include "types/text_delta.hpp"

namespace weft {

using document::DocState;
using history::SnapshotView;
using store::Item;
using types::ItemChange;

namespace {

// Yjs's origin 'cleanup': a number that nobody tracks, and no manager has.
constexpr std::uint64_t kCleanupOrigin = kUndoOrigins;

// Cuts the structs in which the snapshot begins or ends: each then is in it as a whole or not.
void cut_at(DocState& doc, const Snapshot& snapshot) {
  for (const auto& [client, clock] : snapshot.state.entries()) {
    const store::ClientIx known = doc.store.clients.find(client);
    if (known == store::kNoClient || clock >= doc.store.clients[known].structs.state()) continue;
    doc.clean_start({known, static_cast<std::uint32_t>(clock)});
  }
  for (const auto& [client, ranges] : snapshot.deletes.clients()) {
    const store::ClientIx known = doc.store.clients.find(client);
    if (known == store::kNoClient) continue;
    const Clock state = doc.store.clients[known].structs.state();
    for (const ClockRange& range : ranges) {
      if (range.clock >= state) break;
      for (const Clock clock : {range.clock, range.clock + range.length}) {
        if (clock < state) doc.clean_start({known, static_cast<std::uint32_t>(clock)});
      }
    }
  }
}

class ComparedView {
 public:
  ComparedView(const DocState& doc, const Snapshot* snapshot, const Snapshot* previous,
               const DescribeChange& describe)
      : doc_(&doc), describe_(&describe) {
    if (snapshot != nullptr) snapshot_.emplace(doc.store, *snapshot);
    if (previous != nullptr) previous_.emplace(doc.store, *previous);
  }

  bool shows(const Item& item) const {
    return in_force(item) || (previous_ && previous_->visible(item));
  }
  bool in_force(const Item& item) const {
    return snapshot_ ? snapshot_->visible(item) : !item.deleted();
  }
  ItemChange change(const Item& item) const {
    if (snapshot_ && !snapshot_->visible(item)) return ItemChange::removed;
    if (previous_ && !previous_->visible(item)) return ItemChange::added;
    return ItemChange::none;
  }
  Value describe(const Item& item, ItemChange change) const {
    const bool added = change == ItemChange::added;
    if (!*describe_) return ValueObject{{"type", added ? "added" : "removed"}};
    return (*describe_)(added ? TextChange::added : TextChange::removed,
                        doc_->store.id_of({item.client, item.clock}));
  }

 private:
  const DocState* doc_;
  const DescribeChange* describe_;
  std::optional<SnapshotView> snapshot_;
  std::optional<SnapshotView> previous_;
};

}  // namespace

Delta to_delta(const Text& text, const Snapshot* snapshot, const Snapshot* previous,
               const DescribeChange& describe) {
  if (snapshot == nullptr && previous == nullptr) return text.to_delta();
  DocState& doc = *text.doc();
  doc.begin(kCleanupOrigin, true);
  if (snapshot != nullptr) cut_at(doc, *snapshot);
  if (previous != nullptr) cut_at(doc, *previous);
  const ComparedView view(doc, snapshot, previous, describe);
  Delta delta = types::DeltaWalker<ComparedView>(doc, view).walk(text.type());
  doc.end();
  return delta;
}

}  // namespace weft
