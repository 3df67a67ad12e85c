// A DocumentStore over a database: bounded queues, one thread that writes, some that read.
//
// Whatever was queued while the writer committed goes into its next transaction, whatever documents
// it belongs to: one disk sync for all of it. A store without load commits each call at once;
// nothing waits for company. A load waits for the writes of its document that were called before
// it, and for nothing else; a list waits for all of them.
//
// While the medium does not answer, the writer keeps its group, tries again after growing waits,
// and says so in stats(); loads then fail as unavailable.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "persistence/quarantine.hpp"
#include "persistence/store.hpp"
#include "persistence/tables.hpp"

namespace weft::persistence {

struct LogStoreParts {
  std::unique_ptr<Tables> tables;
  std::vector<std::unique_ptr<Reader>> readers;  // at least one; each gets a thread
  std::shared_ptr<Quarantine> quarantine = std::make_shared<Quarantine>();
  /// Milliseconds since 1970. Called on the writer's thread.
  std::function<std::int64_t()> now_ms;
  StoreLimits limits;
  /// Called once everything else is closed, before close returns.
  std::function<void()> release = [] {};
};

std::unique_ptr<DocumentStore> make_log_store(LogStoreParts parts);

/// The same without threads: what is called waits for step(). For simulations.
class SteppedStore : public DocumentStore {
 public:
  /// Carries out what is queued of writes, as one group, or else the oldest read. False: nothing
  /// was queued.
  virtual bool step() = 0;
};

/// `queued` is called when there is something for step() to do; it must not call the store.
std::unique_ptr<SteppedStore> make_stepped_store(LogStoreParts parts, std::function<void()> queued);

}  // namespace weft::persistence
