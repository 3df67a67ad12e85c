// Who is here, as the document relays it between sessions.
#include <memory>
#include <vector>

#include <catch2/catch.hpp>

#include "stage.hpp"

namespace weft::server::test {

using sync::MessageKind;

namespace {

// What has arrived at `link`: "5@1 {"a":1} | 5@1 null"; other kinds as their name.
std::string heard(Link& link) {
  std::string out;
  for (const Told& told : link.take()) {
    if (!out.empty()) out += " | ";
    if (told.kind != MessageKind::awareness) {
      out += "other";
      continue;
    }
    // One entry of small numbers a message is all that these tests send.
    const Bytes& body = told.body;
    if (body == Bytes{0}) {
      out += "nobody";
      continue;
    }
    std::size_t at = 1;
    for (int i = 0; i < body.at(0); ++i) {
      const std::size_t size = body.at(at + 2);
      if (i > 0) out += ", ";
      out += std::to_string(body.at(at)) + "@" + std::to_string(body.at(at + 1)) + " " +
             std::string(as_text(ByteView(body).subspan(at + 3, size)));
      at += 3 + size;
    }
    REQUIRE(at == body.size());
  }
  return out;
}

struct Room {
  Stage stage;
  Link ada{stage, "room"};
  Link bob{stage, "room"};
  Room() {
    stage.settle();
    ada.take();
    bob.take();
  }
  void say(Link& from, ClientId client, std::uint64_t clock, std::string_view json) {
    from.give(MessageKind::awareness, awareness(client, clock, json));
  }
};

}  // namespace

TEST_CASE("a state is relayed to all, its sender included") {
  Room room;
  room.say(room.ada, 5, 1, R"({"a":1})");
  REQUIRE(heard(room.ada) == R"(5@1 {"a":1})");
  REQUIRE(heard(room.bob) == R"(5@1 {"a":1})");
  room.say(room.ada, 5, 1, R"({"a":2})");  // not newer
  room.say(room.bob, 5, 1, R"({"a":1})");  // as clients repeat what they hear
  room.say(room.ada, 6, 0, "{}");          // a first clock of 0 counts nowhere
  REQUIRE(heard(room.ada).empty());
  REQUIRE(heard(room.bob).empty());
  REQUIRE(room.stage.disk().documents.empty());
}

TEST_CASE("asking who is here gives all that are") {
  Room room;
  room.ada.give(MessageKind::query_awareness);
  REQUIRE(heard(room.ada).empty());
  room.say(room.ada, 5, 1, "{}");
  room.say(room.bob, 6, 2, "[1]");
  heard(room.ada);
  heard(room.bob);
  room.bob.give(MessageKind::query_awareness);
  REQUIRE(heard(room.bob) == "5@1 {}, 6@2 [1]");
  REQUIRE(heard(room.ada).empty());
}

TEST_CASE(
    "pain 21: a connection that goes takes its own states along, not those that it repeated") {
  Room room;
  room.say(room.ada, 5, 1, "{}");
  room.say(room.bob, 6, 1, "{}");
  room.say(room.bob, 5, 1, "{}");    // repeated
  room.say(room.bob, 5, 2, "{}");    // newer than known, but bob does not speak for ada
  room.say(room.bob, 5, 1, "null");  // nor ends what is hers
  heard(room.ada);
  room.bob.drop();
  REQUIRE(heard(room.ada) == "6@1 null");
  Link carl(room.stage, "room");
  REQUIRE(heard(carl) == "other | 5@1 {}");
  room.ada.drop();
  REQUIRE(heard(carl) == "5@1 null");
}

TEST_CASE("a state that its owner ended is not ended again") {
  Room room;
  room.say(room.bob, 6, 1, "{}");
  heard(room.ada);
  room.say(room.bob, 6, 1, "null");
  REQUIRE(heard(room.ada) == "6@1 null");
  room.bob.drop();
  REQUIRE(heard(room.ada).empty());
}

TEST_CASE("a client that returns with its old clock gets the next one") {
  Room room;
  room.say(room.bob, 6, 4, R"({"n":1})");
  room.bob.drop();
  REQUIRE(heard(room.ada) == R"(6@4 {"n":1} | 6@4 null)");
  Link again(room.stage, "room");
  heard(again);
  room.say(again, 6, 4, R"({"n":1})");
  REQUIRE(heard(room.ada) == R"(6@5 {"n":1})");
  REQUIRE(heard(again) == R"(6@5 {"n":1})");
}

TEST_CASE("a client that comes back before its old connection is missed stays") {
  Room room;
  room.say(room.bob, 6, 4, "{}");
  heard(room.ada);
  Link again(room.stage, "room");
  heard(again);
  room.say(again, 6, 5, "{}");
  REQUIRE(heard(room.ada) == "6@5 {}");
  room.bob.drop();  // the half-open one, at last
  REQUIRE(heard(room.ada).empty());
  again.drop();
  REQUIRE(heard(room.ada) == "6@5 null");
}

TEST_CASE("a client that was timed out and came back stays when its old connection ends") {
  Room room;
  room.say(room.bob, 6, 4, "{}");
  heard(room.ada);
  room.stage.pass_seconds(31);
  REQUIRE(heard(room.ada) == "6@4 null");
  Link again(room.stage, "room");
  heard(again);
  room.say(again, 6, 5, "{}");
  REQUIRE(heard(room.ada) == "6@5 {}");
  room.bob.drop();
  REQUIRE(heard(room.ada).empty());
}

TEST_CASE("pain 22: a state that is not renewed for 30 seconds ends, a renewed one stays") {
  Room room;
  room.say(room.ada, 5, 1, "{}");
  room.say(room.bob, 6, 1, "{}");
  room.stage.pass_seconds(15);
  room.say(room.ada, 5, 2, "{}");
  heard(room.bob);
  room.stage.pass_seconds(14);
  REQUIRE(heard(room.bob).empty());
  room.stage.pass_seconds(2);
  REQUIRE(heard(room.bob) == "6@1 null");
}

TEST_CASE("malformed awareness ends that session alone") {
  Room room;
  room.say(room.ada, 5, 1, "{}");
  heard(room.bob);
  SECTION("not JSON") { room.say(room.bob, 6, 1, "{"); }
  SECTION("not UTF-8") { room.say(room.bob, 6, 1, "\"\xff\""); }
  SECTION("an absurd count") {
    room.bob.give(MessageKind::awareness, Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F});
  }
  SECTION("a good entry, then a bad one") {
    room.bob.give(MessageKind::awareness, Bytes{2, 6, 1, 2, '{', '}', 7, 1, 1, '{'});
  }
  REQUIRE(room.bob.close_code() == 1007);
  room.bob.drop();
  REQUIRE_FALSE(room.ada.close_code());
  room.ada.give(MessageKind::query_awareness);
  REQUIRE(heard(room.ada) == "5@1 {} | 5@1 {}");
}

