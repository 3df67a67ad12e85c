// Versions of living documents: when they are kept, how they come back, who did what.
#include <catch2/catch.hpp>

#include <weft/update.hpp>

#include "session/attribution.hpp"
#include "session/retention.hpp"
#include "session/version_edits.hpp"
#include "stage.hpp"

namespace weft::server::test {

using persistence::MemoryDisk;
using persistence::Sequence;
using persistence::StoreErrc;
using persistence::StoreResult;
using persistence::VersionInfo;
using persistence::VersionKind;
using persistence::VersionNumber;
using session::Retention;
using session::SharedDoc;

namespace {

constexpr std::int64_t kMinute = 60'000;

std::string text_of(const persistence::StoredVersion& version) {
  Doc doc;
  REQUIRE(doc.apply_update(version.state, version.encoding));
  return doc.text("t").to_string();
}

/// "1 automatic hello, 2 named hello world": the versions that the disk has.
std::string versions(Stage& stage, const std::string& name) {
  static constexpr const char* kKinds[] = {"", "named", "automatic", "before", "saved"};
  std::string out;
  for (const auto& [number, record] : stage.disk().documents[name].versions) {
    out += (out.empty() ? "" : ", ") + std::to_string(number) + " " +
           kKinds[static_cast<std::size_t>(record.version.info.kind)] + " " +
           text_of(record.version);
  }
  return out;
}

void keep(Stage& stage, const std::string& name) {
  bool kept = false;
  stage.registry().open(name)->keep_version(
      VersionKind::named, "", "", [&](StoreResult<VersionNumber> result) { kept = !!result; });
  stage.settle();
  REQUIRE(kept);
}

StoreResult<Sequence> restore(Stage& stage, const std::string& name, VersionNumber number,
                              const std::string& user = {}) {
  std::optional<StoreResult<Sequence>> restored;
  stage.registry().open(name)->restore(
      number, user, [&](StoreResult<Sequence> result) { restored = std::move(result); });
  stage.settle();
  REQUIRE(restored.has_value());
  return *restored;
}

}  // namespace

TEST_CASE("a version is kept when everybody has gone, once for each visit that changed anything") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "hello");
  quiesce(stage, {&ada});
  REQUIRE(versions(stage, "room") == "");
  ada.disconnect();
  for (int i = 0; i < 40; ++i) {
    stage.pass_seconds(1);
    stage.settle();
  }
  REQUIRE(versions(stage, "room") == "1 automatic hello");
  REQUIRE(stage.registry().stats().documents == 0);

  ada.connect();
  quiesce(stage, {&ada});
  ada.disconnect();
  for (int i = 0; i < 40; ++i) {
    stage.pass_seconds(1);
    stage.settle();
  }
  REQUIRE(versions(stage, "room") == "1 automatic hello");
}

TEST_CASE("while a document changes a version is kept after ten minutes") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  for (int minute = 0; minute < 21; ++minute) {
    // Enough is logged beside the size of a version.
    for (int i = 0; i < 20; ++i) {
      ada.type(0, "typed and not meant ");
      ada.erase(0, 20);
    }
    ada.type(0, std::to_string(minute % 10));
    quiesce(stage, {&ada});
    for (int i = 0; i < 60; ++i) {
      stage.pass_seconds(1);
      stage.settle();
    }
  }
  REQUIRE(versions(stage, "room") == "1 automatic 9876543210, 2 automatic 98765432109876543210");
}

TEST_CASE("a large document that hardly changes is kept once an hour") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  std::string large;
  for (int i = 0; i < 20'000; ++i) large += std::to_string(i * 7919 % 1000);
  ada.type(0, large);
  quiesce(stage, {&ada});
  keep(stage, "room");
  ada.type(0, "x");
  quiesce(stage, {&ada});
  const auto& kept = stage.disk().documents["room"].versions;
  for (int second = 0; second < 59 * 60; ++second) {
    stage.pass_seconds(1);
    stage.settle();
  }
  REQUIRE(kept.size() == 1);
  stage.pass_seconds(61);
  stage.settle();
  REQUIRE(kept.size() == 2);
}

TEST_CASE("versions that a newer one makes superfluous go when it comes") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "hello");
  quiesce(stage, {&ada});
  for (int i = 0; i < 3; ++i) {
    stage.registry().open("room")->keep_version(VersionKind::automatic, "", "", nullptr);
    stage.settle();
  }
  REQUIRE(versions(stage, "room") == "1 automatic hello, 2 automatic hello, 3 automatic hello");
  stage.pass_seconds(5 * 3600);
  ada.type(0, "x");
  quiesce(stage, {&ada});
  keep(stage, "room");
  REQUIRE(versions(stage, "room") == "3 automatic hello, 4 named xhello");
}

