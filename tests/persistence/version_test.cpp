// The contract of persistence/store.hpp about versions, attributions, repairs and what is noted of
// earlier documents, over every store.
#include "persistence/sqlite/schema.hpp"
#include "support.hpp"

using namespace weft;
using namespace weft::persistence;
using namespace weft::persistence::test;

namespace {

Version version_of(std::string_view state, std::string name = "", Sequence up_to = 0) {
  return {bytes_of(state), Encoding::v2, VersionKind::named, up_to, std::move(name), "anna"};
}

template <typename Bench>
StoreResult<VersionNumber> add_version(Bench& bench, const std::string& name, Version version) {
  return Pending<VersionNumber>([&](auto done) {
           return bench.store().add_version(name, std::move(version), std::move(done));
         })
      .wait(bench);
}

template <typename Bench>
StoreResult<StoredVersion> load_version(Bench& bench, const std::string& name,
                                        VersionNumber number) {
  return Pending<StoredVersion>(
             [&](auto done) { return bench.store().load_version(name, number, std::move(done)); })
      .wait(bench);
}

template <typename Bench>
StoreResult<std::uint64_t> remove_versions(Bench& bench, const std::string& name,
                                           std::vector<VersionNumber> numbers) {
  return Pending<std::uint64_t>([&](auto done) {
           return bench.store().remove_versions(name, std::move(numbers), std::move(done));
         })
      .wait(bench);
}

template <typename Bench>
StoreResult<Sequence> replace(Bench& bench, const std::string& name, Checkpoint checkpoint) {
  return Pending<Sequence>([&](auto done) {
           return bench.store().replace(name, std::move(checkpoint), std::move(done));
         })
      .wait(bench);
}

template <typename Bench>
StoreResult<Sequence> set_former(Bench& bench, const std::string& name, std::string_view former) {
  return Pending<Sequence>([&](auto done) {
           return bench.store().set_former(name, bytes_of(former), std::move(done));
         })
      .wait(bench);
}

template <typename Bench>
StoreResult<SalvagedDocument> salvage(Bench& bench, const std::string& name) {
  return Pending<SalvagedDocument>(
             [&](auto done) { return bench.store().salvage(name, std::move(done)); })
      .wait(bench);
}

/// "1:first 3:third+": the numbers and names of a page, with a + where there is more.
template <typename Bench>
std::string listed(Bench& bench, const std::string& name, VersionsRequest request = {}) {
  const auto page = Pending<VersionPage>([&](auto done) {
                      return bench.store().list_versions(name, request, std::move(done));
                    }).wait(bench);
  if (!page) return "error: " + page.error().message;
  std::string out;
  for (const VersionInfo& info : page->versions) {
    out += (out.empty() ? "" : " ") + std::to_string(info.number) + ":" + info.name;
  }
  return out + (page->more ? "+" : "");
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("versions come back whole, in pages, also after a restart", "[contract]",
                        Benches) {
  TestType bench;
  CHECK(listed(bench, "a") == "");
  REQUIRE(append(bench, "a", update_of(1, "one")));
  bench.set_now(4321);
  Version first{bytes_of("state"), Encoding::v1, VersionKind::before_reset, 1,
                "Erste \xc3\xa4",  "anna"};
  CHECK(add_version(bench, "a", first) == VersionNumber{1});
  CHECK(add_version(bench, "a", version_of("", "second")) == VersionNumber{2});
  CHECK(add_version(bench, "a", version_of("third state", "third")) == VersionNumber{3});
  CHECK(add_version(bench, "b", version_of("other", "b's")) == VersionNumber{1});
  for (int round = 0; round < 2; ++round) {
    CHECK(listed(bench, "a") == "1:Erste \xc3\xa4 2:second 3:third");
    CHECK(listed(bench, "a", {1, 1}) == "2:second+");
    CHECK(listed(bench, "a", {2, 1}) == "3:third");
    CHECK(listed(bench, "b") == "1:b's");
    const auto loaded = load_version(bench, "a", 1);
    REQUIRE(loaded);
    CHECK(as_text(loaded->state) == "state");
    CHECK(loaded->encoding == Encoding::v1);
    CHECK(loaded->info.kind == VersionKind::before_reset);
    CHECK(loaded->info.number == 1);
    CHECK(loaded->info.up_to == 1);
    CHECK(loaded->info.user == "anna");
    CHECK(loaded->info.created_at_ms == 4321);
    CHECK(loaded->info.state_bytes == 5);
    CHECK(load_version(bench, "a", 2)->state.empty());
    CHECK(code_of(load_version(bench, "a", 4)) == StoreErrc::not_found);
    CHECK(code_of(load_version(bench, "c", 1)) == StoreErrc::not_found);
    bench.reopen();
  }
  CHECK(describe(load(bench, "a")) == "1:one last 1");
  CHECK(describe(load(bench, "b")) == "last 0");
}

TEMPLATE_LIST_TEST_CASE("a version's number is given once, until the document is removed",
                        "[contract]", Benches) {
  TestType bench;
  for (int i = 0; i < 3; ++i) REQUIRE(add_version(bench, "a", version_of("s", "v")));
  CHECK(remove_versions(bench, "a", {3, 1, 3, 9}) == std::uint64_t{2});
  CHECK(remove_versions(bench, "unknown", {1}) == std::uint64_t{0});
  CHECK(listed(bench, "a") == "2:v");
  CHECK(add_version(bench, "a", version_of("s", "next")) == VersionNumber{4});
  bench.reopen();
  CHECK(add_version(bench, "a", version_of("s", "after")) == VersionNumber{5});
  CHECK(listed(bench, "a") == "2:v 4:next 5:after");
  REQUIRE(remove(bench, "a"));
  CHECK(listed(bench, "a") == "");
  CHECK(add_version(bench, "a", version_of("s", "anew")) == VersionNumber{1});
}

TEMPLATE_LIST_TEST_CASE("log and checkpoint leave versions alone", "[contract]", Benches) {
  TestType bench;
  for (Sequence i = 1; i <= 3; ++i) REQUIRE(append(bench, "a", update_of(i, "u")));
  REQUIRE(add_version(bench, "a", version_of("as it was", "", 3)));
  REQUIRE(checkpoint(bench, "a", checkpoint_of(3, "collected")));
  CHECK(as_text(load_version(bench, "a", 1)->state) == "as it was");
  REQUIRE(replace(bench, "a", checkpoint_of(3, "other")));
  CHECK(as_text(load_version(bench, "a", 1)->state) == "as it was");
}

TEMPLATE_LIST_TEST_CASE("a damaged version fails alone", "[contract]", Benches) {
  TestType bench;
  REQUIRE(append(bench, "a", update_of(1, "one")));
  REQUIRE(add_version(bench, "a", version_of("first")));
  REQUIRE(add_version(bench, "a", version_of("second")));
  bench.damage("a", Damage::version_byte);
  const auto damaged = load_version(bench, "a", 1);
  REQUIRE(code_of(damaged) == StoreErrc::corrupt);
  CHECK(damaged.error().message == "version 1 of document \"a\" is damaged");
  CHECK(as_text(load_version(bench, "a", 2)->state) == "second");
  CHECK(append(bench, "a", update_of(2, "two")) == Sequence{2});
  CHECK(remove_versions(bench, "a", {1}) == std::uint64_t{1});
}

TEMPLATE_LIST_TEST_CASE("what is wrong with a version is refused", "[contract]", Benches) {
  StoreLimits limits;
  limits.checkpoint_bytes_max = 10;
  TestType bench(limits);
  CHECK(code_of(add_version(bench, "a", version_of("12345678901"))) == StoreErrc::too_large);
  CHECK(code_of(add_version(bench, "a", version_of("s", std::string(257, 'n')))) ==
        StoreErrc::too_large);
  CHECK(code_of(add_version(bench, "a", version_of("s", "\xff"))) == StoreErrc::invalid_name);
  CHECK(code_of(add_version(bench, "\xff", version_of("s"))) == StoreErrc::invalid_name);
  CHECK(list(bench)->documents.empty());
}

TEMPLATE_LIST_TEST_CASE("an attribution comes back with its checkpoint and is checked with it",
                        "[contract]", Benches) {
  TestType bench;
  REQUIRE(append(bench, "a", update_of(1, "u")));
  Checkpoint state = checkpoint_of(1, "state");
  state.attribution = bytes_of("anna wrote it");
  REQUIRE(checkpoint(bench, "a", state));
  bench.reopen();
  CHECK(as_text(load(bench, "a")->checkpoint->attribution) == "anna wrote it");
  REQUIRE(checkpoint(bench, "a", checkpoint_of(1, "state")));
  CHECK(load(bench, "a")->checkpoint->attribution.empty());
  REQUIRE(checkpoint(bench, "a", state));
  bench.damage("a", Damage::attribution_byte);
  CHECK(code_of(load(bench, "a")) == StoreErrc::corrupt);
}

TEMPLATE_LIST_TEST_CASE("what is noted of a name outlives its document", "[contract]", Benches) {
  TestType bench;
  CHECK(load(bench, "a")->former.empty());
  REQUIRE(set_former(bench, "a", "first"));
  CHECK(as_text(load(bench, "a")->former) == "first");
  CHECK(list(bench)->documents.empty());
  REQUIRE(append(bench, "a", update_of(1, "one")));
  REQUIRE(set_former(bench, "a", "second"));
  REQUIRE(remove(bench, "a"));
  bench.reopen();
  CHECK(as_text(load(bench, "a")->former) == "second");
  CHECK(describe(load(bench, "a")) == "last 0");
  CHECK(load(bench, "b")->former.empty());
}

TEMPLATE_LIST_TEST_CASE("what is left of a damaged document can be read, and replaces it",
                        "[contract]", Benches) {
  TestType bench;
  for (Sequence i = 1; i <= 2; ++i) REQUIRE(append(bench, "a", update_of(i, "old")));
  REQUIRE(checkpoint(bench, "a", checkpoint_of(2, "state")));
  for (Sequence i = 3; i <= 6; ++i)
    REQUIRE(append(bench, "a", update_of(i, "u" + std::to_string(i))));
  REQUIRE(add_version(bench, "a", version_of("kept")));
  bench.damage("a", Damage::update_byte);
  bench.damage("a", Damage::middle_update_missing);
  REQUIRE(code_of(load(bench, "a")) == StoreErrc::corrupt);
  auto left = salvage(bench, "a");
  REQUIRE(left);
  CHECK(left->damages == std::vector<std::string>{"update 3 does not match its checksum",
                                                  "update 4 is missing before 5"});
  CHECK(describe(std::move(left->document)) == "checkpoint(2 v2 state) 5:u5 6:u6 last 6");
  CHECK(left->doubtful.updates.size() == 1);
  CHECK(code_of(append(bench, "a", update_of(7, "no"))) == StoreErrc::corrupt);
  CHECK(code_of(replace(bench, "a", checkpoint_of(5, "short"))) == StoreErrc::out_of_order);

  CHECK(replace(bench, "a", checkpoint_of(6, "mended")) == Sequence{6});
  CHECK(describe(load(bench, "a")) == "checkpoint(6 v2 mended) last 6");
  CHECK(append(bench, "a", update_of(7, "on")) == Sequence{7});
  bench.reopen();
  CHECK(describe(load(bench, "a")) == "checkpoint(6 v2 mended) 7:on last 7");
  CHECK(as_text(load_version(bench, "a", 1)->state) == "kept");
}

TEMPLATE_LIST_TEST_CASE("whatever the damage, something can be read and nothing is changed",
                        "[contract]", Benches) {
  for (const Damage damage : kUpdateDamages) {
    TestType bench;
    for (Sequence i = 1; i <= 3; ++i) REQUIRE(append(bench, "a", update_of(i, "u")));
    bench.damage("a", damage);
    CAPTURE(static_cast<int>(damage));
    auto left = salvage(bench, "a");
    REQUIRE(left);
    CHECK(!left->damages.empty());
    CHECK(left->document.updates.size() >= 2);
    CHECK(left->document.sequence == 3);
    CHECK(code_of(load(bench, "a")) == StoreErrc::corrupt);
    CHECK(replace(bench, "a", checkpoint_of(left->document.sequence, "mended")) == Sequence{3});
    bench.reopen();
    CHECK(describe(load(bench, "a")) == "checkpoint(3 v2 mended) last 3");
  }
}

TEST_CASE("a database from before there were versions becomes current", "[sqlite]") {
  SqliteBench bench;
  REQUIRE(append(bench, "a", update_of(1, "one")));
  REQUIRE(append(bench, "a", update_of(2, "two")));
  REQUIRE(checkpoint(bench, "a", checkpoint_of(1, "state")));
  bench.close();
  for (const char* statement : {"DROP TABLE versions", "DROP TABLE former",
                                "ALTER TABLE documents DROP COLUMN last_version",
                                "ALTER TABLE checkpoints DROP COLUMN attribution",
                                "DELETE FROM schema_version WHERE version = 2"})
    bench.sql(statement);
  bench.open();
  CHECK(bench.sql("SELECT max(version) FROM schema_version") == sqlite::kSchemaVersion);
  CHECK(describe(load(bench, "a")) == "checkpoint(1 v2 state) 2:two last 2");
  CHECK(add_version(bench, "a", version_of("s")) == VersionNumber{1});
}

#ifdef WEFT_POSTGRES
TEST_CASE("postgres: tables from before there were versions become current", "[postgres]") {
  PostgresBench bench;
  REQUIRE(append(bench, "a", update_of(1, "one")));
  REQUIRE(checkpoint(bench, "a", checkpoint_of(1, "state")));
  bench.close();
  bench.sql(
      "DROP TABLE weft_versions, weft_former;"
      "ALTER TABLE weft_documents DROP COLUMN last_version;"
      "ALTER TABLE weft_checkpoints DROP COLUMN attribution;"
      "DELETE FROM weft_schema_versions WHERE version = 2");
  bench.open();
  CHECK(bench.sql("SELECT count(*) FROM weft_schema_versions") == 2);
  CHECK(describe(load(bench, "a")) == "checkpoint(1 v2 state) last 1");
  CHECK(add_version(bench, "a", version_of("s")) == VersionNumber{1});
}
#endif
