// The SQL of reading. Each load is one snapshot, whatever is written meanwhile.
#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

#include "persistence/postgres/postgres_tables.hpp"

namespace weft::persistence::postgres {

namespace {

// What one answer brings at most, so that no load holds its document several times over.
constexpr std::int64_t kPartBytes = std::int64_t{16} << 20;
constexpr std::int64_t kRowsFirst = 16;
constexpr std::int64_t kRowsMax = 16'384;

constexpr const char* kFindSql =
    "SELECT d.id, d.last_sequence, c.up_to, c.encoding, c.created_at_ms, c.checksum,"
    " octet_length(c.state), c.attribution FROM weft_documents d"
    " LEFT JOIN weft_checkpoints c ON c.document_id = d.id WHERE d.name = $1::bytea";
constexpr const char* kStateSql =
    "SELECT substring(state FROM $2::integer FOR $3::integer) FROM weft_checkpoints"
    " WHERE document_id = $1::bigint";
constexpr const char* kVersionStateSql =
    "SELECT substring(state FROM $2::integer FOR $3::integer) FROM weft_versions"
    " WHERE document_id = $1::bigint AND number = $4::bigint";
constexpr const char* kFormerSql = "SELECT bytes, checksum FROM weft_former WHERE name = $1::bytea";
constexpr const char* kListVersionsSql =
    "SELECT v.number, v.kind, v.up_to, v.name, v.user_name, v.created_at_ms,"
    " octet_length(v.state) FROM weft_versions v JOIN weft_documents d ON d.id = v.document_id"
    " WHERE d.name = $1::bytea AND v.number > $2::bigint ORDER BY v.number LIMIT $3::bigint";
constexpr const char* kVersionSql =
    "SELECT v.number, v.kind, v.up_to, v.name, v.user_name, v.created_at_ms,"
    " octet_length(v.state), v.encoding, v.checksum, v.document_id"
    " FROM weft_versions v JOIN weft_documents d ON d.id = v.document_id"
    " WHERE d.name = $1::bytea AND v.number = $2::bigint";
constexpr const char* kUpdatesSql =
    "SELECT sequence, encoding, created_at_ms, user_name, session_name, checksum, bytes"
    " FROM weft_updates WHERE document_id = $1::bigint AND sequence > $2::bigint"
    " ORDER BY sequence LIMIT $3::bigint";
constexpr const char* kListSql =
    "SELECT d.name, d.last_sequence, c.up_to FROM weft_documents d"
    " LEFT JOIN weft_checkpoints c ON c.document_id = d.id"
    " WHERE d.name > $1::bytea OR $2::boolean ORDER BY d.name LIMIT $3::bigint";

using Snapshot = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

class PostgresReader final : public Reader {
 public:
  PostgresReader(Connection connection, std::shared_ptr<Staleness> staleness)
      : connection_(std::move(connection)), staleness_(std::move(staleness)) {}

  StoreResult<LoadedDocument> load(const std::string& name) override {
    const std::uint64_t losses = staleness_->losses();
    auto loaded = in_snapshot<LoadedDocument>([&](Snapshot& snapshot) {
      return read(snapshot, name, DocumentReader::Mode::strict,
                  [](StoreResult<void> read, DocumentReader& reader) {
                    return read ? reader.finish() : std::unexpected(std::move(read.error()));
                  });
    });
    if (loaded) staleness_->loaded(name, losses);
    return loaded;
  }
  StoreResult<SalvagedDocument> salvage(const std::string& name) override {
    return in_snapshot<SalvagedDocument>([&](Snapshot& snapshot) {
      return read(snapshot, name, DocumentReader::Mode::salvage,
                  [](StoreResult<void> read, DocumentReader& reader) {
                    if (!read) reader.note(read.error());
                    return StoreResult<SalvagedDocument>(reader.finish_salvage());
                  });
    });
  }
  StoreResult<DocumentPage> list(const ListRequest& request) override {
    return in_snapshot<DocumentPage>([&](Snapshot& snapshot) -> StoreResult<DocumentPage> {
      return read_page(snapshot, request);
    });
  }
  StoreResult<VersionPage> list_versions(const std::string& name,
                                         const VersionsRequest& request) override {
    return in_snapshot<VersionPage>([&](Snapshot& snapshot) -> StoreResult<VersionPage> {
      return read_versions(snapshot, name, request);
    });
  }
  StoreResult<StoredVersion> load_version(const std::string& name, VersionNumber number) override {
    return in_snapshot<StoredVersion>(
        [&](Snapshot& snapshot) { return read_version(snapshot, name, number); });
  }

