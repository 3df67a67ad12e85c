// Structs and the types that they make up, as heap objects that point to each other.
// Source: Yjs structs/Item.js, GC.js, Skip.js, types/AbstractType.js.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <weft/id.hpp>
#include <weft/id_set.hpp>
#include <weft/state_vector.hpp>

#include "content.hpp"

namespace weft::reference {

struct Item;

/// A shared type. Kinds differ only in how they are read.
struct Type {
  Item* item = nullptr;  // null for a root
  std::string name;      // of a root
  Item* start = nullptr;
  std::uint64_t length = 0;
  std::vector<std::pair<std::string, Item*>> map;  // newest item of each key, as first seen

  Item* get(const std::string& key) const;
  void set(const std::string& key, Item* newest);
};

enum class Sort { item, gc, skip };

/// An item, a GC or a Skip struct. Parent: `parent` once integrated; before that what the update
/// says, in `parent_name` or `parent_id`, or nothing where an origin tells it.
struct Item {
  Sort sort = Sort::item;
  Id id;
  std::uint64_t length = 0;
  std::optional<Id> origin;
  std::optional<Id> right_origin;
  Item* left = nullptr;
  Item* right = nullptr;
  Type* parent = nullptr;
  std::optional<std::string> parent_name;
  std::optional<Id> parent_id;
  std::optional<std::string> parent_sub;
  Content content;
  bool marked_deleted = false;

  bool is_item() const { return sort == Sort::item; }
  bool is_gc() const { return sort == Sort::gc; }
  bool deleted() const { return !is_item() || marked_deleted; }
  bool countable() const { return is_item() && content.countable(); }
  Clock end() const { return id.clock + length; }
  Id last_id() const { return {id.client, id.clock + length - 1}; }
  /// Visible to readers of a sequence.
  bool counts() const { return countable() && !marked_deleted; }

  /// Yjs mergeWith of each sort; links are joined, the store is the caller's.
  bool merge_with(Item& right_item);

  /// The struct beyond `offset` units (Yjs write).
  void write(update::EncoderV1& encoder, std::uint64_t offset) const;
};

/// A V1 update decoded.
struct Update {
  struct Section {
    ClientId client;
    std::vector<Item> structs;
  };
  std::vector<Section> sections;
  std::vector<std::pair<ClientId, ClockRange>> deletes;
};

/// Decodes all of `bytes`. Structs and ranges of length 0 are dropped.
/// Errors: the reader's; duplicate_client; invalid_struct where a struct refers to its own client
/// at or beyond its own clock; number_too_large beyond limits::clock_max.
Result<Update> read_update(ByteView bytes);

/// Yjs mergeUpdates and diffUpdate. REQUIRES: read_update accepts every update.
Bytes merge_updates(const std::vector<Bytes>& updates);
Bytes diff_update(const Bytes& update, const StateVector& since);

/// Clients in descending order, ranges as they stand (Yjs writeDeleteSet).
void write_deletes(update::EncoderV1& encoder, const IdSet& deletes);

}  // namespace weft::reference
