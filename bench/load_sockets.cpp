#include "load_sockets.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace weft::load {

void die(const std::string& why) {
  std::fprintf(stderr, "weft-load: %s\n", why.c_str());
  std::exit(1);
}

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Cost cost_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::size_t end = text.rfind(')');  // of the program's name
  if (end == std::string::npos) die("no process " + std::to_string(pid));
  std::string_view rest = std::string_view(text).substr(end + 2);
  std::vector<long> fields;
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.find(' '), rest.size());
    fields.push_back(std::strtol(std::string(rest.substr(0, size)).c_str(), nullptr, 10));
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  if (fields.size() < 22) die("no figures of process " + std::to_string(pid));
  const double tick_us = 1e6 / static_cast<double>(sysconf(_SC_CLK_TCK));
  return {.user_us = static_cast<double>(fields[11]) * tick_us,
          .system_us = static_cast<double>(fields[12]) * tick_us,
          .resident_kb = static_cast<double>(fields[21] * sysconf(_SC_PAGESIZE)) / 1024};
}

namespace {

void add_varuint(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}
void add_text(Bytes& out, std::string_view text) {
  add_varuint(out, text.size());
  out += text;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  std::uint64_t varuint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; !text_.empty() && shift < 63; shift += 7) {
      const auto byte = static_cast<unsigned char>(text_.front());
      text_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) break;
    }
    return value;
  }
  std::string_view text() {
    const std::size_t size = std::min<std::size_t>(varuint(), text_.size());
    const std::string_view out = text_.substr(0, size);
    text_.remove_prefix(size);
    return out;
  }

 private:
  std::string_view text_;
};

Message parse(bool hocuspocus, std::string_view frame) {
  Reader reader(frame);
  if (hocuspocus) reader.text();
  const std::uint64_t type = reader.varuint();
  if (type == 1) return {.kind = Kind::awareness, .body = reader.text()};
  if (hocuspocus && type == 8) return {.kind = Kind::confirmed, .body = {}};
  if (type != 0) return {};
  const std::uint64_t kind = reader.varuint();
  const std::string_view body = reader.text();
  if (kind > 2) return {};
  return {.kind = static_cast<Kind>(kind), .body = body};
}

}  // namespace

Bytes edit(std::uint64_t client, std::uint64_t& clock) {
  std::array<char, kStampSize + 1> stamp{};
  std::snprintf(stamp.data(), stamp.size(), "%08x", static_cast<unsigned>(now_us()));
  Bytes out("\x01\x01", 2);
  add_varuint(out, client);
  add_varuint(out, clock);
  if (clock == 0) {
    out += Bytes("\x04\x01\x01t", 4);
  } else {
    out += '\x84';
    add_varuint(out, client);
    add_varuint(out, clock - 1);
  }
  add_text(out, {stamp.data(), kStampSize});
  out += '\0';
  clock += kStampSize;
  return out;
}

std::int64_t age_us(std::string_view update) {
  if (update.size() < kStampSize + 1) return -1;
  const std::string stamp(update.substr(update.size() - kStampSize - 1, kStampSize));
  char* end = nullptr;
  const auto then = static_cast<std::uint32_t>(std::strtoul(stamp.c_str(), &end, 16));
  if (*end != '\0') return -1;
  return static_cast<std::uint32_t>(now_us()) - then;
}

std::uint64_t stamps_of(std::string_view update, std::uint64_t client) {
  Reader reader(update);
  if (reader.varuint() != 1) return 0;
  const std::uint64_t structs = reader.varuint();
  if (reader.varuint() != client || structs == 0) return 0;
  const std::uint64_t clock = reader.varuint();
  // What was merged may be one longer piece of text: its last byte but one ends the last stamp.
  if (structs > 1) return clock / kStampSize + structs;
  const auto info = static_cast<unsigned>(reader.varuint());
  if ((info & 0x80U) != 0) {
    reader.varuint();
    reader.varuint();
  } else {
    reader.varuint();
    reader.text();
  }
  return (clock + reader.text().size()) / kStampSize;
}

