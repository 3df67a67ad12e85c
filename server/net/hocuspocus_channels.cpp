#include "net/hocuspocus_channels.hpp"

#include <atomic>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

namespace weft::net {

namespace asio = boost::asio;
using protocol::HocuspocusChannel;
using protocol::HocuspocusPlace;
using protocol::HocuspocusSession;

namespace {

class NearChannel final : public HocuspocusChannel {
 public:
  NearChannel(Shard& home, const HocuspocusPlace& place, protocol::Transport& transport,
              std::function<void()> ended)
      : session_(home.registry->open(place.document), place, home.registry->environment().limits,
                 transport, std::move(ended), Shard::now_ms()) {}

  void give(ByteView message, std::int64_t now_ms) override {
    session_.on_message(message, now_ms);
  }
  void on_drained() override { session_.on_drained(); }
  void tick(std::int64_t now_ms) override { session_.tick(now_ms); }
  void set_grant(const access::Grant& grant) override { session_.set_grant(grant); }

 private:
  HocuspocusSession session_;
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
  void enter(HocuspocusPlace place) {
    asio::post(there_.io, [self = shared_from_this(), place = std::move(place)] {
      self->session_ = std::make_unique<HocuspocusSession>(
          self->there_.registry->open(place.document), place,
          self->there_.registry->environment().limits, *self, [self = self.get()] { self->end(); },
          Shard::now_ms());
    });
  }
  void leave() {
    asio::post(there_.io, [self = shared_from_this()] { self->session_.reset(); });
  }
  /// On the socket's shard: whether the session has looked at the queue since the last time.
  bool looked() { return looked_.exchange(false, std::memory_order_relaxed); }
  void set_queued(std::size_t bytes) { queued_.store(bytes, std::memory_order_relaxed); }

  void send(session::Frame message) override {
    travelling_.fetch_add(message->size(), std::memory_order_relaxed);
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
      for (const session::Frame& frame : frames) {
        self->travelling_.fetch_sub(frame->size(), std::memory_order_relaxed);
        if (connection) connection->send(frame);
      }
      if (connection) self->set_queued(connection->queued_bytes());
    });
  }

  Shard& home_;
  Shard& there_;
  std::weak_ptr<WsConnection> connection_;
  std::function<void()> ended_;
  std::unique_ptr<HocuspocusSession> session_;
  std::vector<session::Frame> outbox_;
  std::atomic<std::size_t> travelling_ = 0;  // bytes between the shards
  std::atomic<std::size_t> queued_ = 0;      // bytes in the connection's queue, as last told
  mutable std::atomic<bool> looked_ = false;
};

class FarChannel final : public HocuspocusChannel {
 public:
  FarChannel(std::shared_ptr<FarEnd> end, WsConnection& connection)
      : end_(std::move(end)), connection_(connection) {}
  ~FarChannel() override { end_->leave(); }
  FarChannel(const FarChannel&) = delete;
  FarChannel& operator=(const FarChannel&) = delete;

  void give(ByteView message, std::int64_t now_ms) override {
    end_->post([bytes = Bytes(message.begin(), message.end()), now_ms](HocuspocusSession& session) {
      session.on_message(bytes, now_ms);
    });
  }
  void on_drained() override {
    end_->set_queued(0);
    if (end_->looked()) {
      end_->post([](HocuspocusSession& session) { session.on_drained(); });
    }
  }
  void tick(std::int64_t now_ms) override {
    end_->set_queued(connection_.queued_bytes());
    const bool drained = connection_.queued_bytes() == 0 && end_->looked();
    end_->post([now_ms, drained](HocuspocusSession& session) {
      if (drained) session.on_drained();
      session.tick(now_ms);
    });
  }
  void set_grant(const access::Grant& grant) override {
    end_->post([grant](HocuspocusSession& session) { session.set_grant(grant); });
  }

 private:
  std::shared_ptr<FarEnd> end_;
  WsConnection& connection_;
};

}  // namespace

std::unique_ptr<protocol::Wire> hocuspocus_wire(Shard& home, WsConnection& connection,
                                                std::int64_t now_ms) {
  auto open = [&home, &connection](
                  const HocuspocusPlace& place,
                  std::function<void()> ended) -> std::unique_ptr<HocuspocusChannel> {
    Shard& there = home.shards->of(place.document);
    if (&there == &home) {
      return std::make_unique<NearChannel>(home, place, connection, std::move(ended));
    }
    auto end = std::make_shared<FarEnd>(home, there, connection.weak_from_this(), std::move(ended));
    end->enter(place);
    return std::make_unique<FarChannel>(std::move(end), connection);
  };
  auto enter = [&home](std::string_view token, std::string_view document) {
    return home.enter(token, document);
  };
  return std::make_unique<protocol::HocuspocusSocket>(std::move(enter), std::move(open),
                                                      home.shards->hocuspocus, connection, now_ms);
}

}  // namespace weft::net
