// One map; SharedDoc does the work.
#include "session/registry.hpp"

#include <algorithm>

namespace weft::session {

std::shared_ptr<SharedDoc> Registry::open(std::string_view name) {
  const auto [at, added] = documents_.try_emplace(std::string(name));
  if (added || at->second->ended()) {
    at->second = std::make_shared<SharedDoc>(at->first, environment_);
    at->second->load();
  }
  return at->second;
}

void Registry::tick(std::int64_t now_ms) {
  for (const auto& [name, doc] : documents_) doc->tick(now_ms);
  std::erase_if(documents_,
                [now_ms](const auto& entry) { return entry.second->can_unload(now_ms); });
  sweep_->tick(
      now_ms, [this](const std::string& name) { return find(name) != nullptr; },
      [this](const std::string& name) { open(name); });
}

std::size_t Registry::end_all(std::uint16_t close_code, const std::string& reason,
                              const std::function<bool(const Session&)>& which) {
  std::size_t count = 0;
  for (const auto& [name, doc] : documents_) count += doc->end_sessions(close_code, reason, which);
  return count;
}

SharedDoc* Registry::find(std::string_view name) const {
  const auto at = documents_.find(std::string(name));
  return at == documents_.end() ? nullptr : at->second.get();
}

void Registry::checkpoint_all() {
  for (const auto& [name, doc] : documents_) {
    doc->checkpoint();
    doc->keep_changes();
  }
}

bool Registry::settled() const {
  return std::all_of(documents_.begin(), documents_.end(), [](const auto& entry) {
    return entry.second->all_stored() && !entry.second->busy();
  });
}

Registry::Stats Registry::stats() const {
  Stats stats{.documents = documents_.size()};
  for (const auto& [name, doc] : documents_) {
    stats.sessions += doc->session_count();
    stats.unstored_documents += doc->all_stored() ? 0U : 1U;
    stats.failing_documents += doc->store_fails() ? 1U : 0U;
    stats.unstored_us = std::max(stats.unstored_us, doc->unstored_us());
  }
  return stats;
}

}  // namespace weft::session
