// What is quadratic in many engines: four times the input takes less than six times as long.
//
// Time of this thread, the least of several runs; sizes are chosen so that a run takes
// milliseconds.
#include <algorithm>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/undo.hpp>
#include <weft/update.hpp>

#include "encoding/writer.hpp"

using namespace weft;

namespace {

constexpr double kRatioMax = 6;

double seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// What is measured; made anew for every run from a size, outside of the time.
using Pattern = std::function<std::function<void()>(std::uint32_t)>;

double cost(const Pattern& pattern, std::uint32_t size) {
  double least = 1e9;
  for (int run = 0; run < 5; ++run) {
    const std::function<void()> work = pattern(size);
    const double before = seconds();
    work();
    least = std::min(least, seconds() - before);
  }
  return least;
}

void check_growth(std::uint32_t size, const Pattern& pattern) {
  double small = 0;
  double large = 0;
  // A busy machine is measured again; what is quadratic has a ratio of 16 each time.
  for (int attempt = 0; attempt < 6; ++attempt) {
    small = cost(pattern, size);
    large = cost(pattern, 4 * size);
    if (large < kRatioMax * small) break;
  }
  INFO(size << ": " << small * 1e3 << " ms, four times as many: " << large * 1e3 << " ms");
  CHECK(large < kRatioMax * small);
}

std::function<void()> apply(Bytes update) {
  auto doc = std::make_shared<Doc>(DocOptions{.client_id = 999});
  return [doc, update = std::move(update)] { REQUIRE(doc->apply_update(update)); };
}

std::function<void()> apply(std::vector<Bytes> updates) {
  auto doc = std::make_shared<Doc>(DocOptions{.client_id = 0xFFFFFF});
  return [doc, updates = std::move(updates)] {
    for (const Bytes& update : updates) REQUIRE(doc->apply_update(update));
  };
}

Bytes merged(const std::vector<Bytes>& updates) {
  const std::vector<ByteView> views(updates.begin(), updates.end());
  return merge_updates(views).value();
}

/// One update of each of `clients`, made without knowing of the others.
template <typename Edit>
std::vector<Bytes> of_clients(std::uint32_t clients, const Edit& edit) {
  std::vector<Bytes> updates;
  for (ClientId client = 1; client <= clients; ++client) {
    Doc doc(DocOptions{.client_id = client});
    {
      Transaction txn = doc.transact();
      edit(doc, txn);
    }
    updates.push_back(doc.encode_state_as_update());
  }
  return updates;
}

/// The updates of `count` transactions of one document.
template <typename Edit>
std::vector<Bytes> of_edits(std::uint32_t count, const Edit& edit) {
  Doc doc(DocOptions{.client_id = 1});
  std::vector<Bytes> updates;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  for (std::uint32_t i = 0; i < count; ++i) {
    Transaction txn = doc.transact();
    edit(doc, txn, i);
  }
  return updates;
}

}  // namespace

TEST_CASE("growth: everybody writes at one place", "[bounds]") {
  check_growth(3000, [](std::uint32_t size) {
    return apply(merged(of_clients(
        size, [](Doc& doc, Transaction& txn) { REQUIRE(doc.text("t").insert(txn, 0, "ab")); })));
  });
}

TEST_CASE("growth: everybody writes at one place, and half of them before something else",
          "[bounds]") {
  check_growth(2000, [](std::uint32_t size) {
    Doc base(DocOptions{.client_id = 1});
    {
      Transaction txn = base.transact();
      REQUIRE(base.text("t").insert(txn, 0, "b"));
    }
    std::vector<Bytes> updates{base.encode_state_as_update()};
    for (ClientId client = 2; client < size + 2; ++client) {
      Doc doc(DocOptions{.client_id = client});
      if (client % 2 == 0) REQUIRE(doc.apply_update(updates.front()));
      const StateVector before = doc.state_vector();
      {
        Transaction txn = doc.transact();
        REQUIRE(doc.text("t").insert(txn, 0, "x"));
      }
      updates.push_back(doc.encode_state_as_update(before));
    }
    return apply(updates);
  });
}

TEST_CASE("growth: everybody writes at one place, and goes on there", "[bounds]") {
  check_growth(1500, [](std::uint32_t size) {
    return apply(merged(of_clients(size, [](Doc& doc, Transaction& txn) {
      REQUIRE(doc.array("a").insert_type(txn, 0, TypeKind::map));
      REQUIRE(doc.array("a").insert_type(txn, 1, TypeKind::map));
    })));
  });
}

