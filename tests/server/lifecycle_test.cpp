// From the first open to the unload and back; and frames that end a session and leave the document.
#include <algorithm>

#include <catch2/catch.hpp>

#include "stage.hpp"

namespace weft::server::test {

using sync::MessageKind;

namespace {

const Bytes kNothingKnown{0};

Bytes state_of(Stage& stage) {
  Link link(stage, "room");
  stage.settle();
  link.take();
  link.give(MessageKind::step1, kNothingKnown);
  const auto told = link.take();
  REQUIRE(told.size() == 1);
  return told[0].body;
}

}  // namespace

TEST_CASE("a log that a crash has left becomes a checkpoint, though nobody opens the document") {
  session::Limits limits;
  limits.idle_ms = 2'000;
  limits.sweep_interval_ms = 60'000;
  Stage stage(limits);
  const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f"};
  for (const std::string& name : names) {
    Link author(stage, name);
    stage.settle();
    author.give(MessageKind::update, update_of(3, "words of " + name));
    author.give(MessageKind::update, update_of(4, "more "));
    stage.settle();
  }
  stage.restart();
  const auto with_log = [&] {
    return std::ranges::count_if(names,
                                 [&](const auto& name) { return stage.stored_updates(name) > 0; });
  };
  REQUIRE(with_log() == 6);
  std::size_t most = 0;
  const auto pass = [&](int seconds) {
    for (int second = 0; second < seconds; ++second) {
      stage.pass_seconds(1);
      stage.settle();
      most = std::max(most, stage.registry().stats().documents);
    }
  };
  pass(30);
  REQUIRE(with_log() == 0);
  REQUIRE(most >= 1);
  REQUIRE(most <= 4);
  REQUIRE(stage.registry().stats().documents == 0);
  for (const std::string& name : names) REQUIRE(stage.stored_text(name).size() == 15);

  // The next time finds nothing, and opens nothing.
  most = 0;
  pass(90);
  REQUIRE(most == 0);
}

TEST_CASE("an unused document is checkpointed, unloaded, and comes back the same") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  for (std::uint32_t i = 0; i < 10; ++i) ada.type(i, "x");
  quiesce(stage, {&ada});
  const Bytes state = state_of(stage);
  ada.disconnect();
  REQUIRE(stage.registry().stats().documents == 1);

  stage.pass_seconds(29);
  stage.settle();
  REQUIRE(stage.registry().stats().documents == 1);
  REQUIRE(stage.stored_updates("room") == 10);
  stage.pass_seconds(1);
  REQUIRE(stage.registry().stats().documents == 1);  // not before the checkpoint is there
  stage.settle();
  REQUIRE(stage.stored_updates("room") == 0);
  REQUIRE(stage.disk().documents["room"].checkpoint);
  stage.pass_seconds(1);
  REQUIRE(stage.registry().stats().documents == 0);

  REQUIRE(state_of(stage) == state);
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "on ");
  quiesce(stage, {&ada});
  REQUIRE(stage.stored_text("room") == "on xxxxxxxxxx");
}

TEST_CASE("who comes back in time finds the document still there") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  ada.type(0, "x");
  quiesce(stage, {&ada});
  for (int i = 0; i < 5; ++i) {
    ada.disconnect();
    stage.pass_seconds(20);
    ada.connect();
    REQUIRE(ada.read() == "step1 step2");  // nothing had to be loaded
  }
}

TEST_CASE("pain 11b: a document whose updates the store lacks is not unloaded") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  stage.break_store();
  ada.type(0, "precious");
  stage.settle();
  ada.disconnect();
  for (int i = 0; i < 60; ++i) {
    stage.pass_seconds(5);
    stage.settle();
  }
  REQUIRE(stage.registry().stats().documents == 1);
  stage.mend_store();
  for (int i = 0; i < 60; ++i) {
    stage.pass_seconds(1);
    stage.settle();
  }
  REQUIRE(stage.stored_text("room") == "precious");
  REQUIRE(stage.registry().stats().documents == 0);
}

TEST_CASE("pain 14: a checkpoint that fails does not let go of later updates") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  ada.type(0, "one ");
  quiesce(stage, {&ada});
  ada.disconnect();
  stage.break_store();
  stage.pass_seconds(30);
  stage.settle();  // the checkpoint fails
  ada.connect();
  ada.type(0, "two ");
  ada.disconnect();
  for (int i = 0; i < 20; ++i) {
    stage.settle();
    stage.pass_seconds(10);
  }
  stage.mend_store();
  for (int i = 0; i < 100; ++i) {
    stage.settle();
    stage.pass_seconds(1);
  }
  REQUIRE(stage.stored_text("room") == "two one ");
  REQUIRE(stage.registry().stats().documents == 0);
  REQUIRE(stage.stored_updates("room") == 0);
}

