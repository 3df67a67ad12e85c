// Formats that have no effect any more. Source: Yjs YText.js: cleanupFormattingGap,
// cleanupContextlessFormattingGap, cleanupYTextFormatting, cleanupYTextAfterTransaction.
#pragma once

#include "document/formats.hpp"

namespace weft::document {

/// Deletes the formats without effect in the gap that begins at `start` and goes on, beyond `curr`,
/// to the next visible item; brings `current`, the formats in force at `curr`, up to date. `before`
/// are those in force at `start`. Gives how many it deleted. REQUIRES: an open transaction.
std::uint32_t clean_gap(DocState& doc, store::Handle start, store::Handle curr,
                        const FormatMap& before, FormatMap& current);

/// Cleans a whole type. Gives how many formats it deleted. REQUIRES: an open transaction.
std::uint32_t clean_formats(DocState& doc, store::TypeIx type);

/// What two users did at once may have left formats that overrule each other. Cleans up, in a
/// transaction of its own, around what `txn` deleted, and where it brought or deleted formats.
/// REQUIRES: the body of `txn` has ended, and nothing of it was collected yet.
void clean_formats_after(DocState& doc, const TransactionState& txn);

}  // namespace weft::document
