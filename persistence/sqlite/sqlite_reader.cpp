// The SQL of reading. Each load is one snapshot, whatever is written meanwhile.
#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>
#include <vector>

#include "persistence/sqlite/sqlite_tables.hpp"

namespace weft::persistence::sqlite {

namespace {

enum Query : std::size_t {
  kBegin,
  kEnd,
  kFind,
  kReadFormer,
  kReadCheckpoint,
  kReadUpdates,
  kList,
  kListVersions,
  kReadVersion,
  kQueryCount
};

struct Found {
  std::int64_t id = 0;  // 0: no such document
  Sequence last = 0;
};

constexpr std::array<const char*, kQueryCount> kSql = {
    "BEGIN",
    "COMMIT",
    "SELECT id, last_sequence FROM documents WHERE name = ?1",
    "SELECT bytes, checksum FROM former WHERE name = ?1",
    "SELECT up_to, encoding, created_at_ms, checksum, state, attribution FROM checkpoints"
    " WHERE document_id = ?1",
    "SELECT sequence, encoding, created_at_ms, user, session, checksum, bytes FROM updates"
    " WHERE document_id = ?1 ORDER BY sequence",
    "SELECT d.name, d.last_sequence, c.up_to, d.id FROM documents d"
    " LEFT JOIN checkpoints c ON c.document_id = d.id"
    " WHERE d.name >= ?1 AND (?2 OR d.name <> ?1) ORDER BY d.name LIMIT ?3",
    "SELECT v.number, v.kind, v.up_to, v.name, v.user, v.created_at_ms, length(v.state)"
    " FROM versions v JOIN documents d ON d.id = v.document_id"
    " WHERE d.name = ?1 AND v.number > ?2 ORDER BY v.number LIMIT ?3",
    "SELECT v.number, v.kind, v.up_to, v.name, v.user, v.created_at_ms, length(v.state),"
    " v.encoding, v.checksum, v.state FROM versions v JOIN documents d ON d.id = v.document_id"
    " WHERE d.name = ?1 AND v.number = ?2",
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

  StoreResult<LoadedDocument> load(const std::string& name) override {
    return load_as(name, DocumentReader::Mode::strict,
                   [](StoreResult<void> read, DocumentReader& reader) {
                     return read ? reader.finish() : error_of(read);
                   });
  }
  StoreResult<SalvagedDocument> salvage(const std::string& name) override {
    return load_as(name, DocumentReader::Mode::salvage,
                   [](StoreResult<void> read, DocumentReader& reader) {
                     if (!read) reader.note(read.error());
                     return StoreResult<SalvagedDocument>(reader.finish_salvage());
                   });
  }
  StoreResult<DocumentPage> list(const ListRequest& request) override;
  StoreResult<VersionPage> list_versions(const std::string& name,
                                         const VersionsRequest& request) override;
  StoreResult<StoredVersion> load_version(const std::string& name, VersionNumber number) override;

 private:
  template <typename Finish>
  std::invoke_result_t<Finish, StoreResult<void>, DocumentReader&> load_as(
      const std::string& name, DocumentReader::Mode mode, Finish finish);
  StoreResult<Found> find(const std::string& name);
  StoreResult<void> read(const std::string& name, const Found& found,
                         const std::vector<journal::Run>& runs, DocumentReader& reader);
  StoreResult<void> read_former(const std::string& name, DocumentReader& reader);
  StoreResult<void> read_checkpoint(std::int64_t id, DocumentReader& reader);
  StoreResult<void> read_updates(std::int64_t id, DocumentReader& reader);

  Database database_;
  std::vector<Statement> statements_;  // after the database: they must go first
  std::shared_ptr<const journal::Journal> journal_;
};

// First what the journal holds, then the database: what moves into the database meanwhile is seen
// twice, and nothing is missed.
template <typename Finish>
std::invoke_result_t<Finish, StoreResult<void>, DocumentReader&> SqliteReader::load_as(
    const std::string& name, DocumentReader::Mode mode, Finish finish) {
  for (;;) {
    const auto before = find(name);
    if (!before) return std::unexpected(before.error());
    std::vector<journal::Run> runs;
    if (before->id != 0) runs = journal_->runs(before->id);
    if (auto begun = Run(statements_[kBegin]).finish(); !begun) return error_of(begun);
    const auto found = find(name);
    const bool same = found && found->id == before->id;
    const Sequence stored = same ? found->last : 0;
    DocumentReader reader(name, runs.empty() ? stored : std::max(stored, runs.back().last), mode);
    auto loaded = same ? read(name, *found, runs, reader) : StoreResult<void>();
    if (auto ended = Run(statements_[kEnd]).finish(); !ended) database_.rollback();
    if (!found) return std::unexpected(found.error());
    if (same) return finish(std::move(loaded), reader);
  }
}

StoreResult<Found> SqliteReader::find(const std::string& name) {
  Run run(statements_[kFind]);
  auto found = run.bind(1, std::string_view(name)).step();
  if (!found) return error_of(found);
  if (!*found) return Found{};
  return Found{run.integer(0), run.unsigned_integer(1)};
}

StoreResult<void> SqliteReader::read(const std::string& name, const Found& found,
                                     const std::vector<journal::Run>& runs,
                                     DocumentReader& reader) {
  if (auto read = read_former(name, reader); !read) return read;
  if (found.id == 0) return {};
  if (auto read = read_checkpoint(found.id, reader); !read) return error_of(read);
  if (auto read = read_updates(found.id, reader); !read) return error_of(read);
  for (const journal::Run& run : runs) {
    if (run.last <= reader.sequence()) continue;
    auto read = journal::read_run(found.id, run, [&](const StoredUpdate& update) {
      if (update.sequence <= reader.sequence()) return StoreResult<void>();
      return reader.update(update, encoding_number(update.encoding), update_checksum(name, update));
    });
    if (!read) return read;
  }
  return {};
}

StoreResult<void> SqliteReader::read_former(const std::string& name, DocumentReader& reader) {
  Run run(statements_[kReadFormer]);
  auto found = run.bind(1, std::string_view(name)).step();
  if (!found) return error_of(found);
  if (!*found) return {};
  return reader.former(run.bytes(0), run.unsigned_integer(1));
}

StoreResult<void> SqliteReader::read_checkpoint(std::int64_t id, DocumentReader& reader) {
  Run run(statements_[kReadCheckpoint]);
  auto found = run.bind(1, id).step();
  if (!found) return error_of(found);
  if (!*found) return {};
  const CheckpointFields fields{
      run.bytes(4), {}, run.unsigned_integer(0), run.integer(2), run.bytes(5)};
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

VersionInfo version_info(const Run& run) {
  return {run.unsigned_integer(0),  version_kind_from(run.integer(1)), run.unsigned_integer(2),
          std::string(run.text(3)), std::string(run.text(4)),          run.integer(5),
          run.unsigned_integer(6)};
}

StoreResult<VersionPage> SqliteReader::list_versions(const std::string& name,
                                                     const VersionsRequest& request) {
  const std::size_t count_max = std::min(request.count_max, kPageVersionsMax);
  Run run(statements_[kListVersions]);
  run.bind(1, std::string_view(name)).bind(2, request.after).bind(3, std::uint64_t{count_max + 1});
  VersionPage page;
  for (;;) {
    auto found = run.step();
    if (!found) return error_of(found);
    if (!*found) return page;
    page.more = page.versions.size() == count_max;
    if (page.more) return page;
    page.versions.push_back(version_info(run));
  }
}

StoreResult<StoredVersion> SqliteReader::load_version(const std::string& name,
                                                      VersionNumber number) {
  Run run(statements_[kReadVersion]);
  auto found = run.bind(1, std::string_view(name)).bind(2, number).step();
  if (!found) return error_of(found);
  if (!*found) return std::unexpected(no_version_error(name, number));
  return checked_version(name, {version_info(run), run.integer(1), run.integer(7), run.bytes(9)},
                         run.unsigned_integer(8));
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
