// Accepting, placing, ticking, stopping. Shard 0 also accepts and speaks HTTP.
#include "net/server.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <sys/resource.h>
#include <thread>
#include <variant>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <xxhash.h>

#include "api/documents.hpp"
#include "api/operation.hpp"
#include "api/versions.hpp"
#include "api/y_sweet.hpp"
#include "net/channels.hpp"
#include "net/http_session.hpp"
#include "net/ws_connection.hpp"
#include "protocol/y_websocket.hpp"

namespace weft::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Every document lives on one shard, found by its name.
Shard& Shards::of(std::string_view document) const {
  return *all[XXH3_64bits(document.data(), document.size()) % all.size()];
}

namespace {

class Server {
 public:
  Server(const ServerOptions& options, persistence::DocumentStore& store)
      : options_(options),
        store_(store),
        acceptor_(main().io),
        signals_(main().io),
        pause_(main().io),
        documents_(surroundings(), {.body_bytes_max = options.connections.message_bytes_max}),
        y_sweet_(surroundings(), {.url_prefix = options.url_prefix,
                                  .update_bytes_max = options.connections.message_bytes_max}),
        versions_(surroundings()),
        operation_(
            {.gate = [this] { return main().gate; }, .figures = [this] { return figures(); }}) {
    of_all_.hocuspocus = {.relay_stateless = options.relay_stateless, .limits = options.sockets};
    of_all_.limits = options.connections;
    for (unsigned i = 0; i < options.shards; ++i) add_shard(store);
  }

  std::expected<void, std::string> listen();
  std::string address() const;
  void run();
  /// After run: carries out what was posted last, as wires that leave their documents.
  void finish_posted();
  std::chrono::steady_clock::time_point deadline() const { return deadline_; }
  /// After run: how many documents hold what the store has not.
  std::size_t unstored_documents() const;

 private:
  Shard& main() {
    if (shards_.empty()) shards_.push_back(std::make_unique<Shard>());
    return *shards_.front();
  }
  Shard& shard_for(const Upgrade& upgrade);
  void add_shard(persistence::DocumentStore& store);
  void accept();
  void greet(tcp::socket socket);
  void place(tcp::socket socket, Upgrade upgrade);
  void carry_out(api::Step step, api::Reply reply);
  void everywhere(const api::EverywhereCall& call, const api::Reply& reply);
  api::Hearing listen(api::ListenCall call, const api::Tell& tell);
  void revoke(const std::string& user);
  std::optional<api::HttpResponse> refusal(const Upgrade& upgrade);
  api::Surroundings surroundings();
  void tick(Shard& shard);
  void publish(Shard& shard);
  void observe();
  void renew_gate();
  void stop();
  void drain(Shard& shard);
  std::optional<api::Plan> plan(const api::HttpRequest& request) const;
  api::Figures figures() const;

