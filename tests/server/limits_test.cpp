// Limits over real sockets: what is too much is refused with a code that says so, others go on.
#include <chrono>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/sync.hpp>

#include "access/auth_config.hpp"
#include "client.hpp"
#include "frames.hpp"
#include "net/budget.hpp"
#include "net/seats.hpp"
#include "protocol/hocuspocus_session.hpp"
#include "served.hpp"

namespace weft::net {

using protocol::HocuspocusFrame;
using protocol::HocuspocusType;
using sync::MessageKind;
using test::Answer;
using test::ask;
using test::Client;
using test::handshake;
using test::RawSocket;
using test::read_answer;
using test::read_frame;
using test::Served;
using test::update_of;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kTooMany = 4429;

access::Gate gate_of(std::string_view config) {
  const auto rules = access::parse_auth_config(
      config, [](std::string_view) { return std::unexpected(std::string("no files")); });
  REQUIRE(rules);
  return access::Gate(*rules);
}

bool is_served(Client& client) {
  client.synced();
  return true;
}

// What another took is free a little after it has gone.
template <typename Try>
bool in_time(Try attempt) {
  for (int i = 0; i < 1000; ++i) {
    if (attempt()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

int upgrade_status(std::uint16_t port) {
  RawSocket socket(port);
  socket.write(handshake("/room"));
  return read_answer(socket).status;
}

// An update of `client`, who has nothing yet, that deletes what `of` inserted.
Bytes deletion_of(const Bytes& of) {
  Doc doc({.client_id = 99});
  REQUIRE(doc.apply_update(of));
  Bytes deletion;
  const auto subscription = doc.on_update(
      [&](const UpdateEvent& event) { deletion.assign(event.update.begin(), event.update.end()); });
  Text text = doc.text("t");
  {
    auto transaction = doc.transact();
    REQUIRE(text.remove(transaction, 0, text.length()));
  }
  return deletion;
}

}  // namespace

TEST_CASE("a budget: a burst, then what time brings") {
  Budget budget;
  constexpr std::int64_t kStart = 5'000'000;
  REQUIRE(budget.spend(1'000'000, 0, kStart) == 0);  // no bound
  for (int i = 0; i < 50; ++i) REQUIRE(budget.spend(1, 10, kStart) == 0);
  REQUIRE(budget.spend(1, 10, kStart) == 100);
  REQUIRE(budget.spend(1, 10, kStart + 100) == 100);
  REQUIRE(budget.spend(1, 10, kStart + 300) == 0);
  REQUIRE(budget.spend(50, 10, kStart + 1'000'000) == 0);
  REQUIRE(budget.spend(20, 10, kStart + 1'000'000) == 2000);
}

TEST_CASE("seats are counted for each, and given back") {
  Seats seats;
  auto first = seats.take("a", 2);
  auto second = seats.take("a", 2);
  REQUIRE((first && second));
  REQUIRE_FALSE(seats.take("a", 2));
  REQUIRE(seats.take("b", 2));
  Seat moved = std::move(*first);
  first.reset();
  REQUIRE_FALSE(seats.take("a", 2));
  moved = Seat();
  REQUIRE(seats.take("a", 2));
  REQUIRE(seats.take("c", 0));
  for (int i = 0; i < 5000; ++i) REQUIRE(seats.take("passer-by " + std::to_string(i), 1));
  REQUIRE(seats.take("a", 2));
}

TEST_CASE("pain 30: a message above the limit is told so with 1009, one below is taken") {
  ServerOptions options;
  options.connections.message_bytes_max = 10'000;
  const Served served(options);
  Client other(served.port(), "room");
  REQUIRE(is_served(other));
  Client client(served.port(), "room");
  const Bytes small = update_of(1, std::string(9'000, 's'));
  client.send(MessageKind::update, small);
  REQUIRE(client.next(MessageKind::update) == small);
  client.send(MessageKind::update, update_of(2, std::string(10'000, 'l')));
  REQUIRE(client.close_code() == 1009);
  REQUIRE(other.next(MessageKind::update) == small);
  REQUIRE(is_served(other));
}

TEST_CASE("pain 30: a full document takes no more, and nobody is sent around in circles") {
  ServerOptions options;
  options.limits.document_bytes_max = 20'000;
  Served served(options);
  const Bytes first = update_of(1, std::string(15'000, 'a'));
  {
    Client owner(served.port(), "room");
    owner.send(MessageKind::update, first);
    REQUIRE(owner.next(MessageKind::update) == first);
    Client writer(served.port(), "room");
    REQUIRE(is_served(writer));
    // Too much: told once, and the connection stays.
    writer.send(MessageKind::update, update_of(2, std::string(6'000, 'b')));
    const Bytes told = writer.next(MessageKind::auth_denied);
    REQUIRE(as_text(told) == "the document is full: your changes are not taken");
    // What it writes behind that would miss what was not taken.
    writer.send(MessageKind::update, update_of(3, "c"));
    REQUIRE(is_served(writer));
    // Nor does it take more over HTTP.
    for (const char* path : {"/d/room/update", "/api/documents/room/update"}) {
      const Bytes more = update_of(5, std::string(6'000, 'e'));
      RawSocket socket(served.port());
      socket.write("POST " + std::string(path) + " HTTP/1.1\r\nHost: test\r\nContent-Length: " +
                   std::to_string(more.size()) + "\r\n\r\n");
      socket.write(more);
      REQUIRE(read_answer(socket).status == 413);
    }
    // Others write on, what has room; deleting makes room.
    const Bytes little = update_of(4, "d");
    owner.send(MessageKind::update, little);
    REQUIRE(owner.next(MessageKind::update) == little);
    REQUIRE(writer.next(MessageKind::update) == little);
    const Bytes deletion = deletion_of(first);
    owner.send(MessageKind::update, deletion);
    REQUIRE(writer.next(MessageKind::update) == deletion);
    Client again(served.port(), "room");
    const Bytes large = update_of(2, std::string(6'000, 'b'));
    again.send(MessageKind::step2, large);
    REQUIRE(again.next(MessageKind::update) == large);
  }
  served.stop();
  REQUIRE(served.stored_text("room").size() == 6'001);
}

TEST_CASE("connections of one address are bounded, and come back") {
  ServerOptions options;
  options.connections.per_address_max = 3;
  const Served served(options);
  auto first = std::make_unique<Client>(served.port(), "room");
  Client second(served.port(), "room");
  {
    RawSocket idle(served.port());  // whatever it speaks
    REQUIRE(in_time([&] { return upgrade_status(served.port()) == 429; }));
    REQUIRE(
        in_time([&] { return ask(served.port(), "GET / HTTP/1.1").header("Retry-After") == "5"; }));
    REQUIRE(is_served(second));
  }
  REQUIRE(in_time([&] { return upgrade_status(served.port()) == 101; }));
  first.reset();
  REQUIRE(in_time([&] { return ask(served.port(), "GET /healthz HTTP/1.1").status == 200; }));
  REQUIRE(is_served(second));
}

TEST_CASE("connections of one user are bounded, those of others are not touched") {
  ServerOptions options;
  options.connections.sessions_per_user_max = 2;
  options.shards = 2;
  options.gate = gate_of(R"({"anonymous": "read", "tokens": [
      {"token": "a", "user": "ada", "role": "write"},
      {"token": "b", "user": "bob", "role": "write"}]})");
  const Served served(options);
  const auto join = [&](const std::string& target) {
    return std::make_unique<Client>(served.port(), target);
  };
  auto first = join("one?token=a");
  auto second = join("two?token=a");
  REQUIRE((is_served(*first) && is_served(*second)));
  REQUIRE(join("three?token=a")->close_code() == kTooMany);
  REQUIRE(is_served(*join("three?token=b")));
  for (int i = 0; i < 4; ++i) REQUIRE(is_served(*join("three")));
  {
    // On a Hocuspocus socket a document is refused, not the socket.
    RawSocket socket(served.port());
    socket.write(handshake("/hocuspocus"));
    REQUIRE(read_answer(socket, false).status == 101);
    const auto say = [&](const session::Frame& frame) {
      socket.write(test::encode({.payload = *frame}));
    };
    say(HocuspocusFrame("d", HocuspocusType::auth).number(0).text("a").take());
    const auto scope = HocuspocusFrame("d", HocuspocusType::auth).number(2).text("read-write");
    REQUIRE(read_frame(socket).payload == *HocuspocusFrame(scope).take());
    REQUIRE(read_frame(socket).payload ==
            *protocol::HocuspocusSession::denial("d", "too many connections of this user"));
    say(HocuspocusFrame("d", HocuspocusType::auth).number(0).text("b").take());
    REQUIRE(read_frame(socket).payload == *HocuspocusFrame(scope).take());
  }
  first.reset();
  REQUIRE(in_time([&] {
    Client third(served.port(), "three?token=a");
    return third.is_greeted();
  }));
}

TEST_CASE("connections of one document are bounded, other documents are not touched") {
  ServerOptions options;
  options.limits.sessions_per_document_max = 2;
  const Served served(options);
  auto first = std::make_unique<Client>(served.port(), "room");
  Client second(served.port(), "room");
  REQUIRE((is_served(*first) && is_served(second)));
  REQUIRE(Client(served.port(), "room").close_code() == kTooMany);
  Client other(served.port(), "other");
  REQUIRE(is_served(other));
  first.reset();
  REQUIRE(in_time([&] {
    Client third(served.port(), "room");
    return third.is_greeted();
  }));
}

TEST_CASE("who sends too many messages is closed with 4429, others go on") {
  ServerOptions options;
  options.connections.messages_per_second_max = 100;
  const Served served(options);
  Client other(served.port(), "room");
  Client client(served.port(), "room");
  Bytes flood;
  for (int i = 0; i < 400; ++i) {
    test::operator+=(flood, test::encode({.payload = sync::encode(MessageKind::step1, Bytes{0})}));
  }
  client.socket().write(flood);  // as many as may come at once
  REQUIRE(is_served(client));
  Bytes more;
  for (int i = 0; i < 100; ++i) test::operator+=(more, flood);
  client.socket().write(more);
  REQUIRE(client.close_code() == kTooMany);
  REQUIRE(is_served(other));
}

TEST_CASE("who sends too many bytes is read more slowly, and nothing is lost") {
  ServerOptions options;
  options.connections.bytes_per_second_max = 1'000'000;
  const Served served(options);
  Client client(served.port(), "room");
  const Bytes update = update_of(1, std::string(7'000'000, 'x'));
  const auto began = Clock::now();
  client.send(MessageKind::update, update);
  REQUIRE(client.next(MessageKind::update) == update);
  REQUIRE(Clock::now() - began > std::chrono::milliseconds(1500));
}

TEST_CASE("a socket has so many documents, and ends with one more; others go on") {
  ServerOptions options;
  options.sockets.documents_max = 2;
  const Served served(options);
  Client other(served.port(), "a");
  RawSocket socket(served.port());
  socket.write(handshake("/hocuspocus"));
  REQUIRE(read_answer(socket, false).status == 101);
  const auto say = [&](HocuspocusFrame frame) {
    socket.write(test::encode({.payload = *frame.take()}));
  };
  const auto enter = [&](const std::string& document) {
    say(HocuspocusFrame(document, HocuspocusType::auth).number(0).text(""));
  };
  const auto scope = [](const std::string& document) {
    return *HocuspocusFrame(document, HocuspocusType::auth).number(2).text("read-write").take();
  };
  for (const char* document : {"a", "b"}) {
    enter(document);
    REQUIRE(read_frame(socket).payload == scope(document));
  }
  say(HocuspocusFrame("a", HocuspocusType::close));
  REQUIRE(read_frame(socket).payload ==
          *HocuspocusFrame("a", HocuspocusType::close).text("provider_initiated").take());
  enter("c");
  REQUIRE(read_frame(socket).payload == scope("c"));
  enter("d");
  const auto end = read_frame(socket);
  REQUIRE(end.opcode == 8);
  REQUIRE((end.payload.at(0) << 8 | end.payload.at(1)) == 4205);
  REQUIRE(is_served(other));
}

TEST_CASE("pain 6: a request must come in time, however it drips") {
  ServerOptions options;
  options.connections.request_time = std::chrono::seconds(3);
  const Served served(options);
  RawSocket silent(served.port());
  REQUIRE(silent.read_to_end().empty());
  RawSocket dripping(served.port());
  dripping.write("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 40; ++i) {
    dripping.write("X");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  REQUIRE(dripping.read_to_end().empty());
}

TEST_CASE("pain 5: a half-open socket ends, one that answers pings stays") {
  ServerOptions options;
  options.connections.ping_time = std::chrono::seconds(1);
  options.connections.silence_time = std::chrono::seconds(10);
  const Served served(options);
  Client half_open(served.port(), "room");
  REQUIRE(is_served(half_open));
  Client alive(served.port(), "room");
  REQUIRE(is_served(alive));
  for (int pings = 0; pings < 13;) {
    const auto frame = read_frame(alive.socket());
    REQUIRE(frame.opcode != 8);
    if (frame.opcode != 9) continue;
    ++pings;
    alive.socket().write(test::encode({.opcode = 10, .payload = frame.payload}));
  }
  REQUIRE(half_open.close_code() == 0);  // without a word
  REQUIRE(is_served(alive));
}

}  // namespace weft::net
