// Reads an update as a stream of structs, then its delete set, in either encoding.
//
// Source: Yjs readClientsStructRefs, lazyStructReaderGenerator, Item, readDeleteSet.
// Checks everything that can be checked without a document. Nothing is allocated unless content has
// to be brought to canonical form (JSON text or any values as another writer may leave them), or a
// V2 string column is cut inside a surrogate pair.
//
// Wire of V1; in V2 the same fields lie in columns:
//   update := varuint clients, client*, deleteSet
//   client := varuint structs, varuint client, varuint clock, struct*
#pragma once

#include <string>

#include <weft/error.hpp>
#include <weft/id_set.hpp>
#include <weft/limits.hpp>

#include "encoding/reader.hpp"
#include "encoding/writer.hpp"
#include "update/struct.hpp"
#include "update/trust.hpp"

namespace weft::update {

/// `Decoder` is DecoderV1 or DecoderV2.
template <typename Decoder>
class StructReader {
 public:
  using Head = Struct;

  explicit StructReader(ByteView update, Compat compat = Compat::v13, Trust trust = Trust::none)
      : in_(update, trust), compat_(compat) {
    sections_left_ = rest().varuint();
  }

  /// The next struct; false at the end of the structs or at an error.
  bool next(Struct& s) {
    while (structs_left_ == 0) {
      if (sections_left_ == 0 || !ok()) return false;
      --sections_left_;
      structs_left_ = rest().varuint();
      client_ = in_.client();
      clock_ = rest().varuint();
    }
    --structs_left_;
    in_.admit_struct();
    struct_begin_ = offset();
    rest().reset_minimal();
    canonical_ = true;
    canonical_info_ = true;
    s.client = client_;
    s.clock = clock_;
    s.info = in_.info();
    s.kind = static_cast<Kind>(s.info & kKindMask);
    read_struct(s);
    if (s.length > kSafeInteger - clock_) fail(Errc::number_too_large);
    clock_ += s.length;
    return ok();
  }

  /// Goes on reading `update` where a reader of it has been among its structs: `offset` bytes from
  /// its begin. V1 only.
  void resume(ByteView update, std::size_t offset, std::uint64_t sections_left,
              std::uint64_t structs_left, ClientId client,
              Clock clock) requires(Decoder::kEncoding == Encoding::v1) {
    in_ = Decoder(update);
    rest().seek(offset);
    sections_left_ = sections_left;
    structs_left_ = structs_left;
    client_ = client;
    clock_ = clock;
    deletes_begun_ = false;
  }

  /// True when no struct follows, as far as the update claims.
  bool at_last_struct() const { return structs_left_ == 0 && sections_left_ == 0; }

  /// How many structs of the current section follow the last one read, as the update claims.
  std::uint64_t structs_left() const { return structs_left_; }
  std::uint64_t sections_left() const { return sections_left_; }

  /// V1: the last struct's own bytes, info byte included. V2: what it has in the rest.
  ByteView raw() const { return rest().between(struct_begin_, offset()); }
  /// True when write_struct would give exactly raw() for the last struct. Never in V2.
  bool raw_is_canonical() const { return raw_body_is_canonical() && canonical_info_; }
  /// The same without regard to the info byte, which write_struct may clear bits of.
  bool raw_body_is_canonical() const {
    return Decoder::kEncoding == Encoding::v1 && canonical_ && rest().minimal();
  }

  /// The next range of the delete set; REQUIRES: next() has returned false. False at its end or at
  /// an error. Clients without ranges are passed over, as Yjs does.
  bool next_delete(ClientId& client, ClockRange& range) {
    if (!deletes_begun_) {
      deletes_begun_ = true;
      sections_left_ = rest().varuint();
      structs_left_ = 0;
    }
    while (structs_left_ == 0) {
      if (sections_left_ == 0 || !ok()) return false;
      --sections_left_;
      in_.begin_delete_client();
      client_ = rest().varuint();
      structs_left_ = rest().varuint();
    }
    --structs_left_;
    client = client_;
    range = in_.delete_range();
    if (range.length > kSafeInteger - range.clock) fail(Errc::invalid_delete_set);
    return ok();
  }

  bool ok() const { return rest().ok(); }
  Error error() const { return rest().error(); }
  std::size_t offset() const { return rest().offset(); }
  std::size_t remaining() const { return rest().remaining(); }
  void fail(Errc code) { rest().fail(code); }

 private:
  encoding::Reader& rest() { return in_.rest(); }
  const encoding::Reader& rest() const { return in_.rest(); }

  void read_struct(Struct& s) {
    if (s.kind == Kind::string) [[likely]] {
      read_header(s);
      const auto string = in_.string();
      s.content.bytes = string.text;
      s.content.ascii = string.ascii;
      s.length = string.length_utf16;
    } else if (s.kind == Kind::gc || s.info == static_cast<std::uint8_t>(Kind::skip)) {
      s.parent = ParentKind::none;
      s.has_parent_sub = false;
      canonical_info_ = s.info == static_cast<std::uint8_t>(s.kind);
      s.length = s.kind == Kind::gc ? in_.len() : rest().varuint();
    } else if (s.kind > Kind::doc) {
      fail(Errc::invalid_content);
    } else {
      read_header(s);
      read_content(s);
    }
  }

  void read_header(Struct& s) {
    s.parent = ParentKind::none;
    s.has_parent_sub = false;
    if ((s.info & kHasOrigin) != 0) s.origin = in_.left_id();
    if ((s.info & kHasRightOrigin) != 0) s.right_origin = in_.right_id();
    if ((s.info & (kHasOrigin | kHasRightOrigin)) == 0) {
      read_parent(s);
    } else if ((s.info & kHasParentSub) != 0) {
      canonical_info_ = false;  // the bit is not written again
    }
  }

  void read_parent(Struct& s) {
    const std::uint64_t parent_info = in_.parent_info();
    if (parent_info > 1) canonical_ = false;
    if (parent_info == 1) {
      s.parent = ParentKind::root;
      s.parent_name = in_.string().text;
    } else {
      s.parent = ParentKind::id;
      s.parent_id = in_.left_id();
    }
    if ((s.info & kHasParentSub) != 0) {
      s.has_parent_sub = true;
      s.parent_sub = in_.string().text;
    }
  }

  void read_content(Struct& s);  // every kind but string, gc and skip
  void read_any_values(Struct& s);
  void read_json_values(Struct& s);
  void read_value(Struct& s);
  void read_doc(Struct& s);
  std::string_view scan_values(std::uint64_t count);

  Decoder in_;
  Compat compat_;
  std::uint64_t sections_left_ = 0;
  std::uint64_t structs_left_ = 0;
  ClientId client_ = 0;
  Clock clock_ = 0;
  std::size_t struct_begin_ = 0;
  bool canonical_ = true;
  bool canonical_info_ = true;
  bool deletes_begun_ = false;
  encoding::Writer scratch_;  // canonical values of the last struct
  std::string json_scratch_;  // canonical JSON text or guid of the last struct
};

}  // namespace weft::update
