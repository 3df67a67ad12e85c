// The SQL of writing. However many writes a group has, its updates are one statement and its
// documents' positions another: what costs is the way to the database and back.
//
// Many values travel as arrays of numbers and one parameter with all their bytes, which the
// database cuts up: no escaping, and nothing is twice as long in hexadecimal.
#include "persistence/postgres/postgres_tables.hpp"

#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weft::persistence::postgres {

namespace {

// The first row says that this server owns the store; then come the documents that exist.
constexpr const char* kOpenSql =
    "WITH owner AS (UPDATE weft_owners SET batch = $2::bigint WHERE epoch = $1::bigint"
    "   AND NOT ended RETURNING 1)"
    " SELECT NULL::bytea, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint FROM owner"
    " UNION ALL SELECT d.name, d.id, d.last_sequence, c.up_to, d.last_version"
    " FROM unnest($3::integer[], $4::integer[]) AS wanted (place, size)"
    " JOIN weft_documents d ON d.name = substring($5::bytea FROM wanted.place FOR wanted.size)"
    " LEFT JOIN weft_checkpoints c ON c.document_id = d.id";
constexpr const char* kAddUpdatesSql =
    "INSERT INTO weft_updates (document_id, sequence, created_at_ms, checksum, encoding,"
    "   user_name, session_name, bytes)"
    " SELECT id, sequence, created, checksum, encoding, substring($9::bytea FROM place FOR users),"
    "   substring($9::bytea FROM place + users FOR sessions),"
    "   substring($9::bytea FROM place + users + sessions FOR size)"
    " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[],"
    "   $6::integer[], $7::integer[], $8::integer[], $10::integer[])"
    " AS u (id, sequence, created, checksum, encoding, users, sessions, size, place)";
constexpr const char* kMoveSql =
    "UPDATE weft_documents d SET last_sequence = moved.last"
    " FROM unnest($1::bigint[], $2::bigint[]) AS moved (id, last) WHERE d.id = moved.id";
constexpr const char* kCreateSql =
    "INSERT INTO weft_documents (name, last_sequence, created_at_ms)"
    " VALUES ($1::bytea, 0, $2::bigint) RETURNING id";
constexpr const char* kPutCheckpointSql =
    "INSERT INTO weft_checkpoints (document_id, up_to, encoding, created_at_ms, checksum, state,"
    "   attribution)"
    " VALUES ($1::bigint, $2::bigint, $3::smallint, $4::bigint, $5::bigint, $6::bytea, $7::bytea)"
    " ON CONFLICT (document_id) DO UPDATE SET up_to = EXCLUDED.up_to,"
    "   encoding = EXCLUDED.encoding, created_at_ms = EXCLUDED.created_at_ms,"
    "   checksum = EXCLUDED.checksum, state = EXCLUDED.state,"
    "   attribution = EXCLUDED.attribution";
constexpr const char* kAddVersionSql =
    "WITH added AS (INSERT INTO weft_versions (document_id, number, kind, up_to, encoding,"
    "   created_at_ms, name, user_name, checksum, state)"
    " VALUES ($1::bigint, $2::bigint, $3::smallint, $4::bigint, $5::smallint, $6::bigint,"
    "   $7::bytea, $8::bytea, $9::bigint, $10::bytea))"
    " UPDATE weft_documents SET last_version = $2::bigint WHERE id = $1::bigint";
constexpr const char* kSetFormerSql =
    "INSERT INTO weft_former (name, checksum, bytes) VALUES ($1::bytea, $2::bigint, $3::bytea)"
    " ON CONFLICT (name) DO UPDATE SET checksum = EXCLUDED.checksum, bytes = EXCLUDED.bytes";
constexpr const char* kDeleteUpdatesSql =
    "DELETE FROM weft_updates WHERE document_id = $1::bigint AND sequence <= $2::bigint";

constexpr std::array<std::pair<const char*, const char*>, 8> kStatements = {{
    {"open", kOpenSql},
    {"add_updates", kAddUpdatesSql},
    {"move", kMoveSql},
    {"create", kCreateSql},
    {"put_checkpoint", kPutCheckpointSql},
    {"delete_updates", kDeleteUpdatesSql},
    {"add_version", kAddVersionSql},
    {"set_former", kSetFormerSql},
}};

/// The text of an array of numbers.
class Numbers {
 public:
  void add(std::int64_t number) {
    text_ += text_.empty() ? '{' : ',';
    text_ += std::to_string(number);
  }
  void add(std::uint64_t number) { add(static_cast<std::int64_t>(number)); }
  std::string text() const { return text_.empty() ? "{}" : text_ + '}'; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

struct PendingUpdates {
  Numbers ids, sequences, created, checksums, encodings, users, sessions, sizes, places;
  std::string bytes;
};

class PostgresTables final : public Tables {
 public:
  PostgresTables(Connection connection, Ownership ownership,
                 std::shared_ptr<const Staleness> staleness)
      : connection_(std::move(connection)),
        ownership_(std::move(ownership)),
        staleness_(std::move(staleness)) {}

  StoreResult<void> begin(std::span<const Operation> group) override;
  StoreResult<void> commit() override;
  void rollback() override;
  Fate fate() const override { return fate_; }
  StoreResult<bool> settle() override;

  StoreResult<DocumentRow> find(const std::string& name) override;
  StoreResult<std::int64_t> create(const std::string& name, std::int64_t now_ms) override;
  StoreResult<void> set_last_sequence(std::int64_t id, Sequence last) override;
  StoreResult<void> add_update(std::int64_t id, const StoredUpdate& update,
                               std::uint64_t checksum) override;
  StoreResult<void> put_checkpoint(std::int64_t id, const CheckpointFields& checkpoint,
                                   std::uint64_t checksum) override;
  StoreResult<void> delete_updates(std::int64_t id, Sequence up_to) override;
  StoreResult<void> delete_checkpoint(std::int64_t id) override;
  StoreResult<void> delete_document(std::int64_t id) override;
  StoreResult<void> set_former(const std::string& name, ByteView former,
                               std::uint64_t checksum) override;
  StoreResult<void> add_version(std::int64_t id, const VersionFields& version,
                                std::uint64_t checksum) override;
  StoreResult<bool> delete_version(std::int64_t id, VersionNumber number) override;

 private:
  StoreResult<void> own();
  StoreResult<bool> open(std::span<const Operation> group);
  StoreResult<void> send_updates();
  StoreResult<void> send_positions();

  // Calls `work` in the transaction, and notes what a failure means.
  template <typename Work>
  auto in_transaction(Work work) -> StoreResult<std::invoke_result_t<Work, pqxx::work&>> {
    auto done = connection_.attempt([&](pqxx::connection&) { return work(*work_); });
    if (!done) fate_ = connection_.open() ? Fate::settled : Fate::lost;
    return done;
  }

  Connection connection_;
  Ownership ownership_;
  std::shared_ptr<const Staleness> staleness_;
  std::unique_ptr<pqxx::work> work_;  // goes before its connection does
  std::unordered_map<std::string, DocumentRow> rows_;
  PendingUpdates updates_;
  Numbers moved_ids_, moved_to_;
  std::int64_t epoch_ = 0;  // of the open transaction, or of the one in doubt
  std::int64_t batch_ = 0;
  Fate fate_ = Fate::settled;
  bool prepared_ = false;
};

StoreResult<void> PostgresTables::own() {
  StoreResult<void> owned;
  if (!connection_.open()) {
    prepared_ = false;
    owned = connection_.connect();
    if (owned) owned = ownership_.claim(connection_);
  }
  if (owned && !prepared_) {
    owned = connection_.attempt([](pqxx::connection& session) {
      for (const auto& [name, sql] : kStatements) session.prepare(name, sql);
    });
    prepared_ = owned.has_value();
  }
  if (!owned) connection_.drop();
  return owned;
}

StoreResult<void> PostgresTables::begin(std::span<const Operation> group) {
  fate_ = Fate::lost;
  if (auto owned = own(); !owned) return owned;
  const auto ours = open(group);
  if (!ours) return std::unexpected(ours.error());
  if (*ours) {
    fate_ = Fate::settled;
    return {};
  }
  // Overtaken: claim() will tell by whom, or take the store back.
  rollback();
  connection_.drop();
  fate_ = Fate::lost;
  return std::unexpected(
      StoreError{StoreErrc::locked, connection_.shown() + " was taken over by another server"});
}

StoreResult<bool> PostgresTables::open(std::span<const Operation> group) {
  epoch_ = ownership_.epoch();
  batch_ = ownership_.next_batch();
  Numbers places, sizes;
  std::string names;
  for (const Operation& operation : group) {
    const std::string* name = name_of(operation);
    if (name == nullptr || !rows_.try_emplace(*name).second) continue;
    places.add(std::uint64_t{names.size() + 1});
    sizes.add(std::uint64_t{name->size()});
    names += *name;
  }
  auto began = connection_.attempt(
      [&](pqxx::connection& session) { work_ = std::make_unique<pqxx::work>(session); });
  if (!began) {
    fate_ = connection_.open() ? Fate::settled : Fate::lost;
    return std::unexpected(std::move(began.error()));
  }
  return in_transaction([&](pqxx::work& work) {
    const auto found =
        work.exec_prepared("open", epoch_, batch_, places.text(), sizes.text(), parameter(names));
    bool ours = false;
    for (const auto& row : found) {
      if (row[1].is_null()) {
        ours = true;
        continue;
      }
      const pqxx::binarystring name(row[0]);
      rows_[name.str()] = {
          .id = integer(row[1]),
          .position = {unsigned_integer(row[2]), row[3].is_null() ? 0 : unsigned_integer(row[3])},
          .last_version = unsigned_integer(row[4])};
    }
    return ours;
  });
}

StoreResult<void> PostgresTables::commit() {
  auto sent = send_updates();
  if (sent) sent = send_positions();
  if (!sent) return sent;
  auto committed = connection_.attempt([&](pqxx::connection&) { work_->commit(); });
  if (!committed) {
    fate_ = connection_.open() ? Fate::settled : Fate::in_doubt;
    return committed;
  }
  rollback();
  return {};
}

void PostgresTables::rollback() {
  work_.reset();  // its destructor sends the ROLLBACK; what that meets does not matter
  rows_.clear();
  updates_ = {};
  moved_ids_ = {};
  moved_to_ = {};
}

StoreResult<bool> PostgresTables::settle() {
  if (auto owned = own(); !owned) return std::unexpected(std::move(owned.error()));
  return Ownership::is_durable(connection_, epoch_, batch_);
}

StoreResult<DocumentRow> PostgresTables::find(const std::string& name) {
  DocumentRow row = rows_[name];
  row.stale = staleness_->is_stale(name);
  return row;
}

StoreResult<std::int64_t> PostgresTables::create(const std::string& name, std::int64_t now_ms) {
  return in_transaction([&](pqxx::work& work) {
    return integer(work.exec_prepared1("create", parameter(name), now_ms)[0]);
  });
}

StoreResult<void> PostgresTables::set_last_sequence(std::int64_t id, Sequence last) {
  moved_ids_.add(id);
  moved_to_.add(last);
  return {};
}

StoreResult<void> PostgresTables::add_update(std::int64_t id, const StoredUpdate& update,
                                             std::uint64_t checksum) {
  updates_.ids.add(id);
  updates_.sequences.add(update.sequence);
  updates_.created.add(update.created_at_ms);
  updates_.checksums.add(checksum);
  updates_.encodings.add(encoding_number(update.encoding));
  updates_.users.add(std::uint64_t{update.user.size()});
  updates_.sessions.add(std::uint64_t{update.session.size()});
  updates_.sizes.add(std::uint64_t{update.bytes.size()});
  updates_.places.add(std::uint64_t{updates_.bytes.size() + 1});
  updates_.bytes.append(update.user).append(update.session).append(as_text(update.bytes));
  return {};
}

StoreResult<void> PostgresTables::send_updates() {
  if (updates_.ids.empty()) return {};
  const PendingUpdates sent = std::exchange(updates_, {});
  return in_transaction([&](pqxx::work& work) {
    work.exec_prepared0("add_updates", sent.ids.text(), sent.sequences.text(), sent.created.text(),
                        sent.checksums.text(), sent.encodings.text(), sent.users.text(),
                        sent.sessions.text(), sent.sizes.text(), parameter(sent.bytes),
                        sent.places.text());
  });
}

StoreResult<void> PostgresTables::send_positions() {
  if (moved_ids_.empty()) return {};
  return in_transaction(
      [&](pqxx::work& work) { work.exec_prepared0("move", moved_ids_.text(), moved_to_.text()); });
}

StoreResult<void> PostgresTables::put_checkpoint(std::int64_t id,
                                                 const CheckpointFields& checkpoint,
                                                 std::uint64_t checksum) {
  return in_transaction([&](pqxx::work& work) {
    work.exec_prepared0("put_checkpoint", id, static_cast<std::int64_t>(checkpoint.up_to),
                        encoding_number(checkpoint.encoding), checkpoint.created_at_ms,
                        static_cast<std::int64_t>(checksum), parameter(checkpoint.state),
                        parameter(checkpoint.attribution));
  });
}

StoreResult<void> PostgresTables::delete_updates(std::int64_t id, Sequence up_to) {
  if (auto sent = send_updates(); !sent) return sent;
  return in_transaction([&](pqxx::work& work) {
    work.exec_prepared0("delete_updates", id, static_cast<std::int64_t>(up_to));
  });
}

StoreResult<void> PostgresTables::delete_checkpoint(std::int64_t id) {
  return in_transaction([&](pqxx::work& work) {
    work.exec_params0("DELETE FROM weft_checkpoints WHERE document_id = $1::bigint", id);
  });
}

StoreResult<void> PostgresTables::set_former(const std::string& name, ByteView former,
                                             std::uint64_t checksum) {
  return in_transaction([&](pqxx::work& work) {
    work.exec_prepared0("set_former", parameter(name), static_cast<std::int64_t>(checksum),
                        parameter(former));
  });
}

StoreResult<void> PostgresTables::add_version(std::int64_t id, const VersionFields& version,
                                              std::uint64_t checksum) {
  const VersionInfo& info = version.info;
  return in_transaction([&](pqxx::work& work) {
    work.exec_prepared0("add_version", id, static_cast<std::int64_t>(info.number), version.kind,
                        static_cast<std::int64_t>(info.up_to), version.encoding, info.created_at_ms,
                        parameter(info.name), parameter(info.user),
                        static_cast<std::int64_t>(checksum), parameter(version.state));
  });
}

StoreResult<bool> PostgresTables::delete_version(std::int64_t id, VersionNumber number) {
  return in_transaction([&](pqxx::work& work) {
    const auto deleted = work.exec_params(
        "DELETE FROM weft_versions WHERE document_id = $1::bigint AND number = $2::bigint", id,
        static_cast<std::int64_t>(number));
    return deleted.affected_rows() > 0;
  });
}

StoreResult<void> PostgresTables::delete_document(std::int64_t id) {
  if (auto sent = send_updates(); !sent) return sent;
  return in_transaction([&](pqxx::work& work) {
    work.exec_params0("DELETE FROM weft_updates WHERE document_id = $1::bigint", id);
    work.exec_params0("DELETE FROM weft_checkpoints WHERE document_id = $1::bigint", id);
    work.exec_params0("DELETE FROM weft_versions WHERE document_id = $1::bigint", id);
    work.exec_params0("DELETE FROM weft_documents WHERE id = $1::bigint", id);
  });
}

}  // namespace

std::unique_ptr<Tables> make_tables(Connection connection, Ownership ownership,
                                    std::shared_ptr<const Staleness> staleness) {
  return std::make_unique<PostgresTables>(std::move(connection), std::move(ownership),
                                          std::move(staleness));
}

}  // namespace weft::persistence::postgres
