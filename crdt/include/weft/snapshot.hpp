// What a document held at one moment, said in few bytes: which clocks were there and which of them
// were deleted. Together with a document that kept its deleted content it gives the old state back.
// Source: Yjs Snapshot.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/doc.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/id_set.hpp>
#include <weft/state_vector.hpp>
#include <weft/types.hpp>

namespace weft {

/// A Snapshot{} is the one of an empty document (Yjs emptySnapshot); == is Yjs equalSnapshots.
struct Snapshot {
  IdSet deletes;  // normalized
  StateVector state;

  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// What `doc` holds now. O(structs).
Snapshot snapshot(const Doc& doc);

/// Yjs encodeSnapshot and encodeSnapshotV2.
Bytes encode_snapshot(const Snapshot& snapshot, Encoding encoding = Encoding::v1);

/// Yjs decodeSnapshot and decodeSnapshotV2, with the deletes brought in order. Bytes after the end
/// are ignored. Errors: unexpected_end, number_too_large, invalid_delete_set. Memory is bounded by
/// the input.
Result<Snapshot> decode_snapshot(ByteView bytes, Encoding encoding = Encoding::v1);

/// Whether a document of that state has nothing to learn from `update` (Yjs
/// snapshotContainsUpdate). Errors: those of validate_update. O(update + snapshot).
Result<bool> snapshot_contains_update(const Snapshot& snapshot, ByteView update,
                                      Encoding encoding = Encoding::v1);

/// The document as it was (Yjs createDocFromSnapshot): a new one with `options`. `origin` is only
/// looked at, but an open transaction of it sees structs cut where the snapshot ends.
/// Errors: collected when `origin` has gc on, since old content is then gone; out_of_range for a
/// snapshot that `origin` has not reached. O(document).
Result<Doc> create_doc_from_snapshot(Doc& origin, const Snapshot& snapshot,
                                     DocOptions options = {});

// The following read one type of a document at a snapshot. What was collected since is missing.
// They differ from Yjs where elements or values that came later have joined those that were there:
// here they are left out.

/// What an Array, XmlFragment or XmlElement held (Yjs typeListToArraySnapshot).
/// O(items * log ranges).
std::vector<Element> elements_at(const SharedType& type, const Snapshot& snapshot);

/// The value of a key of a Map, or attribute of an XML type (Yjs typeMapGetSnapshot). O(values that
/// the key has had).
Element value_at(const SharedType& type, std::string_view key, const Snapshot& snapshot);

/// All keys that had a value, with it, in the order in which they were first seen (Yjs
/// typeMapGetAllSnapshot). O(values that the keys have had).
std::vector<std::pair<std::string, Element>> values_at(const SharedType& type,
                                                       const Snapshot& snapshot);

/// The whole type as a JSON value, with all inside it, as to_json would have given it; undefined
/// where it did not exist. Errors: those of create_doc_from_snapshot. O(document).
Result<Value> to_json_at(const SharedType& type, const Snapshot& snapshot);

/// The plain text that a Text held; unpaired surrogates read as U+FFFD. O(items * log ranges).
std::string text_at(const Text& text, const Snapshot& snapshot);

/// What became of a piece of text between two states.
enum class TextChange : std::uint8_t { added, removed };
/// What the attribute `ychange` says of a piece that begins with `id` (Yjs computeYChange). Pieces
/// next to each other are one where it says {user: id.client, type: "added" or "removed"} of both.
using DescribeChange = std::function<Value(TextChange, Id)>;

/// A text at `snapshot`, or as it is where that is null, with the differences since `previous`
/// where that is not null (Yjs toDelta(snapshot, prevSnapshot, computeYChange)): what was removed
/// stands in its place, and the attribute `ychange` tells of it, and of what was added. Without
/// `describe` it is {type: "added" or "removed"}. Structs are cut and joined again as in a
/// transaction, which undo managers and observers of transactions see.
/// O(text * log ranges + formats at each operation).
Delta to_delta(const Text& text, const Snapshot* snapshot, const Snapshot* previous = nullptr,
               const DescribeChange& describe = nullptr);

}  // namespace weft
