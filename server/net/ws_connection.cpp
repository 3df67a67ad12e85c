// Reading by readiness into the shard's buffer; writing by sendmsg, straight from shared buffers.
#include "net/ws_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

namespace weft::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::int64_t kCloseMs = 3'000;
constexpr std::size_t kGatherMax = 64;
// Places for outgoing frames that an idle connection keeps.
constexpr std::size_t kKeptMax = 8;
// Reads of one connection before others have their turn.
constexpr int kReadsPerTurn = 4;

}  // namespace

WsConnection::WsConnection(Shard& shard, asio::ip::tcp::socket socket)
    : shard_(shard), socket_(std::move(socket)), parser_(shard.shards->limits.message_bytes_max) {
  shard_.connections.insert(this);
  ++shard_.traffic.sockets_opened;
}

WsConnection::~WsConnection() {
  if (!finished_) shard_.connections.erase(this);
}

void WsConnection::start(std::string_view response, const MakeWire& make_wire, Bytes early) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  const std::int64_t now = Shard::now_ms();
  heard_ms_ = pinged_ms_ = now;
  add({.header = {}, .payload = std::make_shared<const Bytes>(response.begin(), response.end())});
  wire_ = make_wire(*this, now);
  if (wire_->takes_text()) parser_.take_text();
  if (early.empty() || feed(early)) wait_readable();
}

void WsConnection::wait_readable() {
  socket_.async_wait(asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](const error_code& error) {
                       if (error) return self->finish();
                       self->read();
                     });
}

void WsConnection::read() {
  for (int i = 0; i < kReadsPerTurn && !finished_; ++i) {
    error_code error;
    const std::size_t size = socket_.read_some(asio::buffer(shard_.read_buffer), error);
    if (error == asio::error::would_block) break;
    if (error) return finish();
    if (!feed(std::span(shard_.read_buffer).first(size))) return;
    if (rests(size)) return;
    if (size < shard_.read_buffer.size()) break;
  }
  if (!finished_) wait_readable();
}

// Whether so much has come so fast that reading rests, until tick.
bool WsConnection::rests(std::size_t bytes) {
  const std::uint32_t rate = shard_.shards->limits.bytes_per_second_max;
  const std::int64_t wait_ms = bytes_.spend(bytes, rate, heard_ms_);
  if (wait_ms == 0) return false;
  resume_ms_ = heard_ms_ + wait_ms;
  resting_ = shared_from_this();
  return true;
}

// False when nothing more is to be read.
bool WsConnection::feed(std::span<std::uint8_t> bytes) {
  heard_ms_ = Shard::now_ms();
  shard_.traffic.bytes_received += bytes.size();
  // Read on until the peer ends the stream: a reset would take the close frame's code from it.
  if (peer_closed_ || deaf_) return true;
  if (auto fed = parser_.feed(bytes, *this); !fed) {
    close(fed.error().code, fed.error().reason);
    deaf_ = true;
  }
  return !finished_;
}

void WsConnection::on_message(ByteView message) {
  if (may_speak()) wire_->on_message(message, heard_ms_);
}

// Counts a message; false when it is one too many.
bool WsConnection::may_speak() {
  ++shard_.traffic.messages_received;
  if (closing_) return false;
  if (messages_.spend(1, shard_.shards->limits.messages_per_second_max, heard_ms_) == 0) {
    return true;
  }
  close(session::close_code::too_many, "too many messages");
  return false;
}

void WsConnection::on_text(std::string_view message) {
  if (may_speak()) wire_->on_text(message, heard_ms_);
}

void WsConnection::on_ping(ByteView payload) {
  // Only the latest ping needs an answer; one who asks without reading gets none.
  if (queued_count() > kGatherMax) return;
  queue(kWsPong, std::make_shared<const Bytes>(payload.begin(), payload.end()));
}

void WsConnection::on_close(std::uint16_t code) {
  peer_closed_ = true;
  const bool may_be_sent = code != 1005 && code != 1006 && code != 1015;
  close(may_be_sent ? code : 1000, {});
}

void WsConnection::send(session::Frame message) { queue(kWsBinary, std::move(message)); }

void WsConnection::send_text(session::Frame message) { queue(kWsText, std::move(message)); }

void WsConnection::close(std::uint16_t code, std::string_view reason) {
  if (closing_) return;
  queue(kWsClose, std::make_shared<const Bytes>(ws_close_payload(code, reason)));
  if (!peer_closed_) ++shard_.traffic.closed[code];
  closing_ = true;
  closing_ms_ = Shard::now_ms();
}

void WsConnection::queue(std::uint8_t opcode, session::Frame payload) {
  if (closing_ || finished_) return;
  add({.header = ws_header(opcode, payload->size()), .payload = std::move(payload)});
}

