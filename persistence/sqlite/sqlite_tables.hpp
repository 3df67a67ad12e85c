// Documents in a SQLite database: the SQL behind the writer and a reader.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "persistence/journal/journal.hpp"
#include "persistence/sqlite/database.hpp"
#include "persistence/tables.hpp"

namespace weft::persistence::sqlite {

/// Tables that also know a document by its id.
class DocumentTables : public Tables {
 public:
  struct Named {
    std::string name;
    Sequence last = 0;
  };
  /// Nothing: no document has this id. In an open transaction.
  virtual StoreResult<std::optional<Named>> named(std::int64_t id) = 0;
  /// The highest id that was ever given.
  virtual StoreResult<std::int64_t> last_id() = 0;
  /// A transaction whose commit failed may stand whole in the log, for a crash to bring back. After
  /// this it cannot. REQUIRES: no open transaction.
  virtual StoreResult<void> bury_failed() = 0;
};

StoreResult<std::unique_ptr<DocumentTables>> make_tables(Database database);

/// `database` is a connection of its own: in WAL mode it reads while another one writes. `journal`
/// has the updates that follow those in the database.
StoreResult<std::unique_ptr<Reader>> make_reader(Database database,
                                                 std::shared_ptr<const journal::Journal> journal);

}  // namespace weft::persistence::sqlite