 private:
  template <typename T, typename Work>
  StoreResult<T> in_snapshot(Work work);
  template <typename Finish>
  static std::invoke_result_t<Finish, StoreResult<void>, DocumentReader&> read(
      Snapshot& snapshot, const std::string& name, DocumentReader::Mode mode, Finish finish);
  static StoreResult<void> read_records(Snapshot& snapshot, const std::string& name,
                                        const pqxx::result& found, DocumentReader& reader);
  static VersionPage read_versions(Snapshot& snapshot, const std::string& name,
                                   const VersionsRequest& request);
  static StoreResult<StoredVersion> read_version(Snapshot& snapshot, const std::string& name,
                                                 VersionNumber number);
  static StoreResult<void> read_updates(Snapshot& snapshot, std::int64_t id,
                                        DocumentReader& reader);
  static DocumentPage read_page(Snapshot& snapshot, const ListRequest& request);

  Connection connection_;
  std::shared_ptr<Staleness> staleness_;
};

// A connection that broke while it was idle is found out by its next use: then it is tried again.
template <typename T, typename Work>
StoreResult<T> PostgresReader::in_snapshot(Work work) {
  for (;;) {
    const bool was_open = connection_.open();
    if (auto connected = connection_.connect(); !connected)
      return std::unexpected(std::move(connected.error()));
    auto done = connection_.attempt([&](pqxx::connection& session) -> StoreResult<T> {
      Snapshot snapshot(session);
      return work(snapshot);
    });
    if (done) return std::move(*done);
    if (connection_.open()) return std::unexpected(std::move(done.error()));
    connection_.drop();
    if (!was_open) return std::unexpected(std::move(done.error()));
  }
}

// Part by part: `sql` gives bytes of a state from $2 on, of the row that `key` names.
template <typename... Key>
Bytes read_state(Snapshot& snapshot, const char* sql, std::int64_t size, std::int64_t id,
                 Key... key) {
  Bytes state;
  state.reserve(static_cast<std::size_t>(size));
  for (std::int64_t at = 0; at < size; at += kPartBytes) {
    const auto row = snapshot.exec_params1(sql, id, at + 1, kPartBytes, key...);
    const pqxx::binarystring part(row[0]);
    state.insert(state.end(), part.begin(), part.end());
  }
  return state;
}

template <typename Finish>
std::invoke_result_t<Finish, StoreResult<void>, DocumentReader&> PostgresReader::read(
    Snapshot& snapshot, const std::string& name, DocumentReader::Mode mode, Finish finish) {
  const auto found = snapshot.exec_params(kFindSql, parameter(name));
  DocumentReader reader(name, found.empty() ? 0 : unsigned_integer(found[0][1]), mode);
  return finish(read_records(snapshot, name, found, reader), reader);
}

StoreResult<void> PostgresReader::read_records(Snapshot& snapshot, const std::string& name,
                                               const pqxx::result& found, DocumentReader& reader) {
  const auto former = snapshot.exec_params(kFormerSql, parameter(name));
  if (!former.empty()) {
    const pqxx::binarystring bytes(former[0][0]);
    auto fits = reader.former(view(bytes), unsigned_integer(former[0][1]));
    if (!fits) return fits;
  }
  if (found.empty()) return {};
  const pqxx::row row = found[0];
  const std::int64_t id = integer(row[0]);
  if (!row[2].is_null()) {
    const Bytes state = read_state(snapshot, kStateSql, integer(row[6]), id);
    const pqxx::binarystring attribution(row[7]);
    const CheckpointFields fields{
        state, {}, unsigned_integer(row[2]), integer(row[4]), view(attribution)};
    auto fits = reader.checkpoint(fields, integer(row[3]), unsigned_integer(row[5]));
    if (!fits) return fits;
  }
  return read_updates(snapshot, id, reader);
}

StoreResult<void> PostgresReader::read_updates(Snapshot& snapshot, std::int64_t id,
                                               DocumentReader& reader) {
  std::int64_t after = std::numeric_limits<std::int64_t>::min();
  std::int64_t rows_max = kRowsFirst;
  for (;;) {
    const auto rows = snapshot.exec_params(kUpdatesSql, id, after, rows_max);
    std::int64_t bytes = 0;
    for (const auto& row : rows) {
      const pqxx::binarystring user(row[3]);
      const pqxx::binarystring session(row[4]);
      const pqxx::binarystring update(row[6]);
      const StoredUpdate stored{unsigned_integer(row[0]), view(update),           {},
                                as_text(view(user)),      as_text(view(session)), integer(row[2])};
      auto fits = reader.update(stored, integer(row[1]), unsigned_integer(row[5]));
      if (!fits) return fits;
      after = integer(row[0]);
      bytes += static_cast<std::int64_t>(update.size());
    }
    const auto count = static_cast<std::int64_t>(rows.size());
    if (count < rows_max) return {};
    rows_max = std::clamp(kPartBytes / (bytes / count + 64), std::int64_t{1}, kRowsMax);
  }
}

DocumentPage PostgresReader::read_page(Snapshot& snapshot, const ListRequest& request) {
  const std::size_t count_max = std::min(request.count_max, kPageDocumentsMax);
  const auto rows = snapshot.exec_params(kListSql, parameter(request.after.value_or("")),
                                         !request.after, static_cast<std::int64_t>(count_max + 1));
  DocumentPage page;
  for (const auto& row : rows) {
    page.more = page.documents.size() == count_max;
    if (page.more) break;
    DocumentInfo info{pqxx::binarystring(row[0]).str(), unsigned_integer(row[1]), std::nullopt};
    if (!row[2].is_null()) info.checkpoint_up_to = unsigned_integer(row[2]);
    page.documents.push_back(std::move(info));
  }
  return page;
}

VersionInfo version_info(const pqxx::row& row) {
  return {unsigned_integer(row[0]),         version_kind_from(integer(row[1])),
          unsigned_integer(row[2]),         pqxx::binarystring(row[3]).str(),
          pqxx::binarystring(row[4]).str(), integer(row[5]),
          unsigned_integer(row[6])};
}

VersionPage PostgresReader::read_versions(Snapshot& snapshot, const std::string& name,
                                          const VersionsRequest& request) {
  const std::size_t count_max = std::min(request.count_max, kPageVersionsMax);
  const auto rows = snapshot.exec_params(kListVersionsSql, parameter(name),
                                         static_cast<std::int64_t>(request.after),
                                         static_cast<std::int64_t>(count_max + 1));
  VersionPage page;
  for (const auto& row : rows) {
    page.more = page.versions.size() == count_max;
    if (page.more) break;
    page.versions.push_back(version_info(row));
  }
  return page;
}

StoreResult<StoredVersion> PostgresReader::read_version(Snapshot& snapshot, const std::string& name,
                                                        VersionNumber number) {
  const auto key = static_cast<std::int64_t>(number);
  const auto found = snapshot.exec_params(kVersionSql, parameter(name), key);
  if (found.empty()) return std::unexpected(no_version_error(name, number));
  const pqxx::row row = found[0];
  const Bytes state = read_state(snapshot, kVersionStateSql, integer(row[6]), integer(row[9]), key);
  return checked_version(name, {version_info(row), integer(row[1]), integer(row[7]), state},
                         unsigned_integer(row[8]));
}

}  // namespace

std::unique_ptr<Reader> make_reader(Connection connection, std::shared_ptr<Staleness> staleness) {
  return std::make_unique<PostgresReader>(std::move(connection), std::move(staleness));
}

}  // namespace weft::persistence::postgres