TEST_CASE("everything that a killed server had not made a version of becomes one") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "kept");
  quiesce(stage, {&ada});
  ada.disconnect();
  stage.restart();
  ada.connect();
  quiesce(stage, {&ada});
  ada.disconnect();
  for (int i = 0; i < 40; ++i) {
    stage.pass_seconds(1);
    stage.settle();
  }
  REQUIRE(versions(stage, "room") == "1 automatic kept");
}

TEST_CASE("a version comes back as an edit that everybody sees") {
  Stage stage;
  Editor ada(stage, "room", 1);
  Editor bob(stage, "room", 2);
  ada.connect();
  bob.connect();
  quiesce(stage, {&ada, &bob});
  ada.type(0, "one two three");
  quiesce(stage, {&ada, &bob});
  keep(stage, "room");
  bob.erase(4, 4);
  ada.type(0, "zero ");
  quiesce(stage, {&ada, &bob});
  REQUIRE(ada.text() == "zero one three");

  const auto restored = restore(stage, "room", 1, "ada");
  REQUIRE(restored);
  quiesce(stage, {&ada, &bob});
  REQUIRE(ada.text() == "one two three");
  REQUIRE(bob.text() == "one two three");
  REQUIRE(ada.state() == bob.state());
  REQUIRE(stage.stored_text("room") == "one two three");
  REQUIRE(versions(stage, "room") == "1 named one two three, 2 before zero one three");

  // And goes on from there, also back to where it was.
  bob.type(13, " four");
  quiesce(stage, {&ada, &bob});
  REQUIRE(restore(stage, "room", 2));
  quiesce(stage, {&ada, &bob});
  REQUIRE(ada.text() == "zero one three");
  REQUIRE(ada.state() == bob.state());
}

TEST_CASE("an edit that meets a restored version is merged with it") {
  Stage stage;
  Editor ada(stage, "room", 1);
  Editor bob(stage, "room", 2);
  ada.connect();
  bob.connect();
  quiesce(stage, {&ada, &bob});
  ada.type(0, "abc");
  quiesce(stage, {&ada, &bob});
  keep(stage, "room");
  ada.erase(0, 3);
  quiesce(stage, {&ada, &bob});
  bob.disconnect();
  bob.type(0, "bob");  // does not know yet
  REQUIRE(restore(stage, "room", 1));
  bob.connect();
  quiesce(stage, {&ada, &bob});
  REQUIRE(ada.text() == bob.text());
  REQUIRE(ada.text().size() == 6);
  REQUIRE(ada.text().find("bob") != std::string::npos);
  REQUIRE(ada.state() == bob.state());
}

TEST_CASE("a version that is not there, or that the store cannot replace, changes nothing") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  ada.type(0, "text");
  quiesce(stage, {&ada});
  REQUIRE(restore(stage, "room", 7).error().code == StoreErrc::not_found);
  keep(stage, "room");
  ada.type(0, "more ");
  quiesce(stage, {&ada});
  stage.break_store();
  REQUIRE(restore(stage, "room", 1).error().code == StoreErrc::unavailable);
  quiesce(stage, {&ada});
  REQUIRE(ada.text() == "more text");
  stage.mend_store();
  REQUIRE(restore(stage, "room", 1));
  quiesce(stage, {&ada});
  REQUIRE(ada.text() == "text");
}

