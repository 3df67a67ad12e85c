// Undo of content that is named by its clocks, for callers who know in which order clients came.
#pragma once

#include <weft/doc.hpp>

#include "history/ordered_ranges.hpp"

namespace weft {

/// Deletes what was inserted and brings back what was deleted, but for what was both.
void undo_ranges(Doc& doc, history::OrderedRanges inserted, history::OrderedRanges deleted);

}  // namespace weft
