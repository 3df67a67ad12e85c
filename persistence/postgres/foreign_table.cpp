// Foreign tables. Each document is read by itself, all of them in one snapshot.
#include "persistence/postgres/foreign_table.hpp"

#include <utility>
#include <vector>

#include "persistence/postgres/connection.hpp"

namespace weft::persistence {

namespace {

using postgres::Connection;
using Snapshot = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

/// How the documents of a table are found. $1 is the document's name.
struct Layout {
  std::string names;
  std::string updates;
};

bool has_column(Snapshot& snapshot, const std::string& table, const char* column) {
  return !snapshot
              .exec_params(
                  "SELECT FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2",
                  snapshot.quote_name(table), column)
              .empty();
}

StoreResult<Layout> layout_of(Snapshot& snapshot, const std::string& wanted) {
  std::vector<std::string> tables = {wanted};
  if (wanted.empty()) tables = {"collaboration_document_states", "documents"};
  for (const std::string& table : tables) {
    const std::string name = snapshot.quote_name(table);
    // Rows are ordered by when they were written, to the microsecond, and some checkpoints miss an
    // update that another node wrote meanwhile: so all updates are taken, which changes nothing
    // where they are part of it already.
    if (has_column(snapshot, table, "state_data") && has_column(snapshot, table, "document_name")) {
      const std::string rows = "(SELECT state_data FROM " + name + " WHERE document_name = $1";
      std::string updates = rows;
      updates +=
          " AND version = 'checkpoint' ORDER BY inserted_at DESC, id DESC LIMIT 1) UNION ALL ";
      updates += rows;
      updates += " AND version = 'update' ORDER BY inserted_at, id)";
      return Layout{"SELECT DISTINCT document_name FROM " + name + " ORDER BY 1", updates};
    }
    if (has_column(snapshot, table, "name") && has_column(snapshot, table, "data"))
      return Layout{"SELECT DISTINCT name FROM " + name + " ORDER BY 1",
                    "SELECT data FROM " + name + " WHERE name = $1"};
  }
  return std::unexpected(StoreError{
      StoreErrc::incompatible,
      "no table " + (wanted.empty() ? "collaboration_document_states or documents" : wanted) +
          " with columns name and data, or document_name, state_data and version"});
}

// `work` in a snapshot of the database.
template <typename Work>
auto in_snapshot(const std::string& url, Work work) -> std::invoke_result_t<Work, Snapshot&> {
  const auto info = postgres::parse_connection(url, "weft import");
  if (!info) return std::unexpected(info.error());
  Connection connection(*info, {});
  if (auto connected = connection.connect(); !connected)
    return std::unexpected(std::move(connected.error()));
  auto done = connection.attempt([&](pqxx::connection& session) {
    Snapshot snapshot(session);
    return work(snapshot);
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return std::move(*done);
}

}  // namespace

StoreResult<std::uint64_t> count_postgres_table(const std::string& url, const std::string& table) {
  return in_snapshot(url, [&](Snapshot& snapshot) -> StoreResult<std::uint64_t> {
    const auto layout = layout_of(snapshot, table);
    if (!layout) return std::unexpected(layout.error());
    const auto row = snapshot.exec1("SELECT count(*) FROM (" + layout->names + ") AS names");
    return postgres::unsigned_integer(row[0]);
  });
}

StoreResult<void> read_postgres_table(const std::string& url, const std::string& table,
                                      const TakeForeign& take) {
  return in_snapshot(url, [&](Snapshot& snapshot) -> StoreResult<void> {
    const auto layout = layout_of(snapshot, table);
    if (!layout) return std::unexpected(layout.error());
    for (const auto& row : snapshot.exec(layout->names)) {
      ForeignDocument document{row[0].as<std::string>(), {}};
      for (const auto& state : snapshot.exec_params(layout->updates, document.name)) {
        const pqxx::binarystring held(state[0]);
        document.updates.emplace_back(held.begin(), held.end());
      }
      if (auto taken = take(std::move(document)); !taken) return taken;
    }
    return {};
  });
}

}  // namespace weft::persistence
