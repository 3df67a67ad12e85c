// The values of formats, compared as Yjs compares them. Source: Yjs ContentFormat, equalAttrs,
// updateCurrentAttributes; lib0 object.equalFlat.
//
// Yjs compares objects by identity first, and in one place by identity alone. A format that takes
// away another's effect holds the same object as the format that it goes back to; one that came in
// an update holds an object of its own. So the engine remembers, for a format whose value is an
// object, which format it has the value from (Store::share_object).
#pragma once

#include "document/doc_state.hpp"
#include "document/format_place.hpp"

namespace weft::document {

class Formats {
 public:
  explicit Formats(DocState& doc) : doc_(&doc) {}

  /// The attribute's name. REQUIRES: a format item, here and below.
  std::uint32_t key(Handle item) const;

  Value value(FormatRef ref) const;
  bool is_null(FormatRef ref) const;
  bool is_undefined(FormatRef ref) const;
  /// An object, an array or bytes: what JavaScript compares by identity.
  bool is_object(FormatRef ref) const;
  /// The value of `key`, null where there is none (`?? null`).
  FormatRef get(const FormatMap& map, std::uint32_t key) const;

  /// JavaScript ===.
  bool same(FormatRef a, FormatRef b) const;
  /// Yjs equalAttrs: the same, or objects whose members are the same.
  bool equal(FormatRef a, FormatRef b) const;

  /// What a format item does to the attributes in force (Yjs updateCurrentAttributes).
  void update(FormatMap& current, Handle item) const;

  /// Puts names in the order of JavaScript's own keys: numbers first.
  FormatMap in_key_order(const FormatMap& map) const;

  FormatMap empty_map() const { return FormatMap(doc_->options.hash_seed); }

 private:
  DocState* doc_;
};

/// Yjs equalAttrs of values that are not one and the same object.
bool equal_apart(const Value& a, const Value& b);

/// The value part of a format item's content and how it is written.
struct FormatBytes {
  std::string_view key;
  std::string_view value;
  bool is_json;
};
FormatBytes format_bytes(const Store& store, Handle item);

}  // namespace weft::document
