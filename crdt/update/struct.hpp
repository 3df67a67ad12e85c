// A struct as it stands in an update, whichever encoding it came from.
#pragma once

#include <cstdint>
#include <string_view>

#include <weft/bytes.hpp>
#include <weft/id.hpp>

namespace weft::update {

/// Content kinds: the low five bits of a struct's info byte (Yjs contentRefs).
enum class Kind : std::uint8_t {
  gc = 0,
  deleted = 1,
  json = 2,
  binary = 3,
  string = 4,
  embed = 5,
  format = 6,
  type = 7,
  any = 8,
  doc = 9,
  skip = 10,
};

inline constexpr std::uint8_t kHasOrigin = 0x80;
inline constexpr std::uint8_t kHasRightOrigin = 0x40;
inline constexpr std::uint8_t kHasParentSub = 0x20;
inline constexpr std::uint8_t kKindMask = 0x1F;

/// Kinds whose content counts towards the length of the type around it.
constexpr bool countable(Kind kind) {
  return kind != Kind::deleted && kind != Kind::format && kind != Kind::gc && kind != Kind::skip;
}

/// Content in a neutral form: what Yjs would hold after reading it, as bytes in canonical form.
/// A JSON value that JSON text cannot say (-0, infinity) is kept as any.
///
/// | kind    | bytes                                          | key              |
/// | json    | `length` varstrings, each JSON text or `undefined` |              |
/// | binary  | the bytes                                      |                  |
/// | string  | UTF-8 (see encoding/utf.hpp on surrogates)     |                  |
/// | embed   | the value: JSON text if `is_json`, else any    |                  |
/// | format  | the value: JSON text if `is_json`, else any    | attribute name   |
/// | type    |                                                | nodeName, hookName, weak link |
/// | any     | `length` any values                            |                  |
/// | doc     | options: an any object                         | guid             |
struct Content {
  std::string_view bytes;
  std::string_view key;
  std::uint32_t type_ref = 0;
  bool ascii = false;        // string: every byte is below 0x80
  bool is_json = false;      // embed, format
  bool should_load = false;  // doc: whoever reads it loads it; not written again
};

enum class ParentKind : std::uint8_t {
  none,  // known from origin or right origin
  root,  // parent_name
  id,    // parent_id
};

/// One struct. Views point into the update or the reader and live until its next call.
struct Struct {
  ClientId client = 0;
  Clock clock = 0;
  Clock length = 0;
  Kind kind = Kind::gc;
  std::uint8_t info = 0;  // as read: kHasOrigin | kHasRightOrigin | kHasParentSub | kind
  ParentKind parent = ParentKind::none;
  bool has_parent_sub = false;  // parent_sub was written (parent is not none)
  Id origin;                    // meaningful when info has kHasOrigin
  Id right_origin;              // meaningful when info has kHasRightOrigin
  Id parent_id;
  std::string_view parent_name;
  std::string_view parent_sub;
  Content content;

  bool has_origin() const { return (info & kHasOrigin) != 0; }
  bool has_right_origin() const { return (info & kHasRightOrigin) != 0; }
  /// The info byte with which Yjs writes a struct that it read from an update: the parent-sub bit
  /// is set only where a parent-sub was read.
  std::uint8_t written_info() const {
    if (kind == Kind::gc) return 0;
    const unsigned cleared = has_parent_sub ? info : info & ~unsigned{kHasParentSub};
    return static_cast<std::uint8_t>(cleared);
  }
};

/// typeRefs that carry a name: XmlElement and XmlHook.
constexpr bool type_has_key(std::uint32_t type_ref) { return type_ref == 3 || type_ref == 5; }

/// typeRefs above those of Yjs (0 to 6) belong to yrs: 7 links weakly (weak_link.hpp); 9, a root
/// that is a subdocument, and 15, a root of no kind, have no body.
inline constexpr std::uint32_t kWeakLink = 7;

/// typeRefs whose body is known. Any other is refused, since nobody can tell where it ends.
constexpr bool type_is_readable(std::uint64_t type_ref) {
  return type_ref <= kWeakLink || type_ref == 9 || type_ref == 15;
}

}  // namespace weft::update
