// Documents in a SQLite database: the SQL behind the writer and a reader.
#pragma once

#include <memory>

#include "persistence/sqlite/database.hpp"
#include "persistence/tables.hpp"

namespace weft::persistence::sqlite {

StoreResult<std::unique_ptr<Tables>> make_tables(Database database);

/// `database` is a connection of its own: in WAL mode it reads while another one writes.
StoreResult<std::unique_ptr<Reader>> make_reader(Database database);

}  // namespace weft::persistence::sqlite
