// What an update or a document inserts and deletes, as ids alone (ContentIds) or with something
// said about them (ContentMap): for telling apart who wrote what, and for taking parts out of
// updates. Source: @y/y 14 meta.js, updates.js.
#pragma once

#include <functional>
#include <span>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/id_map.hpp>
#include <weft/id_set.hpp>

namespace weft {

class Doc;

/// @y/y ContentIds.
struct ContentIds {
  IdSet inserts;
  IdSet deletes;

  /// @y/y encodeContentIds: two id sets in the V2 form.
  Bytes encode() const;
  /// Errors: those of IdSet::decode.
  static Result<ContentIds> decode(ByteView bytes);

  friend bool operator==(const ContentIds&, const ContentIds&) = default;
};

/// @y/y ContentMap.
struct ContentMap {
  IdMap inserts;
  IdMap deletes;

  /// @y/y encodeContentMap: two id maps; attributes are numbered in each anew.
  Bytes encode() const;
  /// Errors: those of IdMap::decode.
  static Result<ContentMap> decode(ByteView bytes);
};

/// @y/y createContentIdsFromUpdate(V2): what the update inserts, holes left out, and its delete
/// set. O(bytes).
Result<ContentIds> content_ids_from_update(ByteView update, Encoding encoding = Encoding::v1);

/// @y/y createContentIdsFromDoc. Differs from it where the document has holes: they are no inserts.
/// O(structs).
ContentIds content_ids_from_doc(const Doc& doc);

/// @y/y createContentIdsFromContentMap.
ContentIds content_ids_from_map(const ContentMap& map);

/// @y/y mergeContentIds, excludeContentIds, intersectContentIds. O(n log n) in the ranges.
ContentIds merge_content_ids(std::span<const ContentIds> contents);
ContentIds exclude_content_ids(const ContentIds& content, const ContentIds& exclude);
ContentIds intersect_content_ids(const ContentIds& a, const ContentIds& b);

/// @y/y createContentMapFromContentIds.
ContentMap content_map_from_ids(const ContentIds& ids, const ContentAttributes& insert_attributes,
                                const ContentAttributes& delete_attributes);

/// @y/y mergeContentMaps, excludeContentMap, intersectContentMap, filterContentMap.
ContentMap merge_content_maps(std::span<const ContentMap> contents);
ContentMap exclude_content_map(const ContentMap& content, const ContentIds& exclude);
ContentMap exclude_content_map(const ContentMap& content, const ContentMap& exclude);
ContentMap intersect_content_map(const ContentMap& a, const ContentIds& b);
ContentMap intersect_content_map(const ContentMap& a, const ContentMap& b);
ContentMap filter_content_map(const ContentMap& map,
                              const std::function<bool(const ContentAttributes&)>& inserts,
                              const std::function<bool(const ContentAttributes&)>& deletes);

/// @y/y intersectUpdateWithContentIds(V2): of `update` only what `ids` names; structs are cut, what
/// lies between becomes Skips. Differs from release candidate 7, which loses structs behind one
/// that it leaves out (later ones do not). O(bytes + ranges log ranges).
Result<Bytes> intersect_update(ByteView update, const ContentIds& ids,
                               Encoding encoding = Encoding::v1);

}  // namespace weft
