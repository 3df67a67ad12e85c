// The SQL of documents.
#include "persistence/sqlite/document_log.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <optional>
#include <utility>

namespace weft::persistence::sqlite {

namespace {

enum Query : std::size_t {
  kBegin,
  kCommit,
  kFind,
  kCreate,
  kStorePosition,
  kAddUpdate,
  kPutCheckpoint,
  kDeleteUpdates,
  kDeleteCheckpoint,
  kDeleteDocument,
  kReadCheckpoint,
  kReadUpdates,
  kList,
  kQueryCount,
};

constexpr std::array<const char*, kQueryCount> kSql = {
    "BEGIN IMMEDIATE",
    "COMMIT",
    "SELECT d.id, d.last_sequence, c.up_to FROM documents d"
    " LEFT JOIN checkpoints c ON c.document_id = d.id WHERE d.name = ?1",
    "INSERT INTO documents (name, last_sequence, created_at_ms) VALUES (?1, 0, ?2) RETURNING id",
    "UPDATE documents SET last_sequence = ?2 WHERE id = ?1",
    "INSERT INTO updates (document_id, sequence, encoding, created_at_ms, user, session, checksum,"
    " bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    "INSERT OR REPLACE INTO checkpoints (document_id, up_to, encoding, created_at_ms, checksum,"
    " state) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    "DELETE FROM updates WHERE document_id = ?1 AND sequence <= ?2",
    "DELETE FROM checkpoints WHERE document_id = ?1",
    "DELETE FROM documents WHERE id = ?1",
    "SELECT up_to, encoding, created_at_ms, checksum, state FROM checkpoints"
    " WHERE document_id = ?1",
    "SELECT sequence, encoding, created_at_ms, user, session, checksum, bytes FROM updates"
    " WHERE document_id = ?1 ORDER BY sequence",
    "SELECT d.name, d.last_sequence, c.up_to FROM documents d"
    " LEFT JOIN checkpoints c ON c.document_id = d.id"
    " WHERE d.name >= ?1 AND (?2 OR d.name <> ?1) ORDER BY d.name LIMIT ?3",
};

template <typename T>
std::unexpected<StoreError> error_of(StoreResult<T>& result) {
  return std::unexpected(std::move(result.error()));
}

bool is_flush(const Operation& operation) {
  return std::holds_alternative<FlushOperation>(operation);
}

}  // namespace

DocumentLog::DocumentLog(Database database, std::vector<Statement> statements,
                         std::function<std::int64_t()> now_ms)
    : database_(std::move(database)),
      statements_(std::move(statements)),
      now_ms_(std::move(now_ms)) {}

StoreResult<DocumentLog> DocumentLog::create(Database database,
                                             std::function<std::int64_t()> now_ms) {
  std::vector<Statement> statements;
  statements.reserve(kSql.size());
  for (const char* sql : kSql) {
    auto statement = database.prepare(sql);
    if (!statement) return error_of(statement);
    statements.push_back(std::move(*statement));
  }
  return DocumentLog(std::move(database), std::move(statements), std::move(now_ms));
}

// --- Writing -----------------------------------------------------------------------------------

DocumentLog::Outcome DocumentLog::commit(std::span<const Operation> group) {
  Outcome outcome;
  outcome.results.assign(group.size(), StoreResult<Sequence>(0));
  if (std::ranges::all_of(group, is_flush)) return outcome;

  const auto attempt = [&](std::span<const Operation> operations, Results results) {
    auto committed = commit_together(operations, results);
    ++(committed ? outcome.commits : outcome.commits_failed);
    return committed ? std::optional<StoreErrc>() : committed.error().code;
  };
  const auto failure = attempt(group, outcome.results);
  if (failure != StoreErrc::corrupt) return outcome;

  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto operation = group.subspan(i, 1);
    const Results result(&outcome.results[i], 1);
    result[0] = Sequence{0};
    if (attempt(operation, result) == StoreErrc::corrupt) note_damage(operation, result);
  }
  return outcome;
}

void DocumentLog::note_damage(std::span<const Operation> group, Results results) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (results[i]) continue;
    if (const auto* append = std::get_if<AppendOperation>(&group[i])) damaged_.insert(append->name);
    if (const auto* write = std::get_if<CheckpointOperation>(&group[i]))
      damaged_.insert(write->name);
  }
}

