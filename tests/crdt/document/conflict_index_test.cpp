// Many insertions at one place, and what was put behind each of them: the engine searches where a
// new one goes, the reference engine scans as Yjs does.
#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/update.hpp>

#include "document/doc_state.hpp"
#include "encoding/writer.hpp"
#include "reference/doc.hpp"

using namespace weft;

namespace {

using Random = std::mt19937;

std::uint32_t below(Random& random, std::size_t bound) {
  return static_cast<std::uint32_t>(random() % bound);
}

/// Has an index of the conflicts in the text, or in the key.
bool searches(const Doc& doc, std::string_view root, std::string_view key = {}) {
  const store::Store& store = doc.state().store;
  const store::TypeIx type = store.types.find_root(store.strings.find(root));
  if (type == store::kNoIndex) return false;
  store::ListIx list = store.types[type].sequence;
  if (!key.empty()) list = store.types.find_key(type, store.strings.find(key));
  return list != store::kNoIndex && store.conflicts_of(list) != nullptr;
}

/// One who knows some of what the others wrote, and writes and deletes here and there.
std::vector<Bytes> write(Random& random, ClientId client, const std::vector<Bytes>& others) {
  Doc doc(DocOptions{.client_id = client});
  for (std::uint32_t known = below(random, 6); known > 0 && !others.empty(); --known)
    REQUIRE(doc.apply_update(others[below(random, others.size())]));
  std::vector<Bytes> updates;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  Text text = doc.text("t");
  for (std::uint32_t edits = 1 + below(random, 3); edits > 0; --edits) {
    Transaction txn = doc.transact();
    const std::uint32_t place = below(random, 2) == 0 ? 0 : below(random, text.length() + 1);
    REQUIRE(text.insert(txn, place, below(random, 3) == 0 ? "xyz" : "x"));
    if (below(random, 4) == 0) REQUIRE(text.remove(txn, below(random, text.length()), 1));
    REQUIRE(doc.map("m").set(txn, "k", below(random, 9)));
  }
  return updates;
}

/// A unit between any two that others may have written, whether that makes sense or not.
Bytes forge(Random& random, ClientId client, ClientId clients) {
  encoding::Writer out;
  const auto id = [&] {
    out.varuint(1 + below(random, clients));
    out.varuint(below(random, 2));
  };
  const bool has_right = below(random, 3) > 0;
  for (const std::uint64_t number : {std::uint64_t{1}, std::uint64_t{1}, client, std::uint64_t{0}})
    out.varuint(number);
  out.u8(has_right ? 0xC4 : 0x84);
  id();
  if (has_right) id();
  out.varstring("f");
  out.varuint(0);
  return out.take();
}

void check_same(Random& random, const std::vector<Bytes>& updates, Doc& doc) {
  reference::Doc slow(0xFFFF);
  for (const Bytes& update : updates) {
    REQUIRE(doc.apply_update(update));
    REQUIRE(slow.apply_update(update));
    if (below(random, 40) == 0) REQUIRE(doc.check_invariants().empty());
  }
  CHECK(doc.encode_state_as_update() == slow.encode_state_as_update());
  CHECK(doc.check_invariants().empty());
}

}  // namespace

TEST_CASE("conflicts with much behind them come out as in the reference engine", "[document]") {
  constexpr ClientId kClients = 250;
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    std::vector<ClientId> clients;
    for (ClientId client = 1; client <= kClients; ++client) clients.push_back(client);
    std::shuffle(clients.begin(), clients.end(), random);
    std::vector<Bytes> all;
    std::vector<std::vector<Bytes>> by_client;
    for (const ClientId client : clients) {
      by_client.push_back(write(random, client, all));
      all.insert(all.end(), by_client.back().begin(), by_client.back().end());
    }
    std::vector<Bytes> updates = all;
    if (seed % 3 == 1) std::shuffle(updates.begin(), updates.end(), random);
    if (seed % 3 == 2) {
      std::ranges::sort(by_client, {}, [](const auto& own) { return own.front(); });
      updates.clear();
      for (const auto& own : by_client) updates.insert(updates.end(), own.begin(), own.end());
    }
    Doc doc(DocOptions{.client_id = 0xFFFF});
    check_same(random, updates, doc);
    CHECK(searches(doc, "t"));
    CHECK(searches(doc, "m", "k"));
  }
}

TEST_CASE("conflicts that nobody writes come out as in the reference engine", "[document]") {
  constexpr ClientId kClients = 120;
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    std::vector<Bytes> updates;
    for (ClientId client = 1; client <= kClients; ++client) {
      Doc doc(DocOptions{.client_id = client});
      {
        Transaction txn = doc.transact();
        REQUIRE(doc.text("t").insert(txn, 0, "xy"));
      }
      updates.push_back(doc.encode_state_as_update());
    }
    Doc doc(DocOptions{.client_id = 0xFFFF});
    for (ClientId client = 1; client <= 20 * (seed % 4); ++client)
      updates.push_back(forge(random, 1000 + below(random, 1000) + 2000 * client, kClients));
    if (seed % 2 == 0) std::shuffle(updates.begin(), updates.end(), random);
    for (ClientId client = 1; client <= kClients; ++client)
      updates.push_back(forge(random, 100'000 + client, kClients));
    check_same(random, updates, doc);
  }
}
