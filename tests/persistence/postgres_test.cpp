// The store on PostgreSQL beyond the contract: who owns it, and what happens when the database goes
// away, refuses, or is not what it should be.
#include <cstdlib>
#include <latch>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <pqxx/pqxx>

#include "persistence/postgres/postgres_store.hpp"
#include "persistence/postgres/schema.hpp"
#include "postgres_server.hpp"
#include "support.hpp"

using namespace weft;
using namespace weft::persistence;
using namespace weft::persistence::test;

namespace {

StoreResult<std::unique_ptr<DocumentStore>> open_at(const std::string& url,
                                                    std::chrono::milliseconds owner_timeout = {}) {
  PostgresOptions options;
  options.url = url;
  options.now_ms = [] { return std::int64_t{5}; };
  options.owner_timeout = owner_timeout;
  return open_postgres_store(std::move(options));
}

std::string message_of(const StoreResult<std::unique_ptr<DocumentStore>>& opened) {
  return opened ? "opened" : opened.error().message;
}

/// A bench's functions over any store.
struct StoreOnly {
  DocumentStore& store() { return *held; }
  template <typename T>
  T wait(std::future<T>& ready) {
    REQUIRE(ready.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    return ready.get();
  }
  std::unique_ptr<DocumentStore> held;
};

template <typename Condition>
void wait_until(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

TEST_CASE("postgres: everything that waits shares one commit", "[postgres]") {
  PostgresBench bench;
  append_a_thousand_at_once(bench);
  REQUIRE(bench.store().stats().appends == 1000);
  REQUIRE(bench.store().stats().commits == 1);
}

TEST_CASE("postgres: a commit waits for the disk, whatever the database's default", "[postgres]") {
  PostgresBench bench;
  bench.sql("ALTER ROLE weft SET synchronous_commit = off");
  postgres::Connection connection(*postgres::parse_connection(bench.url(), "test"), {});
  REQUIRE(connection.connect());
  const auto setting = connection.attempt([](pqxx::connection& session) {
    return pqxx::nontransaction(session).exec1("SHOW synchronous_commit")[0].as<std::string>();
  });
  bench.sql("ALTER ROLE weft RESET synchronous_commit");
  REQUIRE(setting == "on");
}

TEST_CASE("postgres: a state and an update of many parts come back whole", "[postgres]") {
  PostgresBench bench;
  Bytes large((std::size_t{33} << 20) + 1);
  for (std::size_t i = 0; i < large.size(); i += 997) large[i] = static_cast<std::uint8_t>(i >> 7);
  const auto shared = std::make_shared<const Bytes>(std::move(large));
  REQUIRE(append(bench, "doc", {1, shared, Encoding::v1, {}}) == 1u);
  REQUIRE(append(bench, "doc", {2, shared, Encoding::v1, {}}) == 2u);
  REQUIRE(checkpoint(bench, "doc", {shared, Encoding::v2, 1}) == 1u);
  bench.reopen();
  const auto loaded = load(bench, "doc");
  REQUIRE(loaded);
  REQUIRE(loaded->checkpoint->state == *shared);
  REQUIRE(loaded->updates.size() == 1);
  REQUIRE(std::ranges::equal(loaded->updates[0].bytes, *shared));
}

TEST_CASE("postgres: names and origins may hold any character", "[postgres]") {
  PostgresBench bench;
  const std::string name("a\0'\"\\{},\xc3\xa4", 10);
  Update update = update_of(1, std::string("\0\xff'\\", 4));
  update.origin = {std::string("anna\0{\"", 7), "\\x41"};
  REQUIRE(append(bench, name, update) == 1u);
  bench.reopen();
  const auto loaded = load(bench, name);
  REQUIRE(loaded);
  REQUIRE(as_text(loaded->updates[0].bytes) == std::string_view("\0\xff'\\", 4));
  REQUIRE(loaded->updates[0].user == update.origin.user);
  REQUIRE(loaded->updates[0].session == update.origin.session);
}

// --- Who owns the store ------------------------------------------------------------------------

TEST_CASE("postgres: a second server on the database is refused", "[postgres]") {
  PostgresBench bench;
  const auto second = open_at(bench.url());
  REQUIRE(code_of(second) == StoreErrc::locked);
  const std::string pid = "(pid " + std::to_string(::getpid()) + ")";
  REQUIRE(second.error().message.find(" is in use by another server, ") != std::string::npos);
  REQUIRE(second.error().message.ends_with(pid));
  REQUIRE(append(bench, "doc", update_of(1, "x")) == 1u);
}

TEST_CASE("postgres: one that waits gets the store when the other one goes", "[postgres]") {
  PostgresBench bench;
  REQUIRE(append(bench, "doc", update_of(1, "x")) == 1u);
  StoreOnly next;
  std::thread waiting([&] {
    auto opened = open_at(bench.url(), std::chrono::seconds(20));
    if (opened) next.held = std::move(*opened);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  bench.close();
  waiting.join();
  REQUIRE(next.held);
  REQUIRE(append(next, "doc", update_of(2, "y")) == 2u);
  next.held.reset();
  bench.open();
}

TEST_CASE("postgres: one that was overtaken writes nothing more of what it had loaded",
          "[postgres]") {
  PostgresBench bench;
  REQUIRE(load(bench, "doc"));
  REQUIRE(append(bench, "doc", update_of(1, "old")) == 1u);
  REQUIRE(load(bench, "quiet"));
  // Another server comes between: the connections break, and it is faster.
  StoreOnly other;
  wait_until([&] {
    bench.cut_connections();
    auto opened = open_at(bench.url());
    if (!opened) return false;
    other.held = std::move(*opened);
    return true;
  });
  auto held_up = start_append(bench, "doc", update_of(2, "mine"));
  wait_until([&] {
    const StoreStats stats = bench.store().stats();
    return stats.failing &&
           stats.failure.find(" is in use by another server") != stats.failure.npos;
  });
  REQUIRE_FALSE(held_up.ready());
  // As many updates as the first one knows of, but another document.
  REQUIRE(remove(other, "doc") == 1u);
  REQUIRE(append(other, "doc", update_of(1, "theirs")) == 1u);
  other.held.reset();

  REQUIRE(code_of(held_up.wait(bench)) == StoreErrc::out_of_order);
  REQUIRE(code_of(append(bench, "quiet", update_of(1, "mine"))) == StoreErrc::out_of_order);
  REQUIRE(code_of(checkpoint(bench, "doc", checkpoint_of(1, "mine"))) == StoreErrc::out_of_order);
  REQUIRE(describe(load(bench, "doc")) == "1:theirs last 1");
  REQUIRE(append(bench, "doc", update_of(2, "on")) == 2u);
  REQUIRE_FALSE(bench.store().stats().failing);
}

TEST_CASE("postgres: the epoch alone keeps an overtaken server out", "[postgres]") {
  PostgresBench bench;
  REQUIRE(load(bench, "doc"));
  REQUIRE(append(bench, "doc", update_of(1, "x")) == 1u);
  // As if a pooler had lost the lock without a word.
  bench.sql("UPDATE weft_owners SET ended = true");
  REQUIRE(code_of(append(bench, "doc", update_of(2, "y"))) == StoreErrc::out_of_order);
  REQUIRE(bench.sql("SELECT count(*) FROM weft_updates") == 1);
}

// --- A database that goes away -----------------------------------------------------------------

TEST_CASE("postgres: connections that break hold up writes and lose none", "[postgres]") {
  PostgresBench bench;
  REQUIRE(append(bench, "doc", update_of(1, "1")) == 1u);
  for (Sequence sequence = 2; sequence <= 20; ++sequence) {
    REQUIRE(bench.cut_connections() >= 1);
    REQUIRE(append(bench, "doc", update_of(sequence, std::to_string(sequence))) == sequence);
    REQUIRE(load(bench, "doc")->sequence == sequence);
  }
  REQUIRE_FALSE(bench.store().stats().failing);
}

TEST_CASE("postgres: while the database is down writes wait, loads fail, and health says why",
          "[postgres]") {
  PostgresBench bench;
  REQUIRE(append(bench, "doc", update_of(1, "1")) == 1u);
  PostgresServer::shared().stop();
  auto write = start_append(bench, "doc", update_of(2, "2"));
  REQUIRE(code_of(load(bench, "other")) == StoreErrc::unavailable);
  wait_until([&] { return bench.store().stats().failing; });
  REQUIRE(bench.store().stats().failure.starts_with("postgres://"));
  REQUIRE_FALSE(write.ready());
  PostgresServer::shared();
  REQUIRE(write.wait(bench) == 2u);
  REQUIRE_FALSE(bench.store().stats().failing);
  REQUIRE(describe(load(bench, "doc")) == "1:1 2:2 last 2");
}

TEST_CASE("postgres: close gives up what a database that is down holds up", "[postgres]") {
  PostgresBench bench;
  PostgresServer::shared().stop();
  auto write = start_append(bench, "doc", update_of(1, "1"));
  const auto closed = bench.store().close(std::chrono::milliseconds(300));
  REQUIRE(code_of(closed) == StoreErrc::timed_out);
  REQUIRE(code_of(write.wait(bench)) == StoreErrc::closed);
  PostgresServer::shared();
}

// Writers keep appending while the server is killed, stopped or cut off at any moment. Every answer
// must be true: a success is there afterwards once, and what is there follows without a gap.
TEST_CASE("postgres: killed, stopped and cut off among appends, it loses and doubles nothing",
          "[postgres][crash]") {
  const char* given = std::getenv("WEFT_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  INFO("WEFT_SEED=" << seed);
  std::mt19937_64 random(seed);
  PostgresBench bench;
  constexpr std::size_t kDocuments = 4;
  std::vector<Sequence> acknowledged(kDocuments, 0);
  for (int round = 0; round < 12; ++round) {
    CAPTURE(round);
    std::vector<std::vector<Pending<Sequence>>> sent(kDocuments);
    const auto send = [&](int count) {
      for (int i = 0; i < count; ++i) {
        const std::size_t document = random() % kDocuments;
        const Sequence next = acknowledged[document] + sent[document].size() + 1;
        sent[document].push_back(start_append(bench, "doc" + std::to_string(document),
                                              update_of(next, std::to_string(next))));
        if (random() % 4 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
      }
    };
    send(static_cast<int>(random() % 300));
    switch (round % 3) {
      case 0:
        PostgresServer::shared().kill();
        break;
      case 1:
        bench.cut_connections();
        break;
      default:
        PostgresServer::shared().stop();
    }
    send(20);
    PostgresServer::shared();
    send(20);
    for (std::size_t document = 0; document < kDocuments; ++document) {
      for (auto& pending : sent[document]) REQUIRE(pending.wait(bench) == ++acknowledged[document]);
    }
    if (round % 4 == 3) bench.reopen();
    for (std::size_t document = 0; document < kDocuments; ++document) {
      const auto loaded = load(bench, "doc" + std::to_string(document));
      if (!loaded) FAIL(loaded.error().message);
      REQUIRE(loaded->sequence == acknowledged[document]);
      for (const StoredUpdate& update : loaded->updates)
        REQUIRE(as_text(update.bytes) == std::to_string(update.sequence));
    }
  }
}

// --- A database that refuses -------------------------------------------------------------------

TEST_CASE("postgres: what the database refuses is told and can be sent again", "[postgres]") {
  PostgresBench bench;
  REQUIRE(append(bench, "doc", update_of(1, "x")) == 1u);
  const auto [state, code] = GENERATE(table<std::string, StoreErrc>({
      {"53100", StoreErrc::disk_full},    // disk_full
      {"25006", StoreErrc::unavailable},  // read_only_sql_transaction
      {"40001", StoreErrc::unavailable},  // serialization_failure
      {"53200", StoreErrc::unavailable},  // out_of_memory
      {"42501", StoreErrc::unavailable},  // insufficient_privilege
      {"57014", StoreErrc::unavailable},  // query_canceled
  }));
  CAPTURE(state);
  bench.sql(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN RAISE EXCEPTION ''refused by the test'' USING ERRCODE = ''" +
      state + "''; END'");
  bench.sql("CREATE TRIGGER refuse BEFORE INSERT ON weft_updates EXECUTE FUNCTION refuse()");
  const auto refused = append(bench, "doc", update_of(2, "y"));
  REQUIRE(code_of(refused) == code);
  REQUIRE(is_transient(code));
  REQUIRE(refused.error().message.find("refused by the test") != std::string::npos);
  REQUIRE(bench.store().stats().failing);
  bench.sql("DROP TRIGGER refuse ON weft_updates");
  REQUIRE(append(bench, "doc", update_of(2, "y")) == 2u);
  REQUIRE_FALSE(bench.store().stats().failing);
  REQUIRE(describe(load(bench, "doc")) == "1:x 2:y last 2");
}

TEST_CASE("postgres: a transaction that the database ends is not acknowledged", "[postgres]") {
  PostgresBench bench;
  REQUIRE(append(bench, "doc", update_of(1, "x")) == 1u);
  // Refused by COMMIT itself.
  bench.sql(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN RAISE EXCEPTION ''too late''; END'");
  bench.sql(
      "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON weft_updates DEFERRABLE"
      " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()");
  REQUIRE(code_of(append(bench, "doc", update_of(2, "y"))) == StoreErrc::unavailable);
  REQUIRE(describe(load(bench, "doc")) == "1:x last 1");
  bench.sql("DROP TRIGGER refuse ON weft_updates");
  REQUIRE(append(bench, "doc", update_of(2, "y")) == 2u);
}

// --- Opening -----------------------------------------------------------------------------------

TEST_CASE("postgres: servers that start at once migrate once", "[postgres]") {
  PostgresBench bench;
  bench.close();
  bench.sql(
      "DROP TABLE weft_owners, weft_documents, weft_checkpoints, weft_updates,"
      " weft_versions, weft_former, weft_schema_versions");
  std::vector<std::thread> threads;
  std::atomic<int> opened = 0;
  std::atomic<int> locked = 0;
  std::mutex mutex;
  std::string others;
  // Whoever opens it keeps it until all have had their answer.
  std::latch answered(6);
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      auto store = open_at(bench.url());
      answered.arrive_and_wait();
      if (store) {
        ++opened;
      } else if (store.error().code == StoreErrc::locked) {
        ++locked;
      } else {
        const std::lock_guard guard(mutex);
        others += store.error().message + "\n";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(others == "");
  REQUIRE(opened == 1);
  REQUIRE(locked == 5);
  REQUIRE(bench.sql("SELECT count(*) FROM weft_schema_versions") == 2);
  bench.open();
}

TEST_CASE("postgres: a database that is not the store's is refused", "[postgres]") {
  PostgresBench bench;
  bench.close();
  SECTION("a newer schema") {
    bench.sql("INSERT INTO weft_schema_versions VALUES (99, now())");
    const auto opened = open_at(bench.url());
    REQUIRE(code_of(opened) == StoreErrc::incompatible);
    REQUIRE(opened.error().message.ends_with(
        " has schema version 99; this program knows versions up to 2"));
    bench.sql("DELETE FROM weft_schema_versions WHERE version = 99");
  }
  SECTION("tables of another program") {
    bench.sql("DROP TABLE weft_schema_versions");
    REQUIRE(code_of(open_at(bench.url())) == StoreErrc::incompatible);
    bench.sql(
        "CREATE TABLE weft_schema_versions (version bigint PRIMARY KEY,"
        " applied_at timestamptz NOT NULL)");
    bench.sql("INSERT INTO weft_schema_versions VALUES (2, now())");
  }
  // The database may still be ending the bench's own session.
  REQUIRE(message_of(open_at(bench.url(), std::chrono::seconds(20))) == "opened");
}

TEST_CASE("postgres: an address that leads nowhere is refused, without its password",
          "[postgres]") {
  const auto nowhere = open_at("postgres://anna:secret@%2Fnonexistent/db");
  REQUIRE(code_of(nowhere) == StoreErrc::unavailable);
  REQUIRE(nowhere.error().message.starts_with("postgres:///nonexistent/db: "));
  REQUIRE(nowhere.error().message.find("secret") == std::string::npos);
  const auto wrong = open_at("postgres://host:port:many/db?sslmode");
  REQUIRE(code_of(wrong) == StoreErrc::unavailable);
  REQUIRE(wrong.error().message.starts_with("not a PostgreSQL address: "));
}
