// Replicas whose history is another document's: refused, and nobody else.
#include "session/epoch.hpp"

#include <catch2/catch.hpp>

#include "stage.hpp"

namespace weft::server::test {

using sync::MessageKind;

namespace {

StateVector vector_of(std::initializer_list<std::pair<ClientId, Clock>> entries) {
  StateVector vector;
  for (const auto& [client, clock] : entries) vector.set(client, clock);
  return vector;
}

/// The operator deletes the document: `weft docs delete`, with the server away.
void remove_document(Stage& stage, const std::string& name, const StateVector& had) {
  bool done = false;
  REQUIRE(stage.store().set_former(name, std::make_shared<const Bytes>(had.encode()),
                                   [](const auto&) {}));
  REQUIRE(stage.store().remove(name, [&](const auto& result) { done = !!result; }));
  stage.settle();
  REQUIRE(done);
  stage.restart();
}

}  // namespace

TEST_CASE("which histories are another document's") {
  const StateVector ours = vector_of({{1, 10}, {2, 5}});
  const StateVector former = vector_of({{7, 4}, {2, 1}});
  const auto refused = [&](const StateVector& theirs, bool any = false) {
    return session::is_other_history(theirs, ours, former, any);
  };
  CHECK_FALSE(refused({}));
  CHECK_FALSE(refused(ours));
  CHECK_FALSE(refused(vector_of({{1, 20}, {3, 5}})));    // ahead
  CHECK_FALSE(refused(vector_of({{2, 1}})));             // of both documents
  CHECK_FALSE(refused(vector_of({{9, 5}})));             // began alone
  CHECK_FALSE(refused(vector_of({{9, 5}, {7, 0}})));     // 0 is nothing
  CHECK(refused(vector_of({{7, 1}})));                   // of the former one
  CHECK(refused(vector_of({{1, 10}, {2, 5}, {7, 4}})));  // merged elsewhere
  CHECK(refused(vector_of({{7, 4}}), true));
  CHECK(refused(vector_of({{8, 3}, {9, 5}})));  // from somewhere else
  CHECK_FALSE(refused(vector_of({{8, 3}, {9, 5}}), true));
  CHECK_FALSE(session::is_other_history(vector_of({{8, 3}, {9, 5}}), {}, former, false));
  CHECK(session::is_other_history(vector_of({{7, 3}}), {}, former, false));
}

TEST_CASE("pain 18: who held a document that was deleted cannot bring it into the next one") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "old");
  quiesce(stage, {&ada});
  ada.disconnect();
  remove_document(stage, "room", ada.doc().state_vector());

  // Not while there is no new one either: deleted is deleted.
  ada.connect();
  quiesce(stage, {&ada});
  REQUIRE(ada.link().close_code() == 4409);
  REQUIRE(ada.link().close_reason() == "your copy is of another document that had this name");
  ada.disconnect();
  REQUIRE(stage.stored_text("room") == "");

  Editor bob(stage, "room", 2);
  bob.connect();
  quiesce(stage, {&bob});
  bob.type(0, "new");
  quiesce(stage, {&bob});
  ada.type(0, "still here ");
  ada.connect();
  quiesce(stage, {&ada, &bob});
  REQUIRE(ada.link().close_code() == 4409);
  REQUIRE(ada.text() == "still here old");  // nothing came in, either
  REQUIRE(bob.text() == "new");
  REQUIRE(stage.stored_text("room") == "new");
  ada.disconnect();

  // One that has joined and not yet spoken is told of no edit: it would have both texts.
  Link silent(stage, "room");
  Link reader(stage, "room");
  stage.settle();
  reader.give(MessageKind::step1, StateVector().encode());
  stage.settle();
  silent.take();
  reader.take();
  bob.type(3, "!");
  quiesce(stage, {&bob});
  REQUIRE(reader.kinds() == "update");
  REQUIRE(silent.kinds().empty());
  silent.give(MessageKind::step1, bob.doc().state_vector().encode());
  stage.settle();
  REQUIRE(silent.kinds() == "step2");
  bob.erase(3, 1);
  quiesce(stage, {&bob});
  REQUIRE(silent.kinds() == "update");

  // A client that asks for nothing and sends.
  Link rude(stage, "room");
  stage.settle();
  rude.give(MessageKind::update, ada.state());
  REQUIRE(rude.close_code() == 4409);
  REQUIRE(stage.stored_text("room") == "new");

  // With a new copy everybody is welcome.
  Editor again(stage, "room", 3);
  again.connect();
  quiesce(stage, {&again, &bob});
  REQUIRE(again.text() == "new");
  again.type(0, "and ");
  quiesce(stage, {&again, &bob});
  REQUIRE(stage.stored_text("room") == "and new");
}

TEST_CASE("a store that was lost takes its clients' histories, until there is another document") {
  Stage stage;
  Editor ada(stage, "room", 1);
  Editor bob(stage, "room", 2);
  for (Editor* each : {&ada, &bob}) each->connect();
  quiesce(stage, {&ada, &bob});
  ada.type(0, "ada");
  quiesce(stage, {&ada, &bob});
  bob.type(0, "bob ");
  quiesce(stage, {&ada, &bob});
  for (Editor* each : {&ada, &bob}) each->disconnect();
  stage.disk().documents.clear();
  stage.restart();

  SECTION("the first one that comes back heals it") {
    ada.connect();
    quiesce(stage, {&ada});
    REQUIRE(stage.stored_text("room") == "bob ada");
    bob.connect();
    quiesce(stage, {&bob});
    REQUIRE_FALSE(bob.link().close_code());
    REQUIRE(stage.stored_text("room") == "bob ada");
  }
  SECTION("who comes after somebody else's beginning is refused") {
    Editor carl(stage, "room", 3);
    carl.connect();
    quiesce(stage, {&carl});
    carl.type(0, "bob ada");  // rebuilt from somewhere
    quiesce(stage, {&carl});
    ada.connect();
    quiesce(stage, {&ada, &carl});
    REQUIRE(ada.link().close_code() == 4409);
    REQUIRE(carl.text() == "bob ada");
  }
}

TEST_CASE("who wrote before the first sync is merged") {
  Stage stage;
  Editor ada(stage, "room", 1);
  Editor bob(stage, "room", 2);
  ada.type(0, "ada");
  bob.type(0, "bob");
  ada.connect();
  quiesce(stage, {&ada});
  bob.connect();
  quiesce(stage, {&ada, &bob});
  REQUIRE_FALSE(bob.link().close_code());
  REQUIRE(ada.text() == bob.text());
  REQUIRE(ada.text().size() == 6);
}

}  // namespace weft::server::test
