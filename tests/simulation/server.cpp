#include "server.hpp"

#include <algorithm>
#include <utility>

#include "protocol/hocuspocus_session.hpp"
#include "protocol/y_websocket.hpp"

namespace weft::simulation {

namespace {

constexpr std::int64_t kPostUs = 20;
constexpr std::int64_t kStartAgainUs = 500'000;

}  // namespace

Server::Server(Loop& loop, Disk& disk, Ledger& ledger, session::Limits limits, StoreOptions options)
    : loop_(loop), disk_(disk), ledger_(ledger), limits_(limits), options_(std::move(options)) {
  options_.now_ms = [this] { return now_ms(); };
  options_.queued = [this] {
    if (std::exchange(stepping_, true)) return;
    loop_.after(loop_.between(50, store_step_us), [this, life = life_] {
      if (life == life_) step();
    });
  };
}

void Server::start(std::vector<std::string> documents) {
  documents_ = std::move(documents);
  open();
}

void Server::open() {
  if (disk_.dead()) {
    disk_.restart();
    if (stormy && loop_.chance(3) == 0)
      disk_.strike_at(1 + loop_.chance(30), loop_.chance(2) == 0 ? Fault::kill : Fault::power_loss);
  }
  if (stormy && loop_.chance(4) == 0) clock_off_ms_ += loop_.between(-5'000, 60'000);
  ++life_;
  stepping_ = true;  // by hand, until it is known to be good
  stopping_ = false;
  auto store = open_store(disk_, options_);
  if (store) store_ = std::move(*store);
  if (!store && !persistence::is_transient(store.error().code))
    throw Broken{"the store does not open: " + store.error().message};
  if (!store || disk_.dead() || !check_promises()) {
    store_.reset();
    return loop_.after(kStartAgainUs, [this] { open(); });
  }
  ++starts;
  stepping_ = false;
  posted_ = 0;
  registry_ = std::make_unique<session::Registry>(
      session::Environment{.store = store_.get(),
                           .post =
                               [this](std::function<void()> work) {
                                 ++posted_;
                                 loop_.after(kPostUs, [this, life = life_, work = std::move(work)] {
                                   if (life != life_) return;
                                   --posted_;
                                   work();
                                 });
                               },
                           .random = [this] { return loop_.random(); },
                           .limits = limits_});
}

// Nothing: the disk failed meanwhile.
std::optional<Doc> Server::load(const std::string& document) {
  persistence::StoreResult<persistence::LoadedDocument> loaded;
  auto queued = store_->load(document, [&](auto result) { loaded = std::move(result); });
  if (!queued) throw Broken{document + ": a load was refused: " + queued.error().message};
  while (store_->step()) {
  }
  if (disk_.dead()) return std::nullopt;
  if (loaded) return ledger_.check(document, *loaded);
  if (persistence::is_transient(loaded.error().code)) return std::nullopt;
  throw Broken{document + " does not load: " + loaded.error().message};
}

bool Server::check_promises() {
  return std::ranges::all_of(documents_,
                             [this](const auto& name) { return load(name).has_value(); });
}

Doc Server::stored(const std::string& document) {
  stepping_ = true;
  auto store = open_store(disk_, options_);
  if (!store) throw Broken{"the store does not open: " + store.error().message};
  store_ = std::move(*store);
  auto doc = load(document);
  store_.reset();
  if (!doc) throw Broken{document + " does not load"};
  return std::move(*doc);
}

void Server::step() {
  stepping_ = false;
  store_->step();
  if (disk_.dead()) return crash();
  if (!idle()) options_.queued();
}

void Server::crash() {
  ++life_;
  stepping_ = true;
  store_.reset();
  drop_connections();
  registry_.reset();
  loop_.after(loop_.between(10'000, 2'000'000), [this] { open(); });
}

void Server::stop() {
  if (!accepts()) return;
  stopping_ = true;
  registry_->end_all(session::close_code::service_restart, "the server stops");
  registry_->checkpoint_all();
  stop_when_settled(20);
}

void Server::stop_when_settled(int tries) {
  if (!settled() && tries > 0)
    return loop_.after(100'000, [this, tries, life = life_] {
      if (life == life_) stop_when_settled(tries - 1);
    });
  end();
  if (disk_.dead()) return crash();
  loop_.after(loop_.between(10'000, 500'000), [this] { open(); });
}

void Server::end() {
  ++life_;
  stepping_ = true;
  if (store_) static_cast<void>(store_->close(std::chrono::seconds(1)));
  drop_connections();
  registry_.reset();
  store_.reset();
}

void Server::drop_connections() {
  for (const auto& each : std::exchange(connections_, {})) {
    if (const auto connection = each.lock()) connection->lose_server();
  }
}

void Server::tick() {
  if (!up()) return;
  registry_->tick(now_ms());
  std::erase_if(connections_, [](const auto& each) { return each.expired(); });
  const auto connections = connections_;
  for (const auto& each : connections) {
    if (const auto connection = each.lock()) connection->tick();
  }
}

bool Server::settled() const { return up() && registry_->settled() && idle() && posted_ == 0; }

std::unique_ptr<protocol::DocSession> Server::accept(const std::string& document, Speech speech,
                                                     protocol::Transport& transport,
                                                     std::function<void()> ended) {
  access::Grant grant{.role = access::Role::write, .user = {}};
  auto doc = registry_->open(document);
  if (speech == Speech::y_websocket)
    return std::make_unique<protocol::YWebSocket>(std::move(doc), std::move(grant), limits_,
                                                  transport, now_ms());
  const protocol::HocuspocusPlace place{document, document, std::move(grant)};
  return std::make_unique<protocol::HocuspocusSession>(std::move(doc), place, limits_, transport,
                                                       std::move(ended), now_ms());
}

}  // namespace weft::simulation