void WsConnection::add(Outgoing outgoing) {
  queued_bytes_ += outgoing.size();
  outgoing_.push_back(std::move(outgoing));
  schedule_flush();
}

void WsConnection::schedule_flush() {
  if (flush_scheduled_ || waiting_writable_) return;
  flush_scheduled_ = true;
  shard_.to_flush.push_back(shared_from_this());
  if (shard_.to_flush.size() > 1) return;
  asio::post(shard_.io, [&shard = shard_] {
    for (const auto& connection : std::exchange(shard.to_flush, {})) {
      connection->flush_scheduled_ = false;
      connection->flush();
    }
  });
}

void WsConnection::flush() {
  while (outgoing_begin_ < outgoing_.size() && !finished_) {
    const std::ptrdiff_t size = send_some();
    if (size >= 0) {
      sent(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return wait_writable();
    } else if (errno != EINTR) {
      return finish();
    }
  }
  if (finished_) return;
  outgoing_begin_ = 0;
  outgoing_.clear();
  if (outgoing_.capacity() > kKeptMax) outgoing_.shrink_to_fit();
  if (closing_) {
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    if (peer_closed_) finish();
    return;
  }
  wire_->on_drained();
}

// One gathered write of as much as the kernel takes; -1 and errno when it takes nothing.
std::ptrdiff_t WsConnection::send_some() {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the first `count` are set
  std::array<iovec, 2 * kGatherMax> parts;
  std::size_t count = 0;
  std::size_t skip = front_sent_;
  const auto add_part = [&](const std::uint8_t* data, std::size_t size) {
    const std::size_t skipped = std::min(skip, size);
    skip -= skipped;
    if (size == skipped) return;
    // The kernel does not write through it; iovec has no const form.
    parts[count++] = {const_cast<std::uint8_t*>(data + skipped), size - skipped};
  };
  const std::size_t end = std::min(outgoing_.size(), outgoing_begin_ + kGatherMax);
  for (std::size_t i = outgoing_begin_; i < end; ++i) {
    add_part(outgoing_[i].header.bytes.data(), outgoing_[i].header.size);
    add_part(outgoing_[i].payload->data(), outgoing_[i].payload->size());
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  return ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void WsConnection::wait_writable() {
  waiting_writable_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_write,
                     [self = shared_from_this()](const error_code& failed) {
                       self->waiting_writable_ = false;
                       if (failed) return self->finish();
                       self->flush();
                     });
}

void WsConnection::sent(std::size_t bytes) {
  queued_bytes_ -= bytes;
  shard_.traffic.bytes_sent += bytes;
  bytes += front_sent_;
  const std::size_t begin = outgoing_begin_;
  while (outgoing_begin_ < outgoing_.size() && bytes >= outgoing_[outgoing_begin_].size()) {
    bytes -= outgoing_[outgoing_begin_].size();
    outgoing_[outgoing_begin_++].payload.reset();
  }
  shard_.traffic.messages_sent += outgoing_begin_ - begin;
  front_sent_ = bytes;
  // A queue that never runs empty must not grow at its end for ever.
  if (outgoing_begin_ >= kGatherMax && outgoing_begin_ * 2 >= outgoing_.size()) {
    outgoing_.erase(outgoing_.begin(),
                    outgoing_.begin() + static_cast<std::ptrdiff_t>(outgoing_begin_));
    outgoing_begin_ = 0;
  }
}

void WsConnection::tick(std::int64_t now_ms) {
  if (finished_) return;
  const ConnectionLimits& limits = shard_.shards->limits;
  if (resume_ms_ != 0) heard_ms_ = now_ms;  // it is not heard because nobody listens
  if (resume_ms_ != 0 && now_ms >= resume_ms_) {
    resume_ms_ = 0;
    wait_readable();
    resting_.reset();
  }
  if ((closing_ && now_ms - closing_ms_ > kCloseMs) ||
      now_ms - heard_ms_ > limits.silence_time.count()) {
    return finish();
  }
  if (now_ms - pinged_ms_ >= limits.ping_time.count()) {
    pinged_ms_ = now_ms;
    queue(kWsPing, std::make_shared<const Bytes>());
  }
  wire_->tick(now_ms);
}

void WsConnection::abort() { finish(); }

void WsConnection::finish() {
  if (std::exchange(finished_, true)) return;
  shard_.connections.erase(this);
  error_code ignored;
  socket_.close(ignored);
  outgoing_.clear();
  outgoing_begin_ = 0;
  queued_bytes_ = 0;
  seats_.clear();
  // The wire may be up in the call stack: it goes when the loop turns.
  asio::post(shard_.io, [self = shared_from_this(),
                         wire = std::shared_ptr<protocol::Wire>(std::move(wire_))]() mutable {
    wire.reset();
  });
  resting_.reset();
}

}  // namespace weft::net