TEST_CASE("a checkpoint that could not be read again in V2 is written in V1") {
  Stage stage;
  Bytes state;
  {
    // Typed backwards and deleted: in V2 that takes some thirty bytes, more than is believed.
    Doc doc({.client_id = 1});
    Transaction txn = doc.transact();
    for (int i = 0; i < 70'000; ++i) REQUIRE(doc.text("t").insert(txn, 0, "x"));
    txn.commit();
    Transaction removal = doc.transact();
    REQUIRE(doc.text("t").remove(removal, 0, 70'000));
    removal.commit();
    state = doc.encode_state_as_update();
    REQUIRE(doc.encode_state_as_update({}, Encoding::v2).size() < 100);
  }
  {
    Link link(stage, "room");
    stage.settle();
    link.give(MessageKind::update, state);
    stage.settle();
  }
  for (int i = 0; i < 40; ++i) {
    stage.pass_seconds(1);
    stage.settle();
  }
  REQUIRE(stage.registry().stats().documents == 0);
  REQUIRE(stage.stored_updates("room") == 0);
  REQUIRE(stage.disk().documents["room"].checkpoint->checkpoint.encoding == Encoding::v1);
  REQUIRE(state_of(stage) == state);
}

TEST_CASE("pains 8 and 12: an open while the last checkpoint is under way keeps the document") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  ada.type(0, "x");
  quiesce(stage, {&ada});
  ada.disconnect();
  stage.pass_seconds(30);
  ada.connect();
  ada.type(1, "y");
  stage.pass_seconds(1);
  quiesce(stage, {&ada});
  stage.pass_seconds(60);
  quiesce(stage, {&ada});
  REQUIRE(stage.registry().stats().documents == 1);
  REQUIRE(stage.stored_text("room") == "xy");
}

TEST_CASE("pain 9: one checkpoint at a time, and one for all that came meanwhile") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "first");
  quiesce(stage, {&ada});
  const auto doc = stage.registry().open("room");
  doc->checkpoint();
  for (std::uint32_t i = 0; i < 5; ++i) {
    ada.type(i, "x");
    doc->checkpoint();
  }
  stage.settle();
  REQUIRE(stage.store().stats().checkpoints == 1);
  for (int i = 0; i < 3; ++i) doc->checkpoint();
  stage.settle();
  REQUIRE(stage.store().stats().checkpoints == 2);
  doc->checkpoint();  // of nothing new
  stage.settle();
  REQUIRE(stage.store().stats().checkpoints == 2);
  REQUIRE(stage.stored_text("room") == "xxxxxfirst");
}

TEST_CASE("pain 31: a long log becomes a checkpoint while people write") {
  session::Limits limits;
  limits.log_updates_max = 10;
  Stage stage(limits);
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  for (std::uint32_t i = 0; i < 95; ++i) {
    const Bytes update = ada.type(i, "x");
    quiesce(stage, {&ada});
    REQUIRE(ada.echoes(update) == 1);
    REQUIRE(stage.stored_updates("room") <= 10);
  }
  REQUIRE(stage.disk().documents["room"].last == 95);
  REQUIRE(stage.disk().documents["room"].checkpoint->checkpoint.up_to >= 85);
  stage.pass_seconds(1);
  ada.disconnect();
  stage.restart();
  ada.connect();
  quiesce(stage, {&ada});
  REQUIRE(stage.stored_text("room") == std::string(95, 'x'));
}

TEST_CASE("pain 4: a connection that goes while its document is loaded leaves nothing behind") {
  Stage stage;
  {
    Link link(stage, "room");
    link.give(MessageKind::update, update_of(3, "never"));
  }
  stage.settle();
  REQUIRE(stage.registry().stats().sessions == 0);
  stage.pass_seconds(31);
  stage.settle();
  stage.pass_seconds(1);
  REQUIRE(stage.registry().stats().documents == 0);
  REQUIRE(stage.disk().documents.empty());
}

