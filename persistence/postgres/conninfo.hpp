// What `postgres://...` says, with what a server needs that runs for months: bounds on waiting.
#pragma once

#include <string>

#include "persistence/store.hpp"

namespace weft::persistence::postgres {

struct ConnectionInfo {
  std::string parameters;  // as libpq takes them; holds the password
  std::string shown;       // for messages: "postgres://host:port/database", without a password
};

/// Reads a URL or a list of keyword=value as libpq has them (TLS, service files, several hosts).
/// `application` is what the database's lists of sessions show. Environment variables (PGHOST,
/// PGPASSWORD, ...) and ~/.pgpass give what is not said. Error: unavailable, with libpq's reason.
StoreResult<ConnectionInfo> parse_connection(const std::string& url,
                                             const std::string& application);

}  // namespace weft::persistence::postgres