TEST_CASE("a silent connection gets a frame every 15 seconds") {
  Room room;
  const auto pass = [&](int seconds) {
    for (int i = 0; i < seconds; ++i) {
      room.stage.pass_seconds(1);
      room.ada.tick();
    }
  };
  pass(14);
  REQUIRE(heard(room.ada).empty());
  pass(1);
  REQUIRE(heard(room.ada) == "nobody");
  pass(14);
  REQUIRE(heard(room.ada).empty());
  room.say(room.bob, 6, 1, "{}");
  REQUIRE(heard(room.ada) == "6@1 {}");
  pass(14);
  REQUIRE(heard(room.ada).empty());
  pass(2);
  REQUIRE(heard(room.ada) == "nobody");
}

TEST_CASE("of a crowd that moves at once everybody hears in one frame, and soon") {
  session::Limits limits;
  limits.awareness_frames_max = 25;
  Stage stage(limits);
  stage.give_timers();
  std::vector<std::unique_ptr<Link>> crowd;
  for (int i = 0; i < 20; ++i) crowd.push_back(std::make_unique<Link>(stage, "room"));
  stage.settle();
  for (const auto& link : crowd) link->take();
  const auto speak = [&](ClientId client, std::uint64_t clock) {
    crowd[client]->give(MessageKind::awareness, awareness(client, clock, "{}"));
  };
  const auto heard_by = [&](std::size_t link) {
    std::vector<ClientId> all;
    for (const Told& told : crowd[link]->take()) {
      REQUIRE(told.kind == MessageKind::awareness);
      const auto clients = Awareness::clients(told.body);
      REQUIRE(clients);
      all.insert(all.end(), clients->begin(), clients->end());
      all.push_back(0);  // the end of a frame
    }
    return all;
  };
  using Clients = std::vector<ClientId>;
  speak(1, 1);
  for (std::size_t i = 0; i < crowd.size(); ++i) REQUIRE(heard_by(i) == Clients{1, 0});
  for (const ClientId client : {ClientId{2}, ClientId{3}, ClientId{1}}) speak(client, 2);
  speak(3, 3);
  REQUIRE(heard_by(0).empty());
  stage.pass_ms(49);
  REQUIRE(heard_by(0).empty());
  stage.pass_ms(1);
  for (std::size_t i = 0; i < crowd.size(); ++i) REQUIRE(heard_by(i) == Clients{1, 2, 3, 0});
  // Those that go, too, and whoever comes meanwhile is told at once.
  crowd[3]->drop();
  Link late(stage, "room");
  stage.settle();
  REQUIRE(late.kinds() == "step1 awareness");
  REQUIRE(heard_by(0).empty());
  stage.pass_ms(50);
  REQUIRE(heard_by(0) == Clients{3, 0});
  // And when all was quiet for a while, at once again.
  stage.pass_ms(50);
  speak(2, 4);
  REQUIRE(heard_by(0) == Clients{2, 0});
}

TEST_CASE("a few that move are heard at once, however fast they are") {
  Stage stage;
  stage.give_timers();
  Link ada(stage, "room");
  Link bob(stage, "room");
  stage.settle();
  for (std::uint64_t clock = 1; clock <= 50; ++clock) {
    bob.take();
    ada.give(MessageKind::awareness, awareness(7, clock, "{}"));
    REQUIRE(bob.kinds() == "awareness");
    stage.pass_ms(1);
  }
}

}  // namespace weft::server::test
