// Documents in a PostgreSQL database: the SQL behind the writer and a reader.
#pragma once

#include <memory>

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/ownership.hpp"
#include "persistence/tables.hpp"

namespace weft::persistence::postgres {

/// REQUIRES: `connection` is open and `ownership` has claimed it.
std::unique_ptr<Tables> make_tables(Connection connection, Ownership ownership,
                                    std::shared_ptr<const Staleness> staleness);

/// Connects when it is first used, and again where the connection was lost.
std::unique_ptr<Reader> make_reader(Connection connection, std::shared_ptr<Staleness> staleness);

}  // namespace weft::persistence::postgres
