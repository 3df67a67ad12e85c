// Arbitrary bytes as a client's WebSocket stream: what the parser makes of them does not depend on
// where the stream is cut, and it keeps no more than has come.
//
// Input: a byte for the size of the pieces and whether text is taken, then the stream.
//
// Reaches: server/net/ws_codec.cpp
#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoding/utf.hpp"
#include "net/ws_codec.hpp"
#include "target.hpp"

namespace {

using namespace weft;

constexpr std::size_t kMessageBytesMax = 1000;

struct Heard final : net::WsSink {
  void on_message(ByteView message) override {
    WEFT_PROMISE(message.size() <= kMessageBytesMax);
    add('m', message);
  }
  void on_text(std::string_view message) override {
    WEFT_PROMISE(message.size() <= kMessageBytesMax && encoding::scan_utf8(message).valid);
    add('t', as_bytes(message));
  }
  void on_ping(ByteView payload) override { add('i', payload); }
  void on_pong() override { add('o', {}); }
  void on_close(std::uint16_t code) override {
    add('c', {});
    events.push_back(std::to_string(code));
    closed = true;
  }
  void add(char kind, ByteView bytes) { events.push_back(kind + std::string(as_text(bytes))); }

  std::vector<std::string> events;
  bool closed = false;
};

std::vector<std::string> parse(Bytes stream, std::size_t piece, bool takes_text) {
  net::WsParser parser(kMessageBytesMax);
  if (takes_text) parser.take_text();
  Heard heard;
  for (std::size_t at = 0; at < stream.size() && !heard.closed; at += piece) {
    const auto bytes = std::span(stream).subspan(at, std::min(piece, stream.size() - at));
    if (const auto fed = parser.feed(bytes, heard); !fed) {
      if (!heard.closed) heard.events.push_back("error " + std::to_string(fed.error().code));
      break;
    }
    WEFT_PROMISE(parser.kept_bytes() <= 2 * stream.size() + 64);
  }
  // Nothing counts behind a close frame, and pieces end at different places behind it.
  if (heard.closed) {
    const auto close = std::find_if(heard.events.begin(), heard.events.end(),
                                    [](const std::string& event) { return event == "c"; });
    heard.events.erase(std::min(close + 2, heard.events.end()), heard.events.end());
  }
  return heard.events;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes stream(data + 1, data + size);
  const bool takes_text = data[0] >= 0x80;
  const auto whole = parse(stream, std::max<std::size_t>(1, stream.size()), takes_text);
  WEFT_PROMISE(parse(stream, std::size_t{1} + data[0] % 40, takes_text) == whole);
  WEFT_PROMISE(parse(stream, 1, takes_text) == whole);
  return 0;
}
