// The living documents of one shard: exactly one SharedDoc for each name.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "session/shared_doc.hpp"
#include "session/sweep.hpp"

namespace weft::session {

class Registry {
 public:
  explicit Registry(Environment environment)
      : environment_(std::move(environment)), sweep_(std::make_shared<Sweep>(environment_)) {}
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  /// The document of that name; begins its one load where it is not in memory. The shared_ptr keeps
  /// it alive, the registry keeps it until it may be unloaded.
  std::shared_ptr<SharedDoc> open(std::string_view name);

  /// Once a second: timeouts, tries at the store, unloading, and what others have left behind.
  void tick(std::int64_t now_ms);

  /// Ends the sessions of every document, all or those that `which` says; returns how many.
  std::size_t end_all(std::uint16_t close_code, const std::string& reason,
                      const std::function<bool(const Session&)>& which = nullptr);
  /// The document of that name if it is in memory, else null.
  SharedDoc* find(std::string_view name) const;

  /// Writes checkpoints of all documents that have a log, and versions of those that changed.
  void checkpoint_all();

  /// True when no document waits for the store.
  bool settled() const;

  struct Stats {
    std::size_t documents = 0;
    std::size_t sessions = 0;
    std::size_t unstored_documents = 0;  // with updates that are not yet durable
    std::size_t failing_documents = 0;   // of those, the ones that the store has refused
    std::int64_t unstored_us = 0;        // what the oldest update has waited for the store
  };
  Stats stats() const;

  const Environment& environment() const { return environment_; }

 private:
  Environment environment_;
  std::shared_ptr<Sweep> sweep_;
  std::unordered_map<std::string, std::shared_ptr<SharedDoc>> documents_;
};

}  // namespace weft::session
