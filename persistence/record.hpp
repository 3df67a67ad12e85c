// A stored record: its checksum, and the reader that puts a document together from its records and
// refuses what does not fit. Every store uses both, so that damage means the same everywhere.
#pragma once

#include <cstdint>
#include <string_view>

#include "persistence/store.hpp"

namespace weft::persistence {

/// `name` in quotes for a message: cut after 80 bytes, control characters as '?'.
std::string quoted(std::string_view name);

/// How an encoding is stored: 1 or 2.
std::int64_t encoding_number(Encoding encoding);

/// The checksum of an update of document `name`: XXH3-64 of the bytes, seeded with the XXH3-64 of
/// the name and every other field. Seeding binds the bytes to their place, so a record that lies
/// under another name or sequence is found as surely as a flipped bit. Never change it: it is part
/// of the stored format.
std::uint64_t update_checksum(std::string_view name, const StoredUpdate& update);

struct CheckpointFields {
  ByteView state;
  Encoding encoding = Encoding::v1;
  Sequence up_to = 0;
  std::int64_t created_at_ms = 0;
  ByteView attribution = {};
};

/// As update_checksum; a checkpoint never passes for an update.
std::uint64_t checkpoint_checksum(std::string_view name, const CheckpointFields& checkpoint);

/// A version as stored: numbers as the medium has them.
struct VersionFields {
  VersionInfo info;
  std::int64_t kind = 0;
  std::int64_t encoding = 0;
  ByteView state;
};

std::uint64_t version_checksum(std::string_view document, const VersionFields& version);

/// The version, if it is what was written. `fields.kind` counts, not the info's. Error: corrupt.
StoreResult<StoredVersion> checked_version(std::string_view document, VersionFields fields,
                                           std::uint64_t checksum);

/// What a list shows of a kind that this program does not know: automatic.
VersionKind version_kind_from(std::int64_t number);

/// The checksum of what set_former keeps beside a name.
std::uint64_t former_checksum(std::string_view name, ByteView former);

StoreError no_version_error(std::string_view document, VersionNumber number);

/// Takes a document's records in order. After an error it must not be used again.
class DocumentReader {
 public:
  enum class Mode : std::uint8_t {
    strict,   // what does not fit is an error
    salvage,  // what does not fit is noted, and reading goes on
  };
  /// `last` is the sequence that the store has noted for the document.
  DocumentReader(std::string_view name, Sequence last, Mode mode = Mode::strict)
      : name_(name), last_(last), mode_(mode) {}

  /// REQUIRES: before any update. `encoding` as stored.
  StoreResult<void> checkpoint(const CheckpointFields& fields, std::int64_t encoding,
                               std::uint64_t checksum);
  /// `encoding` as stored; that of `update` is ignored.
  StoreResult<void> update(const StoredUpdate& update, std::int64_t encoding,
                           std::uint64_t checksum);
  /// What set_former has kept. REQUIRES: at most once.
  StoreResult<void> former(ByteView bytes, std::uint64_t checksum);
  StoreResult<LoadedDocument> finish();

  /// Something of the document cannot be read at all.
  void note(const StoreError& error) { salvaged_.damages.push_back(error.message); }
  /// REQUIRES: Mode::salvage.
  SalvagedDocument finish_salvage();

  /// The last one taken.
  Sequence sequence() const { return document_.sequence; }

 private:
  StoreResult<void> damaged(const std::string& what);
  StoreResult<void> check_end();
  LoadedDocument& place_for(bool whole) { return whole ? document_ : salvaged_.doubtful; }

  std::string_view name_;
  Sequence last_;
  Mode mode_;
  LoadedDocument document_;
  SalvagedDocument salvaged_;  // but for `document`
};

}  // namespace weft::persistence
