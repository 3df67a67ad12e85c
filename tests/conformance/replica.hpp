// One replica of a document, whichever engine holds it: what a replay needs of an engine.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/content.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/state_vector.hpp>
#include <weft/types.hpp>
#include <weft/value.hpp>

namespace weft::conformance {

struct Root {
  TypeKind kind;
  std::string name;
};

/// The way from a root to a nested type.
struct Step {
  bool by_key;
  std::uint32_t index;  // of a child
  std::string key;      // of a map or an attribute
  TypeKind kind;        // of the type found there
};

struct Path {
  Root root;
  std::vector<Step> steps;
};

enum class Op : std::uint8_t {
  text_insert = 1,
  text_delete = 2,
  array_insert = 3,
  array_push = 4,
  array_insert_type = 5,
  array_delete = 6,
  map_set = 7,
  map_set_type = 8,
  map_delete = 9,
  text_insert_with = 10,
  text_embed = 11,
  text_insert_type = 12,
  text_format = 13,
  text_delta = 14,
  set_attribute = 15,
  remove_attribute = 16,
  insert_contents = 17,
  push_contents = 18,
  insert_after = 19,
  set_content = 20,
  clear = 21,
  insert_clone = 22,
};

/// One edit through the engine's editing interface; fields that an op does not use stay empty.
struct Edit {
  Op op;
  Path path;
  std::uint32_t index = 0;
  std::uint32_t length = 0;
  std::string text;  // to insert; or the key
  std::vector<Value> values;
  TypeKind kind = TypeKind::array;
  Attributes attributes;
  Delta delta;
  bool sanitize = true;
  std::vector<Content> contents;
  Path from;  // what is cloned
};

class History;

class Replica {
 public:
  virtual ~Replica() = default;

  /// Asks for the roots, as a program does at its start.
  virtual void make_roots(std::span<const Root> roots) = 0;
  virtual Result<void> apply(ByteView update) = 0;
  /// All edits in one transaction.
  virtual Result<void> edit(const std::vector<Edit>& edits) = 0;
  /// The updates emitted since the last call.
  virtual std::vector<Bytes> take_emitted() = 0;
  /// The same in V2.
  virtual std::vector<Bytes> take_emitted_v2() { return {}; }

  /// Has deep observers watch the roots from now on.
  virtual void observe(std::span<const Root>) {}
  /// What they were told since the last call, as events.mjs writes it.
  virtual std::string take_events() { return "this engine has no observers"; }

  virtual bool has_pending() const = 0;
  /// What pending structs wait for, "client:clock ..." by client; nothing where the engine does not
  /// tell.
  virtual std::optional<std::string> missing() const { return std::nullopt; }
  /// Delete set and state vector (Yjs encodeSnapshot).
  virtual Bytes snapshot() const = 0;
  virtual Bytes state(const StateVector& since) const = 0;
  virtual Bytes state_v2() const { return {}; }
  /// JSON.stringify(root.toJSON()); nothing where the engine cannot read such a root.
  virtual std::optional<std::string> json(const Root& root) = 0;
  /// JSON.stringify(root.toDelta()) of a text; nothing where the engine has no formats.
  virtual std::optional<std::string> delta(const Root&) { return std::nullopt; }
  /// Its undo managers and places; null where the engine has none.
  virtual History* history() { return nullptr; }
  /// The first broken invariant in words, or an empty string.
  virtual std::string broken_invariant() const { return {}; }
  /// Yjs mergeUpdates.
  virtual Result<Bytes> merge(const std::vector<Bytes>& updates) const = 0;
};

using ReplicaMaker = std::unique_ptr<Replica> (*)(ClientId client, bool gc, bool both);

/// The engine itself. `both`: tells in V2, too, what it emits.
std::unique_ptr<Replica> make_weft_replica(ClientId client, bool gc, bool both);
/// tests/reference.
std::unique_ptr<Replica> make_reference_replica(ClientId client, bool gc, bool both);

}  // namespace weft::conformance
