// One WebSocket on its document's shard.
//
// Idle, it costs the socket and some hundred bytes: reading uses the shard's buffer, and only an
// incomplete message is kept. What is queued in one turn of the loop leaves in one gathered write,
// from buffers that all receivers of a message share.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "net/budget.hpp"
#include "net/shard.hpp"
#include "net/ws_codec.hpp"
#include "protocol/transport.hpp"
#include "protocol/wire.hpp"

namespace weft::net {

class WsConnection final : public protocol::Transport,
                           public std::enable_shared_from_this<WsConnection>,
                           private WsSink {
 public:
  WsConnection(Shard& shard, boost::asio::ip::tcp::socket socket);
  ~WsConnection() override;

  /// Makes the wire of a connection.
  using MakeWire =
      std::function<std::unique_ptr<protocol::Wire>(WsConnection& connection, std::int64_t now_ms)>;

  /// Answers the upgrade with `response`, speaks the wire and begins to read; `early` is what the
  /// client sent behind its request.
  void start(std::string_view response, const MakeWire& make_wire, Bytes early);

  /// Keeps a seat as long as the connection is open.
  void keep(Seat seat) {
    if (seat) seats_.push_back(std::move(seat));
  }
  /// Once a second: pings, silence, closes that take too long.
  void tick(std::int64_t now_ms);
  /// Ends at once, without a word.
  void abort();

  void send(session::Frame message) override;
  void send_text(session::Frame message) override;
  void close(std::uint16_t code, std::string_view reason) override;
  std::size_t queued_bytes() const override {
    return queued_bytes_ + queued_count() * sizeof(Outgoing);
  }

 private:
  struct Outgoing {
    WsHeader header;
    session::Frame payload;
    std::size_t size() const { return header.size + payload->size(); }
  };

  std::size_t queued_count() const { return outgoing_.size() - outgoing_begin_; }
  void wait_readable();
  void read();
  bool feed(std::span<std::uint8_t> bytes);
  bool rests(std::size_t bytes);
  bool may_speak();
  void queue(std::uint8_t opcode, session::Frame payload);
  void add(Outgoing outgoing);
  void schedule_flush();
  void flush();
  std::ptrdiff_t send_some();
  void wait_writable();
  void sent(std::size_t bytes);
  void finish();

  void on_message(ByteView message) override;
  void on_text(std::string_view message) override;
  void on_ping(ByteView payload) override;
  void on_pong() override {}
  void on_close(std::uint16_t code) override;

  Shard& shard_;
  boost::asio::ip::tcp::socket socket_;
  WsParser parser_;
  std::unique_ptr<protocol::Wire> wire_;
  std::vector<Outgoing> outgoing_;  // those before outgoing_begin_ have been sent
  std::size_t outgoing_begin_ = 0;
  std::size_t front_sent_ = 0;  // bytes of the first outgoing frame that are on their way
  std::size_t queued_bytes_ = 0;
  std::vector<Seat> seats_;
  Budget messages_;
  Budget bytes_;
  std::int64_t resume_ms_ = 0;             // reading rests until then; 0: it does not
  std::shared_ptr<WsConnection> resting_;  // itself, while reading rests: nothing else waits for it
  std::int64_t heard_ms_ = 0;
  std::int64_t pinged_ms_ = 0;
  std::int64_t closing_ms_ = 0;
  bool flush_scheduled_ = false;
  bool waiting_writable_ = false;
  bool closing_ = false;      // a close frame is queued: nothing follows it
  bool peer_closed_ = false;  // the peer has sent its close frame
  bool deaf_ = false;         // what the peer sends cannot be understood any more
  bool finished_ = false;
};

}  // namespace weft::net
