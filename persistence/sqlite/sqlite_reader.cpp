// The SQL of reading. Each load is one snapshot, whatever is written meanwhile.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "persistence/sqlite/sqlite_tables.hpp"

namespace weft::persistence::sqlite {

namespace {

enum Query : std::size_t { kBegin, kEnd, kFind, kReadCheckpoint, kReadUpdates, kList, kQueryCount };

struct Found {
  std::int64_t id = 0;  // 0: no such document
  Sequence last = 0;
};

constexpr std::array<const char*, kQueryCount> kSql = {
    "BEGIN",
    "COMMIT",
    "SELECT id, last_sequence FROM documents WHERE name = ?1",
    "SELECT up_to, encoding, created_at_ms, checksum, state FROM checkpoints"
    " WHERE document_id = ?1",
    "SELECT sequence, encoding, created_at_ms, user, session, checksum, bytes FROM updates"
    " WHERE document_id = ?1 ORDER BY sequence",
    "SELECT d.name, d.last_sequence, c.up_to, d.id FROM documents d"
    " LEFT JOIN checkpoints c ON c.document_id = d.id"
    " WHERE d.name >= ?1 AND (?2 OR d.name <> ?1) ORDER BY d.name LIMIT ?3",
};

template <typename T>
std::unexpected<StoreError> error_of(StoreResult<T>& result) {
  return std::unexpected(std::move(result.error()));
}

class SqliteReader final : public Reader {
 public:
  SqliteReader(Database database, std::vector<Statement> statements,
               std::shared_ptr<const journal::Journal> journal)
      : database_(std::move(database)),
        statements_(std::move(statements)),
        journal_(std::move(journal)) {}

  StoreResult<LoadedDocument> load(const std::string& name) override;
  StoreResult<DocumentPage> list(const ListRequest& request) override;

 private:
  StoreResult<Found> find(const std::string& name);
  StoreResult<LoadedDocument> read(const std::string& name, const Found& found,
                                   const std::vector<journal::Run>& runs);
  StoreResult<void> read_checkpoint(std::int64_t id, DocumentReader& reader);
  StoreResult<void> read_updates(std::int64_t id, DocumentReader& reader);

  Database database_;
  std::vector<Statement> statements_;  // after the database: they must go first
  std::shared_ptr<const journal::Journal> journal_;
};

// First what the journal holds, then the database: what moves into the database meanwhile is seen
// twice, and nothing is missed.
StoreResult<LoadedDocument> SqliteReader::load(const std::string& name) {
  for (;;) {
    const auto before = find(name);
    if (!before) return std::unexpected(before.error());
    if (before->id == 0) return LoadedDocument{};
    const std::vector<journal::Run> runs = journal_->runs(before->id);
    if (auto begun = Run(statements_[kBegin]).finish(); !begun) return error_of(begun);
    const auto found = find(name);
    const bool same = found && found->id == before->id;
    auto loaded = same ? read(name, *found, runs) : LoadedDocument{};
    if (auto ended = Run(statements_[kEnd]).finish(); !ended) database_.rollback();
    if (!found) return std::unexpected(found.error());
    if (same) return loaded;
  }
}

StoreResult<Found> SqliteReader::find(const std::string& name) {
  Run run(statements_[kFind]);
  auto found = run.bind(1, std::string_view(name)).step();
  if (!found) return error_of(found);
  if (!*found) return Found{};
  return Found{run.integer(0), run.unsigned_integer(1)};
}

StoreResult<LoadedDocument> SqliteReader::read(const std::string& name, const Found& found,
                                               const std::vector<journal::Run>& runs) {
  DocumentReader reader(name, runs.empty() ? found.last : std::max(found.last, runs.back().last));
  if (auto read = read_checkpoint(found.id, reader); !read) return error_of(read);
  if (auto read = read_updates(found.id, reader); !read) return error_of(read);
  for (const journal::Run& run : runs) {
    if (run.last <= reader.sequence()) continue;
    auto read = journal::read_run(found.id, run, [&](const StoredUpdate& update) {
      if (update.sequence <= reader.sequence()) return StoreResult<void>();
      return reader.update(update, encoding_number(update.encoding), update_checksum(name, update));
    });
    if (!read) return error_of(read);
  }
  return reader.finish();
}

StoreResult<void> SqliteReader::read_checkpoint(std::int64_t id, DocumentReader& reader) {
  Run run(statements_[kReadCheckpoint]);
  auto found = run.bind(1, id).step();
  if (!found) return error_of(found);
  if (!*found) return {};
  const CheckpointFields fields{run.bytes(4), {}, run.unsigned_integer(0), run.integer(2)};
  return reader.checkpoint(fields, run.integer(1), run.unsigned_integer(3));
}

StoreResult<void> SqliteReader::read_updates(std::int64_t id, DocumentReader& reader) {
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

StoreResult<DocumentPage> SqliteReader::list(const ListRequest& request) {
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
    if (const auto last = journal_->last(run.integer(3)))
      info.sequence = std::max(info.sequence, *last);
    if (!run.is_null(2)) info.checkpoint_up_to = run.unsigned_integer(2);
    page.documents.push_back(std::move(info));
  }
}

}  // namespace

StoreResult<std::unique_ptr<Reader>> make_reader(Database database,
                                                 std::shared_ptr<const journal::Journal> journal) {
  auto statements = prepare_all(database, kSql);
  if (!statements) return error_of(statements);
  return std::make_unique<SqliteReader>(std::move(database), std::move(*statements),
                                        std::move(journal));
}

}  // namespace weft::persistence::sqlite
