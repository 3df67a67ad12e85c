// A DocumentStore in a PostgreSQL database (14 or later), for one server at a time.
//
// One connection writes and owns the store (ownership.hpp), some others read, each on a thread of
// its own. A connection that is lost is opened again after growing waits; what was being written is
// kept meanwhile, and what had begun to commit is looked up before anybody is told.
//
// The database must not lose what it has committed: not `fsync = off`. A pooler before it must keep
// sessions (PgBouncer: pool_mode = session).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "persistence/store.hpp"

namespace weft::persistence {

struct PostgresOptions {
  /// As libpq has it, with TLS and everything: postgres://user@host/database?sslmode=verify-full.
  std::string url;
  /// Milliseconds since 1970. Called on the writer's thread.
  std::function<std::int64_t()> now_ms;
  StoreLimits limits = {};
  unsigned readers = 2;
  /// How long opening waits for the server that has the store to go.
  std::chrono::milliseconds owner_timeout{5000};
  /// How long a statement waits for a foreign program's lock.
  std::chrono::milliseconds lock_timeout{10'000};
};

/// Opens the store, brings its tables up to date and starts its threads. Blocks.
/// Errors: unavailable (no such host, database or user ...), locked (another server has it),
/// incompatible. The destructor of the store closes it with a deadline of 0.
/// REQUIRES: now_ms is set, readers > 0.
StoreResult<std::unique_ptr<DocumentStore>> open_postgres_store(PostgresOptions options);

/// The address without its password, for people: "postgres://host:port/database".
std::string shown_postgres_url(const std::string& url);

}  // namespace weft::persistence
