// Documents in a SQLite database: one group of writes is one transaction; loads and lists.
//
// No thread, no queue and no completion here: the store above calls it from its writer thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "persistence/operation.hpp"
#include "persistence/record.hpp"
#include "persistence/sqlite/database.hpp"

namespace weft::persistence::sqlite {

class DocumentLog {
 public:
  /// `now_ms` is asked once a transaction.
  static StoreResult<DocumentLog> create(Database database, std::function<std::int64_t()> now_ms);

  /// What became of a group.
  struct Outcome {
    std::vector<StoreResult<Sequence>> results;  // one for each operation of the group
    std::uint64_t commits = 0;
    std::uint64_t commits_failed = 0;
  };

  /// Carries out writes and flushes in order, in one transaction, and returns after its disk sync.
  /// An operation that does not fit (out_of_order, corrupt) fails alone; when the transaction
  /// fails, so does every operation in it. Should it fail because of damaged pages, each operation
  /// is tried in a transaction of its own, so that one document's damage does not hold up others.
  Outcome commit(std::span<const Operation> group);

  /// A failure because of damage is remembered: later writes to that document are refused.
  StoreResult<LoadedDocument> load(const std::string& name);
  StoreResult<DocumentPage> list(const ListRequest& request);

 private:
  // A document as the open transaction sees it.
  struct Row {
    std::int64_t id = 0;  // 0: no such document
    Position position;
    bool moved = false;    // position.last is not stored yet
    bool removed = false;  // by this transaction
  };
  using Rows = std::unordered_map<std::string, Row>;
  using Results = std::span<StoreResult<Sequence>>;
  // The outer error is the transaction's, the inner one the operation's alone.
  using Written = StoreResult<StoreResult<Sequence>>;

  DocumentLog(Database database, std::vector<Statement> statements,
              std::function<std::int64_t()> now_ms);

  StoreResult<void> commit_together(std::span<const Operation> group, Results results);
  StoreResult<void> write_all(std::span<const Operation> group, Results results);
  void note_damage(std::span<const Operation> group, Results results);

  Written append(Rows& rows, const AppendOperation& append);
  Written checkpoint(Rows& rows, const CheckpointOperation& write);
  Written remove(Rows& rows, const RemoveOperation& remove);

  StoreResult<Row> find(const std::string& name);
  StoreResult<Row*> row_of(Rows& rows, const std::string& name);
  StoreResult<void> create_document(Row& row, const std::string& name);
  StoreResult<void> add_update(const Row& row, const AppendOperation& append);
  StoreResult<void> put_checkpoint(const Row& row, const CheckpointOperation& write);
  bool refused(const Row& row, const std::string& name) const;

  StoreResult<LoadedDocument> read(const std::string& name);
  StoreResult<void> read_checkpoint(std::int64_t id, DocumentReader& reader);
  StoreResult<void> read_updates(std::int64_t id, DocumentReader& reader);

  Database database_;
  std::vector<Statement> statements_;  // after the database: they must go first
  std::function<std::int64_t()> now_ms_;
  std::int64_t transaction_now_ms_ = 0;
  std::unordered_set<std::string> damaged_;  // names whose load failed
};

}  // namespace weft::persistence::sqlite
