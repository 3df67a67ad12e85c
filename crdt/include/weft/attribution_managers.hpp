// What is said about the content of a document, by whom it is known: as id maps, as the difference
// of two documents (suggestions), or as two snapshots. Read with YType::to_delta and
// Event::get_delta.
//
// Source: @y/y 14 AttributionManager.js (Renderer.js from release candidate 8 on).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

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

/// Ids whose marks are others now, and the transaction of the first document that was the cause.
struct AttributionChange {
  IdSet ids;
  std::uint64_t origin = 0;
  bool local = true;
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

  /// While false, the second document's own edits go on to the first at once; also that what the
  /// first has was deleted once more (YType::apply_delta with attributions).
  void set_suggestion_mode(bool on);
  /// Only edits of these origins do that; nothing: all.
  void set_suggestion_origins(std::optional<std::vector<std::uint64_t>> origins);

  /// Brings all that is suggested into the first document, or takes it back in both.
  /// Errors: none but what a full document gives.
  [[nodiscard]] Result<void> accept_all_changes();
  [[nodiscard]] Result<void> reject_all_changes();

  /// The same for the suggestion that holds the unit `start` of the second document, and all up to
  /// the one that holds `end`; without `end` up to the end of the type. A suggestion goes from what
  /// both documents have to what both have, and to where the formats that it opened are closed
  /// again. Errors: out_of_range for an id that is not there, collected for one whose type is gone.
  /// O(second document).
  [[nodiscard]] Result<void> accept_changes(Id start, std::optional<Id> end);
  [[nodiscard]] Result<void> accept_change(Id id) { return accept_changes(id, id); }
  [[nodiscard]] Result<void> reject_changes(Id start, std::optional<Id> end);
  [[nodiscard]] Result<void> reject_change(Id id) { return reject_changes(id, id); }

  /// Told when the first document has changed, and marks with it.
  [[nodiscard]] Subscription on_change(std::function<void(const AttributionChange&)> observer);

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
