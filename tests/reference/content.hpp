// What an item holds, one plain struct for all kinds. Source: Yjs structs/Content*.js.
//
// Text is UTF-16, as in JavaScript, so that cutting it is what it is there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "update/encoder_v1.hpp"
#include "update/struct.hpp"

namespace weft::reference {

struct Type;

struct Content {
  update::Kind kind = update::Kind::deleted;
  std::uint64_t deleted_length = 0;  // deleted
  std::u16string text;               // string
  std::vector<std::string> values;   // json: JSON texts or `undefined`; any: lib0 any values
  std::string bytes;                 // binary; embed, format: JSON text; doc: options as any
  std::string key;                   // format: attribute; doc: guid; type: node or hook name
  std::uint32_t type_ref = 0;        // type
  Type* type = nullptr;              // type, once integrated

  /// In units of the clock.
  std::uint64_t length() const;
  bool countable() const { return update::countable(kind); }

  /// Cuts off and returns what lies beyond `offset` (Yjs ContentX.splice). A surrogate pair that is
  /// cut becomes two replacement characters.
  Content splice(std::uint64_t offset);

  /// Appends `right` where its kind allows it (Yjs ContentX.mergeWith).
  bool merge_with(const Content& right);

  /// Yjs ContentX.write. REQUIRES: offset < length().
  void write(update::EncoderV1& encoder, std::uint64_t offset) const;
};

/// The content of a struct that is an item.
Content read_content(const update::Struct& s);

/// REQUIRES: well-formed UTF-8.
std::u16string to_utf16(std::string_view text);

/// Unpaired surrogates become U+FFFD, as TextEncoder writes them.
std::string to_utf8(std::u16string_view text);

}  // namespace weft::reference
