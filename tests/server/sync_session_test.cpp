// Documents through the y-websocket wire: greeting, answers, relay, durability before the echo.
#include <algorithm>

#include <catch2/catch.hpp>

#include "stage.hpp"

namespace weft::server::test {

using sync::MessageKind;

namespace {

const Bytes kNothingKnown{0};
const Bytes kEmptyUpdate{0, 0};

std::size_t count(const std::vector<Told>& told, MessageKind kind, const Bytes& body) {
  return static_cast<std::size_t>(std::ranges::count_if(
      told, [&](const Told& each) { return each.kind == kind && each.body == body; }));
}

}  // namespace

TEST_CASE("a connection is greeted with step 1, then with those who are here") {
  Stage stage;
  Link first(stage, "room");
  REQUIRE(first.kinds().empty());  // not before the document is there
  stage.settle();
  auto told = first.take();
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].kind == MessageKind::step1);
  REQUIRE(told[0].body == kNothingKnown);

  const Bytes state = awareness(5, 1, R"({"name":"Ada"})");
  first.give(MessageKind::awareness, state);
  const Bytes update = update_of(3, "hello");
  first.give(MessageKind::update, update);
  stage.settle();
  Link second(stage, "room");
  told = second.take();
  REQUIRE(told.size() == 2);
  REQUIRE(told[0].kind == MessageKind::step1);
  REQUIRE(told[0].body == Bytes{1, 3, 5});  // one client, 3, at clock 5
  REQUIRE(told[1].kind == MessageKind::awareness);
  REQUIRE(told[1].body == state);
}

TEST_CASE("every step 1 is answered, also when there is nothing to tell") {
  Stage stage;
  Link link(stage, "room");
  stage.settle();
  link.take();
  for (int i = 0; i < 3; ++i) {
    link.give(MessageKind::step1, kNothingKnown);
    const auto told = link.take();
    REQUIRE(told.size() == 1);
    REQUIRE(told[0].kind == MessageKind::step2);
    REQUIRE(told[0].body == kEmptyUpdate);
  }
  const Bytes update = update_of(3, "hello");
  link.give(MessageKind::update, update);
  stage.settle();
  link.take();
  link.give(MessageKind::step1, kNothingKnown);
  auto told = link.take();
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].body == update);
  link.give(MessageKind::step1, Bytes{1, 3, 5});
  told = link.take();
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].body == kEmptyUpdate);
}

TEST_CASE("two editors converge, whoever came first and whatever they wrote alone") {
  Stage stage;
  Editor ada(stage, "room", 1);
  Editor bob(stage, "room", 2);
  ada.type(0, "written alone ");
  bob.type(0, "also alone ");
  ada.connect();
  bob.connect();
  quiesce(stage, {&ada, &bob});
  REQUIRE(ada.text().size() == 25);
  REQUIRE(ada.text() == bob.text());

  for (int i = 0; i < 20; ++i) {
    ada.type(static_cast<std::uint32_t>(i), "a");
    bob.type(static_cast<std::uint32_t>(2 * i), "b");
    if (i % 3 == 0) quiesce(stage, {&ada, &bob});
  }
  bob.disconnect();
  ada.type(0, "meanwhile ");
  bob.type(5, "offline ");
  bob.connect();
  quiesce(stage, {&ada, &bob});
  REQUIRE(ada.text().size() == 83);
  REQUIRE(ada.state() == bob.state());
  REQUIRE_FALSE(ada.has_pending());
  REQUIRE(stage.stored_text("room") == ada.text());
}

TEST_CASE("an update goes to others at once and to its author when it is durable") {
  Stage stage;
  Link author(stage, "room");
  Link other(stage, "room");
  begin(stage, "room", {&author, &other});
  const Bytes first = update_of(3, "one");
  const Bytes second = update_of(4, "two");
  author.give(MessageKind::update, first);
  author.give(MessageKind::update, second);
  const auto told = other.take();
  REQUIRE(told.size() == 2);
  REQUIRE(count(told, MessageKind::update, first) == 1);
  REQUIRE(count(told, MessageKind::update, second) == 1);
  REQUIRE(author.take().empty());

  REQUIRE(stage.store().run_one());  // durable, but the shard has not heard of it
  REQUIRE(author.take().empty());
  stage.run_posted();
  REQUIRE(count(author.take(), MessageKind::update, first) == 1);
  REQUIRE(stage.stored_updates("room") == 2);
  REQUIRE(stage.store_one());
  REQUIRE(count(author.take(), MessageKind::update, second) == 1);
  REQUIRE(other.take().empty());
}

