// The store that a command line names: --data DIR (SQLite) or --database URL (PostgreSQL).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/options.hpp"
#include "persistence/store.hpp"

namespace weft::cli {

inline constexpr OptionSpec kDataOption = {"--data", "DIR"};
inline constexpr OptionSpec kDatabaseOption = {"--database", "URL"};

struct StoreChoice {
  std::filesystem::path data = "./weft-data";
  std::string database;  // where not empty: instead of the folder
};

/// Errors: call_wrong, for both at once or one that is nothing.
Outcome<StoreChoice> parse_store(const Options& options);

/// Where the documents are, for people; without a password.
std::string shown(const StoreChoice& choice);

/// False for a folder in which no store was made yet. Of a database the server tells.
bool is_there(const StoreChoice& choice);

/// Errors: input_wrong, with the store's reason.
Outcome<std::unique_ptr<persistence::DocumentStore>> open_store(const StoreChoice& choice);

}  // namespace weft::cli
