#include "served.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <catch2/catch.hpp>

#include <weft/doc.hpp>

#include "persistence/sqlite/sqlite_store.hpp"

namespace weft::net::test {

ServerOptions Served::two_shards() {
  ServerOptions options;
  options.shards = 2;
  return options;
}

Served::Served(ServerOptions options) : options_(std::move(options)) {
  std::string pattern = std::filesystem::temp_directory_path() / "weft-server-XXXXXX";
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  auto opened = persistence::open_sqlite_store(folder_);
  REQUIRE(opened);
  store_ = std::move(*opened);
  options_.port = 0;
  std::promise<std::string> listening;
  auto told = listening.get_future();
  thread_ = std::thread([this, &listening] {
    const auto served =
        serve(options_, *store_, [&](const std::string& at) { listening.set_value(at); });
    if (!served)
      listening.set_exception(std::make_exception_ptr(std::runtime_error(served.error())));
  });
  const std::string address = told.get();
  REQUIRE(address.starts_with("127.0.0.1:"));
  port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1)));
  // It answers: from here on SIGTERM is its own.
  REQUIRE(ask(port_, "GET /healthz HTTP/1.1").status == 200);
}

Served::~Served() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Served::stop() {
  if (!thread_.joinable()) return;
  ::kill(::getpid(), SIGTERM);
  thread_.join();
  store_.reset();
}

std::string Served::stored_text(const std::string& document) const {
  REQUIRE_FALSE(thread_.joinable());
  auto store = persistence::open_sqlite_store(folder_);
  REQUIRE(store);
  std::promise<std::string> text;
  auto told = text.get_future();
  const auto queued = (*store)->load(document, [&](const auto& loaded) {
    Doc doc;
    bool good = loaded.has_value();
    if (good && loaded->checkpoint) {
      good = doc.apply_update(loaded->checkpoint->state, loaded->checkpoint->encoding).has_value();
    }
    if (good) {
      for (const auto& update : loaded->updates) {
        good = good && doc.apply_update(update.bytes, update.encoding).has_value();
      }
    }
    text.set_value(good ? doc.text("t").to_string() : "cannot be read");
  });
  REQUIRE(queued);
  return told.get();
}

// --- Sockets -----------------------------------------------------------------------------------

RawSocket::RawSocket(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  REQUIRE(socket_ >= 0);
  const timeval patience{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
}

RawSocket::~RawSocket() { ::close(socket_); }

void RawSocket::write(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

std::string RawSocket::read(std::size_t size) {
  std::string text;
  while (text.size() < size) {
    char piece[4096];
    const std::size_t want = std::min(sizeof(piece), size - text.size());
    const ssize_t got = ::recv(socket_, piece, want, 0);
    if (got < 0 && errno != ECONNRESET) FAIL("nothing came for 20 seconds");
    if (got <= 0) break;
    text.append(piece, static_cast<std::size_t>(got));
  }
  return text;
}

std::string RawSocket::read_head() {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const std::string next = read(1);
    if (next.empty()) break;
    head += next;
  }
  return head;
}

std::string RawSocket::read_to_end() { return read(std::size_t{1} << 30); }

// --- HTTP and frames -----------------------------------------------------------------------------

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

std::string Answer::header(std::string_view name) const {
  const std::string start = "\r\n" + lower(name) + ": ";
  const std::size_t at = lower(head).find(start);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + start.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

Answer read_answer(RawSocket& socket, bool with_body) {
  Answer answer;
  answer.head = socket.read_head();
  if (!answer.head.starts_with("HTTP/1.") || answer.head.size() < 12) return answer;
  answer.status = std::stoi(answer.head.substr(9, 3));
  const std::string length = answer.header("Content-Length");
  if (with_body && !length.empty()) answer.body = socket.read(std::stoul(length));
  return answer;
}

Answer ask(std::uint16_t port, std::string_view request) {
  return ask_as(port, std::string(request) + "\r\nHost: test");
}

Answer ask_as(std::uint16_t port, std::string_view request) {
  RawSocket socket(port);
  socket.write(std::string(request) + "\r\nConnection: close\r\n\r\n");
  Answer answer = read_answer(socket, !request.starts_with("HEAD"));
  REQUIRE(socket.read_to_end().empty());  // nothing behind it, and the connection ends
  return answer;
}

ServerFrame read_frame(RawSocket& socket) {
  const std::string start = socket.read(2);
  if (start.size() < 2) return {};
  const auto byte = [](char c) { return static_cast<std::uint8_t>(c); };
  REQUIRE((byte(start[0]) & 0xF0) == 0x80);  // whole, no reserved bits
  REQUIRE((byte(start[1]) & 0x80) == 0);     // a server does not mask
  std::uint64_t size = byte(start[1]);
  if (size >= 126) {
    const std::string length = socket.read(size == 126 ? 2 : 8);
    size = 0;
    for (const char c : length) size = size << 8 | byte(c);
  }
  const std::string payload = socket.read(size);
  REQUIRE(payload.size() == size);
  return {static_cast<std::uint8_t>(byte(start[0]) & 0x0F), {payload.begin(), payload.end()}};
}

}  // namespace weft::net::test
