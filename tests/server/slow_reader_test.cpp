// A reader that falls behind: bounded, told of everything in the end, or sent away.
#include <catch2/catch.hpp>

#include "stage.hpp"

namespace weft::server::test {

using sync::MessageKind;

namespace {

const Bytes kNothingKnown{0};

session::Limits small_queue() {
  session::Limits limits;
  limits.send_queue_bytes_max = 2000;
  return limits;
}

struct Scene {
  Stage stage{small_queue()};
  Editor writer{stage, "room", 1};
  Editor reader{stage, "room", 2};
  Scene() {
    begin(stage, "room", {});
    writer.connect();
    reader.connect();
    quiesce(stage, {&writer, &reader});
  }
  void write(int times) {
    for (int i = 0; i < times; ++i) {
      writer.type(0, std::string(80, 'w'));
      stage.settle();
      writer.read();
    }
  }
  // Seconds in which the reader's network is stuck.
  void stall(int seconds) {
    for (int i = 0; i < seconds && !reader.link().close_code(); ++i) {
      stage.pass_seconds(1);
      reader.link().tick();
      writer.link().tick();
      writer.read();
    }
  }
};

}  // namespace

TEST_CASE("pain 16: what waits for a slow reader is bounded, and one diff makes it equal") {
  Scene scene;
  scene.write(200);
  REQUIRE(scene.reader.link().queued_bytes() > 1000);
  REQUIRE(scene.reader.link().queued_bytes() < 2000 + 200);
  const std::size_t queued = scene.reader.link().queued_frames();
  const std::string kinds = scene.reader.read();
  std::size_t updates = 0;
  for (std::size_t at = 0; (at = kinds.find("update", at)) != std::string::npos; ++at) ++updates;
  REQUIRE(updates == queued + 1);
  REQUIRE(scene.reader.text() == scene.writer.text());
  REQUIRE(scene.reader.text().size() == 16'000);
  REQUIRE_FALSE(scene.reader.has_pending());
  // Afterwards it hears single updates again.
  scene.write(1);
  REQUIRE(scene.reader.read() == "update");
  REQUIRE(scene.reader.state() == scene.writer.state());
}

TEST_CASE("a slow reader's own updates are acknowledged when it reads again") {
  Scene scene;
  scene.write(50);
  const Bytes own = scene.reader.type(0, "mine ");
  scene.stage.settle();
  scene.write(5);
  // The acknowledgement is that the content comes back: a replica that has only what the reader
  // reads from here on and what it had before must show it.
  Doc told;
  for (const Told& each : scene.reader.link().take()) {
    if (each.kind == MessageKind::update || each.kind == MessageKind::step2) {
      REQUIRE(told.apply_update(each.body));
    }
  }
  REQUIRE(told.state_vector().get(2) == 5);
  scene.writer.read();
  REQUIRE(told.text("t").to_string() == scene.writer.text());
}

TEST_CASE("an update that became durable while its author was behind is acknowledged, too") {
  Scene scene;
  scene.reader.type(0, "mine ");
  // Nothing is stored yet; what the reader has when it falls behind contains its own update.
  for (int i = 0; i < 50; ++i) scene.writer.type(0, std::string(80, 'w'));
  REQUIRE(scene.reader.link().queued_bytes() > 1000);
  scene.stage.settle();
  Doc told;
  for (const Told& each : scene.reader.link().take()) {
    if (each.kind == MessageKind::update) REQUIRE(told.apply_update(each.body));
  }
  REQUIRE(told.state_vector().get(2) == 5);
}

TEST_CASE("a slow reader is told nothing that is not durable") {
  Scene scene;
  scene.write(50);
  scene.reader.type(0, "mine ");
  Doc told;
  const auto listen = [&] {
    for (const Told& each : scene.reader.link().take()) {
      if (each.kind == MessageKind::update || each.kind == MessageKind::step2) {
        REQUIRE(told.apply_update(each.body));
      }
    }
    return told.state_vector().get(2);
  };
  REQUIRE(listen() == 0);
  scene.stage.settle();
  REQUIRE(listen() == 5);
  scene.writer.read();
  REQUIRE(told.text("t").to_string() == scene.writer.text());
}

TEST_CASE("a reader that stays behind is closed with 1013, others go on") {
  Scene scene;
  scene.write(100);
  scene.stall(25);
  REQUIRE_FALSE(scene.reader.link().close_code());
  scene.stall(10);
  REQUIRE(scene.reader.link().close_code() == 1013);
  REQUIRE(scene.reader.link().closes() == 1);
  REQUIRE_FALSE(scene.writer.link().close_code());
  scene.reader.disconnect();
  scene.write(3);
  scene.reader.connect();
  quiesce(scene.stage, {&scene.reader, &scene.writer});
  REQUIRE(scene.reader.text() == scene.writer.text());
}

TEST_CASE("a reader that caught up in time is not closed later") {
  Scene scene;
  scene.write(100);
  scene.stall(25);
  scene.reader.read();
  scene.stall(20);
  REQUIRE_FALSE(scene.reader.link().close_code());
  REQUIRE(scene.reader.text() == scene.writer.text());
}

TEST_CASE("who asks again and again without reading is not owed ever more") {
  Scene scene;
  scene.write(10);
  quiesce(scene.stage, {&scene.reader});
  for (int i = 0; i < 1000; ++i) {
    scene.reader.link().give(MessageKind::step1, kNothingKnown);
    scene.reader.link().give(MessageKind::query_awareness);
  }
  REQUIRE(scene.reader.link().queued_bytes() < 10'000);
  REQUIRE(scene.reader.read().find("step2") != std::string::npos);
}

TEST_CASE("awareness does not pile up in front of a slow reader, and ends are not missed") {
  Scene scene;
  Link third(scene.stage, "room");
  third.give(MessageKind::awareness, awareness(6, 1, "{}"));
  third.give(MessageKind::awareness, awareness(7, 1, "{}"));
  for (std::uint64_t clock = 2; clock < 1000; ++clock) {
    third.give(MessageKind::awareness,
               awareness(7, clock, R"({"cursor":"somewhere in the text"})"));
    third.take();
  }
  third.give(MessageKind::awareness, awareness(6, 2, "null"));
  REQUIRE(scene.reader.link().queued_bytes() < 2000 + 200);
  bool seven = false;
  bool six_gone = false;
  for (const Told& told : scene.reader.link().take()) {
    if (told.kind != MessageKind::awareness) continue;
    const std::string_view text = as_text(told.body);
    seven = seven || text.find("\x07\xe7\x07") != std::string_view::npos;  // 7 at clock 999
    six_gone = six_gone || text.find("\x06\x02\x04null") != std::string_view::npos;
  }
  REQUIRE(seven);
  REQUIRE(six_gone);
}

}  // namespace weft::server::test
