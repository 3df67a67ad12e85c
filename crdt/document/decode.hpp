// An update decoded and checked in full before a document changes: an error leaves no trace.
//
// Types that Yjs does not know: those of yrs are kept and written again as they were, weak links
// with what they link to; they read as empty arrays. Any other typeRef above 6 gives
// invalid_content, since its body cannot be told from what follows. Yjs 13 throws at all of them;
// @y/y 14 keeps all without a body, and so misreads whatever follows a weak link.
#pragma once

#include <string_view>
#include <vector>

#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/id_set.hpp>

#include "store/store.hpp"
#include "update/struct.hpp"
#include "update/trust.hpp"

namespace weft::document {

using store::ClientIx;
using store::DenseId;
using update::Kind;
using update::ParentKind;

/// A piece of the update, or of DecodedUpdate::extra_bytes when `begin` lies beyond the update.
struct Piece {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

/// One struct of an update with dense clients: what all structs have. 32 bytes, written once and
/// read once.
struct Record {
  static constexpr std::uint32_t kExtra = 0x80;  // `content.begin` is a place in extras

  std::uint32_t clock = 0;
  std::uint32_t length = 0;
  std::uint32_t origin_client : 24 = 0;
  std::uint32_t kind_bits : 8 = 0;
  std::uint32_t origin_clock = 0;
  std::uint32_t right_origin_client : 24 = 0;
  std::uint32_t flags : 8 = 0;  // Item::kAscii, Item::kJson, kExtra
  std::uint32_t right_origin_clock = 0;
  Piece content;

  Kind kind() const { return static_cast<Kind>(kind_bits); }
  DenseId origin() const { return {origin_client, origin_clock}; }
  DenseId right_origin() const { return {right_origin_client, right_origin_clock}; }
};
static_assert(sizeof(Record) == 32);

/// What few structs have: a parent of their own, or more than one piece of content.
struct Extra {
  ParentKind parent = ParentKind::none;
  bool has_parent_sub = false;
  bool should_load = false;  // doc
  std::uint32_t type_ref = 0;
  DenseId parent_id;  // ParentKind::id
  Piece parent_name;  // ParentKind::root
  Piece parent_sub;
  Piece content;
  Piece key;
};

/// The structs of one client, in clock order.
struct Section {
  ClientIx client = store::kNoClient;
  std::uint32_t next = 0;  // the first record that is not yet integrated
  std::uint32_t end = 0;
  std::uint32_t rest = store::kNoIndex;     // the first record that has to wait
  std::uint32_t waiting = store::kNoIndex;  // behind all: a record that has waited before
};

/// Deleted ranges of one client: those before `end` in DecodedUpdate::deletes.
struct DeleteSection {
  ClientId client = 0;
  std::size_t end = 0;
};

/// Owned by the document and used again for each update, so that small updates allocate nothing.
struct DecodedUpdate {
  ByteView update;
  Bytes extra_bytes;
  std::vector<Record> records;
  std::vector<Extra> extras;
  std::vector<Section> sections;
  std::vector<ClockRange> deletes;
  std::vector<DeleteSection> delete_sections;

  std::string_view text(Piece piece) const {
    if (piece.begin < update.size()) return as_text(update).substr(piece.begin, piece.size);
    return as_text(extra_bytes).substr(piece.begin - update.size(), piece.size);
  }
  const Extra* extra(const Record& record) const {
    return (record.flags & Record::kExtra) != 0 ? &extras[record.content.begin] : nullptr;
  }

  void clear();
  /// Gives back what a large update took; the next small one shall not pay for it.
  void shrink();
};

/// Decodes `update` into `out`; clients are numbered in `clients`, and each has `section` set to
/// its place in `out.sections` until `end_sections`. On error `clients` is as before. Errors: those
/// of the reader; duplicate_client, invalid_struct, number_too_large, too_many_clients, too_large.
Result<void> decode(ByteView update, Encoding encoding, Compat compat, store::ClientTable& clients,
                    DecodedUpdate& out, update::Trust trust = update::Trust::none);

/// Ends the clients' association with sections.
void end_sections(store::ClientTable& clients, const DecodedUpdate& decoded);

/// The struct as it stood in the update, for writing it again.
update::Struct to_struct(const DecodedUpdate& decoded, const store::ClientTable& clients,
                         ClientIx client, const Record& record);

}  // namespace weft::document
