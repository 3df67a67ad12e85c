// What is said about the content of a document, by whom it is known: as id maps, as the difference
// of two documents (suggestions), or as two snapshots. Read with YType::to_delta and
// Event::get_delta.
//
// Source: @y/y 14 AttributionManager.js (Renderer.js from release candidate 8 on).
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <weft/attribution.hpp>
#include <weft/content_ids.hpp>
#include <weft/doc.hpp>
#include <weft/id_map.hpp>
#include <weft/snapshot.hpp>
#include <weft/ydelta.hpp>

namespace weft {

/// Says what two id maps say: of what is there the first, of what was deleted the second. Deleted
/// content is read only where the document kept it.
class TwosetAttributionManager final : public AttributionManager {
 public:
  TwosetAttributionManager(IdMap inserts, IdMap deletes)
      : inserts_(std::move(inserts)), deletes_(std::move(deletes)) {}

  void read_content(std::vector<types::AttributedPiece>& pieces,
                    const types::AttributedPiece& content) const override;

 private:
  IdMap inserts_;
  IdMap deletes_;
};

/// Reads a document as it was at `next`, and marks what came and went since `previous`. What was
/// collected since is missing. Differs from @y/y 14, which fails where an attribute is younger than
/// `next`: it is left out.
class SnapshotAttributionManager final : public AttributionManager {
 public:
  SnapshotAttributionManager(const Snapshot& previous, Snapshot next);
  explicit SnapshotAttributionManager(const Snapshot& at) : SnapshotAttributionManager(at, at) {}

  void read_content(std::vector<types::AttributedPiece>& pieces,
                    const types::AttributedPiece& content) const override;

 private:
  Snapshot next_;
  IdMap attributes_;
};

/// Two replicas of one document, of which the second has suggestions: everything that it has beyond
/// the first is marked, what it deleted is read from the first, which therefore must not have
/// collected it. Changes of the first go on to the second at once. Neither may go before it, and it
/// may not be destroyed by an observer.
class DiffAttributionManager final : public AttributionManager {
 public:
  /// `attributes`: what is said about the differences; without, that they are some.
  DiffAttributionManager(Doc& previous, Doc& next,
                         std::optional<ContentMap> attributes = std::nullopt);
  ~DiffAttributionManager() override;

  /// While false, the second document's own edits go on to the first at once.
  void set_suggestion_mode(bool on);

  /// Brings all that is suggested into the first document, or takes it back in both.
  /// Errors: none but what a full document gives.
  [[nodiscard]] Result<void> accept_all_changes();
  [[nodiscard]] Result<void> reject_all_changes();

  /// Told of ids whose marks have changed, when the first document has.
  [[nodiscard]] Subscription on_change(std::function<void(const IdSet&)> observer);

  void read_content(std::vector<types::AttributedPiece>& pieces,
                    const types::AttributedPiece& content) const override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// How `next` differs from `previous`: a modify_attr for each root that changed, with marks (@y/y
/// 14 diffDocsToDelta). O(documents).
YDelta diff_docs_to_delta(Doc& previous, Doc& next);

}  // namespace weft
