#include "net/channels.hpp"

#include <atomic>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

namespace weft::net {

namespace asio = boost::asio;
using protocol::DocSession;
using protocol::DocumentChannel;

namespace {

// Of who was let in and has too many documents open.
class NoChannel final : public DocumentChannel {
 public:
  void give(ByteView, std::int64_t) override {}
  void on_drained() override {}
  void tick(std::int64_t) override {}
  void set_grant(const access::Grant&) override {}
};

/// Makes the session of a document, on the shard `there` of that document.
using MakeSession = std::function<std::unique_ptr<DocSession>(
    Shard& there, protocol::Transport& transport, std::function<void()> ended)>;

class NearChannel final : public DocumentChannel {
 public:
  NearChannel(std::unique_ptr<DocSession> session, Seat seat)
      : seat_(std::move(seat)), session_(std::move(session)) {}

  void give(ByteView message, std::int64_t now_ms) override {
    session_->on_message(message, now_ms);
  }
  void on_drained() override { session_->on_drained(); }
  void tick(std::int64_t now_ms) override { session_->tick(now_ms); }
  void set_grant(const access::Grant& grant) override { session_->set_grant(grant); }

 private:
  Seat seat_;
  std::unique_ptr<DocSession> session_;
};

// A message that a session sends to its socket.
struct Outgoing {
  session::Frame frame;
  bool is_text = false;
};

// The session's end of a far channel: built, called and destroyed on the document's shard.
class FarEnd final : public protocol::Transport, public std::enable_shared_from_this<FarEnd> {
 public:
  FarEnd(Shard& home, Shard& there, std::weak_ptr<WsConnection> connection,
         std::function<void()> ended)
      : home_(home), there_(there), connection_(std::move(connection)), ended_(std::move(ended)) {}

  /// Runs `work` with the session, on its shard; not after the session has left.
  template <typename Work>
  void post(Work work) {
    asio::post(there_.io, [self = shared_from_this(), work = std::move(work)]() mutable {
      if (self->session_) work(*self->session_);
    });
  }
  void enter(MakeSession make) {
    asio::post(there_.io, [self = shared_from_this(), make = std::move(make)] {
      self->session_ = make(self->there_, *self, [self = self.get()] { self->end(); });
    });
  }
  void leave() {
    asio::post(there_.io, [self = shared_from_this()] { self->session_.reset(); });
  }
  /// On the socket's shard: whether the session has looked at the queue since the last time.
  bool looked() { return looked_.exchange(false, std::memory_order_relaxed); }
  void set_queued(std::size_t bytes) { queued_.store(bytes, std::memory_order_relaxed); }

  void send(session::Frame message) override { queue({std::move(message), false}); }
  void send_text(session::Frame message) override { queue({std::move(message), true}); }
  void queue(Outgoing message) {
    travelling_.fetch_add(message.frame->size(), std::memory_order_relaxed);
    outbox_.push_back(std::move(message));
    if (outbox_.size() > 1) return;
    asio::post(there_.io, [self = shared_from_this()] { self->flush(); });
  }
  void close(std::uint16_t code, std::string_view reason) override {
    flush();
    asio::post(home_.io, [self = shared_from_this(), code, reason = std::string(reason)] {
      if (const auto connection = self->connection_.lock()) connection->close(code, reason);
    });
  }
  std::size_t queued_bytes() const override {
    const std::size_t bytes =
        travelling_.load(std::memory_order_relaxed) + queued_.load(std::memory_order_relaxed);
    if (bytes > 0) looked_.store(true, std::memory_order_relaxed);
    return bytes;
  }

 private:
  void end() {
    flush();
    asio::post(home_.io, [self = shared_from_this()] { self->ended_(); });
  }
  void flush() {
    if (outbox_.empty()) return;
    asio::post(home_.io, [self = shared_from_this(), frames = std::exchange(outbox_, {})] {
      const auto connection = self->connection_.lock();
      for (const auto& [frame, is_text] : frames) {
        self->travelling_.fetch_sub(frame->size(), std::memory_order_relaxed);
        if (!connection) continue;
        is_text ? connection->send_text(frame) : connection->send(frame);
      }
      if (connection) self->set_queued(connection->queued_bytes());
    });
  }

