// The WebSocket parser against a stream that is cut anywhere and a peer that breaks every rule.
#include "net/ws_codec.hpp"

#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "frames.hpp"

namespace weft::net {

using test::bytes;
using test::ClientFrame;
using test::encode;
using test::operator+=;

namespace {

struct Seen final : WsSink {
  void on_message(ByteView message) override { add("message ", message); }
  void on_ping(ByteView payload) override { add("ping ", payload); }
  void on_pong() override { events.emplace_back("pong"); }
  void on_close(std::uint16_t code) override { events.push_back("close " + std::to_string(code)); }
  void add(std::string what, ByteView payload) {
    events.push_back(std::move(what) + std::string(as_text(payload)));
  }
  std::vector<std::string> events;
};

// Feeds in pieces of `step` bytes; the events and at the end "error CODE".
std::vector<std::string> parse(Bytes stream, std::size_t step,
                               std::size_t message_bytes_max = 1'000'000) {
  WsParser parser(message_bytes_max);
  Seen seen;
  for (std::size_t at = 0; at < stream.size(); at += step) {
    const auto piece = std::span(stream).subspan(at, std::min(step, stream.size() - at));
    if (auto fed = parser.feed(piece, seen); !fed) {
      seen.events.push_back("error " + std::to_string(fed.error().code));
      break;
    }
  }
  return seen.events;
}

std::string first_error(const ClientFrame& frame) {
  const auto events = parse(encode(frame), 1'000'000);
  return events.empty() ? "" : events.back();
}

Bytes counting(std::size_t size) {
  Bytes payload(size);
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<std::uint8_t>(i * 131 + i / 256);
  return payload;
}

const Bytes kCloseNormal{0x03, 0xE8};

}  // namespace

TEST_CASE("a stream means the same wherever it is cut") {
  Bytes stream = encode({.payload = bytes("whole")});
  stream += encode({.payload = {}});
  stream += encode({.payload = bytes("frag"), .fin = false, .mask = {1, 2, 3, 4}});
  stream += encode({.opcode = 9, .payload = bytes("are you there")});
  stream += encode({.opcode = 0, .payload = {}, .fin = false});
  stream += encode({.opcode = 0, .payload = bytes("men"), .fin = false, .mask = {9, 8, 7, 6}});
  stream += encode({.opcode = 10, .payload = bytes("yes")});
  stream += encode({.opcode = 0, .payload = bytes("ted")});
  stream += encode({.payload = Bytes(300, 'x')});
  stream += encode({.payload = {}, .fin = false});
  stream += encode({.opcode = 0, .payload = {}});
  stream += encode({.opcode = 8, .payload = kCloseNormal});
  const std::vector<std::string> expected{"message whole",      "message ",
                                          "ping are you there", "pong",
                                          "message fragmented", "message " + std::string(300, 'x'),
                                          "message ",           "close 1000"};
  for (std::size_t step = 1; step <= stream.size(); ++step) {
    INFO("pieces of " << step);
    REQUIRE(parse(stream, step) == expected);
  }
  // Two pieces, cut at every byte.
  for (std::size_t cut = 1; cut < stream.size(); ++cut) {
    WsParser parser(1000);
    Seen seen;
    Bytes copy = stream;
    INFO("cut at " << cut);
    REQUIRE(parser.feed(std::span(copy).first(cut), seen));
    REQUIRE(parser.feed(std::span(copy).subspan(cut), seen));
    REQUIRE(seen.events == expected);
  }
}

TEST_CASE("masks are removed at every alignment") {
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t lead = 0; lead < 8; ++lead) {
      const Bytes payload = counting(size);
      Bytes memory(lead);  // moves the frame in memory
      memory += encode({.payload = payload, .mask = {0xFF, 0x01, 0x80, 0x5A}});
      for (std::size_t cut = 0; cut <= size; ++cut) {
        Bytes copy = memory;
        const auto stream = std::span(copy).subspan(lead);
        WsParser parser(1000);
        Seen seen;
        REQUIRE(parser.feed(stream.first(6 + cut), seen));
        REQUIRE(parser.feed(stream.subspan(6 + cut), seen));
        REQUIRE(seen.events == std::vector{"message " + std::string(as_text(payload))});
      }
    }
  }
}

TEST_CASE("lengths of every header size arrive") {
  for (const std::size_t size : {124U, 125U, 126U, 127U, 65'534U, 65'535U, 65'536U, 65'537U}) {
    const Bytes payload = counting(size);
    const std::vector expected{"message " + std::string(as_text(payload))};
    REQUIRE(parse(encode({.payload = payload}), 1'000'000) == expected);
    REQUIRE(parse(encode({.payload = payload}), 1021) == expected);
  }
}

TEST_CASE("messages above the limit end with 1009, however they are told") {
  REQUIRE(parse(encode({.payload = counting(100)}), 7, 100).size() == 1);
  REQUIRE(parse(encode({.payload = counting(101)}), 7, 100) ==
          std::vector<std::string>{"error 1009"});

  Bytes sum = encode({.payload = counting(60), .fin = false});
  sum += encode({.opcode = 0, .payload = counting(41)});
  REQUIRE(parse(sum, 7, 100) == std::vector<std::string>{"error 1009"});
  Bytes fits = encode({.payload = counting(60), .fin = false});
  fits += encode({.opcode = 0, .payload = counting(40)});
  REQUIRE(parse(fits, 7, 100).size() == 1);

  // 2^64 - 1 and 2^63 bytes are only claimed; nothing may overflow, nothing be allocated.
  for (const std::uint8_t top : Bytes{0xFF, 0x80}) {
    Bytes claim = encode({.payload = counting(60), .fin = false});
    claim += Bytes{0x80, 0xFF, top, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4};
    REQUIRE(parse(claim, 3, 100) == std::vector<std::string>{"error 1009"});
  }
}

