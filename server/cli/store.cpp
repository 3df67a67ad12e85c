// Picking and opening a store.
#include "cli/store.hpp"

#include <chrono>
#include <system_error>

#ifdef WEFT_POSTGRES
#include "persistence/postgres/postgres_store.hpp"
#endif
#include "persistence/sqlite/sqlite_store.hpp"

namespace weft::cli {

namespace {

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool is_postgres_url(std::string_view text) {
  return text.starts_with("postgres://") || text.starts_with("postgresql://");
}

}  // namespace

Outcome<StoreChoice> parse_store(const Options& options) {
  StoreChoice choice;
  if (const auto data = options.value("--data")) choice.data = *data;
  if (choice.data.empty()) return wrong_call("--data: the folder's name is empty");
  const auto database = options.value("--database");
  if (!database) return choice;
  if (options.has("--data")) return wrong_call("--data and --database name two stores: give one");
  if (!is_postgres_url(*database))
    return wrong_call("--database takes postgres://[USER@]HOST[:PORT]/DATABASE");
  choice.database = *database;
  return choice;
}

#ifdef WEFT_POSTGRES

std::string shown(const StoreChoice& choice) {
  return choice.database.empty() ? choice.data.string()
                                 : persistence::shown_postgres_url(choice.database);
}

#else

std::string shown(const StoreChoice& choice) { return choice.data.string(); }

#endif

bool is_there(const StoreChoice& choice) {
  std::error_code ignored;
  return !choice.database.empty() ||
         std::filesystem::exists(choice.data / persistence::kSqliteFileName, ignored);
}

Outcome<std::unique_ptr<persistence::DocumentStore>> open_store(const StoreChoice& choice) {
  if (!choice.database.empty()) {
#ifdef WEFT_POSTGRES
    auto store = persistence::open_postgres_store({.url = choice.database, .now_ms = now_ms});
    if (!store) return wrong_input(store.error().message);
    return std::move(*store);
#else
    return wrong_input("this weft was built without PostgreSQL");
#endif
  }
  auto store = persistence::open_sqlite_store({.folder = choice.data, .now_ms = now_ms});
  if (!store) return wrong_input(store.error().message);
  return std::move(*store);
}

}  // namespace weft::cli
