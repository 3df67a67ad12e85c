// Places that stay where they are while a document changes around them: cursors, comments, anchors.
//
// A relative position names an inserted unit instead of an index, or the end of a type. It can be
// stored, sent to other replicas and compared. Source: Yjs RelativePosition.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/types.hpp>
#include <weft/value.hpp>

namespace weft {

class Doc;

/// What it names is the first of `item`, `tname`, `type` that is there; one of them must be.
struct RelativePosition {
  std::optional<Id> type;            // the item that holds a nested type
  std::optional<std::string> tname;  // the name of a root type
  std::optional<Id> item;            // one unit inside the type; absent: an end of it
  /// 0 and above: the place clings to the unit after it, or to the type's end; below 0: to the unit
  /// before it, or to the type's begin. A safe integer.
  std::int64_t assoc = 0;

  /// Yjs compareRelativePositions. A position that was encoded and decoded has lost what was not
  /// needed, and so may differ from the one it was made from.
  friend bool operator==(const RelativePosition&, const RelativePosition&) = default;
};

/// A place in a document as it is now.
struct AbsolutePosition {
  SharedType type;
  std::uint32_t index;  // UTF-16 code units or elements
  std::int64_t assoc;
};

/// The place at `index` of `type` (Yjs createRelativePositionFromTypeIndex); beyond the end it is
/// the end. Errors: wrong_type for a handle to a type that was collected. O(log items), after the
/// first access by index.
Result<RelativePosition> create_relative_position(const SharedType& type, std::uint32_t index,
                                                  std::int64_t assoc = 0);

/// Where `position` is now (Yjs createAbsolutePositionFromRelativePosition); nothing while its type
/// or unit has not arrived, and when it was collected. A root that does not exist is made.
/// `follow_undone_deletions`: a unit that was deleted and brought back by an UndoManager of this
/// replica is found where it is now; give false where all replicas must agree.
/// O(log items), after the first access by index.
std::optional<AbsolutePosition> create_absolute_position(Doc& doc, const RelativePosition& position,
                                                         bool follow_undone_deletions = true);

// The same where indices count what a type shows with `attributions` (YType::to_delta): also what
// was deleted and has marks. O(items before the place).
Result<RelativePosition> create_relative_position(const SharedType& type, std::uint32_t index,
                                                  std::int64_t assoc,
                                                  const AttributionManager& attributions);
std::optional<AbsolutePosition> create_absolute_position(Doc& doc, const RelativePosition& position,
                                                         bool follow_undone_deletions,
                                                         const AttributionManager& attributions);

/// Yjs encodeRelativePosition. REQUIRES: `position` names something.
Bytes encode_relative_position(const RelativePosition& position);

/// Yjs decodeRelativePosition. An `assoc` that is missing is 0, and so is one of -0; bytes after
/// the end are ignored. Errors: unexpected_end, number_too_large, invalid_utf8; invalid_message for
/// a position of unknown kind, which Yjs reads as one that names nothing.
Result<RelativePosition> decode_relative_position(ByteView bytes);

/// Yjs relativePositionToJSON: an object of type, tname, item, assoc. Differs from Yjs, which
/// forgets the name of a root named "": that is written where nothing else names the place.
Value relative_position_to_json(const RelativePosition& position);

/// Yjs createRelativePositionFromJSON. Errors: wrong_type where a member is of a wrong kind or no
/// safe integer, or nothing is named.
Result<RelativePosition> relative_position_from_json(const Value& json);

}  // namespace weft