  const ServerOptions& options_;
  persistence::DocumentStore& store_;
  Shards of_all_;
  std::vector<std::unique_ptr<Shard>>& shards_ = of_all_.all;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer pause_;
  std::atomic<bool> stopping_ = false;
  std::chrono::steady_clock::time_point deadline_;  // set before stopping_
  api::DocumentRoutes documents_;
  api::YSweetRoutes y_sweet_;
  api::VersionRoutes versions_;
  api::OperationRoutes operation_;
  HttpHooks hooks_{
      .upgrade = [this](tcp::socket socket,
                        Upgrade upgrade) { place(std::move(socket), std::move(upgrade)); },
      .operation = [this](const api::HttpRequest& request,
                          bool near) { return operation_.find(request, near); },
      .answered = [this](unsigned status) { ++main().traffic.http_answers[status]; },
      .plan = [this](const api::HttpRequest& request) { return plan(request); },
      .carry_out = [this](api::Step step,
                          api::Reply reply) { carry_out(std::move(step), std::move(reply)); },
      .listen = [this](api::ListenCall call,
                       const api::Tell& tell) { return listen(std::move(call), tell); },
      .refusal = [this](const Upgrade& upgrade) { return refusal(upgrade); },
      .origins = &options_.origins,
      .paths = {.hocuspocus = options_.hocuspocus_path, .phoenix = options_.phoenix_path},
      .request_time = options_.connections.request_time};
  api::Figures told_;  // of which options_.notice knows
  unsigned added_ = 0;
  std::size_t sockets_ = 0;  // of many documents
  Seats addresses_;
  Seats refused_;  // connections beyond those
};

void Server::add_shard(persistence::DocumentStore& store) {
  main();
  if (added_ > 0) shards_.push_back(std::make_unique<Shard>());
  Shard& shard = *shards_[added_++];
  auto generator = std::make_shared<std::mt19937_64>(std::uint64_t{std::random_device{}()} << 32 |
                                                     std::random_device{}());
  shard.shards = &of_all_;
  shard.gate = std::make_shared<const access::Gate>(options_.gate);
  shard.registry = std::make_unique<session::Registry>(session::Environment{
      .store = &store,
      .post = [&shard](std::function<void()> work) { asio::post(shard.io, std::move(work)); },
      .random = [generator] { return (*generator)(); },
      .is_mine = [&shard](std::string_view name) { return &shard.shards->of(name) == &shard; },
      .limits = options_.limits,
      .now_us = &Shard::now_us,
      .later =
          [&shard](std::int64_t ms, std::function<void()> work) {
            auto timer =
                std::make_shared<asio::steady_timer>(shard.io, std::chrono::milliseconds(ms));
            timer->async_wait([timer, work = std::move(work)](error_code error) {
              if (!error) work();
            });
          }});
}

std::expected<void, std::string> Server::listen() {
  const std::string where = options_.host + ":" + std::to_string(options_.port);
  error_code error;
  const asio::ip::address address = asio::ip::make_address(options_.host, error);
  if (error) return std::unexpected("cannot listen on " + where + ": not an IP address");
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(4096, error);
  if (error == asio::error::address_in_use) {
    return std::unexpected("cannot listen on " + where +
                           ": another program uses this port (choose one with --listen)");
  }
  if (error) return std::unexpected("cannot listen on " + where + ": " + error.message());
  return {};
}

std::string Server::address() const {
  const tcp::endpoint at = acceptor_.local_endpoint();
  const std::string host = at.address().to_string();
  return (at.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(at.port());
}

void Server::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (stopping_) return;
    if (!error) greet(std::move(socket));
    if (error != asio::error::no_descriptors) return accept();
    // Nothing can be accepted until some connection ends: look again soon, not at once.
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([this](error_code) {
      if (!stopping_) accept();
    });
  });
}

// IPv6: a house has a /64.
std::string who_is(const asio::ip::address& address) {
  if (!address.is_v6() || address.to_v6().is_v4_mapped()) return address.to_string();
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes).to_string();
}

// Who has too many connections is told so; while he has as many again that wait to be told, no
// more.
void Server::greet(tcp::socket socket) {
  const std::uint32_t max = options_.connections.per_address_max;
  if (max == 0) return serve_http(std::move(socket), hooks_);
  error_code error;
  const std::string address = who_is(socket.remote_endpoint(error).address());
  if (error) return;
  auto seat = addresses_.take(address, max);
  const bool full = !seat;
  if (full) seat = refused_.take(address, max);
  if (seat) serve_http(std::move(socket), hooks_, std::move(*seat), full);
}

// A connection of one document goes where that lives; one of many takes turns.
Shard& Server::shard_for(const Upgrade& upgrade) {
  if (upgrade.endpoint == Endpoint::hocuspocus || upgrade.endpoint == Endpoint::phoenix)
    return *shards_[sockets_++ % shards_.size()];
  return of_all_.of(upgrade.document);
}

WsConnection::MakeWire wire_of(Shard& shard, const Upgrade& upgrade) {
  if (upgrade.endpoint == Endpoint::hocuspocus) {
    return [&shard](WsConnection& connection, std::int64_t now_ms) {
      return hocuspocus_wire(shard, connection, now_ms);
    };
  }
  if (upgrade.endpoint == Endpoint::phoenix) {
    return [&shard, &upgrade](WsConnection& connection, std::int64_t now_ms) {
      return phoenix_wire(shard, connection, upgrade.token, now_ms);
    };
  }
  return [&shard, &upgrade](WsConnection& connection,
                            std::int64_t now_ms) -> std::unique_ptr<protocol::Wire> {
    auto grant = shard.enter(upgrade.token, upgrade.document);
    if (!grant) return std::make_unique<protocol::Refusal>(grant.error(), connection);
    auto seat = shard.seat_for(grant->user);
    if (!seat) {
      return std::make_unique<protocol::Refusal>(session::close_code::too_many,
                                                 "too many connections of this user", connection);
    }
    connection.keep(std::move(*seat));
    return std::make_unique<protocol::YWebSocket>(
        shard.registry->open(upgrade.document), std::move(*grant),
        shard.registry->environment().limits, connection, now_ms,
        upgrade.endpoint == Endpoint::y_sweet ? protocol::Dialect::y_sweet
                                              : protocol::Dialect::y_websocket);
  };
}