Socket::Socket(const Target& target, std::string document)
    : target_(target), document_(std::move(document)) {
  fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
  if (fd_ < 0) die("no socket: " + std::string(std::strerror(errno)));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(target.port);
  // One address has some 28,000 ports for one server.
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    die("cannot connect: " + std::string(std::strerror(errno)));
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  write("GET /" + (target.hocuspocus ? std::string() : document_) +
        " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
}

Socket::~Socket() { ::close(fd_); }

void Socket::greet() {
  if (target_.hocuspocus) {
    Bytes auth;
    add_text(auth, document_);
    auth += Bytes("\x02\x00", 2);
    add_text(auth, "token");
    add_text(auth, "4.8.0");  // whose provider speaks
    frame(auth);
  }
  say(0, Bytes("\x00\x01\x00", 3));
}

void Socket::send_update(std::string_view update) {
  Bytes body("\x02", 1);
  add_text(body, update);
  say(0, body);
}

void Socket::send_awareness(std::uint64_t client, std::uint64_t clock, std::string_view state) {
  Bytes update("\x01", 1);
  add_varuint(update, client);
  add_varuint(update, clock);
  add_text(update, state);
  Bytes body;
  add_text(body, update);
  say(1, body);
}

bool Socket::read(std::string& buffer, const OnMessage& on_message) {
  for (;;) {
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    take({buffer.data(), static_cast<std::size_t>(got)}, on_message);
    if (static_cast<std::size_t>(got) < buffer.size()) return true;
  }
}

void Socket::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) die("cannot send: " + std::string(std::strerror(errno)));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Socket::say(std::uint64_t type, std::string_view body) const {
  Bytes message;
  if (target_.hocuspocus) add_text(message, document_);
  add_varuint(message, type);
  message += body;
  frame(message);
}

void Socket::frame(std::string_view message) const {
  Bytes out("\x82", 1);
  if (message.size() < 126) {
    out += static_cast<char>(0x80 | message.size());
  } else if (message.size() < 65536) {
    out += '\xFE';
    for (const int shift : {8, 0}) out += static_cast<char>(message.size() >> shift);
  } else {
    out += '\xFF';
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(message.size() >> shift);
  }
  out += Bytes(4, '\0');  // a mask of zeros
  write(out.append(message));
}

// What comes behind the head; nothing: it is not there yet.
std::string_view Socket::upgrade(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return bytes;
  if (!bytes.starts_with("HTTP/1.1 101")) die("no upgrade: " + Bytes(bytes.substr(0, 99)));
  upgraded_ = true;
  return bytes.substr(end + 4);
}

void Socket::take(std::string_view bytes, const OnMessage& on_message) {
  if (!rest_.empty()) {
    rest_ += bytes;
    bytes = rest_;
  }
  if (!upgraded_) bytes = upgrade(bytes);
  while (upgraded_ && bytes.size() >= 2) {
    std::size_t head = 2;
    std::uint64_t size = static_cast<unsigned char>(bytes[1]) & 0x7FU;
    if (size >= 126) {
      const std::size_t more = size == 126 ? 2 : 8;
      if (bytes.size() < head + more) break;
      size = 0;
      for (std::size_t i = 0; i < more; ++i) {
        size = size << 8U | static_cast<unsigned char>(bytes[head + i]);
      }
      head += more;
    }
    if (bytes.size() < head + size) break;
    if ((bytes[0] & 0x0F) == 8) die("closed: " + Bytes(bytes.substr(head, size)));
    if ((bytes[0] & 0x0F) == 2) on_message(parse(target_.hocuspocus, bytes.substr(head, size)));
    bytes.remove_prefix(head + size);
  }
  Bytes left(bytes);
  rest_.swap(left);
}

Crowd::Crowd(const Target& target) : target_(target), epoll_(::epoll_create1(0)) {}

Crowd::~Crowd() { ::close(epoll_); }

std::size_t Crowd::add(const std::string& document) {
  const std::size_t at = sockets_.size();
  sockets_.push_back(std::make_unique<Socket>(target_, document));
  epoll_event event{.events = EPOLLIN, .data = {.u64 = at}};
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, sockets_[at]->fd(), &event);
  return at;
}

void Crowd::turn(std::int64_t us, const OnMessage& on_message) {
  std::array<epoll_event, 512> events{};
  const int wait = static_cast<int>((std::max<std::int64_t>(us, 0) + 999) / 1000);
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait);
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
    Socket& socket = *sockets_[at];
    const bool before = socket.upgraded();
    const bool open = socket.read(buffer_, [&](const Message& message) {
      if (message.kind == Kind::step2) ++synced_;
      if (on_message) on_message(at, message);
    });
    if (!open) die("the server closed a connection");
    if (!before && socket.upgraded()) socket.greet();
  }
}

void Crowd::until_synced(std::size_t count) {
  const std::int64_t begin = now_us();
  while (synced_ < count) {
    turn(10'000);
    if (now_us() - begin > 60'000'000) die("not synced after 60 s");
  }
}

void Crowd::run(std::int64_t us, const OnMessage& on_message) {
  for (const std::int64_t end = now_us() + us; now_us() < end;) turn(end - now_us(), on_message);
}

}  // namespace weft::load
