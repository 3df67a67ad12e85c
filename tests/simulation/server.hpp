// The server's process: the real registry, documents and wires over the simulated store. It dies,
// and comes back with what the disk has.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "network.hpp"
#include "session/registry.hpp"
#include "sqlite_disk.hpp"
#include "store.hpp"

namespace weft::simulation {

class Server {
 public:
  Server(Loop& loop, Disk& disk, Ledger& ledger, session::Limits limits, StoreOptions options);

  /// Opens the store, checks that it holds what was promised of `documents`, and serves. What fails
  /// is tried again later.
  void start(std::vector<std::string> documents);
  bool dead() const { return disk_.dead(); }
  bool up() const { return registry_ != nullptr; }
  bool accepts() const { return up() && !stopping_; }
  /// The process is gone; the disk has already seen it (Disk::die).
  void crash();
  /// Ends in order and comes back: everybody is sent away, everything is stored.
  void stop();
  /// Ends in order for good.
  void end();
  /// A document as it is stored. REQUIRES: not up. Throws Broken where a promise was not kept.
  Doc stored(const std::string& document);
  void tick();
  /// Nothing waits for the store, and nothing was posted.
  bool settled() const;

  session::Registry& registry() { return *registry_; }
  persistence::DocumentStore& store() { return *store_; }
  const session::Limits& limits() const { return limits_; }
  std::int64_t now_ms() const { return loop_.now_ms() + clock_off_ms_; }

  std::unique_ptr<protocol::DocSession> accept(const std::string& document, Speech speech,
                                               protocol::Transport& transport,
                                               std::function<void()> ended);
  void joined(const std::shared_ptr<Connection>& connection) { connections_.push_back(connection); }

  /// A step of the store takes up to so long.
  std::int64_t store_step_us = 2'000;
  /// Also its own recovery may be hit by what befalls the disk.
  bool stormy = true;
  std::size_t starts = 0;

 private:
  void open();
  void step();
  void drop_connections();
  bool check_promises();
  bool idle() const { return store_->stats().queued_count == 0; }
  std::optional<Doc> load(const std::string& document);
  void stop_when_settled(int tries);

  Loop& loop_;
  Disk& disk_;
  Ledger& ledger_;
  session::Limits limits_;
  StoreOptions options_;
  std::vector<std::string> documents_;
  std::uint64_t life_ = 0;  // what was scheduled in another one does not count
  bool stepping_ = false;
  bool stopping_ = false;
  std::int64_t clock_off_ms_ = 0;
  std::size_t posted_ = 0;
  std::unique_ptr<persistence::SteppedStore> store_;
  std::unique_ptr<session::Registry> registry_;
  std::vector<std::weak_ptr<Connection>> connections_;
};

}  // namespace weft::simulation