  Shard& home_;
  Shard& there_;
  std::weak_ptr<WsConnection> connection_;
  std::function<void()> ended_;
  std::unique_ptr<DocSession> session_;
  std::vector<Outgoing> outbox_;
  std::atomic<std::size_t> travelling_ = 0;  // bytes between the shards
  std::atomic<std::size_t> queued_ = 0;      // bytes in the connection's queue, as last told
  mutable std::atomic<bool> looked_ = false;
};

class FarChannel final : public DocumentChannel {
 public:
  FarChannel(std::shared_ptr<FarEnd> end, WsConnection& connection, Seat seat)
      : end_(std::move(end)), connection_(connection), seat_(std::move(seat)) {}
  ~FarChannel() override { end_->leave(); }
  FarChannel(const FarChannel&) = delete;
  FarChannel& operator=(const FarChannel&) = delete;

  void give(ByteView message, std::int64_t now_ms) override {
    end_->post([bytes = Bytes(message.begin(), message.end()), now_ms](DocSession& session) {
      session.on_message(bytes, now_ms);
    });
  }
  void on_drained() override {
    end_->set_queued(0);
    if (end_->looked()) {
      end_->post([](DocSession& session) { session.on_drained(); });
    }
  }
  void tick(std::int64_t now_ms) override {
    end_->set_queued(connection_.queued_bytes());
    const bool drained = connection_.queued_bytes() == 0 && end_->looked();
    end_->post([now_ms, drained](DocSession& session) {
      if (drained) session.on_drained();
      session.tick(now_ms);
    });
  }
  void set_grant(const access::Grant& grant) override {
    end_->post([grant](DocSession& session) { session.set_grant(grant); });
  }

 private:
  std::shared_ptr<FarEnd> end_;
  WsConnection& connection_;
  Seat seat_;
};

std::unique_ptr<DocumentChannel> open_channel(Shard& home, WsConnection& connection,
                                              std::string_view document, Seat seat,
                                              MakeSession make, std::function<void()> ended) {
  Shard& there = home.shards->of(document);
  if (&there == &home) {
    return std::make_unique<NearChannel>(make(home, connection, std::move(ended)), std::move(seat));
  }
  auto end = std::make_shared<FarEnd>(home, there, connection.weak_from_this(), std::move(ended));
  end->enter(std::move(make));
  return std::make_unique<FarChannel>(std::move(end), connection, std::move(seat));
}

// How a socket opens documents whose sessions are of this kind; `deny` tells the client that its
// user has too many.
template <typename Session, typename Place, typename Deny>
auto opener(Shard& home, WsConnection& connection, Deny deny) {
  return [&home, &connection, deny](
             const Place& place, std::function<void()> ended) -> std::unique_ptr<DocumentChannel> {
    auto seat = home.seat_for(place.grant.user);
    if (!seat) {
      deny(place);
      ended();
      return std::make_unique<NoChannel>();
    }
    auto make = [place](Shard& there, protocol::Transport& transport,
                        std::function<void()> session_ended) {
      return std::make_unique<Session>(there.registry->open(place.document), place,
                                       there.registry->environment().limits, transport,
                                       std::move(session_ended), Shard::now_ms());
    };
    return open_channel(home, connection, place.document, std::move(*seat), std::move(make),
                        std::move(ended));
  };
}

}  // namespace

std::unique_ptr<protocol::Wire> hocuspocus_wire(Shard& home, WsConnection& connection,
                                                std::int64_t now_ms) {
  auto enter = [&home](std::string_view token, std::string_view document) {
    return home.enter(token, document);
  };
  using protocol::HocuspocusPlace;
  using protocol::HocuspocusSession;
  const auto deny = [&connection](const HocuspocusPlace& place) {
    connection.send(HocuspocusSession::denial(place.address, "too many connections of this user"));
  };
  return std::make_unique<protocol::HocuspocusSocket>(
      std::move(enter), opener<HocuspocusSession, HocuspocusPlace>(home, connection, deny),
      home.shards->hocuspocus, connection, now_ms);
}

std::unique_ptr<protocol::Wire> phoenix_wire(Shard& home, WsConnection& connection,
                                             std::string_view token, std::int64_t now_ms) {
  auto enter = [&home, token = std::string(token)](std::string_view join_token,
                                                   std::string_view document) {
    return home.enter(join_token.empty() ? token : join_token, document);
  };
  using protocol::PhoenixPlace;
  const auto deny = [&connection](const PhoenixPlace& place) {
    connection.send_text(
        protocol::phoenix_text(place.join_ref, place.join_ref, place.document, "phx_close", "{}"));
  };
  return std::make_unique<protocol::PhoenixSocket>(
      std::move(enter), opener<protocol::PhoenixSession, PhoenixPlace>(home, connection, deny),
      home.shards->hocuspocus.limits, connection, now_ms);
}

}  // namespace weft::net
