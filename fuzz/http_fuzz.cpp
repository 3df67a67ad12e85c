// Arbitrary bytes on an HTTP connection, over a pair of sockets: each request gets one well-formed
// answer, or the connection ends; what upgrades is a WebSocket handshake from a page that may, for
// a document with a name.
//
// Input: a byte (how many pieces the rest comes in), then what the client sends.
//
// Reaches: server/net/http_session.cpp server/net/http_parser.cpp server/net/ws_handshake.cpp
// Reaches: server/net/page.cpp server/api/http.cpp server/api/percent.cpp server/api/health.cpp
// Reaches: server/net/event_stream.cpp server/api/events.cpp server/api/answers.cpp
// Reaches: server/api/documents_whole.cpp server/api/operations.cpp server/api/markdown.cpp
// Reaches: server/api/y_sweet.cpp server/api/operation.cpp server/access/origin_rule.cpp
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <variant>

#include <boost/asio/io_context.hpp>

#include "api/documents.hpp"
#include "api/operation.hpp"
#include "api/y_sweet.hpp"
#include "encoding/utf.hpp"
#include "input.hpp"
#include "net/http_session.hpp"
#include "persistence/memory/memory_store.hpp"
#include "target.hpp"

namespace {

using namespace weft;

constexpr std::size_t kRequestBytesMax = 60'000;  // the pair takes so much without a reader
constexpr int kIdleTurnsMax = 1000;

class Client {
 public:
  Client() {
    std::array<int, 2> ends{};
    WEFT_PROMISE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    own_ = ends[0];
    boost::asio::ip::tcp::socket socket(io_);
    socket.assign(boost::asio::ip::tcp::v4(), ends[1]);
    WEFT_PROMISE(origins_.allow("https://good.example").has_value());
    net::serve_http(std::move(socket), hooks_);
  }
  ~Client() { close(own_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(own_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // it has hung up
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
      turn();
    }
  }

  // Until the server has hung up too.
  void finish() {
    shutdown(own_, SHUT_WR);
    for (int idle = 0; !io_.stopped() && idle < kIdleTurnsMax; ++idle) {
      if (turn()) idle = 0;
    }
    WEFT_PROMISE(io_.stopped());
    check_answers();
  }

 private:
  void carry_out(const api::Step& step, const api::Reply& reply) {
    if (const auto* call = std::get_if<api::StoreCall>(&step)) {
      call->run(store_, reply);
    } else if (const auto* everywhere = std::get_if<api::EverywhereCall>(&step)) {
      reply(everywhere->reply(everywhere->run(registry_)));
    } else {
      std::get<api::DocumentCall>(step).run(registry_, 0, reply);
    }
  }

  api::Hearing listen(const api::ListenCall& call, api::Tell tell) {
    auto listener = std::make_shared<std::shared_ptr<api::Listener>>();
    posted_.emplace_back([this, call, listener, tell = std::move(tell)] {
      *listener = call.run(registry_, 0, tell);
    });
    return [this, listener](api::Heard heard) {
      posted_.emplace_back([listener, heard] {
        if (!*listener) return;
        if (heard == api::Heard::read) return (*listener)->on_read();
        (*listener)->on_gone();
        listener->reset();
      });
    };
  }

  // True if anything happened.
  bool turn() {
    bool ran = io_.poll() > 0;
    while (store_.run_one()) ran = true;
    while (!posted_.empty()) {
      const auto work = std::move(posted_.front());
      posted_.pop_front();
      work();
      ran = true;
    }
    std::array<char, 65536> buffer = {};
    // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection): it does not wait
    const ssize_t size = recv(own_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size > 0) answers_.append(buffer.data(), static_cast<std::size_t>(size));
    return ran || size > 0;
  }

  void on_upgrade(boost::asio::ip::tcp::socket, const net::Upgrade& upgrade) {
    WEFT_PROMISE(!upgraded_);
    upgraded_ = true;
    WEFT_PROMISE(upgrade.response.starts_with("HTTP/1.1 101 "));
    WEFT_PROMISE(upgrade.response.ends_with("\r\n\r\n"));
    if (upgrade.document.empty()) {
      WEFT_PROMISE(upgrade.endpoint == net::Endpoint::hocuspocus ||
                   upgrade.endpoint == net::Endpoint::phoenix);
      return;
    }
    WEFT_PROMISE(!upgrade.document.empty() && upgrade.document.size() <= 1024);
    WEFT_PROMISE(encoding::scan_utf8(upgrade.document).valid);
    WEFT_PROMISE(upgrade.document.find_first_of("? \r\n") == std::string::npos);
  }

  // Heads and bodies follow each other without a byte in between.
  void check_answers() const {
    std::string_view rest = answers_;
    while (!rest.empty()) {
      WEFT_PROMISE(rest.starts_with("HTTP/1."));
      const std::size_t end = rest.find("\r\n\r\n");
      WEFT_PROMISE(end != std::string_view::npos);
      const std::string_view head = rest.substr(0, end + 2);
      rest.remove_prefix(end + 4);
      const std::size_t length = head.find("\r\nContent-Length: ");
      if (length == std::string_view::npos) {
        if (head.find("text/event-stream") != std::string_view::npos) return;  // to the end
        WEFT_PROMISE(head.find(" 304 ") != std::string_view::npos ||
                     head.find(" 100 ") != std::string_view::npos);
        continue;
      }
      const std::size_t size = std::stoul(std::string(head.substr(length + 18)));
      if (rest.starts_with("HTTP/1.")) continue;  // the answer to a HEAD
      WEFT_PROMISE(rest.empty() || size <= rest.size());
      rest.remove_prefix(std::min(size, rest.size()));
    }
  }

  std::deque<std::function<void()>> posted_;
  persistence::MemoryStore store_{{.disk = std::make_shared<persistence::MemoryDisk>(),
                                   .now_ms = [] { return std::int64_t{0}; }}};
  session::Registry registry_{
      {.store = &store_,
       .post = [this](std::function<void()> work) { posted_.push_back(std::move(work)); },
       .random = [] { return std::uint64_t{4}; },
       .limits = {}}};
  boost::asio::io_context io_{1};
  int own_ = -1;
  access::OriginRule origins_;
  api::Surroundings surroundings_{
      .gate = [] { return std::make_shared<const access::Gate>(); },
      .enter = [](std::string_view token,
                  std::string_view document) { return access::Gate().enter(token, document, 0); },
      .revoke = [](const std::string& user) { WEFT_PROMISE(!user.empty()); },
      .unix_ms = [] { return std::int64_t{0}; },
      .random = [] { return std::uint64_t{4}; },
      .carry_out = [this](const api::Step& step,
                          const api::Reply& reply) { carry_out(step, reply); }};
  api::DocumentRoutes documents_{surroundings_, {}};
  api::YSweetRoutes y_sweet_{surroundings_, {}};
  api::OperationRoutes operation_{{.gate = [] { return std::make_shared<const access::Gate>(); },
                                   .figures =
                                       [] {
                                         api::Figures figures;
                                         figures.store.failing = true;
                                         figures.store.failure = "\"quoted\"\n";
                                         return figures;
                                       }}};
  net::HttpHooks hooks_{
      .upgrade = [this](boost::asio::ip::tcp::socket socket,
                        const net::Upgrade& upgrade) { on_upgrade(std::move(socket), upgrade); },
      .operation = [this](const api::HttpRequest& request,
                          bool) { return operation_.find(request, true); },
      .answered = [](unsigned) {},
      .plan =
          [this](const api::HttpRequest& request) {
            auto plan = documents_.find(request);
            return plan ? std::move(plan) : y_sweet_.find(request);
          },
      .carry_out = [this](const api::Step& step,
                          const api::Reply& reply) { carry_out(step, reply); },
      .listen = [this](const api::ListenCall& call,
                       api::Tell tell) { return listen(call, std::move(tell)); },
      .refusal = [](const net::Upgrade&) { return std::nullopt; },
      .origins = &origins_,
      .paths = {.hocuspocus = "/hocuspocus", .phoenix = "/socket"},
      .request_time = std::chrono::seconds(10)};
  std::string answers_;
  bool upgraded_ = false;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, std::min(size, kRequestBytesMax));
  const std::size_t pieces = 1 + input.up_to(3);
  const ByteView all = input.rest();
  Client client;
  for (std::size_t i = 0; i < pieces; ++i) {
    const std::size_t begin = all.size() * i / pieces;
    client.send(all.subspan(begin, all.size() * (i + 1) / pieces - begin));
  }
  client.finish();
  return 0;
}
