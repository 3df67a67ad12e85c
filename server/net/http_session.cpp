// Requests one after the other, each answered before the next is read; after an upgrade the socket
// is handed on and nothing of this stays.
#include "net/http_session.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "net/event_stream.hpp"
#include "net/http_parser.hpp"
#include "net/page.hpp"
#include "web/assets.hpp"

namespace weft::net {

namespace asio = boost::asio;
using api::HttpRequest;
using api::HttpResponse;
using api::text_response;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kHeadBytesMax = std::size_t{16} << 10;
constexpr std::size_t kReadBytes = 4096;
constexpr std::chrono::seconds kIdleTime{60};
constexpr std::chrono::seconds kWorkTime{60};
constexpr std::size_t kBodyReadBytes = std::size_t{64} << 10;
constexpr std::size_t kBodyBytesPerRequestTime = std::size_t{256} << 10;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::array<std::uint8_t, 4> kHeadEnd{'\r', '\n', '\r', '\n'};

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(tcp::socket socket, const HttpHooks& hooks, Seat seat, bool full)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        hooks_(hooks),
        seat_(std::move(seat)),
        full_(full) {}

  void read(std::chrono::milliseconds patience) {
    end_after(patience);
    searched_ = 0;
    search_head();
  }

 private:
  void end_after(std::chrono::milliseconds patience) {
    timer_.expires_after(patience);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      // It may have been set anew when this was already on its way.
      if (!error && self->timer_.expiry() <= std::chrono::steady_clock::now()) self->close();
    });
  }

  void close() {
    timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
  }

  // In what has come: from where the last search ended.
  void search_head() {
    const auto from = input_.begin() + static_cast<std::ptrdiff_t>(searched_);
    const auto end = std::search(from, input_.end(), kHeadEnd.begin(), kHeadEnd.end());
    const auto size = static_cast<std::size_t>(end - input_.begin()) + kHeadEnd.size();
    if (end != input_.end() && size <= kHeadBytesMax) return on_head(size);
    if (input_.size() >= kHeadBytesMax) {
      keep_alive_ = false;
      return answer(text_response(431, "header too large"));
    }
    searched_ = input_.size() - std::min(input_.size(), kHeadEnd.size() - 1);
    const std::size_t begin = input_.size();
    input_.resize(begin + kReadBytes);
    socket_.async_read_some(
        asio::buffer(input_.data() + begin, kReadBytes),
        [self = shared_from_this(), begin](error_code error, std::size_t read_size) {
          self->input_.resize(begin + read_size);
          if (error) return self->close();
          self->search_head();
        });
  }

  void on_head(std::size_t size) {
    auto begun = HttpReader::begin(ByteView(input_).first(size));
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(size));
    head_only_ = begun && begun->request().method == "HEAD";
    keep_alive_ = false;
    if (!begun) return answer(text_response(400, "not an HTTP request"));
    reader_ = std::make_unique<HttpReader>(std::move(*begun));
    if (full_) {
      HttpResponse response = text_response(429, "too many connections from this address");
      response.headers.emplace_back("Retry-After", "5");
      return answer(std::move(response));
    }
    const HttpRequest& request = reader_->request();
    const bool upgrades = is_ws_handshake(request);
    const bool reads = request.method == "GET" || head_only_;
    if ((upgrades || !reads) && !origin_passes(request)) {
      return answer(text_response(
          403,
          "pages of this origin may not talk to this server; its operator can allow them: "
          "weft serve --allow-origin ORIGIN"));
    }
    if (upgrades) return upgrade(request);
    if (auto plan = hooks_.plan(request)) {
      plan_ = std::move(*plan);
      return begin_body();
    }
    // A body that nobody asked for would be taken for the next request.
    keep_alive_ = request.keep_alive && !request.has_body;
    answer(reads ? response_to(request) : text_response(405, "only GET and HEAD"));
  }

  void begin_body() {
    if (reader_->request().has_body && plan_.body_bytes_max > 0 &&
        api::same_word(reader_->request().header("Expect"), "100-continue")) {
      // A client that waits for this sends its body without it, too, only later.
      error_code ignored;
      socket_.write_some(asio::buffer(kContinue), ignored);
    }
    // A body that nobody asked for is not read: the connection ends with the answer.
    if (plan_.body_bytes_max == 0) return carry_out();
    reader_->limit_body(plan_.body_bytes_max);
    body_bytes_until_deadline_ = 0;
    take_body({});
  }

  // Takes what has been read of the body, and reads on or goes to work.
  void take_body(ByteView bytes) {
    Bytes early = std::exchange(input_, {});
    early.insert(early.end(), bytes.begin(), bytes.end());
    const auto taken = reader_->feed(early);
    if (!taken) {
      return answer(text_response(
          taken.error(), taken.error() == 413 ? "the body is too long" : "malformed body"));
    }
    early.erase(early.begin(), early.begin() + static_cast<std::ptrdiff_t>(*taken));
    input_ = std::move(early);
    if (reader_->done() || !reader_->request().has_body) return carry_out();
    // Who sends so much has so much more time.
    if (body_bytes_until_deadline_ < *taken) {
      end_after(hooks_.request_time);
      body_bytes_until_deadline_ = kBodyBytesPerRequestTime;
    }
    body_bytes_until_deadline_ -= std::min(body_bytes_until_deadline_, *taken);
    chunk_.resize(kBodyReadBytes);
    socket_.async_read_some(asio::buffer(chunk_),
                            [self = shared_from_this()](error_code error, std::size_t size) {
                              if (error) return self->close();
                              self->take_body(ByteView(self->chunk_).first(size));
                            });
  }

  void carry_out() {
    chunk_ = {};
    keep_alive_ =
        reader_->request().keep_alive && (reader_->done() || !reader_->request().has_body);
    api::Step step = plan_.step(reader_->take_body());
    plan_ = {};
    if (auto* response = std::get_if<HttpResponse>(&step)) return answer(std::move(*response));
    if (auto* listen = std::get_if<api::ListenCall>(&step)) {
      timer_.cancel();
      return serve_events(std::move(socket_), hooks_, std::move(seat_), std::move(*listen));
    }
    end_after(kWorkTime);
    hooks_.carry_out(std::move(step), [self = shared_from_this()](HttpResponse response) {
      if (self->socket_.is_open()) self->answer(std::move(response));
    });
  }

  // Two origins are none: nobody knows which of them is read elsewhere.
  bool origin_passes(const HttpRequest& request) const {
    const std::size_t count = request.count("Origin");
    return count == 0 || (count == 1 && request.count("Host") <= 1 &&
                          hooks_.origins->allows(request.header("Origin"), request.header("Host")));
  }

  HttpResponse response_to(const HttpRequest& request) const {
    if (auto answer = hooks_.operation(request, peer_is_near())) return std::move(*answer);
    if (const web::Asset* asset = web::find_asset(request.path())) {
      return asset_response(request, *asset);
    }
    return text_response(404, "not found");
  }

  bool peer_is_near() const {
    error_code error;
    const tcp::endpoint peer = socket_.remote_endpoint(error);
    return !error && peer.address().is_loopback();
  }

  void upgrade(const HttpRequest& request) {
    auto upgrade = ws_upgrade(request, hooks_.paths);
    if (!upgrade) return answer(std::move(upgrade.error()));
    if (auto refusal = hooks_.refusal(*upgrade)) return answer(std::move(*refusal));
    upgrade->early = std::move(input_);
    upgrade->seat = std::move(seat_);
    timer_.cancel();
    hooks_.upgrade(std::move(socket_), std::move(*upgrade));
  }

  void answer(HttpResponse response) {
    if (response.status >= 400 && response.status != 404) keep_alive_ = false;
    hooks_.answered(response.status);
    response_ = std::move(response);
    head_ = response_.head(keep_alive_);
    const auto content = response_.content().first(head_only_ ? 0 : response_.content().size());
    end_after(hooks_.request_time);
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head_),
                                                  asio::buffer(content.data(), content.size())};
    asio::async_write(socket_, parts, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->close();
      self->answered();
    });
  }

  void answered() {
    response_ = {};
    reader_.reset();
    if (keep_alive_) return read(kIdleTime);
    timer_.cancel();
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  const HttpHooks& hooks_;
  Seat seat_;
  bool full_;
  Bytes input_;  // what has been read and not understood yet
  std::size_t searched_ = 0;
  std::unique_ptr<HttpReader> reader_;  // of the request in hand
  api::Plan plan_;
  Bytes chunk_;  // of a body
  std::size_t body_bytes_until_deadline_ = 0;
  std::string head_;
  HttpResponse response_;  // that is being written
  bool keep_alive_ = false;
  bool head_only_ = false;  // the answer's body is not to be sent
};

}  // namespace

void serve_http(tcp::socket socket, const HttpHooks& hooks, Seat seat, bool full) {
  std::make_shared<HttpSession>(std::move(socket), hooks, std::move(seat), full)
      ->read(hooks.request_time);
}

}  // namespace weft::net
