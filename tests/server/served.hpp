// A whole server in a thread, over SQLite in a temporary folder, and a plain socket to talk to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <weft/bytes.hpp>

#include "net/server.hpp"
#include "persistence/store.hpp"

namespace weft::net::test {

/// Serves on a free port of 127.0.0.1 from construction to destruction. One at a time: it is ended
/// by SIGTERM, as in real life.
class Served {
 public:
  explicit Served(ServerOptions options = two_shards());
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  std::uint16_t port() const { return port_; }
  /// SIGTERM, and waits until serve has returned.
  void stop();
  /// What the folder holds of a document after stop(): the root text "t".
  std::string stored_text(const std::string& document) const;

 private:
  static ServerOptions two_shards();

  std::filesystem::path folder_;
  std::unique_ptr<persistence::DocumentStore> store_;
  ServerOptions options_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port);
  ~RawSocket();
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  /// Writes all of it; a peer that has closed is no failure.
  void write(ByteView bytes);
  void write(std::string_view text) { write(as_bytes(text)); }
  /// Reads exactly `size` bytes, or fewer when the peer closes. Fails after 20 seconds.
  std::string read(std::size_t size);
  /// Reads up to and including the empty line.
  std::string read_head();
  std::string read_to_end();

 private:
  int socket_;
};

/// An answer taken apart.
struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  /// The value of a header, or an empty string. Names compare without case.
  std::string header(std::string_view name) const;
};

/// Reads one answer; `with_body` false for HEAD.
Answer read_answer(RawSocket& socket, bool with_body = true);

/// Sends `request` (its lines, the empty one added here) on a connection of its own.
Answer ask(std::uint16_t port, std::string_view request);
/// As ask, but `request` brings its own Host.
Answer ask_as(std::uint16_t port, std::string_view request);

/// A frame as the server sends it: the opcode and the payload. Opcode 0xFF: the end of the stream.
struct ServerFrame {
  std::uint8_t opcode = 0xFF;
  Bytes payload;
};
ServerFrame read_frame(RawSocket& socket);

}  // namespace weft::net::test
