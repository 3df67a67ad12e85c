// A document that is deleted while people are on it.
#include <optional>

#include <catch2/catch.hpp>

#include "stage.hpp"

namespace weft::server::test {

using persistence::Sequence;
using persistence::StoreErrc;
using persistence::StoreResult;
using sync::MessageKind;

namespace {

/// A program on a document, which may delete it as soon as it is there.
class Program final : public session::Session {
 public:
  Program(Stage& stage, const std::string& document, bool removes = false)
      : stage_(stage), removes_(removes), doc_(stage.registry().open(document)) {
    doc_->join(*this, stage.now_ms());
  }
  ~Program() override { doc_->leave(*this, stage_.now_ms()); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void remove() {
    doc_->remove(*this, [this](StoreResult<Sequence> result) { done_ = std::move(result); });
  }
  const std::optional<StoreResult<Sequence>>& done() const { return done_; }
  int ends() const { return ends_; }

  void on_ready() override {
    if (removes_) remove();
  }
  void on_update(const session::Broadcast&, session::Told) override {}
  void on_awareness(const session::Broadcast&) override {}
  void on_stored() override {}
  void on_end(std::uint16_t, std::string_view) override { ++ends_; }

 private:
  Stage& stage_;
  bool removes_;
  std::shared_ptr<session::SharedDoc> doc_;
  std::optional<StoreResult<Sequence>> done_;
  int ends_ = 0;
};

void delete_document(Stage& stage, const std::string& name) {
  Program program(stage, name, true);
  stage.settle();
  REQUIRE(program.done().has_value());
  REQUIRE(program.done()->has_value());
  REQUIRE(program.ends() == 0);
}

}  // namespace

TEST_CASE("a document is deleted under everybody who is on it, and their copies stay away") {
  Stage stage;
  Editor ada(stage, "room", 1);
  Editor bob(stage, "room", 2);
  for (Editor* each : {&ada, &bob}) each->connect();
  quiesce(stage, {&ada, &bob});
  ada.type(0, "old");
  quiesce(stage, {&ada, &bob});

  Program program(stage, "room");
  program.remove();
  for (Editor* each : {&ada, &bob}) {
    each->read();
    REQUIRE(each->link().close_code() == 4404);
    REQUIRE(each->link().close_reason() == "the document was deleted");
    each->disconnect();
  }
  {
    // Until it is done nobody gets in, to neither document.
    Link early(stage, "room");
    REQUIRE(early.close_code() == 1013);
    early.give(MessageKind::update, update_of(9, "never"));
  }
  REQUIRE_FALSE(program.done().has_value());
  stage.settle();
  REQUIRE(program.done().has_value());
  REQUIRE(program.done()->value() == 1);
  REQUIRE(program.ends() == 0);
  REQUIRE(stage.stored_text("room").empty());

  ada.connect();
  quiesce(stage, {&ada});
  REQUIRE(ada.link().close_code() == 4409);
  ada.disconnect();
  Editor carl(stage, "room", 3);
  carl.connect();
  quiesce(stage, {&carl});
  carl.type(0, "new");
  quiesce(stage, {&carl});
  REQUIRE(stage.stored_text("room") == "new");
  carl.disconnect();

  // Those of all documents before.
  {
    Program here(stage, "room");  // so it is in memory when the other comes
    stage.settle();
    delete_document(stage, "room");
    REQUIRE(here.ends() == 1);
  }
  for (Editor* each : {&ada, &bob, &carl}) {
    each->connect();
    quiesce(stage, {each});
    REQUIRE(each->link().close_code() == 4409);
    each->disconnect();
  }
  REQUIRE(stage.stored_text("room").empty());
}

TEST_CASE("an edit on its way goes with the document, unconfirmed") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "first");
  quiesce(stage, {&ada});
  const Bytes update = ada.type(0, "on its way ");
  Program program(stage, "room");
  program.remove();
  stage.settle();
  ada.read();
  REQUIRE(program.done().has_value());
  REQUIRE(program.done()->has_value());
  REQUIRE(ada.echoes(update) == 0);
  REQUIRE(stage.stored_text("room").empty());
  ada.disconnect();
  stage.pass_seconds(1);
  REQUIRE(stage.registry().settled());
}

TEST_CASE("a document that the store does not delete stays, and opens again") {
  Stage stage;
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "kept");
  quiesce(stage, {&ada});
  stage.break_store();
  {
    Program program(stage, "room");
    program.remove();
    stage.settle();
    REQUIRE(program.done().has_value());
    REQUIRE_FALSE(program.done()->has_value());
    REQUIRE(program.done()->error().code == StoreErrc::unavailable);
  }
  stage.mend_store();
  ada.disconnect();
  ada.connect();
  quiesce(stage, {&ada});
  REQUIRE_FALSE(ada.link().close_code());
  ada.type(0, "still ");
  quiesce(stage, {&ada});
  REQUIRE(stage.stored_text("room") == "still kept");
}

TEST_CASE("a document without contents is deleted, too") {
  Stage stage;
  {
    Program program(stage, "room");
    stage.settle();
    stage.registry().open("room")->create();
    stage.settle();
    REQUIRE(stage.disk().documents.contains("room"));
  }
  delete_document(stage, "room");
  REQUIRE(stage.stored_text("room").empty());
  stage.pass_seconds(100);
  stage.settle();
  REQUIRE(stage.registry().stats().documents == 0);
  // Nobody wrote, so nobody is refused.
  Editor ada(stage, "room", 1);
  ada.connect();
  quiesce(stage, {&ada});
  ada.type(0, "x");
  quiesce(stage, {&ada});
  REQUIRE(stage.stored_text("room") == "x");
}

}  // namespace weft::server::test
