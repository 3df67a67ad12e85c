// A group of writes as one transaction on a database's tables.
//
// No thread, no queue and no completion here: LogStore calls it from its writer thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "persistence/operation.hpp"
#include "persistence/quarantine.hpp"
#include "persistence/tables.hpp"

namespace weft::persistence {

class DocumentLog {
 public:
  /// `now_ms` is asked once a transaction.
  DocumentLog(std::unique_ptr<Tables> tables, std::shared_ptr<Quarantine> quarantine,
              std::function<std::int64_t()> now_ms);

  /// What became of a group.
  struct Outcome {
    std::vector<StoreResult<Sequence>> results;  // one for each operation of the group
    std::uint64_t commits = 0;
    std::uint64_t commits_failed = 0;
    /// Other than settled: nothing is decided, `failure` says why, and in_doubt's results hold if
    /// settle() says so.
    Fate fate = Fate::settled;
    std::optional<StoreError> failure;  // of the last transaction
  };

  /// Carries out writes and flushes in order, in one transaction, and returns after its disk sync.
  /// An operation that does not fit (out_of_order, corrupt) fails alone; when the transaction
  /// fails, so does every operation in it. Should it fail because of damaged pages, each operation
  /// is tried in a transaction of its own, so that one document's damage does not hold up others.
  Outcome commit(std::span<const Operation> group);

  /// Whether the group that was in doubt is durable.
  StoreResult<bool> settle(std::span<const Operation> group, const Outcome& outcome);

 private:
  struct Row {
    DocumentRow stored;
    bool moved = false;    // the last sequence is not stored yet
    bool removed = false;  // by this transaction, or replaced
  };
  using Rows = std::unordered_map<std::string, Row>;
  using Results = std::span<StoreResult<Sequence>>;
  // The outer error is the transaction's, the inner one the operation's alone.
  using Written = StoreResult<StoreResult<Sequence>>;

  StoreResult<void> commit_together(std::span<const Operation> group, Results results);
  StoreResult<void> write_all(std::span<const Operation> group, Results results);
  void note_damage(std::span<const Operation> group, Results results);
  void note_removals(std::span<const Operation> group,
                     std::span<const StoreResult<Sequence>> results);

  Written append(Rows& rows, const AppendOperation& append);
  Written checkpoint(Rows& rows, const CheckpointOperation& write);
  Written remove(Rows& rows, const RemoveOperation& remove);
  Written replace(Rows& rows, const ReplaceOperation& write);
  Written set_former(const SetFormerOperation& write);
  Written add_version(Rows& rows, const AddVersionOperation& write);
  Written remove_versions(Rows& rows, const RemoveVersionsOperation& write);
  StoreResult<void> put_checkpoint(const Row& row, const std::string& name,
                                   const Checkpoint& checkpoint);

  StoreResult<Row*> row_of(Rows& rows, const std::string& name);
  StoreResult<void> create_document(Row& row, const std::string& name);
  StoreResult<void> check_writable(const Row& row, const std::string& name) const;

  std::unique_ptr<Tables> tables_;
  std::shared_ptr<Quarantine> quarantine_;
  std::function<std::int64_t()> now_ms_;
  std::int64_t transaction_now_ms_ = 0;
};

}  // namespace weft::persistence