TEST_CASE("memory follows what has arrived, not what was claimed") {
  WsParser parser(std::size_t{1} << 30);
  Seen seen;
  // A header that claims 512 MiB, then 1000 bytes.
  Bytes stream{0x82, 0xFF, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0};
  stream += counting(1000);
  REQUIRE(parser.feed(stream, seen));
  REQUIRE(seen.events.empty());
  REQUIRE(parser.kept_bytes() >= 1000);
  REQUIRE(parser.kept_bytes() < 4096);
}

TEST_CASE("nothing is kept of a message once it has been handed on") {
  WsParser parser(1'000'000);
  Seen seen;
  Bytes stream = encode({.payload = counting(100'000)});
  REQUIRE(parser.feed(std::span(stream).first(50'000), seen));
  REQUIRE(parser.kept_bytes() > 40'000);
  REQUIRE(parser.feed(std::span(stream).subspan(50'000), seen));
  REQUIRE(seen.events.size() == 1);
  REQUIRE(parser.kept_bytes() == 0);
}

TEST_CASE("frames that no client may send") {
  for (const std::uint8_t bit : Bytes{0x10, 0x20, 0x40}) {
    REQUIRE(first_error({.payload = bytes("x"), .reserved = bit}) == "error 1002");
    REQUIRE(first_error({.opcode = 9, .reserved = bit}) == "error 1002");
  }
  REQUIRE(first_error({.payload = bytes("x"), .masked = false}) == "error 1002");
  REQUIRE(first_error({.opcode = 1, .payload = bytes("text")}) == "error 1003");
  for (const std::uint8_t opcode : Bytes{3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    INFO("opcode " << int{opcode});
    REQUIRE(first_error({.opcode = opcode, .payload = bytes("x")}) == "error 1002");
  }
  for (const std::uint8_t opcode : Bytes{8, 9, 10}) {
    INFO("opcode " << int{opcode});
    REQUIRE(first_error({.opcode = opcode, .payload = Bytes(126)}) == "error 1002");
    REQUIRE(first_error({.opcode = opcode, .fin = false}) == "error 1002");
  }
  REQUIRE(first_error({.opcode = 9, .payload = Bytes(125)}) == "ping " + std::string(125, '\0'));
}

TEST_CASE("fragments must follow one another") {
  REQUIRE(first_error({.opcode = 0, .payload = bytes("continues nothing")}) == "error 1002");
  Bytes stream = encode({.payload = bytes("a"), .fin = false});
  stream += encode({.payload = bytes("b")});
  REQUIRE(parse(stream, 1000) == std::vector<std::string>{"error 1002"});
  // After the last fragment the message is over.
  stream = encode({.payload = bytes("a"), .fin = false});
  stream += encode({.opcode = 0, .payload = bytes("b")});
  stream += encode({.opcode = 0, .payload = bytes("c")});
  REQUIRE(parse(stream, 1000) == std::vector<std::string>{"message ab", "error 1002"});
}

TEST_CASE("close frames tell their code") {
  REQUIRE(first_error({.opcode = 8}) == "close 1005");
  REQUIRE(first_error({.opcode = 8, .payload = {0x03}}) == "error 1002");
  REQUIRE(first_error({.opcode = 8, .payload = kCloseNormal}) == "close 1000");
  Bytes with_reason = kCloseNormal;
  with_reason += bytes("bye");
  REQUIRE(first_error({.opcode = 8, .payload = with_reason}) == "close 1000");
  REQUIRE(first_error({.opcode = 8, .payload = {0x0F, 0xA0}}) == "close 4000");
  // Codes that must not be sent (RFC 6455 7.4.1, 7.4.2).
  for (const std::uint16_t code :
       std::vector<std::uint16_t>{0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535}) {
    INFO("code " << code);
    REQUIRE(first_error({.opcode = 8,
                         .payload = {static_cast<std::uint8_t>(code >> 8),
                                     static_cast<std::uint8_t>(code)}}) == "error 1002");
  }
}

TEST_CASE("server headers have the shortest form") {
  const auto header = [](std::size_t size) {
    const WsHeader made = ws_header(kWsBinary, size);
    return Bytes(made.bytes.begin(), made.bytes.begin() + made.size);
  };
  REQUIRE(header(0) == Bytes{0x82, 0});
  REQUIRE(header(125) == Bytes{0x82, 125});
  REQUIRE(header(126) == Bytes{0x82, 126, 0, 126});
  REQUIRE(header(65'535) == Bytes{0x82, 126, 0xFF, 0xFF});
  REQUIRE(header(65'536) == Bytes{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0});
  REQUIRE(header(std::size_t{0x0102030405}) == Bytes{0x82, 127, 0, 0, 0, 1, 2, 3, 4, 5});
  REQUIRE(ws_header(kWsPong, 3).bytes[0] == 0x8A);
}

TEST_CASE("a close payload fits into a control frame and stays text") {
  REQUIRE(ws_close_payload(1009, "too large") == [] {
    Bytes expected{0x03, 0xF1};
    expected += bytes("too large");
    return expected;
  }());
  REQUIRE(ws_close_payload(1000, std::string(200, 'r')).size() == 125);
  // The cut must not stand inside a character: the reason has to be UTF-8.
  const Bytes cut = ws_close_payload(1000, std::string(122, 'r') + "\u00e9" + "tail");
  REQUIRE(cut.size() == 124);
}

}  // namespace weft::net
