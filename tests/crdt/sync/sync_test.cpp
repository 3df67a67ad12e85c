// Sync messages and awareness against what y-protocols 1.0.7 does.
#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/awareness.hpp>
#include <weft/sync.hpp>

#include "../support/hex.hpp"
#include "awareness_vectors.hpp"
#include "encoding/reader.hpp"
#include "encoding/writer.hpp"

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

TEST_CASE("y-protocols takes and tells of the same states") {
  Awareness awareness;
  for (const test::AwarenessStep& step : test::kAwarenessSteps) {
    const Bytes update = test::hex(step.update);
    const auto change = awareness.apply(update, 0);
    REQUIRE(change);
    std::vector<ClientId> changed = change->added;
    changed.insert(changed.end(), change->updated.begin(), change->updated.end());
    changed.insert(changed.end(), change->removed.begin(), change->removed.end());
    std::sort(changed.begin(), changed.end());
    encoding::Writer told;
    for (const ClientId client : changed) told.varuint(client);
    // y-protocols also tells that a client is gone which it had removed before.
    const Bytes expected = test::hex(step.changed);
    std::vector<ClientId> theirs;
    for (encoding::Reader reader(expected); !reader.at_end();) theirs.push_back(reader.varuint());
    INFO("update " << step.update);
    CHECK(std::includes(theirs.begin(), theirs.end(), changed.begin(), changed.end()));
    const auto named = Awareness::clients(change->update.empty() ? Bytes{0} : change->update);
    REQUIRE(named);
    for (const ClientId client : theirs) {
      CHECK(std::find(named->begin(), named->end(), client) != named->end());
    }
    const Bytes states = awareness.encode();
    CHECK(test::to_hex(states.empty() ? Bytes{0} : states) == step.states);
  }
}

TEST_CASE("y-protocols tells the same states apart") {
  std::size_t same = 0;
  for (std::size_t i = 0; i < test::kAwarenessTexts.size(); ++i) {
    for (std::size_t k = 0; k < test::kAwarenessTexts.size(); ++k) {
      Awareness awareness;
      awareness.compare_states();
      REQUIRE(awareness.apply(awareness_update({{7, 1, test::kAwarenessTexts[i]}}), 0));
      const auto change = awareness.apply(awareness_update({{7, 2, test::kAwarenessTexts[k]}}), 0);
      REQUIRE(change);
      INFO(test::kAwarenessTexts[i] << " and " << test::kAwarenessTexts[k]);
      const bool differs = test::kAwarenessDiffers[i][k] == '1';
      CHECK(change->updated == std::vector<ClientId>{7});
      CHECK(change->filtered_updated.size() == (differs ? 1 : 0));
      same += differs ? 0 : 1;
    }
  }
  CHECK(same > test::kAwarenessTexts.size());  // some with other texts
}

TEST_CASE("states are compared where that is asked for") {
  Awareness awareness;
  REQUIRE(awareness.apply(awareness_update({{7, 1, "1"}}), 0));
  CHECK(awareness.apply(awareness_update({{7, 2, "2"}}), 0)->filtered_updated.empty());
  awareness.compare_states();
  CHECK(awareness.apply(awareness_update({{7, 3, "3"}}), 0)->filtered_updated.size() == 1);
  CHECK(awareness.apply(awareness_update({{8, 1, "3"}}), 0)->filtered_updated.empty());
}

TEST_CASE("y-protocols puts the same states in the place of others") {
  for (const test::AwarenessModified& row : test::kAwarenessModified) {
    const Bytes update = test::hex(row.update);
    std::vector<ClientId> clients;
    const auto named = modify_awareness_update(update, [&](ClientId client, Value state) {
      clients.push_back(client);
      if (auto* object = std::get_if<ValueObject>(&state.variant())) {
        object->emplace_back("server", true);
      }
      return state;
    });
    REQUIRE(named);
    CHECK(test::to_hex(*named) == row.named);
    CHECK(clients == Awareness::clients(update).value());
    const auto nothing =
        modify_awareness_update(update, [](ClientId, const Value&) { return Null{}; });
    CHECK(test::to_hex(nothing.value()) == row.nothing);
  }
}

TEST_CASE("what cannot be modified is an error") {
  const auto keep = [](ClientId, Value state) { return state; };
  const Bytes whole = awareness_update({{7, 1, "{}"}, {8, 1, "[1]"}});
  CHECK(modify_awareness_update(whole, keep).value() == whole);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_FALSE(modify_awareness_update(ByteView(whole).first(length), keep));
  }
  CHECK(modify_awareness_update(awareness_update({{7, 1, "{"}}), keep).error().code ==
        Errc::invalid_json);
  CHECK(
      modify_awareness_update(whole, [](ClientId, const Value&) { return Value(); }).error().code ==
      Errc::invalid_json);
}

