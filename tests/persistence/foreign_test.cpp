// Documents in tables of other servers: which rows are a document, and in which order.
#include "support.hpp"

#ifdef WEFT_POSTGRES

#include "persistence/postgres/foreign_table.hpp"

using namespace weft;
using namespace weft::persistence;
using namespace weft::persistence::test;

namespace {

/// "name: update update; name: ...", or the error.
std::string read(const std::string& url, const std::string& table = "") {
  std::string out;
  const auto done = read_postgres_table(url, table, [&](const ForeignDocument& document) {
    out += document.name + ":";
    for (const Bytes& update : document.updates) out += " " + std::string(as_text(update));
    out += "; ";
    return StoreResult<void>();
  });
  return done ? out : "error: " + done.error().message;
}

constexpr const char* kStates =
    "CREATE TABLE collaboration_document_states (id bigserial PRIMARY KEY,"
    " document_name varchar NOT NULL, state_data bytea NOT NULL, state_vector bytea,"
    " version varchar NOT NULL, inserted_at timestamp NOT NULL, updated_at timestamp NOT NULL)";

std::string row(const std::string& name, const std::string& data, const std::string& version,
                int second) {
  const std::string time = "'2026-01-01 00:00:" + std::to_string(second) + "'";
  return "INSERT INTO collaboration_document_states (document_name, state_data, version,"
         " inserted_at, updated_at) VALUES ('" +
         name + "', '" + data + "', '" + version + "', " + time + ", " + time + ")";
}

}  // namespace

TEST_CASE("postgres: of collaboration_document_states the newest checkpoint and all updates",
          "[postgres]") {
  PostgresBench bench;
  bench.sql(kStates);
  for (const std::string& statement :
       {row("workflow:1", "first", "update", 1), row("workflow:1", "old", "checkpoint", 2),
        row("workflow:2", "second", "update", 20), row("workflow:2", "first", "update", 10),
        row("workflow:1", "new", "checkpoint", 4), row("workflow:1", "late", "update", 5),
        row("workflow:1", "vector", "state_vector", 6),
        // Written between the read for a checkpoint and its row: not part of it.
        row("workflow:1", "missed", "update", 3)})
    bench.sql(statement);
  CHECK(read(bench.url()) == "workflow:1: new first missed late; workflow:2: first second; ");
  CHECK(count_postgres_table(bench.url(), "") == std::uint64_t{2});
}

TEST_CASE("postgres: one state a row, in the table of any name", "[postgres]") {
  PostgresBench bench;
  bench.sql("CREATE TABLE documents (name varchar NOT NULL UNIQUE, data bytea NOT NULL)");
  bench.sql("INSERT INTO documents VALUES ('b', 'two'), ('a \"quoted\" one', 'one')");
  bench.sql("CREATE TABLE \"Other Docs\" (id int, name text, data bytea)");
  bench.sql("INSERT INTO \"Other Docs\" VALUES (1, 'x', 'three')");
  CHECK(read(bench.url()) == "a \"quoted\" one: one; b: two; ");
  CHECK(read(bench.url(), "Other Docs") == "x: three; ");
  CHECK(count_postgres_table(bench.url(), "Other Docs") == std::uint64_t{1});
}

TEST_CASE("postgres: what holds no documents is refused, and a reader may stop", "[postgres]") {
  PostgresBench bench;
  CHECK(read(bench.url()) ==
        "error: no table collaboration_document_states or documents with columns name and data, or "
        "document_name, state_data and version");
  bench.sql("CREATE TABLE documents (name text, contents bytea)");
  CHECK(code_of(count_postgres_table(bench.url(), "documents")) == StoreErrc::incompatible);
  CHECK(code_of(count_postgres_table("postgres://%2Fnowhere/x", "")) == StoreErrc::unavailable);
  bench.sql("ALTER TABLE documents RENAME COLUMN contents TO data");
  bench.sql("INSERT INTO documents VALUES ('a', 'one'), ('b', 'two')");
  int seen = 0;
  const auto stopped = read_postgres_table(bench.url(), "", [&](const ForeignDocument&) {
    ++seen;
    return StoreResult<void>(std::unexpected(StoreError{StoreErrc::disk_full, "full"}));
  });
  CHECK(code_of(stopped) == StoreErrc::disk_full);
  CHECK(seen == 1);
}

#endif
