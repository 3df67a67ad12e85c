// The bench of the store on PostgreSQL.
#include <pqxx/pqxx>

#include "persistence/postgres/postgres_store.hpp"
#include "postgres_server.hpp"
#include "support.hpp"

namespace weft::persistence::test {

namespace {

std::string damage_sql(Damage damage) {
  const std::string document = "(SELECT id FROM weft_documents WHERE name = $1::bytea)";
  const std::string of_document = " WHERE document_id = " + document;
  const auto pick = [&](const std::string& order) {
    return of_document + " AND sequence = (SELECT sequence FROM weft_updates" + of_document +
           " ORDER BY sequence " + order + ")";
  };
  switch (damage) {
    case Damage::update_byte:
      return "UPDATE weft_updates SET bytes = set_byte(bytes, 0, 35)" + pick("LIMIT 1");
    case Damage::update_user:
      return "UPDATE weft_updates SET user_name = 'somebody else'" + pick("LIMIT 1");
    case Damage::update_encoding:
      return "UPDATE weft_updates SET encoding = 2" + pick("LIMIT 1");
    case Damage::first_update_missing:
      return "DELETE FROM weft_updates" + pick("LIMIT 1");
    case Damage::middle_update_missing:
      return "DELETE FROM weft_updates" + pick("LIMIT 1 OFFSET 1");
    case Damage::last_update_missing:
      return "DELETE FROM weft_updates" + pick("DESC LIMIT 1");
    case Damage::update_repeated:
      return "UPDATE weft_updates SET (bytes, checksum) = (SELECT bytes, checksum FROM"
             " weft_updates" +
             of_document + " ORDER BY sequence LIMIT 1 OFFSET 1)" + pick("LIMIT 1");
    case Damage::checkpoint_byte:
      return "UPDATE weft_checkpoints SET state = set_byte(state, 0, 35)" + of_document;
    case Damage::checkpoint_encoding:
      return "UPDATE weft_checkpoints SET encoding = 1" + of_document;
    case Damage::checkpoint_missing:
      return "DELETE FROM weft_checkpoints" + of_document;
    case Damage::last_sequence:
      return "UPDATE weft_documents SET last_sequence = last_sequence - 1 WHERE name = $1::bytea";
    case Damage::attribution_byte:
      return "UPDATE weft_checkpoints SET attribution = set_byte(attribution, 0, 35)" + of_document;
    case Damage::version_byte:
      return "UPDATE weft_versions SET state = set_byte(state, 0, 35)" + of_document +
             " AND number = 1";
  }
  return "";
}

std::string next_schema() {
  static int count = 0;
  return "bench" + std::to_string(++count);
}

}  // namespace

struct PostgresBench::Locker {
  explicit Locker(const std::string& url) : connection(url), work(connection) {
    work.exec("LOCK TABLE weft_documents, weft_updates, weft_checkpoints IN EXCLUSIVE MODE");
  }
  pqxx::connection connection;
  pqxx::work work;
};

PostgresBench::PostgresBench(StoreLimits limits) : ThreadedBench(limits) {
  PostgresServer& server = PostgresServer::shared();
  const std::string schema = next_schema();
  pqxx::connection connection(server.url());
  pqxx::nontransaction(connection).exec("CREATE SCHEMA " + schema);
  url_ = server.url() + "&options=-csearch_path%3D" + schema;
  open();
}

PostgresBench::~PostgresBench() = default;

void PostgresBench::open() {
  PostgresOptions options;
  options.url = url_;
  options.now_ms = clock();
  options.limits = limits_;
  options.lock_timeout = std::chrono::milliseconds(20);
  auto opened = open_postgres_store(std::move(options));
  if (!opened) FAIL(opened.error().message);
  store_ = std::move(*opened);
}

void PostgresBench::break_writes() { locker_ = std::make_shared<Locker>(url_); }

void PostgresBench::mend_writes() { locker_.reset(); }

std::optional<std::int64_t> PostgresBench::sql(const std::string& statement,
                                               const std::string& name) {
  INFO(statement);
  pqxx::connection connection(url_);
  pqxx::nontransaction direct(connection);
  const pqxx::binarystring parameter(name.data(), name.size());
  const bool named = statement.find("$1") != std::string::npos;
  const auto rows = named ? direct.exec_params(statement, parameter) : direct.exec(statement);
  if (rows.empty() || rows[0][0].is_null()) return std::nullopt;
  return rows[0][0].as<long long>();
}

void PostgresBench::damage(const std::string& name, Damage damage) {
  sql(damage_sql(damage), name);
}

std::int64_t PostgresBench::cut_connections() {
  return *sql(
      "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
      " WHERE application_name LIKE 'weft %' AND pid <> pg_backend_pid()");
}

}  // namespace weft::persistence::test