StoreResult<void> DocumentLog::commit_together(std::span<const Operation> group, Results results) {
  transaction_now_ms_ = now_ms_();
  auto done = Run(statements_[kBegin]).finish();
  if (done) done = write_all(group, results);
  if (done) done = Run(statements_[kCommit]).finish();
  if (!done) {
    database_.rollback();
    for (std::size_t i = 0; i < group.size(); ++i) {
      // A flush tells that what came before it has completed, well or not.
      if (results[i] && !is_flush(group[i])) results[i] = std::unexpected(done.error());
    }
    return done;
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto* removed = std::get_if<RemoveOperation>(&group[i]);
    if (removed != nullptr && results[i]) damaged_.erase(removed->name);
  }
  return {};
}

StoreResult<void> DocumentLog::write_all(std::span<const Operation> group, Results results) {
  Rows rows;
  for (std::size_t i = 0; i < group.size(); ++i) {
    auto written = std::visit(
        Overloaded{
            [&](const AppendOperation& operation) { return append(rows, operation); },
            [&](const CheckpointOperation& operation) { return checkpoint(rows, operation); },
            [&](const RemoveOperation& operation) { return remove(rows, operation); },
            [](const auto&) { return Written(Sequence{0}); },
        },
        group[i]);
    if (!written) return error_of(written);
    results[i] = std::move(*written);
  }
  // Once a document, however many updates of it the group holds.
  for (const auto& [name, row] : rows) {
    if (!row.moved) continue;
    Run run(statements_[kStorePosition]);
    if (auto done = run.bind(1, row.id).bind(2, row.position.last).finish(); !done) return done;
  }
  return {};
}

DocumentLog::Written DocumentLog::append(Rows& rows, const AppendOperation& append) {
  auto found = row_of(rows, append.name);
  if (!found) return error_of(found);
  Row& row = **found;
  if (refused(row, append.name)) return Written(std::unexpected(damaged_error(append.name)));
  const Sequence sequence = append.update.sequence;
  if (auto fits = check_append(append.name, row.position, sequence); !fits)
    return Written(StoreResult<Sequence>(error_of(fits)));
  if (auto created = create_document(row, append.name); !created) return error_of(created);
  if (auto added = add_update(row, append); !added) return error_of(added);
  row.position.last = sequence;
  row.moved = true;
  return Written(sequence);
}

DocumentLog::Written DocumentLog::checkpoint(Rows& rows, const CheckpointOperation& write) {
  auto found = row_of(rows, write.name);
  if (!found) return error_of(found);
  Row& row = **found;
  if (refused(row, write.name)) return Written(std::unexpected(damaged_error(write.name)));
  const Sequence up_to = write.checkpoint.up_to;
  if (auto fits = check_checkpoint(write.name, row.position, up_to); !fits)
    return Written(StoreResult<Sequence>(error_of(fits)));
  if (auto created = create_document(row, write.name); !created) return error_of(created);
  if (auto put = put_checkpoint(row, write); !put) return error_of(put);
  Run run(statements_[kDeleteUpdates]);
  if (auto done = run.bind(1, row.id).bind(2, up_to).finish(); !done) return error_of(done);
  row.position.checkpoint_up_to = up_to;
  return Written(up_to);
}

DocumentLog::Written DocumentLog::remove(Rows& rows, const RemoveOperation& remove) {
  auto found = row_of(rows, remove.name);
  if (!found) return error_of(found);
  Row& row = **found;
  const Sequence last = row.position.last;
  if (row.id != 0) {
    constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
    auto done = Run(statements_[kDeleteUpdates]).bind(1, row.id).bind(2, kAll).finish();
    if (done) done = Run(statements_[kDeleteCheckpoint]).bind(1, row.id).finish();
    if (done) done = Run(statements_[kDeleteDocument]).bind(1, row.id).finish();
    if (!done) return error_of(done);
  }
  row = Row{};
  row.removed = true;
  return Written(last);
}

bool DocumentLog::refused(const Row& row, const std::string& name) const {
  return !row.removed && damaged_.contains(name);
}

StoreResult<DocumentLog::Row> DocumentLog::find(const std::string& name) {
  Run run(statements_[kFind]);
  auto found = run.bind(1, std::string_view(name)).step();
  if (!found) return error_of(found);
  Row row;
  if (*found) {
    row.id = run.integer(0);
    row.position = {run.unsigned_integer(1), run.unsigned_integer(2)};  // NULL reads as 0
  }
  return row;
}

StoreResult<DocumentLog::Row*> DocumentLog::row_of(Rows& rows, const std::string& name) {
  const auto known = rows.find(name);
  if (known != rows.end()) return &known->second;
  auto row = find(name);
  if (!row) return error_of(row);
  return &rows.emplace(name, *row).first->second;
}