TEST_CASE("what is relayed is what came, unless some of it is no news") {
  Awareness awareness;
  // Varints longer than necessary: a reader takes them, a writer would not make them.
  const Bytes odd = test::hex("81 00 87 00 81 00 02 7b 7d");
  REQUIRE(awareness.apply(odd, 0)->update == odd);
  Bytes trailed = awareness_update({{7, 2, "{}"}});
  trailed.push_back(9);
  CHECK(awareness.apply(trailed, 0)->update == awareness_update({{7, 2, "{}"}}));
  const auto mixed = awareness.apply(awareness_update({{7, 2, "{}"}, {8, 1, "[]"}}), 0);
  CHECK(mixed->update == awareness_update({{8, 1, "[]"}}));
}

TEST_CASE("one client twice in an update: the last that counts stays") {
  Awareness awareness;
  const auto change =
      awareness.apply(awareness_update({{7, 1, "1"}, {7, 3, "3"}, {7, 2, "2"}, {7, 3, "null"}}), 0);
  REQUIRE(change);
  CHECK(change->added.empty());
  CHECK(awareness.size() == 0);
  CHECK(awareness.apply(awareness_update({{7, 3, "{}"}}), 0)->update ==
        awareness_update({{7, 4, "{}"}}));
}

TEST_CASE("null may have blanks around it") {
  Awareness awareness;
  REQUIRE(awareness.apply(awareness_update({{7, 1, "{}"}}), 0));
  CHECK(awareness.apply(awareness_update({{7, 2, " null\n"}}), 0)->removed ==
        std::vector<ClientId>{7});
  CHECK_FALSE(awareness.apply(awareness_update({{7, 3, ""}}), 0));
  CHECK_FALSE(awareness.apply(awareness_update({{7, 3, "nullx"}}), 0));
}

TEST_CASE("a stale state is not parsed") {
  Awareness awareness;
  REQUIRE(awareness.apply(awareness_update({{7, 5, "{}"}}), 0));
  CHECK(awareness.apply(awareness_update({{7, 5, "{"}}), 0)->update.empty());
  CHECK_FALSE(awareness.apply(awareness_update({{7, 6, "{"}}), 0));
}

TEST_CASE("awareness keeps to its memory") {
  Awareness awareness(1000);
  const std::string large(200, '1');
  Result<Awareness::Change> change;
  std::uint8_t client = 0;
  for (; client < 100; ++client) {
    change = awareness.apply(awareness_update({{client, 1, large.substr(0, 100)}}), 0);
    if (!change) break;
  }
  CHECK(client == 4);
  REQUIRE_FALSE(change);
  CHECK(change.error().code == Errc::too_large);
  CHECK(awareness.size() == 4);
  // What went is room again, once it is forgotten.
  CHECK(awareness.expire(Awareness::kForgetMs).removed.size() == 4);
  CHECK(awareness.apply(awareness_update({{200, 1, large.substr(0, 100)}}), 0));
}

TEST_CASE("one who missed something is told of the ends, too") {
  Awareness awareness;
  CHECK(awareness.encode_with_gone().empty());
  REQUIRE(awareness.apply(awareness_update({{7, 1, "{}"}, {8, 4, "{}"}}), 0));
  const ClientId gone[] = {8};
  awareness.remove(gone);
  CHECK(awareness.encode() == awareness_update({{7, 1, "{}"}}));
  CHECK(awareness.encode_with_gone() == awareness_update({{7, 1, "{}"}, {8, 4, "null"}}));
}

TEST_CASE("a client that is gone is forgotten at last") {
  Awareness awareness;
  REQUIRE(awareness.apply(awareness_update({{7, 9, "{}"}}), 0));
  CHECK(awareness.expire(Awareness::kTimeoutMs).removed.size() == 1);
  CHECK(awareness.apply(awareness_update({{7, 8, "{}"}}), Awareness::kTimeoutMs)->update.empty());
  awareness.expire(Awareness::kForgetMs);
  CHECK(awareness.apply(awareness_update({{7, 8, "{}"}}), Awareness::kForgetMs)->added.size() == 1);
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
  const Bytes absurd{0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0};
  CHECK_FALSE(sync::MessageReader(absurd).next());
  const Bytes unknown{102, 1, 0};
  sync::MessageReader reader(unknown);
  const auto message = reader.next();
  REQUIRE(message);
  CHECK(message->kind == sync::MessageKind::unknown);
  CHECK(reader.done());
  const Bytes bad_step{0, 3, 1, 0};
  CHECK_FALSE(sync::MessageReader(bad_step).next());
  const Bytes no_body{0, 0};
  REQUIRE(sync::MessageReader(no_body).next());
  CHECK(sync::MessageReader(no_body).next()->kind == sync::MessageKind::unknown);
}

