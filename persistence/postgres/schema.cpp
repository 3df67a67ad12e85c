// Migrations.
#include "persistence/postgres/schema.hpp"

#include <array>
#include <string>

namespace weft::persistence::postgres {

namespace {

// Migration N brings schema N to N + 1. Never change one that has been released: add the next.
//
// - Names and origins are bytea: they may hold zero bytes, and names are listed in their order.
// - weft_owners has a row for each time that a server took the store; see ownership.hpp.
// - An id is never used again, so no record can come to lie under another document.
// - weft_documents.last_sequence tells where a log must end; without it a lost end would look
//   complete. It changes with every write and no index knows it: room for that on each page.
// - A state is kept as it is (EXTERNAL): V2 is dense already, and parts of it can be read alone.
constexpr std::array<const char*, kSchemaVersion> kMigrations = {R"sql(
  CREATE TABLE weft_owners (
    epoch    bigint PRIMARY KEY,
    batch    bigint NOT NULL,
    ended    boolean NOT NULL,
    holder   text NOT NULL,
    taken_at timestamptz NOT NULL
  ) WITH (fillfactor = 50);
  CREATE TABLE weft_documents (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          bytea NOT NULL UNIQUE,
    last_sequence bigint NOT NULL,
    created_at_ms bigint NOT NULL
  ) WITH (fillfactor = 70);
  CREATE TABLE weft_checkpoints (
    document_id   bigint PRIMARY KEY,
    up_to         bigint NOT NULL,
    encoding      smallint NOT NULL,
    created_at_ms bigint NOT NULL,
    checksum      bigint NOT NULL,
    state         bytea NOT NULL
  );
  ALTER TABLE weft_checkpoints ALTER COLUMN state SET STORAGE EXTERNAL;
  CREATE TABLE weft_updates (
    document_id   bigint NOT NULL,
    sequence      bigint NOT NULL,
    created_at_ms bigint NOT NULL,
    checksum      bigint NOT NULL,
    encoding      smallint NOT NULL,
    user_name     bytea NOT NULL,
    session_name  bytea NOT NULL,
    bytes         bytea NOT NULL,
    PRIMARY KEY (document_id, sequence)
  );
)sql",
                                                                 R"sql(
  ALTER TABLE weft_documents ADD COLUMN last_version bigint NOT NULL DEFAULT 0;
  ALTER TABLE weft_checkpoints ADD COLUMN attribution bytea NOT NULL DEFAULT '';
  CREATE TABLE weft_versions (
    document_id   bigint NOT NULL,
    number        bigint NOT NULL,
    kind          smallint NOT NULL,
    up_to         bigint NOT NULL,
    encoding      smallint NOT NULL,
    created_at_ms bigint NOT NULL,
    name          bytea NOT NULL,
    user_name     bytea NOT NULL,
    checksum      bigint NOT NULL,
    state         bytea NOT NULL,
    PRIMARY KEY (document_id, number)
  );
  ALTER TABLE weft_versions ALTER COLUMN state SET STORAGE EXTERNAL;
  CREATE TABLE weft_former (
    name     bytea PRIMARY KEY,
    checksum bigint NOT NULL,
    bytes    bytea NOT NULL
  );
)sql"};

std::int64_t version_of(pqxx::transaction_base& transaction) {
  // Not to_regclass: it answers from a cache that is older than the lock we waited for.
  const auto table = transaction.exec(
      "SELECT FROM pg_class WHERE relname = 'weft_schema_versions' AND pg_table_is_visible(oid)");
  if (table.empty()) return 0;
  return integer(
      transaction.exec1("SELECT coalesce(max(version), 0) FROM weft_schema_versions")[0]);
}

std::int64_t bring_up(pqxx::connection& session) {
  pqxx::work work(session);
  const std::string lock_class = std::to_string(kLockClass);
  work.exec("SELECT pg_advisory_xact_lock(" + lock_class + ", 0)");
  std::int64_t version = version_of(work);  // another server may have been here meanwhile
  if (version == 0) {
    work.exec(
        "CREATE TABLE weft_schema_versions"
        " (version bigint PRIMARY KEY, applied_at timestamptz NOT NULL)");
  }
  for (; version >= 0 && version < kSchemaVersion; ++version) {
    work.exec(kMigrations[static_cast<std::size_t>(version)]);
    work.exec("INSERT INTO weft_schema_versions VALUES (" + std::to_string(version + 1) +
              ", now())");
  }
  work.commit();
  return version;
}

}  // namespace

StoreResult<void> migrate(Connection& connection) {
  auto version = connection.attempt([](pqxx::connection& session) {
    pqxx::read_transaction transaction(session);
    return version_of(transaction);
  });
  if (version && *version < kSchemaVersion) version = connection.attempt(bring_up);
  if (!version) return std::unexpected(std::move(version.error()));
  if (*version == kSchemaVersion) return {};
  return std::unexpected(
      StoreError{StoreErrc::incompatible,
                 connection.shown() + " has schema version " + std::to_string(*version) +
                     "; this program knows versions up to " + std::to_string(kSchemaVersion)});
}

}  // namespace weft::persistence::postgres