void Server::place(tcp::socket socket, Upgrade upgrade) {
  Shard& shard = shard_for(upgrade);
  error_code error;
  const tcp::endpoint local = socket.local_endpoint(error);
  const auto descriptor = socket.release(error);
  if (error || stopping_) return;
  auto moved = std::make_shared<Upgrade>(std::move(upgrade));
  asio::post(shard.io, [this, &shard, moved, descriptor, protocol = local.protocol()] {
    tcp::socket own(shard.io, protocol, descriptor);
    if (stopping_) return;
    auto connection = std::make_shared<WsConnection>(shard, std::move(own));
    connection->keep(std::move(moved->seat));
    connection->start(moved->response, wire_of(shard, *moved), std::move(moved->early));
  });
}

// Work with a document on its shard, with the store on its thread; the reply comes back to the
// shard that speaks HTTP.
void Server::carry_out(api::Step step, api::Reply reply) {
  auto home = [this, reply = std::move(reply)](api::HttpResponse response) {
    asio::post(main().io, [reply, response = std::move(response)] { reply(response); });
  };
  if (const auto* call = std::get_if<api::StoreCall>(&step)) return call->run(store_, home);
  if (auto* call = std::get_if<api::EverywhereCall>(&step)) return everywhere(*call, home);
  auto& call = std::get<api::DocumentCall>(step);
  Shard& shard = of_all_.of(call.document);
  asio::post(shard.io, [this, &shard, call = std::move(call), home = std::move(home)] {
    if (stopping_) return home(api::text_response(503, "the server restarts"));
    call.run(*shard.registry, Shard::now_ms(), home);
  });
}

// The listener lives on its document's shard, and is let go there.
api::Hearing Server::listen(api::ListenCall call, const api::Tell& tell) {
  Shard& shard = of_all_.of(call.document);
  auto home = [this, tell](api::Piece piece) {
    asio::post(main().io, [tell, piece = std::move(piece)] { tell(piece); });
  };
  auto held = std::make_shared<std::shared_ptr<api::Listener>>();
  asio::post(shard.io, [this, &shard, held, call = std::move(call), home = std::move(home)] {
    if (stopping_) return home({api::text_response(503, "the server restarts"), true});
    *held = call.run(*shard.registry, Shard::now_ms(), home);
  });
  return [&shard, held](api::Heard heard) {
    asio::post(shard.io, [held, heard] {
      if (!*held) return;
      if (heard == api::Heard::read) return (*held)->on_read();
      (*held)->on_gone();
      held->reset();
    });
  };
}

// Each shard adds its part; the last one replies.
void Server::everywhere(const api::EverywhereCall& call, const api::Reply& reply) {
  struct Sum {
    std::atomic<std::size_t> left;
    std::atomic<std::size_t> value = 0;
  };
  const auto sum = std::make_shared<Sum>(shards_.size());
  for (const auto& shard : shards_) {
    asio::post(shard->io, [&shard = *shard, sum, call, reply] {
      sum->value += call.run(*shard.registry);
      if (--sum->left == 0) reply(call.reply(sum->value));
    });
  }
}

void Server::revoke(const std::string& user) {
  auto revocations = std::make_shared<access::Revocations>(*main().revocations);
  revocations->revoke(user, Shard::unix_ms());
  main().revocations = revocations;
  for (const auto& shard : shards_) {
    asio::post(shard->io, [&shard = *shard, revocations] { shard.revocations = revocations; });
  }
}

// y-sweet's clients look at the status; the others are told behind the handshake.
std::optional<api::HttpResponse> Server::refusal(const Upgrade& upgrade) {
  if (upgrade.endpoint != Endpoint::y_sweet) return std::nullopt;
  const auto grant = main().enter(upgrade.token, upgrade.document);
  if (grant) return std::nullopt;
  return api::text_response(401, grant.error().reason);
}

api::Surroundings Server::surroundings() {
  return {.gate = [this] { return main().gate; },
          .enter = [this](std::string_view token,
                          std::string_view document) { return main().enter(token, document); },
          .revoke = [this](const std::string& user) { revoke(user); },
          .unix_ms = &Shard::unix_ms,
          .random =
              [] {
                std::random_device device;
                return std::uint64_t{device()} << 32 | device();
              },
          .carry_out = [this](api::Step step,
                              api::Reply reply) { carry_out(std::move(step), std::move(reply)); }};
}

void Server::tick(Shard& shard) {
  shard.timer.expires_after(std::chrono::seconds(1));
  shard.timer.async_wait([this, &shard](error_code) {
    if (stopping_) return;
    const std::int64_t now = Shard::now_ms();
    const std::vector<WsConnection*> connections(shard.connections.begin(),
                                                 shard.connections.end());
    for (WsConnection* connection : connections) {
      if (shard.connections.contains(connection)) connection->tick(now);
    }
    shard.registry->tick(now);
    publish(shard);
    if (&shard == &main()) observe();
    tick(shard);
  });
}