TEST_CASE("nobody reads back an edit of its own before it is durable, whoever brought it") {
  Stage stage;
  Link author(stage, "room");
  Link other(stage, "room");
  Link third(stage, "room");
  begin(stage, "room", {&author, &other, &third});
  author.give(MessageKind::awareness, awareness(3, 1, "{}"));
  for (Link* link : {&author, &other, &third}) link->take();
  const Bytes update = update_of(3, "one");

  SECTION("by another connection between the two, as an edit") {
    other.give(MessageKind::update, update);
  }
  SECTION("as what another client has") { other.give(MessageKind::step2, update); }
  REQUIRE(author.take().empty());
  author.give(MessageKind::update, update);
  REQUIRE(author.take().empty());
  REQUIRE(third.take().empty());
  stage.settle();
  REQUIRE(count(author.take(), MessageKind::update, update) == 1);
  REQUIRE(count(other.take(), MessageKind::update, update) == 1);
  REQUIRE(count(third.take(), MessageKind::update, update) == 1);
}

TEST_CASE("what waits for its causes is told when it is durable, and only once more") {
  Stage stage;
  Link author(stage, "room");
  Link other(stage, "room");
  begin(stage, "room", {&author, &other});
  Doc doc({.client_id = 3});
  std::vector<Bytes> updates;
  const auto subscription = doc.on_update([&](const UpdateEvent& event) {
    updates.emplace_back(event.update.begin(), event.update.end());
  });
  for (const char* word : {"one ", "two "}) {
    auto transaction = doc.transact();
    REQUIRE(doc.text("t").insert(transaction, 0, word));
  }
  author.give(MessageKind::update, updates[1]);
  REQUIRE(other.take().empty());
  // Another one had it and brings it, too, with an edit that is new.
  Doc both({.client_id = 4});
  REQUIRE(both.apply_update(updates[1]));
  {
    auto transaction = both.transact();
    REQUIRE(both.text("t").insert(transaction, 0, "three "));
  }
  other.give(MessageKind::step2, both.encode_state_as_update());
  REQUIRE(author.take().empty());
  stage.settle();
  REQUIRE_FALSE(author.take().empty());
  author.give(MessageKind::update, updates[0]);
  stage.settle();
  REQUIRE(stage.stored_text("room").size() == 14);
}

TEST_CASE("a document is made known when it is on disk: nobody is left with a lost one") {
  Stage stage;
  Link author(stage, "room");
  Link other(stage, "room");
  for (Link* link : {&author, &other}) link->give(MessageKind::step1, Bytes{0});
  stage.settle();
  for (Link* link : {&author, &other}) link->take();
  author.give(MessageKind::update, update_of(3, "one"));
  author.give(MessageKind::update, update_of(4, "two"));
  REQUIRE(other.take().empty());
  REQUIRE(stage.store_one());
  REQUIRE(count(other.take(), MessageKind::update, update_of(3, "one")) == 1);
  author.give(MessageKind::update, update_of(5, "three"));
  REQUIRE(count(other.take(), MessageKind::update, update_of(5, "three")) == 1);
}

TEST_CASE("an update that brings nothing new is neither stored nor told") {
  Stage stage;
  Link author(stage, "room");
  Link other(stage, "room");
  const Bytes update = update_of(3, "one");
  author.give(MessageKind::update, update);
  stage.settle();
  author.take();
  other.take();
  other.give(MessageKind::step2, update);
  other.give(MessageKind::update, kEmptyUpdate);
  stage.settle();
  REQUIRE(author.take().empty());
  REQUIRE(other.take().empty());
  REQUIRE(stage.stored_updates("room") == 1);
}

TEST_CASE("handshake and step 2 wait until what they tell is durable") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "not on disk yet");
  ada.type(0, "nor is this, ");

  Link late(stage, "room");
  late.give(MessageKind::step1, kNothingKnown);
  ada.link().give(MessageKind::step1, kNothingKnown);
  REQUIRE(late.kinds().empty());
  REQUIRE(ada.read().empty());
  REQUIRE(stage.store_one());
  REQUIRE(late.kinds().empty());
  REQUIRE(ada.read() == "update");
  REQUIRE(stage.store_one());
  REQUIRE(late.kinds() == "step1 step2");
  REQUIRE(ada.read() == "update step2");
}

