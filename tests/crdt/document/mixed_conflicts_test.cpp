// Many insertions at one place whose authors saw different right neighbours: the engine searches
// the row that they form, the reference engine walks along it as Yjs does.
#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "reference/doc.hpp"

using namespace weft;

namespace {

using Random = std::mt19937;

std::uint32_t below(Random& random, std::size_t bound) {
  return static_cast<std::uint32_t>(random() % bound);
}

/// One prepends to a text again and again; gives the update of each time.
std::vector<Bytes> prepend(ClientId client, std::uint32_t times) {
  Doc doc(DocOptions{.client_id = client});
  std::vector<Bytes> updates;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  for (std::uint32_t i = 0; i < times; ++i) {
    Transaction txn = doc.transact();
    REQUIRE(doc.text("t").insert(txn, 0, "b"));
  }
  return updates;
}

/// An edit of one who knows the first `known` updates, and sometimes what somebody else wrote.
Bytes edit(Random& random, ClientId client, const std::vector<Bytes>& base, std::size_t known,
           const std::vector<Bytes>& others) {
  Doc doc(DocOptions{.client_id = client});
  for (std::size_t i = 0; i < known; ++i) REQUIRE(doc.apply_update(base[i]));
  if (!others.empty() && below(random, 40) == 0) {
    static_cast<void>(doc.apply_update(others[below(random, others.size())]));
  }
  const StateVector before = doc.state_vector();
  Text text = doc.text("t");
  {
    Transaction txn = doc.transact();
    const std::uint32_t place = below(random, 20) == 0 ? below(random, text.length() + 1) : 0;
    REQUIRE(text.insert(txn, place, below(random, 4) == 0 ? "xy" : "x"));
  }
  return doc.encode_state_as_update(before);
}

}  // namespace

TEST_CASE("rows of conflicts come out as in the reference engine", "[document]") {
  constexpr std::uint32_t kClients = 250;
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    Random random(seed);
    const std::vector<Bytes> base = prepend(1 + below(random, 2 * kClients), 1 + seed % 5);
    std::vector<Bytes> edits;
    for (ClientId client = 1; client <= kClients; ++client) {
      edits.push_back(edit(random, 2 * client + 1000 * (seed % 2), base,
                           below(random, base.size() + 1), edits));
    }
    // Mostly in the order of the clients: then each passes all that are there.
    for (std::uint32_t i = 0; i < 10 * (seed % 3); ++i) {
      std::swap(edits[below(random, kClients)], edits[below(random, kClients)]);
    }
    Doc doc(DocOptions{.client_id = 0xFFFF});
    reference::Doc slow(0xFFFF);
    const auto apply = [&](const std::vector<Bytes>& updates) {
      for (const Bytes& update : updates) {
        REQUIRE(doc.apply_update(update));
        REQUIRE(slow.apply_update(update));
      }
    };
    apply(base);
    apply(edits);
    INFO("seed " << seed);
    CHECK(doc.encode_state_as_update() == slow.encode_state_as_update());
    CHECK(doc.check_invariants().empty());
  }
}
