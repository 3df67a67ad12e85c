// Opening: connect, migrate, claim.
#include "persistence/postgres/postgres_store.hpp"

#include <cassert>
#include <random>
#include <thread>
#include <utility>

#include "persistence/log_store.hpp"
#include "persistence/postgres/postgres_tables.hpp"
#include "persistence/postgres/schema.hpp"

namespace weft::persistence {

namespace {

using postgres::Connection;
using postgres::Ownership;

// Names the sessions of one store; the database shows at most 63 bytes of it.
std::string session_name() {
  std::random_device random;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string name = "weft writer ";
  for (int i = 0; i < 24; ++i) name.push_back(kDigits[random() % 16]);
  return name;
}

StoreResult<void> claim_within(Connection& connection, Ownership& ownership,
                               std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    auto claimed = ownership.claim(connection);
    if (claimed || claimed.error().code != StoreErrc::locked ||
        std::chrono::steady_clock::now() >= end)
      return claimed;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace

std::string shown_postgres_url(const std::string& url) {
  const auto info = postgres::parse_connection(url, "");
  return info ? info->shown : "postgres://";
}

StoreResult<std::unique_ptr<DocumentStore>> open_postgres_store(PostgresOptions options) {
  assert(options.now_ms && options.readers > 0);
  const std::string session = session_name();
  const auto info = postgres::parse_connection(options.url, session);
  if (!info) return std::unexpected(info.error());
  const auto reading = postgres::parse_connection(options.url, "weft reader");
  if (!reading) return std::unexpected(reading.error());
  postgres::SessionOptions session_options;
  session_options.lock_timeout = options.lock_timeout;

  const auto staleness = std::make_shared<postgres::Staleness>();
  Connection writer(*info, session_options);
  Ownership ownership(session, staleness);
  auto ready = writer.connect();
  if (ready) ready = postgres::migrate(writer);
  if (ready) ready = claim_within(writer, ownership, options.owner_timeout);
  if (!ready) return std::unexpected(std::move(ready.error()));

  LogStoreParts parts;
  parts.tables = postgres::make_tables(std::move(writer), std::move(ownership), staleness);
  for (unsigned i = 0; i < options.readers; ++i) {
    parts.readers.push_back(
        postgres::make_reader(Connection(*reading, session_options), staleness));
  }
  parts.now_ms = std::move(options.now_ms);
  parts.limits = options.limits;
  return make_log_store(std::move(parts));
}

}  // namespace weft::persistence