// What one thread does for all, once a second.
void Server::observe() {
  if (options_.newer_gate) renew_gate();
  if (!options_.notice) return;
  api::Figures now = figures();
  for (const api::Notice& notice : api::notices_of(told_, now)) options_.notice(notice);
  told_ = std::move(now);
}

void Server::renew_gate() {
  auto newer = options_.newer_gate();
  if (!newer) return;
  const auto gate = std::make_shared<const access::Gate>(std::move(*newer));
  for (const auto& shard : shards_) {
    asio::post(shard->io, [&shard = *shard, gate] { shard.gate = gate; });
  }
}

void Server::publish(Shard& shard) {
  asio::post(main().io, [&shard, figures = api::ShardFigures{
                                     .sockets = shard.connections.size(),
                                     .documents = shard.registry->stats(),
                                     .counters = *shard.registry->environment().counters,
                                     .traffic = shard.traffic}] { shard.published = figures; });
}

std::optional<api::Plan> Server::plan(const api::HttpRequest& request) const {
  auto found = versions_.find(request);
  if (!found) found = documents_.find(request);
  return found ? std::move(found) : y_sweet_.find(request);
}

api::Figures Server::figures() const {
  api::Figures all{.stopping = stopping_, .store = store_.stats()};
  for (const auto& shard : shards_) all.shards += shard->published;
  return all;
}

std::size_t Server::unstored_documents() const {
  std::size_t sum = 0;
  for (const auto& shard : shards_) sum += shard->registry->stats().unstored_documents;
  return sum;
}

void Server::stop() {
  deadline_ = std::chrono::steady_clock::now() + options_.drain_time;
  stopping_ = true;
  if (options_.notice) {
    options_.notice({.level = api::Level::info,
                     .event = "stopping",
                     .message = "stopping: clients are sent away, the store gets what it lacks"});
  }
  error_code ignored;
  acceptor_.close(ignored);
  signals_.async_wait([](error_code error, int) {
    if (!error) std::_Exit(130);
  });
  for (const auto& shard : shards_) {
    asio::post(shard->io, [this, &shard = *shard] {
      shard.registry->end_all(session::close_code::service_restart, "the server restarts");
      drain(shard);
    });
  }
}

// First the connections say goodbye, for a tenth of the time at most; then the store gets what it
// lacks.
void Server::drain(Shard& shard) {
  const auto now = std::chrono::steady_clock::now();
  if (now >= deadline_ - options_.drain_time * 9 / 10) {
    const std::vector<WsConnection*> left(shard.connections.begin(), shard.connections.end());
    for (WsConnection* connection : left) connection->abort();
  }
  shard.registry->tick(Shard::now_ms());
  if (shard.connections.empty()) shard.registry->checkpoint_all();
  if (now >= deadline_ || (shard.connections.empty() && shard.registry->settled())) {
    shard.io.stop();
    return;
  }
  shard.timer.expires_after(std::chrono::milliseconds(10));
  shard.timer.async_wait([this, &shard](error_code) { drain(shard); });
}

// A connection is a file descriptor, and the usual soft limit allows but a thousand.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
}

void Server::run() {
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  signals_.async_wait([this](error_code error, int) {
    if (!error) stop();
  });
  accept();
  std::vector<std::thread> threads;
  for (const auto& shard : shards_) {
    tick(*shard);
    threads.emplace_back([&shard = *shard] {
      const auto guard = asio::make_work_guard(shard.io);
      shard.io.run();
    });
  }
  for (std::thread& thread : threads) thread.join();
  finish_posted();
}

// Shards post to each other: until none of them has anything left.
void Server::finish_posted() {
  for (std::size_t ran = 1; ran > 0;) {
    ran = 0;
    for (const auto& shard : shards_) {
      shard->io.restart();
      ran += shard->io.poll();
    }
  }
}

}  // namespace

std::expected<void, std::string> serve(const ServerOptions& options,
                                       persistence::DocumentStore& store,
                                       const std::function<void(const std::string&)>& listening) {
  raise_descriptor_limit();
  Server server(options, store);
  if (auto listens = server.listen(); !listens) return listens;
  listening(server.address());
  server.run();
  // No completion may come to a shard that is gone.
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      server.deadline() - std::chrono::steady_clock::now());
  const auto closed = store.close(std::max(left, std::chrono::milliseconds(0)));
  server.finish_posted();
  if (const std::size_t count = server.unstored_documents(); count > 0) {
    return std::unexpected("stopped with unsaved changes in " + std::to_string(count) +
                           (count == 1 ? " document" : " documents") +
                           "; clients keep what was not acknowledged");
  }
  if (!closed) return std::unexpected(closed.error().message);
  return {};
}

}  // namespace weft::net
