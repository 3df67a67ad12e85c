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
};

/// As update_checksum; a checkpoint never passes for an update.
std::uint64_t checkpoint_checksum(std::string_view name, const CheckpointFields& checkpoint);

/// Takes a document's records in order. After an error it must not be used again.
class DocumentReader {
 public:
  /// `last` is the sequence that the store has noted for the document.
  DocumentReader(std::string_view name, Sequence last) : name_(name), last_(last) {}

  /// REQUIRES: before any update. `encoding` as stored.
  StoreResult<void> checkpoint(const CheckpointFields& fields, std::int64_t encoding,
                               std::uint64_t checksum);
  /// `encoding` as stored; that of `update` is ignored.
  StoreResult<void> update(const StoredUpdate& update, std::int64_t encoding,
                           std::uint64_t checksum);
  StoreResult<LoadedDocument> finish();

  /// The last one taken.
  Sequence sequence() const { return document_.sequence; }

 private:
  std::unexpected<StoreError> damaged(const std::string& what) const;

  std::string_view name_;
  Sequence last_;
  LoadedDocument document_;
};

}  // namespace weft::persistence
