// A store that fails: at loading, at writing, for a while, for good. Nothing is acknowledged that
// is not on disk, nothing is written that was not loaded.
#include <catch2/catch.hpp>

#include "stage.hpp"

namespace weft::server::test {

using persistence::StoreErrc;
using sync::MessageKind;

namespace {

const Bytes kNothingKnown{0};

void store(Stage& stage, ClientId client, std::string_view text) {
  Link link(stage, "room");
  link.give(MessageKind::update, update_of(client, text));
  stage.settle();
  REQUIRE(stage.stored_updates("room") > 0);
}

// Whole seconds until the log holds `updates`, the store being asked after each.
int seconds_until_stored(Stage& stage, std::size_t updates) {
  for (int seconds = 0; seconds < 100; ++seconds) {
    if (stage.stored_updates("room") == updates) return seconds;
    stage.pass_seconds(1);
    stage.settle();
  }
  return 100;
}

}  // namespace

TEST_CASE("pain 11: a document that cannot be loaded is closed with 1011 and never written") {
  Stage stage;
  store(stage, 3, "stored");
  stage.restart();
  const auto good = stage.disk().documents;
  SECTION("a damaged record") { stage.disk().documents["room"].updates[0].bytes[3] ^= 1; }
  SECTION("records of a document that the engine cannot read") {
    // As it was written: what is wrong came from the writer.
    stage.disk().documents.clear();
    auto done = [](const auto& result) { REQUIRE(result); };
    REQUIRE(stage.store().append(
        "room",
        {.sequence = 1, .bytes = std::make_shared<const Bytes>(Bytes{1, 1, 1}), .origin = {}},
        done));
    stage.settle();
  }
  const auto damaged = stage.disk().documents["room"].updates[0].bytes;
  Link link(stage, "room");
  link.give(MessageKind::step1, kNothingKnown);
  link.give(MessageKind::update, update_of(4, "early"));
  stage.settle();
  REQUIRE(link.close_code() == 1011);
  REQUIRE(link.take().empty());
  link.give(MessageKind::update, update_of(5, "late"));
  Link again(stage, "room");
  again.give(MessageKind::update, update_of(6, "again"));
  stage.settle();
  REQUIRE(again.close_code() == 1011);
  link.drop();
  again.drop();
  stage.pass_seconds(120);
  stage.settle();
  REQUIRE(stage.registry().stats().documents == 0);
  REQUIRE(stage.disk().documents["room"].updates.size() == 1);
  REQUIRE(stage.disk().documents["room"].updates[0].bytes == damaged);
  REQUIRE_FALSE(stage.disk().documents["room"].checkpoint);

  // Once somebody has repaired it, it is served again.
  stage.disk().documents = good;
  stage.restart();
  Editor editor(stage, "room", 1);
  editor.connect();
  quiesce(stage, {&editor});
  REQUIRE(editor.text() == "stored");
}

TEST_CASE("a load that the store refuses at once closes the session, now and later") {
  persistence::StoreLimits store_limits;
  store_limits.queue_count_max = 1;
  Stage stage({}, store_limits);
  Link loading(stage, "one");
  Link refused(stage, "two");
  REQUIRE(refused.close_code() == 1013);
  stage.settle();
  REQUIRE(loading.kinds() == "step1");
  Link again(stage, "two");
  REQUIRE_FALSE(again.close_code());
  stage.settle();
  REQUIRE(again.kinds() == "step1");

  Link no_name(stage, "\xff");
  stage.settle();
  REQUIRE(no_name.close_code() == 1011);
}

TEST_CASE("pain 11b: a failed append is tried again, later and later, and acknowledged once") {
  Stage stage;
  Link author(stage, "room");
  Link other(stage, "room");
  begin(stage, "room", {&author, &other});
  std::vector<Bytes> updates;
  for (ClientId client = 3; client < 8; ++client) updates.push_back(update_of(client, "words "));
  stage.break_store();
  for (const Bytes& update : updates) author.give(MessageKind::update, update);
  REQUIRE(other.take().size() == updates.size());
  const auto failures = [&] { return stage.store().stats().commits_failed; };
  stage.settle();
  REQUIRE(failures() == updates.size());
  updates.push_back(update_of(8, "words "));
  author.give(MessageKind::update, updates.back());
  REQUIRE(stage.store().stats().queued_count == 0);  // it waits for its turn
  other.take();

  // 200 ms, 400, 800, ... at the next tick: the time between tries grows up to 10 s.
  std::vector<int> tried_at;
  for (int second = 0; second < 60; ++second) {
    const auto before = failures();
    stage.pass_seconds(1);
    stage.settle();
    if (failures() != before) tried_at.push_back(second);
  }
  REQUIRE(tried_at.size() >= 5);
  REQUIRE(tried_at.size() <= 15);
  REQUIRE(tried_at.back() - tried_at[tried_at.size() - 2] >= 10);
  REQUIRE(author.kinds().find("update") == std::string::npos);
  REQUIRE(stage.registry().stats().unstored_documents == 1);
  REQUIRE_FALSE(author.close_code());

  stage.mend_store();
  REQUIRE(seconds_until_stored(stage, updates.size() + 1) <= 12);
  std::vector<Bytes> echoes;
  for (const Told& told : author.take()) {
    if (told.kind == MessageKind::update) echoes.push_back(told.body);
  }
  REQUIRE(echoes == updates);
  REQUIRE(other.kinds().find("update") == std::string::npos);
  REQUIRE(stage.stored_text("room").size() == 36);

  // The next failure begins with a short wait again.
  stage.break_store();
  author.give(MessageKind::update, update_of(20, "more"));
  stage.settle();
  stage.mend_store();
  REQUIRE(seconds_until_stored(stage, updates.size() + 2) <= 2);
}

TEST_CASE("when the first of several appends fails, none after it is stored before it") {
  Stage stage;
  Link author(stage, "room");
  stage.settle();
  author.take();
  const Bytes first = update_of(3, "one ");
  const Bytes second = update_of(4, "two ");
  author.give(MessageKind::update, first);
  author.give(MessageKind::update, second);
  stage.break_store();
  REQUIRE(stage.store_one());
  stage.mend_store();  // the second would be taken, if it could
  const Bytes third = update_of(5, "three ");
  author.give(MessageKind::update, third);
  stage.settle();
  REQUIRE(stage.stored_updates("room") == 0);
  REQUIRE(author.take().empty());
  REQUIRE(seconds_until_stored(stage, 3) <= 2);
  const auto told = author.take();
  REQUIRE(told.size() == 3);
  REQUIRE(told[0].body == first);
  REQUIRE(told[1].body == second);
  REQUIRE(told[2].body == third);
}

TEST_CASE("nothing is sent again before everything that was sent has come back") {
  Stage stage;
  Link author(stage, "room");
  stage.settle();
  author.give(MessageKind::update, update_of(3, "one "));
  author.give(MessageKind::update, update_of(4, "two "));
  stage.break_store();
  REQUIRE(stage.store_one());
  stage.pass_seconds(60);
  REQUIRE(stage.store().stats().queued_count == 1);
  stage.mend_store();
  REQUIRE(seconds_until_stored(stage, 2) <= 12);
}

TEST_CASE("a full store queue loses nothing") {
  persistence::StoreLimits store_limits;
  store_limits.queue_count_max = 2;
  Stage stage({}, store_limits);
  Link author(stage, "room");
  stage.settle();
  for (ClientId client = 3; client < 13; ++client) {
    author.give(MessageKind::update, update_of(client, "x"));
  }
  for (int i = 0; i < 200 && stage.stored_updates("room") < 10; ++i) {
    stage.settle();
    stage.pass_seconds(1);
    author.flow();
  }
  REQUIRE(stage.stored_updates("room") == 10);
  REQUIRE(stage.stored_text("room").size() == 10);
}

TEST_CASE("a document that can no longer be stored ends its sessions, acknowledging nothing") {
  Stage stage;
  Link author(stage, "room");
  Link reader(stage, "room");
  begin(stage, "room", {&author, &reader});
  stage.break_store(StoreErrc::corrupt);
  author.give(MessageKind::update, update_of(3, "lost?"));
  REQUIRE(reader.kinds() == "update");
  stage.settle();
  REQUIRE(author.close_code() == 1011);
  REQUIRE(reader.close_code() == 1011);
  REQUIRE(author.take().empty());
  author.drop();
  reader.drop();

  // The author still has it, and brings it back to the document as it is on disk.
  stage.mend_store();
  Editor editor(stage, "room", 1);
  editor.type(0, "kept by its author");
  editor.connect();
  quiesce(stage, {&editor});
  REQUIRE(stage.stored_text("room") == "kept by its author");
}

TEST_CASE("while the store fails too much is refused, not kept") {
  session::Limits limits;
  limits.unstored_bytes_max = 1000;
  Stage stage(limits);
  Link author(stage, "room");
  Link other(stage, "room");
  begin(stage, "room", {&author, &other});
  stage.break_store();
  std::size_t accepted_bytes = 0;
  for (ClientId client = 3; client < 100 && !author.close_code(); ++client) {
    author.give(MessageKind::update, update_of(client, std::string(90, 'x')));
    stage.settle();
    for (const Told& told : other.take()) accepted_bytes += told.body.size();
  }
  REQUIRE(author.close_code() == 1013);
  REQUIRE(accepted_bytes > 800);
  REQUIRE(accepted_bytes <= 1000);
  REQUIRE_FALSE(other.close_code());
  stage.mend_store();
  REQUIRE(seconds_until_stored(stage, accepted_bytes / 100 + 1) < 100);
}

TEST_CASE("a crash loses only what was not acknowledged") {
  Stage stage;
  std::vector<Bytes> acknowledged;
  {
    Link author(stage, "room");
    stage.settle();
    for (ClientId client = 3; client < 33; ++client) {
      author.give(MessageKind::update, update_of(client, "x"));
      if (client % 3 == 0) stage.store_one();
      for (const Told& told : author.take()) {
        if (told.kind == MessageKind::update) acknowledged.push_back(told.body);
      }
    }
  }
  REQUIRE(acknowledged.size() == 10);
  stage.restart();
  REQUIRE(stage.stored_text("room").size() == 10);
  Editor reader(stage, "room", 1);
  reader.connect();
  quiesce(stage, {&reader});
  const Bytes before = reader.state();
  Doc known;
  REQUIRE(known.apply_update(before));
  for (const Bytes& update : acknowledged) REQUIRE(known.apply_update(update));
  REQUIRE(known.encode_state_as_update() == before);
}

}  // namespace weft::server::test
