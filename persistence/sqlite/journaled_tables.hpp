// The journal before the database: updates go there first, everything else goes straight through.
//
// One transaction is both: the journal is synced, then the database commits, then readers see it.
// If the database refuses, what the journal has is void. A crash between the two may bring an
// update back that was not confirmed, which the store's contract allows.
#pragma once

#include <memory>
#include <vector>

#include "persistence/journal/journal.hpp"
#include "persistence/sqlite/sqlite_tables.hpp"

namespace weft::persistence::sqlite {

/// What is in the journal when the store closes is moved into the database.
std::unique_ptr<Tables> make_journaled_tables(std::unique_ptr<DocumentTables> database,
                                              std::shared_ptr<journal::Journal> journal);

/// What becomes of the segments that an earlier process has left.
struct Recovered {
  std::uint64_t next_number = 1;  // the next segment may have it
  std::vector<journal::LeftSegment> left;
};

/// Moves what a crash has left in `folder` into the database, and deletes it. Where the disk has no
/// room for that, the segments stay and are returned for Journal::adopt. Updates that are damaged
/// become gaps, so that loading their documents fails as `corrupt`; the end of the last segment may
/// be torn.
StoreResult<Recovered> recover_journal(journal::Folder& folder, DocumentTables& database);

}  // namespace weft::persistence::sqlite
