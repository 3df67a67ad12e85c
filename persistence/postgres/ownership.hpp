// Who may write: one server at a time, also when connections break at the worst moment.
//
// Two things together. The writer's session holds an advisory lock, which the database drops with
// the session: that tells whether the owner is alive. And weft_owners has a row for each time that
// a server took the store; the owner's transactions all change the row of its own *epoch*, so
// that one that was overtaken fails, whatever became of locks, poolers and sleeping machines. The
// same row holds the number of the owner's last durable transaction: after a connection that broke
// during a commit it tells whether that commit happened.
//
// When another server has had the store meanwhile, what this one has loaded may be old: it is
// *stale*, and is not written before it has been loaded again.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "persistence/postgres/connection.hpp"

namespace weft::persistence::postgres {

/// Which documents were loaded before another server had the store. For all threads.
class Staleness {
 public:
  /// How often the store was lost to another server.
  std::uint64_t losses() const;
  void lost();
  /// `losses`: what losses() said before the document was read.
  void loaded(std::string_view name, std::uint64_t losses);
  bool is_stale(std::string_view name) const;

 private:
  // Hashes: two names that share one are loaded once more than needed.
  mutable std::mutex mutex_;
  std::unordered_set<std::uint64_t> loaded_;
  std::unordered_set<std::uint64_t> stale_;
  std::uint64_t losses_ = 0;
};

/// The writer's claim. Belongs to the writer's thread.
class Ownership {
 public:
  /// `session`: the application name of the writer's sessions, which no other server has.
  Ownership(std::string session, std::shared_ptr<Staleness> staleness)
      : session_(std::move(session)), staleness_(std::move(staleness)) {}

  /// Takes the store, or finds that it was never lost. Call after each connect.
  /// Errors: locked, naming the owner; those of the connection.
  StoreResult<void> claim(Connection& connection);

  std::int64_t epoch() const { return epoch_; }
  /// Numbers the owner's transactions.
  std::int64_t next_batch() { return ++batch_; }
  /// Whether transaction `batch` of `epoch` is durable.
  static StoreResult<bool> is_durable(Connection& connection, std::int64_t epoch,
                                      std::int64_t batch);

 private:
  StoreResult<bool> lock(Connection& connection);

  std::string session_;
  std::shared_ptr<Staleness> staleness_;
  std::int64_t epoch_ = 0;
  std::int64_t batch_ = 0;
};

}  // namespace weft::persistence::postgres
