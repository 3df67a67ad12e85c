// An update decoded and checked in full before a document changes: an error leaves no trace.
#pragma once

#include <string_view>
#include <vector>

#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/id_set.hpp>

#include "store/store.hpp"
#include "update/struct.hpp"

namespace weft::document {

using store::ClientIx;
using store::DenseId;
using update::Kind;
using update::ParentKind;

/// A piece of the update, or of DecodedUpdate::extra when `begin` lies beyond the update.
struct Piece {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

/// One struct of an update with dense clients. 64 bytes, written once and read once.
struct Record {
  static constexpr std::uint8_t kShouldLoad = 128;  // doc

  std::uint32_t clock = 0;
  std::uint32_t length = 0;
  DenseId origin;
  DenseId right_origin;
  Kind kind = Kind::gc;
  ParentKind parent = ParentKind::none;
  bool has_parent_sub = false;
  std::uint8_t flags = 0;  // Item::kAscii, Item::kJson, kShouldLoad
  union {
    DenseId parent_id;  // ParentKind::id
    Piece parent_name;  // ParentKind::root
  };
  Piece parent_sub;
  Piece content;
  Piece key;  // parent_sub and key never matter at once with a type reference: see type_ref
  std::uint32_t type_ref = 0;

  Record() : parent_id() {}
};

/// The structs of one client, in clock order.
struct Section {
  ClientIx client = store::kNoClient;
  std::uint32_t next = 0;  // the first record that is not yet integrated
  std::uint32_t end = 0;
  std::uint32_t rest = store::kNoIndex;  // the first record that has to wait
};

struct DeleteRange {
  ClientId client = 0;
  ClockRange range;
};

/// Owned by the document and used again for each update, so that small updates allocate nothing.
struct DecodedUpdate {
  ByteView update;
  Bytes extra;
  std::vector<Record> records;
  std::vector<Section> sections;
  std::vector<DeleteRange> deletes;

  std::string_view text(Piece piece) const {
    if (piece.begin < update.size()) return as_text(update).substr(piece.begin, piece.size);
    return as_text(extra).substr(piece.begin - update.size(), piece.size);
  }
};

/// Decodes `update` into `out`; clients are numbered in `clients`, and each has `section` set to
/// its place in `out.sections` until `end_sections`. On error `clients` is as before. Errors: those
/// of the reader; duplicate_client, invalid_struct, number_too_large, too_many_clients, too_large.
Result<void> decode(ByteView update, Encoding encoding, store::ClientTable& clients,
                    DecodedUpdate& out);

/// Ends the clients' association with sections.
void end_sections(store::ClientTable& clients, const DecodedUpdate& decoded);

/// The struct as it stood in the update, for writing it again.
update::Struct to_struct(const DecodedUpdate& decoded, const store::ClientTable& clients,
                         ClientIx client, const Record& record);

}  // namespace weft::document
