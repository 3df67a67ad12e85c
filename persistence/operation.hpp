// A call of the store as a value: what the stores queue, and the checks that need no medium.
#pragma once

#include <string>
#include <variant>

#include "persistence/store.hpp"

namespace weft::persistence {

struct LoadOperation {
  std::string name;
  DocumentStore::Done<LoadedDocument> done;
};
struct AppendOperation {
  std::string name;
  Update update;
  DocumentStore::Done<Sequence> done;
};
struct CheckpointOperation {
  std::string name;
  Checkpoint checkpoint;
  DocumentStore::Done<Sequence> done;
};
struct RemoveOperation {
  std::string name;
  DocumentStore::Done<Sequence> done;
};
struct ReplaceOperation {
  std::string name;
  Checkpoint checkpoint;
  DocumentStore::Done<Sequence> done;
};
struct SetFormerOperation {
  std::string name;
  std::shared_ptr<const Bytes> former;
  DocumentStore::Done<Sequence> done;
};
struct AddVersionOperation {
  std::string name;
  Version version;
  DocumentStore::Done<VersionNumber> done;
};
struct RemoveVersionsOperation {
  std::string name;
  std::vector<VersionNumber> numbers;
  DocumentStore::Done<std::uint64_t> done;
};
struct ListVersionsOperation {
  std::string name;
  VersionsRequest request;
  DocumentStore::Done<VersionPage> done;
};
struct LoadVersionOperation {
  std::string name;
  VersionNumber number;
  DocumentStore::Done<StoredVersion> done;
};
struct SalvageOperation {
  std::string name;
  DocumentStore::Done<SalvagedDocument> done;
};
struct ListOperation {
  ListRequest request;
  DocumentStore::Done<DocumentPage> done;
};
struct FlushOperation {
  DocumentStore::Done<void> done;
};

using Operation =
    std::variant<AppendOperation, CheckpointOperation, RemoveOperation, ReplaceOperation,
                 SetFormerOperation, AddVersionOperation, RemoveVersionsOperation, FlushOperation,
                 LoadOperation, ListOperation, ListVersionsOperation, LoadVersionOperation,
                 SalvageOperation>;

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

/// True for what changes nothing.
bool is_read(const Operation& operation);

/// The document that the operation is about; null for list and flush.
const std::string* name_of(const Operation& operation);

/// The payload that the operation holds while it waits.
std::size_t payload_bytes(const Operation& operation);

/// Names and sizes: invalid_name or too_large.
StoreResult<void> check_operation(const Operation& operation, const StoreLimits& limits);

/// Completes any operation with `error`.
void fail(Operation& operation, const StoreError& error);

/// Completes a write. REQUIRES: not is_read.
void complete_write(Operation& operation, StoreResult<Sequence> result);

/// Counts what is queued or running against the limits.
class Backlog {
 public:
  explicit Backlog(const StoreLimits& limits) : limits_(limits) {}

  /// Error: overloaded. What is admitted must be released when it has completed.
  StoreResult<void> admit(std::size_t bytes);
  void release(std::size_t bytes);

  std::size_t count() const { return count_; }
  std::size_t bytes() const { return bytes_; }

 private:
  StoreLimits limits_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

/// Where a document stands. What the next write must fit to.
struct Position {
  Sequence last = 0;
  Sequence checkpoint_up_to = 0;
};

/// out_of_order unless `sequence` is the next one.
StoreResult<void> check_append(const std::string& name, const Position& position,
                               Sequence sequence);

/// out_of_order unless checkpoint_up_to <= up_to <= last.
StoreResult<void> check_checkpoint(const std::string& name, const Position& position,
                                   Sequence up_to);

/// out_of_order where up_to < last: a number that was given is not given again.
StoreResult<void> check_replace(const std::string& name, const Position& position, Sequence up_to);

/// The refusal of a write to a document whose load failed.
StoreError damaged_error(const std::string& name);

/// The refusal of a write to a document that another server may have written since it was loaded.
StoreError stale_error(const std::string& name);

StoreError closed_error();

/// What close returns when the deadline passed first.
StoreError given_up_error(std::size_t count);

}  // namespace weft::persistence
