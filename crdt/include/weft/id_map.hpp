// Ranges of ids with something said about each: who wrote it, when, for what reason.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/id_set.hpp>
#include <weft/value.hpp>

namespace weft {

/// One statement about content, for example {"insert", "Alice"} or {"insertAt", 1700000000000}.
struct ContentAttribute {
  std::string name;
  Value value;
};

/// They are shared by all ranges that have them, and told apart by identity; a map
/// takes an equal one that it knows already in the place of a new one.
using ContentAttributePtr = std::shared_ptr<const ContentAttribute>;
using ContentAttributes = std::vector<ContentAttributePtr>;

/// @y/y createContentAttribute.
inline ContentAttributePtr make_attribute(std::string name, Value value) {
  return std::make_shared<const ContentAttribute>(
      ContentAttribute{.name = std::move(name), .value = std::move(value)});
}

/// @y/y AttrRange.
struct AttributedRange {
  Clock clock = 0;
  Clock length = 0;
  ContentAttributes attributes;
};

/// A piece of a row of clocks that was asked for; without `attributes` the map does not hold it.
struct AttributedSlice {
  Clock clock = 0;
  Clock length = 0;
  std::optional<ContentAttributes> attributes;
};

/// @y/y IdMap. Where ranges overlap their attributes add up. As in Yjs, what was added is sorted
/// and joined when it is first looked at, and the order in which attributes add up can show when
/// that was; therefore reading a map changes it inside, and two threads may not do so at once.
class IdMap {
 public:
  /// O(attributes log attributes).
  void add(ClientId client, Clock clock, Clock length, const ContentAttributes& attributes);
  /// Takes out a range (@y/y IdMap.delete). O(ranges of the client).
  void remove(ClientId client, Clock clock, Clock length);
  /// Adds all of `other`, whose attributes stay its own (@y/y insertIntoIdMap).
  void insert(const IdMap& other);

  bool empty() const { return clients_.empty(); }
  bool contains(Id id) const;
  /// The `length` clocks from `clock` on, cut where what is said about them changes (@y/y
  /// IdMap.slice). O(log n + pieces).
  std::vector<AttributedSlice> slice(ClientId client, Clock clock, Clock length) const;

  /// The clients that the map speaks of, ascending.
  std::vector<ClientId> clients() const;
  /// The client's ranges, sorted and apart. Valid until the map changes. O(n log n) the first time.
  const std::vector<AttributedRange>& ranges(ClientId client) const;

  /// @y/y encodeIdMap: clients ascend; an attribute is written once and then named by its number.
  Bytes encode() const;
  /// Errors: unexpected_end, number_too_large, invalid_delete_set, invalid_utf8, invalid_any,
  /// too_deep; invalid_content for the number of an attribute that was not written.
  static Result<IdMap> decode(ByteView bytes);

 private:
  friend class IdMapMaker;
  friend class IdMapReader;

  struct Ranges {
    std::vector<AttributedRange> ranges;
    bool sorted = false;
  };

  static void sort(Ranges& ranges);
  /// Two attributes with the same bytes say the same.
  static Bytes content_of(const ContentAttribute& attribute);
  /// Each attribute, or the equal one that this map has.
  ContentAttributes adopt(const ContentAttributes& attributes);

  mutable std::map<ClientId, Ranges> clients_;
  std::set<ContentAttributePtr> known_;
  std::map<Bytes, ContentAttributePtr> by_content_;
};

// The results' attributes are those of the arguments, but where it says otherwise. O(n log n) in
// the ranges and attributes.

/// @y/y mergeIdMaps: equal attributes become one.
IdMap merge_id_maps(std::span<const IdMap> maps);

/// What `map` says about ids that `exclude` does not hold (@y/y diffIdMap).
IdMap diff_id_maps(const IdMap& map, const IdSet& exclude);
IdMap diff_id_maps(const IdMap& map, const IdMap& exclude);

/// What is said about ids that both hold; attributes of `a`, then those of `b` (@y/y
/// intersectMaps).
IdMap intersect_id_maps(const IdMap& a, const IdMap& b);
IdMap intersect_id_maps(const IdMap& a, const IdSet& b);

/// The ranges whose attributes please `predicate` (@y/y filterIdMap).
IdMap filter_id_map(const IdMap& map,
                    const std::function<bool(const ContentAttributes&)>& predicate);

/// `attributes` for all ids of `set` (@y/y createIdMapFromIdSet). REQUIRES: set is normalized.
IdMap id_map_from_id_set(const IdSet& set, const ContentAttributes& attributes);

/// The ids, without what is said about them (@y/y createIdSetFromIdMap).
IdSet id_set_from_id_map(const IdMap& map);

}  // namespace weft
