// Sync messages and awareness against what y-protocols 1.0.7 does.
#include <string>

#include <catch2/catch.hpp>

#include <weft/awareness.hpp>
#include <weft/sync.hpp>

using namespace weft;

namespace {

struct State {
  std::uint8_t client;
  std::uint8_t clock;
  std::string json;
};

Bytes awareness_update(const std::vector<State>& states) {
  Bytes bytes{static_cast<std::uint8_t>(states.size())};
  for (const State& state : states) {
    bytes.push_back(state.client);
    bytes.push_back(state.clock);
    bytes.push_back(static_cast<std::uint8_t>(state.json.size()));
    bytes.insert(bytes.end(), state.json.begin(), state.json.end());
  }
  return bytes;
}

}  // namespace

TEST_CASE("a state is taken when its clock is newer") {
  Awareness awareness;
  auto first = awareness.apply(awareness_update({{7, 1, R"({"a":1})"}}), 0);
  REQUIRE(first);
  CHECK(first->added == std::vector<ClientId>{7});
  CHECK(first->update == awareness_update({{7, 1, R"({"a":1})"}}));

  auto same = awareness.apply(awareness_update({{7, 1, R"({"a":2})"}}), 0);
  REQUIRE(same);
  CHECK(same->update.empty());
  CHECK(awareness.state(7) == R"({"a":1})");

  auto newer = awareness.apply(awareness_update({{7, 2, R"({"a":3})"}}), 0);
  REQUIRE(newer);
  CHECK(newer->updated == std::vector<ClientId>{7});
  CHECK(awareness.state(7) == R"({"a":3})");
}

TEST_CASE("an unknown client counts as clock 0, so clock 0 is not news") {
  Awareness awareness;
  const auto change = awareness.apply(awareness_update({{6, 0, "{}"}}), 0);
  REQUIRE(change);
  CHECK(change->update.empty());
  CHECK(awareness.size() == 0);
}

TEST_CASE("null at the same clock ends a state") {
  Awareness awareness;
  REQUIRE(awareness.apply(awareness_update({{7, 3, "{}"}}), 0));
  const auto change = awareness.apply(awareness_update({{7, 3, "null"}}), 0);
  REQUIRE(change);
  CHECK(change->removed == std::vector<ClientId>{7});
  CHECK(awareness.encode().empty());
}

TEST_CASE("a state that returns with its old clock is taken with the next one") {
  Awareness awareness;
  REQUIRE(awareness.apply(awareness_update({{7, 3, "{}"}}), 0));
  const ClientId gone[] = {7};
  CHECK(awareness.remove(gone).update == awareness_update({{7, 3, "null"}}));
  const auto change = awareness.apply(awareness_update({{7, 3, "{}"}}), 0);
  REQUIRE(change);
  CHECK(change->added == std::vector<ClientId>{7});
  CHECK(change->update == awareness_update({{7, 4, "{}"}}));
}

TEST_CASE("states that are not renewed end after 30 seconds") {
  Awareness awareness;
  REQUIRE(awareness.apply(awareness_update({{7, 1, "{}"}, {8, 1, "{}"}}), 1'000));
  REQUIRE(awareness.apply(awareness_update({{8, 2, "{}"}}), 20'000));
  CHECK(awareness.expire(30'999).removed.empty());
  CHECK(awareness.expire(31'000).removed == std::vector<ClientId>{7});
  CHECK(awareness.size() == 1);
}

TEST_CASE("a malformed awareness update changes nothing") {
  const Bytes good = awareness_update({{7, 1, R"({"a":1})"}, {8, 1, "[]"}});
  for (std::size_t length = 0; length < good.size(); ++length) {
    Awareness awareness;
    CHECK_FALSE(awareness.apply(ByteView(good).first(length), 0));
    CHECK(awareness.size() == 0);
  }
  Awareness awareness;
  CHECK_FALSE(awareness.apply(awareness_update({{7, 1, "{}"}, {8, 1, "{"}}), 0));
  CHECK_FALSE(awareness.apply(awareness_update({{7, 1, "\xFF"}}), 0));
  const Bytes absurd{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F};
  CHECK_FALSE(awareness.apply(absurd, 0));
  CHECK(awareness.size() == 0);
}

TEST_CASE("messages read back as they were written, several to a frame") {
  const Bytes body{1, 2, 3};
  Bytes frame;
  for (const auto kind : {sync::MessageKind::step1, sync::MessageKind::step2,
                          sync::MessageKind::update, sync::MessageKind::awareness}) {
    const Bytes message = sync::encode(kind, body);
    frame.insert(frame.end(), message.begin(), message.end());
  }
  sync::MessageReader reader(frame);
  for (const auto kind : {sync::MessageKind::step1, sync::MessageKind::step2,
                          sync::MessageKind::update, sync::MessageKind::awareness}) {
    REQUIRE_FALSE(reader.done());
    const auto message = reader.next();
    REQUIRE(message);
    CHECK(message->kind == kind);
    CHECK(Bytes(message->body.begin(), message->body.end()) == body);
  }
  CHECK(reader.done());
}

TEST_CASE("golden messages") {
  CHECK(sync::encode(sync::MessageKind::step1, Bytes{0}) == Bytes{0, 0, 1, 0});
  CHECK(sync::encode(sync::MessageKind::step2, Bytes{0, 0}) == Bytes{0, 1, 2, 0, 0});
  CHECK(sync::encode(sync::MessageKind::awareness, Bytes{0}) == Bytes{1, 1, 0});
  CHECK(sync::encode(sync::MessageKind::auth_denied, as_bytes("no")) == Bytes{2, 0, 2, 'n', 'o'});
  CHECK(sync::encode(sync::MessageKind::query_awareness) == Bytes{3});
}

TEST_CASE("truncated messages are errors, unknown types are not") {
  const Bytes whole = sync::encode(sync::MessageKind::update, Bytes{9, 9, 9, 9});
  for (std::size_t length = 1; length < whole.size(); ++length) {
    CHECK_FALSE(sync::MessageReader(ByteView(whole).first(length)).next());
  }
  const Bytes unknown{102, 1, 0};
  sync::MessageReader reader(unknown);
  const auto message = reader.next();
  REQUIRE(message);
  CHECK(message->kind == sync::MessageKind::unknown);
  CHECK(reader.done());
  const Bytes bad_step{0, 3, 1, 0};
  CHECK_FALSE(sync::MessageReader(bad_step).next());
}