TEST_CASE("an author that left before its update was durable is not missed") {
  Stage stage;
  Link other(stage, "room");
  stage.settle();
  other.give(MessageKind::step1, kNothingKnown);
  {
    Link author(stage, "room");
    author.give(MessageKind::update, update_of(3, "x"));
    author.give(MessageKind::step1, kNothingKnown);
  }
  stage.settle();
  REQUIRE(other.kinds() == "step1 step2 update");
  REQUIRE(stage.stored_text("room") == "x");
}

TEST_CASE("everybody is sent away at the end, and everything is on disk") {
  Stage stage;
  Editor ada(stage, "room", 1);
  Link idle(stage, "elsewhere");
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "last words");
  stage.registry().end_all(1012, "the server restarts");
  REQUIRE(ada.link().close_code() == 1012);
  REQUIRE(idle.close_code() == 1012);
  REQUIRE_FALSE(stage.registry().settled());
  stage.registry().checkpoint_all();
  stage.settle();
  REQUIRE(stage.registry().settled());
  REQUIRE(stage.stored_text("room") == "last words");
}

// --- Hostile frames --------------------------------------------------------------------------

TEST_CASE("pain 29: a frame that cannot be understood ends its session alone") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  ada.type(0, "untouched");
  Link bad(stage, "room");
  quiesce(stage, {&ada});
  const Bytes before = state_of(stage);
  bad.take();
  Bytes truncated = update_of(9, "truncated update");
  truncated.resize(truncated.size() - 4);
  SECTION("an empty frame") { bad.give(Bytes{}); }
  SECTION("a type that ends too early") { bad.give(Bytes{0x80}); }
  SECTION("a type above 2^53") { bad.give(Bytes(9, 0xFF)); }
  SECTION("a sync step that does not exist") { bad.give(Bytes{0, 3, 0}); }
  SECTION("a body that is shorter than it says") { bad.give(Bytes{0, 2, 5, 1}); }
  SECTION("a body of an absurd length") {
    bad.give(Bytes{0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F});
  }
  SECTION("a truncated update") { bad.give(MessageKind::update, truncated); }
  SECTION("a truncated answer") { bad.give(MessageKind::step2, truncated); }
  SECTION("an update of nonsense") { bad.give(MessageKind::update, Bytes(40, 0x5A)); }
  SECTION("a state vector of an absurd count") {
    bad.give(MessageKind::step1, Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F});
  }
  SECTION("nonsense behind a good message") { bad.give(Bytes{0, 0, 1, 0, 0x80}); }
  REQUIRE(bad.close_code() == 1007);
  REQUIRE_FALSE(bad.close_reason().empty());
  bad.give(MessageKind::update, update_of(9, "ignored"));  // nothing counts after the close
  bad.drop();
  stage.settle();
  REQUIRE_FALSE(ada.link().close_code());
  REQUIRE(state_of(stage) == before);
  REQUIRE(stage.stored_text("room") == "untouched");
}

TEST_CASE("unknown types and denials are ignored") {
  Stage stage;
  Link link(stage, "room");
  stage.settle();
  link.take();
  link.give(Bytes{9});
  link.give(Bytes{100, 1, 2, 3});
  link.give(Bytes{2, 0, 2, 'n', 'o'});
  link.give(Bytes{3, 1, 0});  // a body that nobody reads
  REQUIRE(link.take().empty());
  REQUIRE_FALSE(link.close_code());
  link.give(MessageKind::step1, kNothingKnown);
  REQUIRE(link.kinds() == "step2");
}

TEST_CASE("an update that lacks its causes is kept, relayed, stored, and completed later") {
  Stage stage;
  Doc source({.client_id = 3});
  Text root = source.text("t");
  std::vector<Bytes> updates;
  const auto subscription = source.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  for (const char* word : {"b", "a"}) {
    auto transaction = source.transact();
    REQUIRE(root.insert(transaction, 0, word));
  }
  {
    Link author(stage, "room");
    stage.settle();
    author.take();
    author.give(MessageKind::update, updates[1]);
    stage.settle();
    REQUIRE(author.kinds() == "update");
    REQUIRE(stage.stored_updates("room") == 1);
  }
  stage.restart();
  Editor reader(stage, "room", 1);
  reader.connect();
  quiesce(stage, {&reader});
  REQUIRE(reader.text().empty());
  REQUIRE(reader.has_pending());
  Link author(stage, "room");
  author.give(MessageKind::update, updates[0]);
  stage.settle();
  quiesce(stage, {&reader});
  REQUIRE(reader.text() == "ab");
  REQUIRE(stage.stored_text("room") == "ab");
}

}  // namespace weft::server::test