// The bytes are those of a y-protocols 1.0.7 Awareness of client 5.
TEST_CASE("a client speaks for itself, and nobody else ends its state") {
  Awareness awareness;
  const auto hears = [&](const std::vector<State>& states) {
    return awareness.apply(awareness_update(states), 0).value();
  };
  const auto first = awareness.set(5, R"({"a":1})", 0);
  REQUIRE(first);
  CHECK(first->added == std::vector<ClientId>{5});
  CHECK(first->update == test::hex("010501077b2261223a317d"));
  CHECK(awareness.set(5, R"({"a":2})", 0)->update == test::hex("010502077b2261223a327d"));
  hears({{7, 1, R"({"b":1})"}});
  CHECK(awareness.present() == std::vector<ClientId>{5, 7});

  const auto ended = hears({{5, 2, "null"}, {7, 1, "null"}});
  CHECK(ended.updated == std::vector<ClientId>{5});
  CHECK(ended.removed == std::vector<ClientId>{7});
  CHECK(ended.update == test::hex("020503077b2261223a327d0701046e756c6c"));
  CHECK(awareness.state(5) == R"({"a":2})");
  CHECK(hears({{5, 9, "null"}}).update == test::hex("01050a077b2261223a327d"));
  CHECK(hears({{5, 12, R"({"c":1})"}}).update == test::hex("01050c077b2263223a317d"));

  const ClientId own[] = {5};
  CHECK(awareness.remove(own).update == test::hex("01050d046e756c6c"));
  CHECK(hears({{5, 20, "null"}}).update == test::hex("010514046e756c6c"));
  CHECK(awareness.set(5, R"({"a":3})", 0)->update == test::hex("010515077b2261223a337d"));
  const auto gone = awareness.set(5, " null ", 0);
  CHECK(gone->update == test::hex("010516046e756c6c"));
  CHECK(gone->removed == std::vector<ClientId>{5});
  CHECK(awareness.size() == 0);
}

TEST_CASE("a client's own state is renewed, not expired") {
  Awareness awareness;
  REQUIRE(awareness.set(5, "{}", 1'000));
  REQUIRE(awareness.apply(awareness_update({{7, 1, "{}"}}), 1'000));
  CHECK(awareness.expire(15'999).update.empty());
  const auto renewed = awareness.expire(16'000);
  CHECK(renewed.updated == std::vector<ClientId>{5});
  CHECK(renewed.update == awareness_update({{5, 2, "{}"}}));
  const auto both = awareness.expire(31'000);
  CHECK(both.updated == std::vector<ClientId>{5});
  CHECK(both.removed == std::vector<ClientId>{7});
  CHECK(both.update == awareness_update({{7, 1, "null"}, {5, 3, "{}"}}));
  const ClientId asked[] = {7, 9, 5};
  CHECK(awareness.encode(asked) == both.update);
}

TEST_CASE("what is no state is not said") {
  Awareness awareness(300);
  CHECK(awareness.set(5, "{", 0).error().code == Errc::invalid_json);
  CHECK(awareness.set(5, "", 0).error().code == Errc::invalid_json);
  CHECK(awareness.set(5, "\"\xFF\"", 0).error().code == Errc::invalid_utf8);
  CHECK(awareness.set(5, '"' + std::string(300, 'x') + '"', 0).error().code == Errc::too_large);
  CHECK(awareness.present().empty());
  CHECK(awareness.encode_with_gone().empty());
}

TEST_CASE("a refusal brings its reason") {
  const Bytes denied = sync::encode(sync::MessageKind::auth_denied, as_bytes("no"));
  CHECK(test::to_hex(denied) == "0200026e6f");
  const auto read = [](std::string_view frame) {
    const Bytes bytes = test::hex(frame);
    return sync::MessageReader(bytes).next();
  };
  const auto message = sync::MessageReader(denied).next();
  REQUIRE(message);
  CHECK(message->kind == sync::MessageKind::auth_denied);
  CHECK(as_text(message->body) == "no");
  CHECK(read("0201026e6f").error().code == Errc::invalid_message);
  CHECK(read("020001ff").error().code == Errc::invalid_utf8);
  CHECK(read("0200036e6f").error().code == Errc::unexpected_end);
}

TEST_CASE("who asks for awareness may say more, which nobody reads") {
  const Bytes bytes = test::hex("030105");
  sync::MessageReader reader(bytes);
  const auto message = reader.next();
  REQUIRE(message);
  CHECK(message->kind == sync::MessageKind::query_awareness);
  CHECK(reader.done());
}

TEST_CASE("entries of clients that may not speak count for nothing") {
  Awareness awareness;
  const auto change = awareness.apply(awareness_update({{7, 1, "{}"}, {8, 1, "{}"}}), 0,
                                      [](ClientId client) { return client == 8; });
  REQUIRE(change);
  CHECK(change->added == std::vector<ClientId>{8});
  CHECK(change->update == awareness_update({{8, 1, "{}"}}));
}
