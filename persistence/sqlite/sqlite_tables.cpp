// The SQL of writing.
#include "persistence/sqlite/sqlite_tables.hpp"

#include <array>
#include <cassert>
#include <limits>
#include <utility>
#include <vector>

namespace weft::persistence::sqlite {

namespace {

enum Query : std::size_t {
  kBegin,
  kCommit,
  kFind,
  kNamed,
  kCreate,
  kStorePosition,
  kAddUpdate,
  kPutCheckpoint,
  kDeleteUpdates,
  kDeleteCheckpoint,
  kDeleteDocument,
  kSetFormer,
  kAddVersion,
  kSetLastVersion,
  kDeleteVersion,
  kDeleteVersions,
  kQueryCount,
};

constexpr std::array<const char*, kQueryCount> kSql = {
    "BEGIN IMMEDIATE",
    "COMMIT",
    "SELECT d.id, d.last_sequence, c.up_to, d.last_version FROM documents d"
    " LEFT JOIN checkpoints c ON c.document_id = d.id WHERE d.name = ?1",
    "SELECT name, last_sequence FROM documents WHERE id = ?1",
    "INSERT INTO documents (name, last_sequence, created_at_ms) VALUES (?1, 0, ?2) RETURNING id",
    "UPDATE documents SET last_sequence = ?2 WHERE id = ?1",
    "INSERT INTO updates (document_id, sequence, encoding, created_at_ms, user, session, checksum,"
    " bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    "INSERT OR REPLACE INTO checkpoints (document_id, up_to, encoding, created_at_ms, checksum,"
    " state, attribution) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    "DELETE FROM updates WHERE document_id = ?1 AND sequence <= ?2",
    "DELETE FROM checkpoints WHERE document_id = ?1",
    "DELETE FROM documents WHERE id = ?1",
    "INSERT OR REPLACE INTO former (name, checksum, bytes) VALUES (?1, ?2, ?3)",
    "INSERT INTO versions (document_id, number, kind, up_to, encoding, created_at_ms, name, user,"
    " checksum, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    "UPDATE documents SET last_version = ?2 WHERE id = ?1",
    "DELETE FROM versions WHERE document_id = ?1 AND number = ?2 RETURNING 1",
    "DELETE FROM versions WHERE document_id = ?1",
};

class SqliteTables final : public DocumentTables {
 public:
  SqliteTables(Database database, std::vector<Statement> statements)
      : database_(std::move(database)), statements_(std::move(statements)) {}

  StoreResult<void> begin(std::span<const Operation> /*group*/) override {
    return Run(statements_[kBegin]).finish();
  }
  StoreResult<void> commit() override { return Run(statements_[kCommit]).finish(); }
  void rollback() override { database_.rollback(); }

  StoreResult<DocumentRow> find(const std::string& name) override {
    Run run(statements_[kFind]);
    auto found = run.bind(1, std::string_view(name)).step();
    if (!found) return std::unexpected(std::move(found.error()));
    DocumentRow row;
    if (*found) {
      row.id = run.integer(0);
      row.position = {run.unsigned_integer(1), run.unsigned_integer(2)};  // NULL reads as 0
      row.last_version = run.unsigned_integer(3);
    }
    return row;
  }

  StoreResult<std::optional<Named>> named(std::int64_t id) override {
    Run run(statements_[kNamed]);
    auto found = run.bind(1, id).step();
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return std::nullopt;
    return Named{std::string(run.text(0)), run.unsigned_integer(1)};
  }

  StoreResult<std::int64_t> last_id() override {
    return database_.query_integer("SELECT seq FROM sqlite_sequence WHERE name = 'documents'");
  }

  // Something that is always written, in the place of what failed.
  StoreResult<void> bury_failed() override { return database_.execute("PRAGMA user_version = 1"); }

  StoreResult<std::int64_t> create(const std::string& name, std::int64_t now_ms) override {
    Run run(statements_[kCreate]);
    auto created = run.bind(1, std::string_view(name)).bind(2, now_ms).step();
    if (!created) return std::unexpected(std::move(created.error()));
    assert(*created);
    const std::int64_t id = run.integer(0);
    if (auto done = run.finish(); !done) return std::unexpected(std::move(done.error()));
    return id;
  }

  StoreResult<void> set_last_sequence(std::int64_t id, Sequence last) override {
    return Run(statements_[kStorePosition]).bind(1, id).bind(2, last).finish();
  }

  StoreResult<void> add_update(std::int64_t id, const StoredUpdate& update,
                               std::uint64_t checksum) override {
    Run run(statements_[kAddUpdate]);
    run.bind(1, id)
        .bind(2, update.sequence)
        .bind(3, encoding_number(update.encoding))
        .bind(4, update.created_at_ms)
        .bind(5, update.user)
        .bind(6, update.session)
        .bind(7, checksum)
        .bind(8, update.bytes);
    return run.finish();
  }

  StoreResult<void> put_checkpoint(std::int64_t id, const CheckpointFields& checkpoint,
                                   std::uint64_t checksum) override {
    Run run(statements_[kPutCheckpoint]);
    run.bind(1, id)
        .bind(2, checkpoint.up_to)
        .bind(3, encoding_number(checkpoint.encoding))
        .bind(4, checkpoint.created_at_ms)
        .bind(5, checksum)
        .bind(6, checkpoint.state)
        .bind(7, checkpoint.attribution);
    return run.finish();
  }

  StoreResult<void> delete_updates(std::int64_t id, Sequence up_to) override {
    return Run(statements_[kDeleteUpdates]).bind(1, id).bind(2, up_to).finish();
  }

  StoreResult<void> delete_checkpoint(std::int64_t id) override {
    return Run(statements_[kDeleteCheckpoint]).bind(1, id).finish();
  }

  StoreResult<void> set_former(const std::string& name, ByteView former,
                               std::uint64_t checksum) override {
    Run run(statements_[kSetFormer]);
    return run.bind(1, std::string_view(name)).bind(2, checksum).bind(3, former).finish();
  }

  StoreResult<void> add_version(std::int64_t id, const VersionFields& version,
                                std::uint64_t checksum) override {
    Run run(statements_[kAddVersion]);
    run.bind(1, id)
        .bind(2, version.info.number)
        .bind(3, version.kind)
        .bind(4, version.info.up_to)
        .bind(5, version.encoding)
        .bind(6, version.info.created_at_ms)
        .bind(7, std::string_view(version.info.name))
        .bind(8, std::string_view(version.info.user))
        .bind(9, checksum)
        .bind(10, version.state);
    if (auto done = run.finish(); !done) return done;
    return Run(statements_[kSetLastVersion]).bind(1, id).bind(2, version.info.number).finish();
  }

  StoreResult<bool> delete_version(std::int64_t id, VersionNumber number) override {
    Run run(statements_[kDeleteVersion]);
    auto deleted = run.bind(1, id).bind(2, number).step();
    if (!deleted || !*deleted) return deleted;
    if (auto done = run.finish(); !done) return std::unexpected(std::move(done.error()));
    return true;
  }

  StoreResult<void> delete_document(std::int64_t id) override {
    constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
    auto done = Run(statements_[kDeleteUpdates]).bind(1, id).bind(2, kAll).finish();
    if (done) done = Run(statements_[kDeleteCheckpoint]).bind(1, id).finish();
    if (done) done = Run(statements_[kDeleteVersions]).bind(1, id).finish();
    if (done) done = Run(statements_[kDeleteDocument]).bind(1, id).finish();
    return done;
  }

 private:
  Database database_;
  std::vector<Statement> statements_;  // after the database: they must go first
};

}  // namespace

StoreResult<std::unique_ptr<DocumentTables>> make_tables(Database database) {
  auto statements = prepare_all(database, kSql);
  if (!statements) return std::unexpected(std::move(statements.error()));
  return std::make_unique<SqliteTables>(std::move(database), std::move(*statements));
}

}  // namespace weft::persistence::sqlite
