// A slow and clear engine: Yjs 13.6.33 line by line, with objects and pointers as there. It knows
// V1, plain text, arrays and maps, and exists to be compared with the real engine where no
// JavaScript runs. Source: Yjs utils/encoding.js, Transaction.js, StructStore.js, structs/Item.js.
//
// Invariants: each client's structs are contiguous and sorted by clock; nothing is freed before the
// Doc, so that joined and collected structs may still be pointed to.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <unordered_set>

#include <weft/error.hpp>
#include <weft/state_vector.hpp>
#include <weft/types.hpp>
#include <weft/value.hpp>

#include "item.hpp"

namespace weft::reference {

class Doc {
 public:
  explicit Doc(ClientId client, bool gc = true) : client_(client), gc_(gc) {}
  Doc(const Doc&) = delete;
  Doc& operator=(const Doc&) = delete;

  /// Yjs draws a new id when an update shows that another replica writes as this one; here the
  /// caller does.
  void set_client(ClientId client) { client_ = client; }

  /// Yjs applyUpdate. On error nothing has changed (unlike Yjs, which stops half way).
  Result<void> apply_update(ByteView update);

  /// Yjs encodeStateAsUpdate.
  Bytes encode_state_as_update(const StateVector& since = {}) const;
  StateVector state_vector() const;
  IdSet delete_set() const;
  bool has_pending() const { return pending_structs_ != nullptr || !pending_deletes_.empty(); }

  /// What the last transaction emitted as `update` event; nothing if it changed nothing.
  const std::optional<Bytes>& emitted() const { return emitted_; }

  /// Runs `edits` in one transaction.
  void transact(const std::function<void()>& edits);

  Type* root(const std::string& name);

  // --- edits (edit.cpp). REQUIRES: inside transact; indices within the type ---
  void text_insert(Type* text, std::uint64_t index, const std::string& utf8);
  void text_remove(Type* text, std::uint64_t index, std::uint64_t length);
  void array_insert(Type* array, std::uint64_t index, const std::vector<Value>& values);
  void array_push(Type* array, const std::vector<Value>& values);
  void array_insert_type(Type* array, std::uint64_t index, TypeKind kind);
  void array_remove(Type* array, std::uint64_t index, std::uint64_t length);
  void map_set(Type* map, const std::string& key, const Value& value);
  void map_set_type(Type* map, const std::string& key, TypeKind kind);
  void map_remove(Type* map, const std::string& key);

  /// The nested type at a place, or null.
  static Type* child(const Type* array, std::uint64_t index);
  static Type* child(const Type* map, const std::string& key);

  /// Yjs toJSON. XML types read as null.
  static Value to_json(const Type* type, TypeKind kind);

 private:
  using Structs = std::vector<Item*>;

  /// Yjs Transaction, as far as it matters for bytes.
  struct Transaction {
    StateVector before;
    IdSet deletes;
    std::vector<Id> merge_structs;
  };

  struct Refs {
    std::vector<Item*> structs;
    std::size_t next = 0;
  };

  struct PendingStructs {
    std::map<ClientId, std::int64_t> missing;
    Bytes update;
  };

  class Integrator;

  // apply.cpp
  void read_update_in_transaction(Update update);
  void keep_pending(std::unique_ptr<PendingStructs> rest, bool& retry);
  IdSet apply_deletes(const std::vector<std::pair<ClientId, ClockRange>>& deletes);
  void apply_delete(ClientId client, ClockRange range, IdSet& unapplied);

  // store.cpp
  Clock state(ClientId client) const;
  static std::size_t find_index(const Structs& structs, Clock clock);
  Item* find(Id id) const;
  Item* clean_start(Id id);
  Item* clean_end(Id id);
  Item* split(Item* left, std::uint64_t diff);
  Item* make(Item item);
  void add_struct(Item* item);

  // integrate.cpp
  std::optional<ClientId> get_missing(Item* item);
  void find_parent(Item* item);
  void integrate(Item* item, std::uint64_t offset);
  Item* resolve_conflict(Item* item);
  void link(Item* item);
  void integrate_content(Item* item);
  void remove(Item* item);
  void remove_content(Item* item);
  void collect(Item* item, bool parent_collected);

  // transaction.cpp
  void cleanup();
  void collect_deleted();
  void merge_deleted();
  void merge_inserted();
  void merge_split();
  static std::size_t merge_with_lefts(Structs& structs, std::size_t position);
  void write_structs(update::EncoderV1& encoder, const StateVector& since) const;
  void emit_update();

  // edit.cpp
  Item* insert_item(Type* parent, std::optional<std::string> parent_sub, Item* left, Item* right,
                    Content content);
  void insert_after(Type* array, Item* left, const std::vector<Value>& values);
  Item* item_before(Type* type, std::uint64_t index);

  ClientId client_;
  bool gc_;
  std::map<ClientId, Structs> clients_;
  std::unique_ptr<PendingStructs> pending_structs_;
  IdSet pending_deletes_;
  std::deque<Item> items_;
  std::deque<Type> types_;
  std::map<std::string, Type*> roots_;
  std::optional<Transaction> transaction_;
  std::optional<Bytes> emitted_;
};

}  // namespace weft::reference
