// The tables in the database, and how older ones become current.
#pragma once

#include <cstdint>

#include "persistence/postgres/connection.hpp"

namespace weft::persistence::postgres {

/// The newest schema that this program writes.
inline constexpr std::int64_t kSchemaVersion = 2;

/// The first half of all advisory locks: "Weft" in ASCII.
inline constexpr std::int64_t kLockClass = 0x57656674;

/// Brings the schema up to kSchemaVersion, in one transaction and under a lock, so that servers
/// that start at once do it once. A current one is only looked at: that needs no right to create.
/// Errors: incompatible (newer, or other tables of these names), unavailable, locked.
StoreResult<void> migrate(Connection& connection);

}  // namespace weft::persistence::postgres
