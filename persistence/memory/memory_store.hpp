// A DocumentStore in memory: the same contract without a disk and without a thread, for tests and
// for simulations that decide themselves when something becomes durable.
//
// Calls only queue. Nothing happens, and no completion is called, before run_one() or drain(): the
// same calls always give the same results in the same order. What is durable lives in a MemoryDisk
// that outlasts the store, so a crash is: drop the store, open another one on the same disk.
// Single-threaded, unlike other stores.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "persistence/operation.hpp"
#include "persistence/record.hpp"
#include "persistence/store.hpp"

namespace weft::persistence {

/// What survives a MemoryStore. The fields are open for tests that damage them.
struct MemoryDisk {
  struct UpdateRecord {
    Sequence sequence = 0;
    Bytes bytes;
    Encoding encoding = Encoding::v1;
    Origin origin;
    std::int64_t created_at_ms = 0;
    std::uint64_t checksum = 0;
  };
  struct CheckpointRecord {
    StoredCheckpoint checkpoint;
    std::uint64_t checksum = 0;
  };
  struct VersionRecord {
    StoredVersion version;
    std::uint64_t checksum = 0;
  };
  struct Document {
    Sequence last = 0;
    std::optional<CheckpointRecord> checkpoint;
    std::deque<UpdateRecord> updates;
    VersionNumber last_version = 0;
    std::map<VersionNumber, VersionRecord> versions;
  };
  struct FormerRecord {
    Bytes bytes;
    std::uint64_t checksum = 0;
  };

  std::map<std::string, Document> documents;
  std::map<std::string, FormerRecord> former;  // by name
  /// While set, every write fails with this error and changes nothing.
  std::optional<StoreError> write_failure;
};

struct MemoryOptions {
  std::shared_ptr<MemoryDisk> disk;
  std::function<std::int64_t()> now_ms;  // since 1970
  StoreLimits limits = {};
};

class MemoryStore final : public DocumentStore {
 public:
  /// REQUIRES: disk and now_ms are set.
  explicit MemoryStore(MemoryOptions options);
  /// What is still queued is lost without a completion, as in a crash.
  ~MemoryStore() override = default;

  /// Carries out the oldest queued operation and calls its completion. False: nothing was queued.
  bool run_one();
  /// run_one until nothing is queued, also what completions queue; returns how many ran.
  std::size_t drain();

  Queued load(std::string name, Done<LoadedDocument> done) override;
  Queued append(std::string name, Update update, Done<Sequence> done) override;
  Queued checkpoint(std::string name, Checkpoint checkpoint, Done<Sequence> done) override;
  Queued remove(std::string name, Done<Sequence> done) override;
  Queued replace(std::string name, Checkpoint checkpoint, Done<Sequence> done) override;
  Queued set_former(std::string name, std::shared_ptr<const Bytes> former,
                    Done<Sequence> done) override;
  Queued add_version(std::string name, Version version, Done<VersionNumber> done) override;
  Queued remove_versions(std::string name, std::vector<VersionNumber> numbers,
                         Done<std::uint64_t> done) override;
  Queued list_versions(std::string name, VersionsRequest request, Done<VersionPage> done) override;
  Queued load_version(std::string name, VersionNumber number, Done<StoredVersion> done) override;
  Queued salvage(std::string name, Done<SalvagedDocument> done) override;
  Queued list(ListRequest request, Done<DocumentPage> done) override;
  Queued flush(Done<void> done) override;
  /// Drains; with a deadline of 0 it gives up what is queued instead.
  StoreResult<void> close(std::chrono::milliseconds deadline) override;
  StoreStats stats() const override;

 private:
  Queued enqueue(Operation operation);
  void run(Operation& operation);
  StoreResult<LoadedDocument> read(const std::string& name);
  StoreResult<void> read_records(const std::string& name, DocumentReader& reader) const;
  SalvagedDocument salvage(const std::string& name) const;
  VersionPage versions(const std::string& name, const VersionsRequest& request) const;
  StoreResult<StoredVersion> version(const std::string& name, VersionNumber number) const;
  DocumentPage page(const ListRequest& request) const;
  StoreResult<Sequence> write(const AppendOperation& append);
  StoreResult<Sequence> write(const CheckpointOperation& write);
  StoreResult<Sequence> write(const RemoveOperation& remove);
  StoreResult<Sequence> write(const ReplaceOperation& write);
  StoreResult<Sequence> write(const SetFormerOperation& write);
  StoreResult<VersionNumber> write(const AddVersionOperation& write);
  StoreResult<std::uint64_t> write(const RemoveVersionsOperation& write);
  void put_checkpoint(const std::string& name, const Checkpoint& given);
  StoreResult<void> writable(const std::string& name) const;

  MemoryOptions options_;
  Backlog backlog_;
  std::deque<Operation> queue_;
  std::set<std::string> damaged_;  // names whose load failed
  StoreStats counters_;
  bool closed_ = false;
};

}  // namespace weft::persistence
