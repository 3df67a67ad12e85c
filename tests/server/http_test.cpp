// The shell over real sockets: the page, health, the upgrade, and one conversation end to end.
#include <sstream>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>
#include <weft/sync.hpp>

#include "client.hpp"
#include "frames.hpp"
#include "persistence/memory/memory_store.hpp"
#include "served.hpp"

namespace weft::net {

using sync::MessageKind;
using test::Answer;
using test::ask;
using test::handshake;
using test::RawSocket;
using test::read_answer;
using test::read_frame;
using test::Served;
using test::ServerFrame;
using test::update_of;
using test::operator+=;

namespace {

Answer upgrade(std::uint16_t port, const std::string& request) {
  RawSocket socket(port);
  socket.write(request);
  return read_answer(socket);
}

Bytes frame(MessageKind kind, const Bytes& body) {
  return test::encode({.payload = sync::encode(kind, body)});
}

Bytes close_frame_payload(std::uint16_t code) {
  return {static_cast<std::uint8_t>(code >> 8), static_cast<std::uint8_t>(code)};
}

// The code of the close frame that ends the stream; pings and messages before it are skipped.
int close_code(RawSocket& socket) {
  for (;;) {
    const ServerFrame next = read_frame(socket);
    if (next.opcode == 0xFF) return 0;
    if (next.opcode == 8) return next.payload.at(0) << 8 | next.payload.at(1);
  }
}

}  // namespace

TEST_CASE("the page and its files") {
  const Served served;
  const Answer page = ask(served.port(), "GET / HTTP/1.1\r\nAccept-Encoding: br, gzip");
  REQUIRE(page.status == 200);
  REQUIRE(page.header("Content-Type").starts_with("text/html"));
  REQUIRE(page.header("Content-Encoding") == "gzip");
  REQUIRE(page.header("Content-Security-Policy").find("default-src 'none'") != std::string::npos);
  REQUIRE(page.header("Cache-Control") == "no-cache");
  REQUIRE(page.body.starts_with("\x1f\x8b"));
  REQUIRE(page.header("Content-Length") == std::to_string(page.body.size()));
  const std::string etag = page.header("ETag");
  REQUIRE(etag.size() > 4);

  const Answer head = ask(served.port(), "HEAD / HTTP/1.1\r\nAccept-Encoding: gzip");
  REQUIRE(head.status == 200);
  REQUIRE(head.header("Content-Length") == page.header("Content-Length"));
  REQUIRE(head.header("ETag") == etag);

  const Answer known =
      ask(served.port(), "GET / HTTP/1.1\r\nAccept-Encoding: gzip\r\nIf-None-Match: " + etag);
  REQUIRE(known.status == 304);
  REQUIRE(known.header("ETag") == etag);
  REQUIRE(known.body.empty());
  REQUIRE(ask(served.port(), "GET / HTTP/1.1\r\nAccept-Encoding: gzip\r\nIf-None-Match: \"old\"")
              .status == 200);
  REQUIRE(ask(served.port(), "GET /?room=1 HTTP/1.1\r\nAccept-Encoding: gzip").body == page.body);
}

TEST_CASE("the page for who takes no gzip") {
  const Served served;
  const auto get = [&](const std::string& lines) {
    return ask(served.port(), "GET / HTTP/1.1" + lines);
  };
  const Answer plain = get("");
  REQUIRE(plain.status == 200);
  REQUIRE(plain.header("Content-Encoding").empty());
  REQUIRE(plain.header("Vary") == "Accept-Encoding");
  REQUIRE(plain.header("Content-Length") == std::to_string(plain.body.size()));
  REQUIRE(plain.body.starts_with("<!doctype html>"));
  REQUIRE(plain.body.ends_with("</html>\n"));
  const Answer head = ask(served.port(), "HEAD / HTTP/1.1");
  REQUIRE(head.header("Content-Length") == plain.header("Content-Length"));

  const std::string etag = plain.header("ETag");
  REQUIRE(etag == "W/" + get("\r\nAccept-Encoding: gzip").header("ETag"));
  REQUIRE(get("\r\nIf-None-Match: " + etag).status == 304);
  REQUIRE(get("\r\nAccept-Encoding: gzip\r\nIf-None-Match: " + etag).status == 200);

  for (const char* refuses :
       {"", "br", "identity", "gzip;q=0", "*;q=0", "gzip ; q=0.000, *", ",;="}) {
    INFO(refuses);
    REQUIRE(get(std::string("\r\nAccept-Encoding: ") + refuses).body == plain.body);
  }
  for (const char* takes : {"GZIP", "br;q=1, gzip;q=0.5", "*", "identity;q=0, *;q=0.1"}) {
    INFO(takes);
    REQUIRE(get(std::string("\r\nAccept-Encoding: ") + takes).body.starts_with("\x1f\x8b"));
  }
}

TEST_CASE("health, and what is not there") {
  const Served served;
  const Answer health = ask(served.port(), "GET /healthz HTTP/1.1");
  REQUIRE(health.status == 200);
  REQUIRE(health.header("Content-Type") == "application/json");
  REQUIRE(health.body.find("\"ok\":true") != std::string::npos);
  REQUIRE(ask(served.port(), "GET /healthz HTTP/1.0").status == 200);
  REQUIRE(ask(served.port(), "GET /nothing HTTP/1.1").status == 404);
  REQUIRE(ask(served.port(), "GET /../../etc/passwd HTTP/1.1").status == 404);
  const Answer head = ask(served.port(), "HEAD /nothing HTTP/1.1");
  REQUIRE(head.status == 404);
  REQUIRE(head.header("Content-Length") ==
          ask(served.port(), "GET /nothing HTTP/1.1").header("Content-Length"));
  REQUIRE(ask(served.port(), "POST /healthz HTTP/1.1\r\nContent-Length: 0").status == 405);
  REQUIRE(ask(served.port(), "DELETE / HTTP/1.1").status == 405);
}

TEST_CASE("one connection serves one request after the other") {
  const Served served;
  RawSocket socket(served.port());
  const std::string once = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
  socket.write(once + "HEAD /nothing HTTP/1.1\r\nHost: test\r\n\r\n" + once);
  REQUIRE(read_answer(socket).status == 200);
  REQUIRE(read_answer(socket, false).status == 404);
  REQUIRE(read_answer(socket).status == 200);
  socket.write(once);
  REQUIRE(read_answer(socket).status == 200);
  // The body is not taken for a request.
  socket.write("GET /healthz HTTP/1.1\r\nHost: test\r\nContent-Length: 48\r\n\r\n" + once);
  REQUIRE(read_answer(socket).status == 200);
  REQUIRE(socket.read_to_end().empty());
}

TEST_CASE("what is no request is refused") {
  const Served served;
  const auto status = [&](std::string_view bytes) {
    RawSocket socket(served.port());
    socket.write(bytes);
    return read_answer(socket).status;
  };
  REQUIRE(status("\x16\x03\x01 this is not HTTP\r\n\r\n") == 400);
  REQUIRE(status("GET\r\n\r\n") == 400);
  REQUIRE(status("GET / HTTP/9.9\r\n\r\n") == 400);
  REQUIRE(status("GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n") == 400);
  REQUIRE(status("GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n") == 431);
  REQUIRE(status("GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\n\r\n") == 431);
  REQUIRE(ask(served.port(), "GET /healthz HTTP/1.1").status == 200);
}

TEST_CASE("a body comes whole, in pieces and in chunks, and is bounded") {
  const Served served;
  const Bytes update = update_of(1, "in a body");
  const std::string body(update.begin(), update.end());
  const std::string post = "POST /d/doc/update HTTP/1.1\r\nHost: test\r\n";
  const std::string sized = post + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  const std::string get = "GET /d/doc/as-update HTTP/1.1\r\nHost: test\r\n\r\n";
  RawSocket socket(served.port());
  // Behind each other, then cut in the middle, then in chunks.
  socket.write(sized + body + get);
  REQUIRE(read_answer(socket).status == 200);
  REQUIRE(read_answer(socket).body == body);
  socket.write(sized + body.substr(0, 3));
  socket.write(body.substr(3));
  REQUIRE(read_answer(socket).status == 200);
  socket.write(post + "Transfer-Encoding: chunked\r\n\r\n3\r\n" + body.substr(0, 3) +
               "\r\n1;x=y\r\n" + body.substr(3, 1) + "\r\n");
  std::ostringstream rest;
  rest << std::hex << body.size() - 4 << "\r\n" << body.substr(4) << "\r\n0\r\nTrailer: x\r\n\r\n";
  socket.write(rest.str() + get);
  REQUIRE(read_answer(socket).status == 200);
  REQUIRE(read_answer(socket).body == body);

  socket.write(post + "Expect: 100-continue\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n");
  REQUIRE(socket.read_head().starts_with("HTTP/1.1 100 "));
  socket.write(body);
  REQUIRE(read_answer(socket).status == 200);

  const auto status = [&](std::string_view bytes) {
    RawSocket one(served.port());
    one.write(bytes);
    return read_answer(one).status;
  };
  REQUIRE(status(post + "Content-Length: 99999999999\r\n\r\n") == 413);
  REQUIRE(status(post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n") == 413);
  REQUIRE(status(post + "Transfer-Encoding: chunked\r\n\r\nmany\r\n") == 400);
  REQUIRE(status(post + "Content-Length: 3\r\n\r\n\x09\x09\x09") == 400);
  REQUIRE(status("POST /doc/new HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\n{") == 400);
  REQUIRE(status("POST /doc/new HTTP/1.1\r\nHost: t\r\nContent-Length: 5000\r\n\r\n") == 413);
  REQUIRE(status("POST /d/a%20b/update HTTP/1.1\r\nHost: t\r\n\r\n") == 400);
  REQUIRE(ask(served.port(), "GET /ready HTTP/1.1").body == "{\"ok\":true}");
}

TEST_CASE("an upgrade answers the key, and one of the subprotocols") {
  const Served served;
  const Answer good = upgrade(served.port(), handshake("/room"));
  REQUIRE(good.status == 101);
  REQUIRE(good.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  REQUIRE(good.header("Upgrade") == "websocket");
  REQUIRE(good.header("Connection") == "Upgrade");
  REQUIRE(good.header("Sec-WebSocket-Protocol").empty());
  REQUIRE(good.header("Sec-WebSocket-Extensions").empty());
  const Answer offered =
      upgrade(served.port(),
              handshake("/a/deep%20room?token=1", "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: yjs , other"));
  REQUIRE(offered.status == 101);
  REQUIRE(offered.header("Sec-WebSocket-Protocol") == "yjs");
}

TEST_CASE("a malformed upgrade is refused") {
  const Served served;
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  const auto status = [&](const std::string& request) {
    return upgrade(served.port(), request).status;
  };
  REQUIRE(status(handshake("/room", key, "Sec-WebSocket-Version: 8")) == 400);
  REQUIRE(status(handshake("/room", key, "X: no version")) == 400);
  REQUIRE(status(handshake("/room", "X: no key")) == 400);
  REQUIRE(status(handshake("/room", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ")) == 400);
  REQUIRE(status(handshake("/")) == 404);
  REQUIRE(status(handshake("/?room=x")) == 404);
  REQUIRE(status(handshake("/" + std::string(1025, 'x'))) == 414);
  REQUIRE(status(handshake("/" + std::string(1024, 'x'))) == 101);
  std::string post = handshake("/room");
  REQUIRE(status(post.replace(0, 3, "POST")) == 400);
}

TEST_CASE("a page of another origin may not talk to the server through its reader's browser") {
  ServerOptions options;
  REQUIRE(options.origins.allow("https://app.example"));
  const Served served(options);
  const auto status = [&](std::string_view origin) {
    std::string request = handshake("/room");
    const std::string line = "Origin: " + std::string(origin) + "\r\n";
    return upgrade(served.port(), request.insert(request.find("Upgrade:"), line)).status;
  };
  REQUIRE(status("http://test") == 101);  // what handshake() calls the host
  REQUIRE(status("https://app.example") == 101);
  REQUIRE(status("http://evil.example") == 403);
  REQUIRE(status("http://test:1234") == 403);
  REQUIRE(status("null") == 403);
  REQUIRE(status("") == 403);
  REQUIRE(status("http://evil.example\r\nOrigin: http://test") == 403);
  REQUIRE(status("http://evil.example\r\nHost: evil.example") == 403);

  const Answer refused = ask(served.port(), "POST / HTTP/1.1\r\nOrigin: http://evil.example");
  REQUIRE(refused.status == 403);
  REQUIRE(refused.body.find("--allow-origin") != std::string::npos);
  REQUIRE(ask(served.port(), "POST / HTTP/1.1\r\nOrigin: http://test").status == 405);
  // What only reads is shown to anybody, as the browser lets no foreign page look at it.
  REQUIRE(ask(served.port(), "GET /healthz HTTP/1.1\r\nOrigin: http://evil.example").status == 200);
}

TEST_CASE("a conversation from the handshake to the disk") {
  Served served;
  const Bytes update = update_of(3, "over the wire");
  {
    RawSocket author(served.port());
    // The first frames come in one piece with the request.
    Bytes start = test::bytes(handshake("/room"));
    start += frame(MessageKind::step1, {0});
    author.write(start);
    REQUIRE(read_answer(author, false).status == 101);
    REQUIRE(read_frame(author).payload == sync::encode(MessageKind::step1, Bytes{0}));
    REQUIRE(read_frame(author).payload == sync::encode(MessageKind::step2, Bytes{0, 0}));

    RawSocket other(served.port());
    other.write(handshake("/room"));
    REQUIRE(read_answer(other, false).status == 101);
    other.write(frame(MessageKind::step1, {0}));
    REQUIRE(read_frame(other).payload == sync::encode(MessageKind::step1, Bytes{0}));
    REQUIRE(read_frame(other).payload == sync::encode(MessageKind::step2, Bytes{0, 0}));

    // Byte by byte, with a ping in the middle of a fragmented message.
    const Bytes message = sync::encode(MessageKind::update, update);
    Bytes stream = test::encode({.payload = {message.begin(), message.begin() + 5}, .fin = false});
    stream += test::encode({.opcode = 9, .payload = test::bytes("ping")});
    stream += test::encode({.opcode = 0, .payload = {message.begin() + 5, message.end()}});
    for (const std::uint8_t byte : stream) author.write(ByteView(&byte, 1));
    const ServerFrame pong = read_frame(author);
    REQUIRE(pong.opcode == 10);
    REQUIRE(pong.payload == test::bytes("ping"));
    REQUIRE(read_frame(other).payload == message);
    REQUIRE(read_frame(author).payload == message);  // durable now

    author.write(test::encode({.opcode = 8, .payload = close_frame_payload(1000)}));
    REQUIRE(close_code(author) == 1000);
    REQUIRE(author.read_to_end().empty());

    other.write(frame(MessageKind::update, update_of(4, "not yet echoed ")));
    RawSocket third(served.port());
    third.write(handshake("/room"));
    REQUIRE(read_answer(third, false).status == 101);
    REQUIRE(read_frame(third).opcode == 2);
    served.stop();
    REQUIRE(close_code(other) == 1012);
    REQUIRE(close_code(third) == 1012);
  }
  const std::string stored = served.stored_text("room");
  REQUIRE(stored.find("over the wire") != std::string::npos);
  REQUIRE(stored.find("not yet echoed ") != std::string::npos);
}

TEST_CASE("a broken rule closes that connection with its code, others go on") {
  const Served served;
  RawSocket good(served.port());
  good.write(handshake("/room"));
  REQUIRE(read_answer(good, false).status == 101);
  REQUIRE(read_frame(good).opcode == 2);
  const auto code = [&](const Bytes& bytes) {
    RawSocket socket(served.port());
    socket.write(handshake("/room"));
    REQUIRE(read_answer(socket, false).status == 101);
    socket.write(bytes);
    return close_code(socket);
  };
  REQUIRE(code(test::encode({.opcode = 1, .payload = test::bytes("text")})) == 1003);
  REQUIRE(code(test::encode({.payload = test::bytes("x"), .masked = false})) == 1002);
  REQUIRE(code(test::encode({.payload = Bytes{0x80}})) == 1007);
  Bytes large{0x82, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  REQUIRE(code(large) == 1009);
  large.resize(8'000'000);  // whoever still sends is told why, too
  REQUIRE(code(large) == 1009);
  REQUIRE(code(test::encode({.opcode = 8})) == 1000);
  good.write(frame(MessageKind::step1, {0}));
  REQUIRE(read_frame(good).payload == sync::encode(MessageKind::step2, Bytes{0, 0}));
}

TEST_CASE("a large document crosses sockets that are small") {
  const Served served;
  RawSocket author(served.port());
  author.write(handshake("/large"));
  REQUIRE(read_answer(author, false).status == 101);
  REQUIRE(read_frame(author).opcode == 2);
  const Bytes update = update_of(3, std::string(8'000'000, 'x'));
  author.write(frame(MessageKind::update, update));
  REQUIRE(read_frame(author).payload == sync::encode(MessageKind::update, update));
  RawSocket reader(served.port());
  Bytes start = test::bytes(handshake("/large"));
  start += frame(MessageKind::step1, {0});
  reader.write(start);
  REQUIRE(read_answer(reader, false).status == 101);
  REQUIRE(read_frame(reader).opcode == 2);
  REQUIRE(read_frame(reader).payload == sync::encode(MessageKind::step2, update));
}

TEST_CASE("where it cannot listen it says why") {
  Served served;
  persistence::MemoryStore store({.disk = std::make_shared<persistence::MemoryDisk>(),
                                  .now_ms = [] { return std::int64_t{0}; }});
  ServerOptions options;
  options.port = served.port();
  const auto quiet = [](const std::string&) { FAIL("it must not listen"); };
  const auto busy = serve(options, store, quiet);
  REQUIRE_FALSE(busy);
  REQUIRE(busy.error().find("another program uses this port") != std::string::npos);
  options.host = "no-address";
  const auto wrong = serve(options, store, quiet);
  REQUIRE_FALSE(wrong);
  REQUIRE(wrong.error().find("not an IP address") != std::string::npos);
}

}  // namespace weft::net