StoreResult<void> DocumentLog::create_document(Row& row, const std::string& name) {
  if (row.id != 0) return {};
  Run run(statements_[kCreate]);
  auto created = run.bind(1, std::string_view(name)).bind(2, transaction_now_ms_).step();
  if (!created) return error_of(created);
  assert(*created);
  row.id = run.integer(0);
  return run.finish();
}

StoreResult<void> DocumentLog::add_update(const Row& row, const AppendOperation& append) {
  const Update& update = append.update;
  const StoredUpdate stored{update.sequence,    *update.bytes,         update.encoding,
                            update.origin.user, update.origin.session, transaction_now_ms_};
  Run run(statements_[kAddUpdate]);
  run.bind(1, row.id)
      .bind(2, stored.sequence)
      .bind(3, encoding_number(stored.encoding))
      .bind(4, stored.created_at_ms)
      .bind(5, stored.user)
      .bind(6, stored.session)
      .bind(7, update_checksum(append.name, stored))
      .bind(8, stored.bytes);
  return run.finish();
}

StoreResult<void> DocumentLog::put_checkpoint(const Row& row, const CheckpointOperation& write) {
  const Checkpoint& given = write.checkpoint;
  const CheckpointFields fields{*given.state, given.encoding, given.up_to, transaction_now_ms_};
  Run run(statements_[kPutCheckpoint]);
  run.bind(1, row.id)
      .bind(2, fields.up_to)
      .bind(3, encoding_number(fields.encoding))
      .bind(4, fields.created_at_ms)
      .bind(5, checkpoint_checksum(write.name, fields))
      .bind(6, fields.state);
  return run.finish();
}

// --- Reading -----------------------------------------------------------------------------------

StoreResult<LoadedDocument> DocumentLog::load(const std::string& name) {
  auto loaded = read(name);
  if (!loaded && loaded.error().code == StoreErrc::corrupt) damaged_.insert(name);
  return loaded;
}

StoreResult<LoadedDocument> DocumentLog::read(const std::string& name) {
  auto row = find(name);
  if (!row) return error_of(row);
  if (row->id == 0) return LoadedDocument{};
  DocumentReader reader(name, row->position.last);
  if (auto read = read_checkpoint(row->id, reader); !read) return error_of(read);
  if (auto read = read_updates(row->id, reader); !read) return error_of(read);
  return reader.finish();
}

StoreResult<void> DocumentLog::read_checkpoint(std::int64_t id, DocumentReader& reader) {
  Run run(statements_[kReadCheckpoint]);
  auto found = run.bind(1, id).step();
  if (!found) return error_of(found);
  if (!*found) return {};
  const CheckpointFields fields{run.bytes(4), {}, run.unsigned_integer(0), run.integer(2)};
  return reader.checkpoint(fields, run.integer(1), run.unsigned_integer(3));
}

StoreResult<void> DocumentLog::read_updates(std::int64_t id, DocumentReader& reader) {
  Run run(statements_[kReadUpdates]);
  run.bind(1, id);
  for (;;) {
    auto found = run.step();
    if (!found) return error_of(found);
    if (!*found) return {};
    const StoredUpdate update{run.unsigned_integer(0), run.bytes(6), {}, run.text(3), run.text(4),
                              run.integer(2)};
    auto fits = reader.update(update, run.integer(1), run.unsigned_integer(5));
    if (!fits) return fits;
  }
}

StoreResult<DocumentPage> DocumentLog::list(const ListRequest& request) {
  const std::size_t count_max = std::min(request.count_max, kPageDocumentsMax);
  const std::string after = request.after.value_or("");
  Run run(statements_[kList]);
  run.bind(1, std::string_view(after))
      .bind(2, std::int64_t{request.after ? 0 : 1})
      .bind(3, std::uint64_t{count_max + 1});  // one more tells whether there is more
  DocumentPage page;
  for (;;) {
    auto found = run.step();
    if (!found) return error_of(found);
    if (!*found) return page;
    page.more = page.documents.size() == count_max;
    if (page.more) return page;
    DocumentInfo info{std::string(run.text(0)), run.unsigned_integer(1), std::nullopt};
    if (!run.is_null(2)) info.checkpoint_up_to = run.unsigned_integer(2);
    page.documents.push_back(std::move(info));
  }
}

}  // namespace weft::persistence::sqlite
