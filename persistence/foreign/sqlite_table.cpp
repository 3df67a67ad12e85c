// A foreign table in SQLite, row by row.
#include <system_error>

#include "persistence/foreign/foreign.hpp"
#include "persistence/sqlite/database.hpp"
#include "persistence/sqlite/schema.hpp"

namespace weft::persistence {

namespace {

using sqlite::Database;
using sqlite::Run;

constexpr std::chrono::milliseconds kBusyTimeout{5000};

// As SQL quotes a name.
std::string quoted_name(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + '"';
}

StoreResult<Database> open_foreign(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored))
    return std::unexpected(
        StoreError{StoreErrc::unavailable, "there is no file \"" + file.string() + "\""});
  return sqlite::open_for_reading(file, kBusyTimeout);
}

}  // namespace

StoreResult<std::uint64_t> count_sqlite_table(const std::filesystem::path& file,
                                              const std::string& table) {
  auto database = open_foreign(file);
  if (!database) return std::unexpected(std::move(database.error()));
  const auto count = database->query_integer("SELECT count(*) FROM " + quoted_name(table));
  if (!count) return std::unexpected(count.error());
  return static_cast<std::uint64_t>(*count);
}

StoreResult<void> read_sqlite_table(const std::filesystem::path& file, const std::string& table,
                                    const TakeForeign& take) {
  auto database = open_foreign(file);
  if (!database) return std::unexpected(std::move(database.error()));
  const auto rows =
      database->prepare("SELECT name, data FROM " + quoted_name(table) + " ORDER BY name");
  if (!rows) return std::unexpected(rows.error());
  Run run(*rows);
  for (;;) {
    const auto found = run.step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return {};
    const ByteView state = run.bytes(1);
    ForeignDocument document{std::string(run.text(0)), {}};
    document.updates.emplace_back(state.begin(), state.end());
    if (auto taken = take(std::move(document)); !taken) return taken;
  }
}

}  // namespace weft::persistence
