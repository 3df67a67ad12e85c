// The journal's folder on a simulated disk.
#pragma once

#include <memory>

#include "disk.hpp"
#include "persistence/journal/files.hpp"

namespace weft::simulation {

inline constexpr const char* kJournalFolder = "/data/journal";

/// `disk` must outlive it.
std::unique_ptr<persistence::journal::Folder> open_journal_folder(Disk& disk);

}  // namespace weft::simulation
