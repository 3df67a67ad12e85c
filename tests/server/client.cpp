#include "client.hpp"

#include <catch2/catch.hpp>

#include "frames.hpp"

namespace weft::net::test {

using sync::MessageKind;

std::string handshake(std::string_view target, std::string_view key, std::string_view more) {
  return "GET " + std::string(target) +
         " HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
         std::string(key) + "\r\n" + std::string(more) + "\r\n\r\n";
}

Client::Client(std::uint16_t port, const std::string& document) : socket_(port) {
  socket_.write(handshake("/" + document));
  REQUIRE(read_answer(socket_, false).status == 101);
}

void Client::synced() {
  send(MessageKind::step1, Bytes{0});
  next(MessageKind::step2);
}

void Client::send(MessageKind kind, ByteView body) { send_frame(sync::encode(kind, body)); }

void Client::send_frame(const Bytes& message) { socket_.write(encode({.payload = message})); }

Bytes Client::next(MessageKind kind) {
  for (;;) {
    const ServerFrame frame = read_frame(socket_);
    if (frame.opcode != 2) REQUIRE(frame.opcode == 9);
    if (frame.opcode != 2) continue;
    sync::MessageReader reader(frame.payload);
    const auto message = reader.next();
    REQUIRE(message);
    if (message->kind == kind) return {message->body.begin(), message->body.end()};
  }
}

bool Client::is_greeted() {
  const ServerFrame frame = read_frame(socket_);
  if (frame.opcode != 2) return false;
  const auto message = sync::MessageReader(frame.payload).next();
  return message && message->kind == MessageKind::step1;
}

int Client::close_code() {
  for (;;) {
    const ServerFrame frame = read_frame(socket_);
    if (frame.opcode == 0xFF) return 0;
    if (frame.opcode == 8) return frame.payload.at(0) << 8 | frame.payload.at(1);
  }
}

}  // namespace weft::net::test
