// The larger actions of `weft docs`; the table of all of them is in docs.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "cli/outcome.hpp"
#include "persistence/store.hpp"

namespace weft::cli {

using Words = std::span<const std::string_view>;

/// verify [NAME]...: reads documents whole. `repair`: what can be read of a damaged one becomes the
/// document, and what cannot be trusted a version of it.
Outcome<> verify_documents(persistence::DocumentStore& store, std::vector<std::string> names,
                           bool repair);

/// dump --damaged: what can be read of a document, as one update in V1.
Outcome<Bytes> readable_part(persistence::DocumentStore& store, const std::string& name);

/// versions NAME [save TITLE | show N | dump N | diff N M | delete N...].
Outcome<> work_on_versions(persistence::DocumentStore& store, Words words, const ToolOptions& tool);

/// restore NAME N.
Outcome<> restore_version(persistence::DocumentStore& store, const std::string& name,
                          std::string_view number);

/// import SOURCE: the documents of another server's store.
Outcome<> import_documents(persistence::DocumentStore& store, std::string_view source,
                           const ToolOptions& tool);

/// delete NAME: and notes whose edits it held, so that a copy that comes back is known.
Outcome<> delete_document(persistence::DocumentStore& store, const std::string& name);

}  // namespace weft::cli
