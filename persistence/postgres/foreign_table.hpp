// Documents in tables of other servers in a PostgreSQL database (see persistence/foreign).
#pragma once

#include <cstdint>
#include <string>

#include "persistence/foreign/foreign.hpp"

namespace weft::persistence {

/// A table with columns `name` and `data`: one state a row, as Hocuspocus's examples keep it; or
/// one with `document_name`, `state_data` and `version`, as collaboration_document_states: of each
/// document the newest checkpoint and all updates. `table` empty: the one of
/// collaboration_document_states and documents that exists. Errors: unavailable; incompatible,
/// where the table has other columns.
StoreResult<void> read_postgres_table(const std::string& url, const std::string& table,
                                      const TakeForeign& take);

/// How many documents that are.
StoreResult<std::uint64_t> count_postgres_table(const std::string& url, const std::string& table);

}  // namespace weft::persistence