TEST_CASE("growth: everybody writes at many places by turns", "[bounds]") {
  check_growth(1000, [](std::uint32_t size) {
    return apply(of_clients(size, [](Doc& doc, Transaction& txn) {
      for (const char* const root : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
        REQUIRE(doc.array(root).insert_type(txn, 0, TypeKind::map));
        REQUIRE(doc.array(root).insert_type(txn, 1, TypeKind::map));
      }
    }));
  });
}

TEST_CASE("growth: everybody sets one key, and again", "[bounds]") {
  check_growth(1500, [](std::uint32_t size) {
    return apply(merged(of_clients(size, [](Doc& doc, Transaction& txn) {
      REQUIRE(doc.map("m").set(txn, "k", 1));
      REQUIRE(doc.map("m").set(txn, "k", 2));
    })));
  });
}

TEST_CASE("growth: everybody goes on where the text ended for them", "[bounds]") {
  check_growth(1500, [](std::uint32_t size) {
    std::vector<Bytes> updates;
    const auto behind = [&](ClientId client, ClientId origin) {
      encoding::Writer out;
      for (const ClientId number : {ClientId{1}, ClientId{1}, client, ClientId{0}})
        out.varuint(number);
      out.u8(origin == 0 ? 4 : 0x84);
      out.varuint(origin == 0 ? 1 : origin);
      if (origin == 0) out.varstring("t");
      if (origin != 0) out.varuint(0);
      out.varstring("x");
      out.varuint(0);
      updates.push_back(out.take());
    };
    for (ClientId client = 1; client <= size; ++client) behind(client, client - 1);
    for (ClientId client = 1; client <= size; ++client) behind(size + client, client);
    return apply(std::move(updates));
  });
}

TEST_CASE("growth: scattered deletes", "[bounds]") {
  check_growth(20'000, [](std::uint32_t size) {
    Doc doc(DocOptions{.client_id = 1});
    Transaction txn = doc.transact();
    REQUIRE(doc.text("t").insert(txn, 0, std::string(2 * std::size_t{size}, 'x')));
    for (std::uint32_t i = 0; i < size; ++i) REQUIRE(doc.text("t").remove(txn, i, 1));
    txn.commit();
    return apply(doc.encode_state_as_update());
  });
}

TEST_CASE("growth: types nested as deep as there are", "[bounds]") {
  check_growth(8000, [](std::uint32_t size) {
    auto doc = std::make_shared<Doc>(DocOptions{.client_id = 1});
    Transaction txn = doc->transact();
    Array array = doc->array("a");
    for (std::uint32_t i = 0; i < size; ++i) {
      array = array.insert_type(txn, 0, TypeKind::array)->as<Array>().value();
    }
    txn.commit();
    return [doc, other = std::make_shared<Doc>(DocOptions{.client_id = 2})] {
      REQUIRE(other->apply_update(doc->encode_state_as_update()));
      Transaction removal = other->transact();
      REQUIRE(other->array("a").remove(removal, 0, 1));
    };
  });
}

TEST_CASE("growth: thousands of clients", "[bounds]") {
  check_growth(3000, [](std::uint32_t size) {
    return apply(of_clients(size, [](Doc& doc, Transaction& txn) {
      REQUIRE(doc.map("m").set(txn, std::to_string(doc.client_id()), 1));
    }));
  });
}

TEST_CASE("growth: parents of parents, each of another client", "[bounds]") {
  check_growth(3000, [](std::uint32_t size) {
    // Client n + 1 stands in what client n made, and comes first.
    std::vector<Bytes> updates;
    for (ClientId client = 1; client <= size; ++client) {
      Bytes update{1, 1};
      const auto number = [&](std::uint64_t value) {
        for (; value > 127; value >>= 7) update.push_back(static_cast<std::uint8_t>(value | 128));
        update.push_back(static_cast<std::uint8_t>(value));
      };
      number(client);
      number(0);
      update.push_back(7);
      number(client == 1 ? 1 : 0);
      if (client == 1) {
        update.insert(update.end(), {1, 'a'});
      } else {
        number(client - 1);
        number(0);
      }
      update.insert(update.end(), {0, 0});
      updates.push_back(std::move(update));
    }
    return apply(merged(updates));
  });
}

TEST_CASE("growth: what waits for its causes, delivered backwards", "[bounds]") {
  check_growth(3000, [](std::uint32_t size) {
    std::vector<Bytes> updates = of_edits(size, [](Doc& doc, Transaction& txn, std::uint32_t i) {
      REQUIRE(doc.text("t").insert(txn, i, "x"));
    });
    std::ranges::reverse(updates);
    return apply(std::move(updates));
  });
}