TEST_CASE("no answer shows an update of its reader that is not durable") {
  // The content of an answer is an acknowledgement to the reader: it must not be ahead of the disk
  // even when the store always has something left to do.
  Stage stage;
  Link author(stage, "room");
  stage.settle();
  author.take();
  author.give(MessageKind::update, update_of(3, "first"));
  author.give(MessageKind::step1, kNothingKnown);
  const Bytes second = update_of(4, "second");
  author.give(MessageKind::update, second);
  REQUIRE(stage.store_one());  // the first only
  for (const Told& told : author.take()) {
    if (told.kind != MessageKind::step2) continue;
    Doc shown;
    REQUIRE(shown.apply_update(told.body));
    REQUIRE(shown.text("t").to_string() == "first");
  }
  stage.break_store();
  stage.settle();
  stage.mend_store();
  for (int i = 0; i < 30 && stage.stored_updates("room") < 2; ++i) {
    stage.pass_seconds(1);
    stage.settle();
  }
  // It was not starved either: in the end answer and acknowledgement are both there.
  const auto told = author.take();
  REQUIRE(count(told, MessageKind::update, second) == 1);
}

TEST_CASE("pains 17, 19 and 37: frames that come while the document is loaded are kept, in order") {
  Stage stage;
  {
    Link link(stage, "room");
    link.give(MessageKind::update, update_of(9, "stored"));
    stage.settle();
  }
  stage.restart();
  Link early(stage, "room");
  early.give(MessageKind::step1, kNothingKnown);
  early.give(MessageKind::awareness, awareness(5, 1, "{}"));
  early.give(MessageKind::update, update_of(3, "early"));
  early.give(Bytes{3});
  REQUIRE(early.kinds().empty());
  REQUIRE(stage.store_one());
  REQUIRE(early.kinds() == "step1 step2 awareness awareness");
  stage.settle();
  REQUIRE(early.kinds() == "update");
  REQUIRE(stage.stored_text("room").size() == 11);
}

TEST_CASE("early frames are bounded") {
  session::Limits limits;
  limits.early_bytes_max = 1000;
  Stage stage(limits);
  Link large(stage, "room");
  Link many(stage, "room");
  Link polite(stage, "room");
  large.give(MessageKind::update, Bytes(1001));
  REQUIRE(large.close_code() == 1013);
  for (int i = 0; i < 1000 && !many.close_code(); ++i) many.give(Bytes{0, 0, 1, 0});
  REQUIRE(many.close_code() == 1013);
  polite.give(MessageKind::step1, kNothingKnown);
  stage.settle();
  REQUIRE(polite.kinds() == "step1 step2");
  REQUIRE(large.take().empty());
}

TEST_CASE("pain 14: concurrent opens share one load and one document") {
  Stage stage;
  Editor ada(stage, "room", 1);
  Editor bob(stage, "room", 2);
  Editor elsewhere(stage, "another room", 3);
  ada.connect();
  bob.connect();
  REQUIRE(stage.store().stats().queued_count == 1);
  elsewhere.connect();
  REQUIRE(stage.store().stats().queued_count == 2);
  ada.type(0, "x");
  quiesce(stage, {&ada, &bob, &elsewhere});
  REQUIRE(bob.text() == "x");
  REQUIRE(elsewhere.text().empty());
  REQUIRE(stage.registry().stats().documents == 2);
  REQUIRE(stage.registry().stats().sessions == 3);
}

TEST_CASE("several messages in one frame are all taken") {
  Stage stage;
  Link link(stage, "room");
  stage.settle();
  link.take();
  Bytes frame;
  for (const Bytes& message : {sync::encode(MessageKind::step1, kNothingKnown),
                               sync::encode(MessageKind::awareness, awareness(5, 1, "{}")),
                               sync::encode(MessageKind::update, update_of(3, "x"))}) {
    frame.insert(frame.end(), message.begin(), message.end());
  }
  link.give(frame);
  REQUIRE(link.kinds() == "step2 awareness");
  stage.settle();
  REQUIRE(link.kinds() == "update");
}

}  // namespace weft::server::test
