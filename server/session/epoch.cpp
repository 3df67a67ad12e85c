#include "session/epoch.hpp"

#include <cstddef>

namespace weft::session {

bool is_other_history(const StateVector& theirs, const StateVector& ours, const StateVector& former,
                      bool any_history) {
  std::size_t strangers = 0;
  std::size_t shared = 0;
  for (const auto& [client, clock] : theirs.entries()) {
    if (clock == 0) continue;
    const bool known = ours.get(client) > 0;
    if (!known && former.get(client) > 0) return true;
    ++(known ? shared : strangers);
  }
  return !any_history && !ours.empty() && shared == 0 && strangers > 1;
}

StateVector former_after(const StateVector& former, const StateVector& had) {
  StateVector all = former;
  for (const auto& [client, clock] : had.entries()) {
    if (clock > all.get(client)) all.set(client, clock);
  }
  return all;
}

}  // namespace weft::session