TEST_CASE("growth: what waits comes backwards, in rows that overlap, and twice", "[bounds]") {
  check_growth(1500, [](std::uint32_t size) {
    const std::vector<Bytes> updates =
        of_edits(size, [](Doc& doc, Transaction& txn, std::uint32_t i) {
          REQUIRE(doc.text("t").insert(txn, i, "x"));
        });
    std::vector<Bytes> rows;
    for (std::uint32_t i = size - 1; i > 0; --i) {
      rows.push_back(merged({updates[i - 1], updates[i]}));
      rows.push_back(updates[i]);
    }
    return apply(std::move(rows));
  });
}

TEST_CASE("growth: thousands of clients wait, each for its own beginning", "[bounds]") {
  check_growth(1000, [](std::uint32_t size) {
    std::vector<Bytes> updates(2 * std::size_t{size});
    for (std::uint32_t i = 0; i < size; ++i) {
      Doc doc({.client_id = 1000 + i});
      std::size_t at = size + i;
      const auto subscription = doc.on_update([&](const UpdateEvent& event) {
        updates[at].assign(event.update.begin(), event.update.end());
        at = i;
      });
      for (const std::uint32_t index : {0U, 1U}) {
        Transaction txn = doc.transact();
        REQUIRE(doc.text("t").insert(txn, index, "x"));
      }
    }
    return apply(std::move(updates));
  });
}

TEST_CASE("growth: deletes of thousands of clients wait, and of one client in pieces", "[bounds]") {
  check_growth(2000, [](std::uint32_t size) {
    std::vector<Bytes> updates;
    const auto add_delete = [&](std::uint64_t client, std::uint64_t clock) {
      IdSet deletes;
      deletes.add(client, clock, 1);
      const Bytes encoded = deletes.encode();
      updates.emplace_back(Bytes{0}).insert(updates.back().end(), encoded.begin(), encoded.end());
    };
    for (std::uint64_t i = 0; i < size; ++i) add_delete(i, 0);
    for (std::uint64_t i = size; i > 0; --i) add_delete(size, 5 * i);
    return apply(std::move(updates));
  });
}

TEST_CASE("growth: deletes far ahead of all clocks", "[bounds]") {
  check_growth(20'000, [](std::uint32_t size) {
    IdSet deletes;
    for (std::uint64_t i = 0; i < size; ++i) deletes.add(7, (std::uint64_t{1} << 40) + 5 * i, 3);
    Bytes update{0};
    const Bytes encoded = deletes.encode();
    update.insert(update.end(), encoded.begin(), encoded.end());
    return apply(std::vector<Bytes>{update, update});
  });
}

TEST_CASE("growth: characters of two units cut in half", "[bounds]") {
  check_growth(20'000, [](std::uint32_t size) {
    auto doc = std::make_shared<Doc>(DocOptions{.client_id = 1});
    Transaction txn = doc->transact();
    std::string text;
    for (std::uint32_t i = 0; i < size; ++i) text += "\xF0\x9F\x98\x80";
    REQUIRE(doc->text("t").insert(txn, 0, text));
    txn.commit();
    return [doc, size] {
      Transaction edits = doc->transact();
      for (std::uint32_t i = 0; i < size; ++i) {
        REQUIRE(doc->text("t").insert(edits, 3 * i + 1, "x"));
      }
    };
  });
}

TEST_CASE("growth: a key written again and again", "[bounds]") {
  check_growth(5000, [](std::uint32_t size) {
    return apply(merged(of_edits(size, [](Doc& doc, Transaction& txn, std::uint32_t i) {
      REQUIRE(doc.map("m").set(txn, "k", i));
    })));
  });
}

TEST_CASE("growth: long chains of undo", "[bounds]") {
  check_growth(2000, [](std::uint32_t size) {
    auto doc = std::make_shared<Doc>(DocOptions{.client_id = 1});
    auto undo = std::make_shared<UndoManager>(*doc, UndoOptions{.capture_timeout = 0});
    for (std::uint32_t i = 0; i < size; ++i) {
      Transaction txn = doc->transact();
      REQUIRE(doc->text("t").insert(txn, i / 2, "x"));
      if (i % 4 == 3) REQUIRE(doc->text("t").remove(txn, i / 4, 1));
    }
    return [doc, undo] {
      while (undo->undo()) continue;
      while (undo->redo()) continue;
    };
  });
}
