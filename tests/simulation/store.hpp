// The store with a journal and SQLite on a simulated disk. All of it is real but its threads: what
// is called waits for step().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "disk.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/log_store.hpp"

namespace weft::simulation {

struct StoreOptions {
  persistence::journal::JournalLimits journal;
  std::function<std::int64_t()> now_ms;
  std::function<void()> queued = [] {};  // step() has something to do
};

/// Recovers what is on the disk. `disk` is where SQLite opens files now (SqliteDisk).
persistence::StoreResult<std::unique_ptr<persistence::SteppedStore>> open_store(
    Disk& disk, const StoreOptions& options);

}  // namespace weft::simulation
