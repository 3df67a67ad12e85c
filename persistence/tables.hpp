// What a database must be able to do to stand behind a store: one writer, some readers.
//
// A Tables and a Reader each belong to one thread at a time. They own connections, know SQL, and
// turn every failure of theirs into a value. What is checked, and in which order things happen, is
// said once, in DocumentLog and LogStore.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "persistence/operation.hpp"
#include "persistence/record.hpp"

namespace weft::persistence {

/// A document as the open transaction sees it.
struct DocumentRow {
  std::int64_t id = 0;  // 0: no such document
  Position position;
  VersionNumber last_version = 0;
  /// Another server has owned the store since this document was loaded.
  bool stale = false;
};

/// What the last failure of a Tables means for the transaction that it ended.
enum class Fate : std::uint8_t {
  settled,   // it is not stored, and the medium answers: the caller decides what to do
  lost,      // it is not stored, because the medium does not answer: it can be tried again
  in_doubt,  // the medium went away while it committed: ask settle()
};

class Tables {
 public:
  virtual ~Tables() = default;

  /// Opens a transaction for `group`; connects again where the connection was lost.
  virtual StoreResult<void> begin(std::span<const Operation> group) = 0;
  /// Returns once the transaction is durable.
  virtual StoreResult<void> commit() = 0;
  /// Undoes the open transaction, if there is one.
  virtual void rollback() = 0;

  /// After a failure of any of these functions.
  virtual Fate fate() const { return Fate::settled; }
  /// True: the transaction in doubt is durable. An error: still nobody knows.
  /// REQUIRES: fate() is in_doubt.
  virtual StoreResult<bool> settle() { return false; }

  // --- in an open transaction ---
  virtual StoreResult<DocumentRow> find(const std::string& name) = 0;
  /// Returns the new document's id; its last sequence is 0.
  virtual StoreResult<std::int64_t> create(const std::string& name, std::int64_t now_ms) = 0;
  virtual StoreResult<void> set_last_sequence(std::int64_t id, Sequence last) = 0;
  virtual StoreResult<void> add_update(std::int64_t id, const StoredUpdate& update,
                                       std::uint64_t checksum) = 0;
  virtual StoreResult<void> put_checkpoint(std::int64_t id, const CheckpointFields& checkpoint,
                                           std::uint64_t checksum) = 0;
  virtual StoreResult<void> delete_updates(std::int64_t id, Sequence up_to) = 0;
  virtual StoreResult<void> delete_checkpoint(std::int64_t id) = 0;
  /// The document with all of its records and versions.
  virtual StoreResult<void> delete_document(std::int64_t id) = 0;
  virtual StoreResult<void> set_former(const std::string& name, ByteView former,
                                       std::uint64_t checksum) = 0;
  /// Also notes its number as the document's last.
  virtual StoreResult<void> add_version(std::int64_t id, const VersionFields& version,
                                        std::uint64_t checksum) = 0;
  /// False: there is no such version.
  virtual StoreResult<bool> delete_version(std::int64_t id, VersionNumber number) = 0;
};

class Reader {
 public:
  virtual ~Reader() = default;
  /// As DocumentStore's, over what is durable now.
  virtual StoreResult<LoadedDocument> load(const std::string& name) = 0;
  virtual StoreResult<DocumentPage> list(const ListRequest& request) = 0;
  virtual StoreResult<VersionPage> list_versions(const std::string& name,
                                                 const VersionsRequest& request) = 0;
  virtual StoreResult<StoredVersion> load_version(const std::string& name,
                                                  VersionNumber number) = 0;
  virtual StoreResult<SalvagedDocument> salvage(const std::string& name) = 0;
};

}  // namespace weft::persistence
