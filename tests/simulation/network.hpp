// A connection between a client and the server, with both of its ends: bytes arrive in order, late,
// or never.
#pragma once

#include <deque>
#include <memory>

#include "ledger.hpp"
#include "loop.hpp"
#include "protocol/doc_session.hpp"

namespace weft::simulation {

class Client;
class Server;

enum class Speech : std::uint8_t { y_websocket, hocuspocus };

class Connection final : public protocol::Transport,
                         public std::enable_shared_from_this<Connection> {
 public:
  /// Client and server must outlive it, and be told when it is over: hang_up, lose_server.
  Connection(Loop& loop, Server& server, Client& client, Ledger& ledger);

  /// The first word to the server; the client hears on_open or on_close.
  void begin();

  // --- the client's end ---
  void say(sync::MessageKind kind, ByteView body);
  void hang_up();

  // --- what happens to it ---
  /// Nothing arrives any more. Each end hears of it later, the server perhaps much later.
  void cut();
  /// The server's end is gone, as in a crash.
  void lose_server();
  void tick();
  /// It works, and all that was sent has arrived.
  bool quiet() const { return !cut_ && up_.frames.empty() && down_.frames.empty(); }

  // --- the server's end ---
  void send(session::Frame message) override;
  void close(std::uint16_t code, std::string_view reason) override;
  std::size_t queued_bytes() const override { return queued_bytes_; }

 private:
  struct Way {
    std::deque<session::Frame> frames;
    bool moving = false;
  };
  std::int64_t delay();
  void move(Way& way, void (Connection::*arrive)(const session::Frame&));
  void arrive_at_server(const session::Frame& frame);
  void arrive_at_client(const session::Frame& frame);
  void note_promise(const sync::Message& message);
  void note_status();
  void trace(const char* way, ByteView frame) const;
  void end_session();

  Loop& loop_;
  Server& server_;
  Client* client_;  // null: it has left
  Ledger& ledger_;
  std::string document_;
  Speech speech_;
  std::int64_t slowness_us_;
  Way up_;
  Way down_;
  bool cut_ = false;
  std::size_t queued_bytes_ = 0;
  std::unique_ptr<protocol::DocSession> session_;
  std::size_t unconfirmed_ = 0;  // updates and answers without a status (Hocuspocus)
};

}  // namespace weft::simulation