TEST_CASE("who did what is known by user, over restarts and checkpoints") {
  Stage stage;
  Editor ada(stage, "room", 1, "ada");
  Editor bob(stage, "room", 2, "bob");
  Editor nobody(stage, "room", 3);
  ada.connect();
  bob.connect();
  nobody.connect();
  quiesce(stage, {&ada, &bob, &nobody});
  nobody.type(0, "mine");
  quiesce(stage, {&ada, &bob, &nobody});
  keep(stage, "room");
  ada.type(0, "abcdef");
  quiesce(stage, {&ada, &bob, &nobody});
  bob.erase(1, 2);
  bob.type(0, "xy");
  quiesce(stage, {&ada, &bob, &nobody});
  nobody.type(0, "!");
  nobody.erase(7, 4);
  quiesce(stage, {&ada, &bob, &nobody});
  for (Editor* each : {&ada, &bob, &nobody}) each->disconnect();
  // Half of the rounds from a log, half from a checkpoint.
  for (int round = 0; round < 4; ++round) {
    const auto doc = stage.registry().open("room");
    stage.settle();
    const auto& record = stage.disk().documents["room"].versions.at(1).version;
    const Bytes now = doc->encode_state_as_update({});
    const auto diff = session::diff_versions({record.state, record.encoding}, {now, Encoding::v1},
                                             doc->attribution(), 1);
    REQUIRE(diff);
    std::string said;
    for (const session::Contribution& each : diff->contributions) {
      said += (each.user.empty() ? std::to_string(each.client) : each.user) + " +" +
              std::to_string(each.inserted) + " -" + std::to_string(each.deleted) + ", ";
    }
    CHECK(said == "0 +0 -4, 3 +1 -0, ada +4 -0, bob +2 -0, ");
    REQUIRE(diff->roots.size() == 1);
    CHECK(diff->roots[0].second.to_json() ==
          R"({"type":"delta","children":[)"
          R"({"type":"insert","insert":"!","attribution":{"insert":[""],"client":3}},)"
          R"({"type":"insert","insert":"xy","attribution":{"insert":["bob"],"client":2}},)"
          R"({"type":"insert","insert":"adef","attribution":{"insert":["ada"],"client":1}},)"
          R"({"type":"insert","insert":"mine","attribution":{"delete":[""]}}]})");
    stage.restart();
    if (round == 1) {
      stage.registry().open("room");
      stage.settle();
      for (int i = 0; i < 40; ++i) {
        stage.pass_seconds(1);
        stage.settle();
      }
      REQUIRE(stage.stored_updates("room") == 0);
    }
  }
}

// --- Retention ---------------------------------------------------------------------------------

namespace {

VersionInfo version_at(VersionNumber number, std::int64_t created_at_ms,
                       VersionKind kind = VersionKind::automatic, std::uint64_t bytes = 100) {
  VersionInfo info;
  info.number = number;
  info.created_at_ms = created_at_ms;
  info.kind = kind;
  info.state_bytes = bytes;
  return info;
}

}  // namespace

TEST_CASE("of versions every ten minutes for three years, a few hundred stay") {
  constexpr std::int64_t kStart = 1'700'000'000'000;
  constexpr std::int64_t kTen = 10 * kMinute;
  const Retention retention;
  std::vector<VersionInfo> all;
  VersionNumber number = 0;
  std::size_t most = 0;
  for (std::int64_t now = kStart; now < kStart + 3 * 365 * Retention::kDay; now += kTen) {
    ++number;
    all.push_back(version_at(number, now,
                             number % 10'000 == 0 ? VersionKind::named : VersionKind::automatic));
    const auto gone = session::superseded(all, retention, now);
    std::size_t at = 0;
    std::erase_if(all, [&](const VersionInfo& each) {
      if (at < gone.size() && each.number == gone[at]) return ++at > 0;
      return false;
    });
    REQUIRE(at == gone.size());
    most = std::max(most, all.size());
    if (number > 5'000) now += 11 * kTen;  // faster through the years
  }
  CHECK(most < 250);
  CHECK(all.size() > 150);
  const std::int64_t end = all.back().created_at_ms;
  // No day of the last month is without one, no week of the last year.
  for (std::int64_t day = 1; day < 30; ++day) {
    CHECK(std::ranges::any_of(all, [&](const VersionInfo& each) {
      const std::int64_t age = end - each.created_at_ms;
      return age >= (day - 1) * Retention::kDay && age <= (day + 1) * Retention::kDay;
    }));
  }
  for (std::int64_t week = 10; week < 52; ++week) {
    CHECK(std::ranges::any_of(all, [&](const VersionInfo& each) {
      const std::int64_t age = end - each.created_at_ms;
      return age >= (week - 1) * 7 * Retention::kDay && age <= (week + 1) * 7 * Retention::kDay;
    }));
  }
  for (const VersionInfo& each : all) {
    if (each.kind == VersionKind::named) continue;
    CHECK(end - each.created_at_ms <= retention.last_ms);
  }
}

TEST_CASE("versions are bounded in number and bytes, but for named ones and the newest") {
  Retention retention;
  retention.count_max = 3;
  retention.bytes_max = 1000;
  std::vector<VersionInfo> all;
  for (VersionNumber i = 1; i <= 8; ++i) {
    all.push_back(version_at(i, static_cast<std::int64_t>(i) * 1000,
                             i == 2 ? VersionKind::named : VersionKind::automatic, 400));
  }
  CHECK(session::superseded(all, retention, 8000) == std::vector<VersionNumber>{1, 3, 4, 5});
  all.back().state_bytes = 100'000;
  CHECK(session::superseded(all, retention, 8000) == std::vector<VersionNumber>{1, 3, 4, 5});
  // A clock that jumped back makes nothing go.
  CHECK(session::superseded(all, Retention{}, 0).empty());
}

}  // namespace weft::server::test
