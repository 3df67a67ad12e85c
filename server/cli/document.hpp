// A document built from the updates of a command line.
#pragma once

#include <weft/doc.hpp>

#include "cli/options.hpp"
#include "cli/outcome.hpp"
#include "cli/updates.hpp"

namespace weft::cli {

/// For a document of updates from anywhere: nobody outside knows the seed of its hash tables.
DocOptions document_options(Compat compat);

/// Applies all updates in order. Says on stderr when some wait for causes that none of them holds.
/// Errors: input_wrong.
Outcome<Doc> build_document(const Updates& updates, const ToolOptions& tool);

}  // namespace weft::cli
