// One piece is on its way at a time, and the next is asked for a little later: so whatever happens
// to a document, a stream costs no memory and little time.
#include "net/event_stream.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace weft::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kPause{100};
constexpr std::chrono::seconds kKeepAlive{15};  // proxies end what says nothing
constexpr std::chrono::seconds kWriteTime{60};

class EventStream : public std::enable_shared_from_this<EventStream> {
 public:
  EventStream(tcp::socket socket, const HttpHooks& hooks, Seat seat)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        end_timer_(socket_.get_executor()),
        hooks_(hooks),
        seat_(std::move(seat)) {}

  void start(api::ListenCall call) {
    if (call.valid_ms) {
      end_timer_.expires_after(std::chrono::milliseconds(*call.valid_ms));
      end_timer_.async_wait([self = shared_from_this()](error_code error) {
        if (!error) self->close();
      });
    }
    after(kWriteTime, [](EventStream& self) { self.close(); });  // a store that does not answer
    listener_ =
        hooks_.listen(std::move(call),
                      [self = shared_from_this()](const api::Piece& piece) { self->told(piece); });
    read();
  }

 private:
  // A client says nothing more; that it has gone is seen here.
  void read() {
    socket_.async_read_some(asio::buffer(ignored_),
                            [self = shared_from_this()](error_code error, std::size_t) {
                              error ? self->close() : self->read();
                            });
  }

  void told(const api::Piece& piece) {
    if (closed_) return;
    last_ = piece.last;
    if (!std::exchange(begun_, true)) {
      hooks_.answered(piece.response.status);
      // An answer without a length ends with the connection.
      waiting_ = last_ ? piece.response.head(false) : piece.response.open_head();
    }
    waiting_ += piece.response.body;
    asked_ = false;
    if (!writing_) write();
  }

  void write() {
    writing_ = std::exchange(waiting_, {});
    after(kWriteTime, [](EventStream& self) { self.close(); });
    asio::async_write(socket_, asio::buffer(*writing_),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (error || self->closed_) return self->close();
                        self->written();
                      });
  }

  void written() {
    writing_.reset();
    if (!waiting_.empty()) return write();
    if (last_) return close();
    after(kPause, [](EventStream& self) { self.ask(); });
  }

  void ask() {
    if (!std::exchange(asked_, true)) listener_(api::Heard::read);
    after(kKeepAlive, [](EventStream& self) {
      self.waiting_ = ": here\n\n";
      self.write();
    });
  }

  template <typename Work>
  void after(std::chrono::milliseconds time, Work work) {
    timer_.expires_after(time);
    timer_.async_wait([self = shared_from_this(), work](error_code error) {
      // It may have been set anew when this was already on its way.
      const bool now = self->timer_.expiry() <= std::chrono::steady_clock::now();
      if (!error && now && !self->closed_) work(*self);
    });
  }

  void close() {
    if (std::exchange(closed_, true)) return;
    timer_.cancel();
    end_timer_.cancel();
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
    listener_(api::Heard::gone);
    listener_ = nullptr;
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  asio::steady_timer end_timer_;
  const HttpHooks& hooks_;
  Seat seat_;
  api::Hearing listener_;
  std::array<char, 256> ignored_{};
  std::optional<std::string> writing_;
  std::string waiting_;
  bool begun_ = false;
  bool last_ = false;
  bool asked_ = true;  // the listener knows that it may tell
  bool closed_ = false;
};

}  // namespace

void serve_events(tcp::socket socket, const HttpHooks& hooks, Seat seat, api::ListenCall call) {
  std::make_shared<EventStream>(std::move(socket), hooks, std::move(seat))->start(std::move(call));
}

}  // namespace weft::net
