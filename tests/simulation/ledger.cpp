#include "ledger.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace weft::simulation {

void Ledger::promise(const std::string& document, std::shared_ptr<const Bytes> update,
                     const std::string& how) {
  auto& updates = documents_[document].updates;
  if (!updates.empty() && *updates.back() == *update) return;
  updates.push_back(std::move(update));
  ++promises_;
  if (watch) watch(document + ": promise " + std::to_string(updates.size()) + ", " + how);
}

void Ledger::promise(const std::string& document, const StateVector& state) {
  StateVector& known = documents_[document].state;
  for (const auto& [client, clock] : state.entries())
    known.set(client, std::max(clock, known.get(client)));
}

Doc Ledger::check(const std::string& document, const persistence::LoadedDocument& loaded) const {
  Doc doc({.client_id = 1});
  Result<void> applied;
  if (loaded.checkpoint)
    applied = doc.apply_update(loaded.checkpoint->state, loaded.checkpoint->encoding);
  std::set<std::string_view> seen;
  for (const persistence::StoredUpdate& update : loaded.updates) {
    if (applied) applied = doc.apply_update(update.bytes, update.encoding);
    if (!seen.insert(as_text(update.bytes)).second)
      throw Broken{document + ": update " + std::to_string(update.sequence) + " is stored twice"};
  }
  if (!applied)
    throw Broken{document + ": what is stored cannot be read: " + message(applied.error())};
  const auto promised = documents_.find(document);
  if (promised == documents_.end()) return doc;
  const StateVector state = doc.state_vector();
  for (const auto& [client, clock] : promised->second.state.entries()) {
    if (state.get(client) < clock)
      throw Broken{document + ": a client was told of clock " + std::to_string(clock) + " of " +
                   std::to_string(client) + ", stored are " + std::to_string(state.get(client))};
  }
  std::size_t number = 0;
  for (const auto& update : promised->second.updates) {
    const std::uint64_t before = doc.revision();
    ++number;
    if (!doc.apply_update(*update)) throw Broken{document + ": a client was told nonsense"};
    if (doc.revision() != before)
      throw Broken{document + ": promise " + std::to_string(number) + " of " +
                   std::to_string(promised->second.updates.size()) + " was not kept: what it says" +
                   " is durable is not there, of " + std::to_string(loaded.sequence) + " updates"};
  }
  return doc;
}

}  // namespace weft::simulation
