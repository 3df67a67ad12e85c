// The lock, the epoch, and what another server's turn makes of what was loaded.
#include "persistence/postgres/ownership.hpp"

#include <array>
#include <unistd.h>

#include <xxhash.h>

#include "persistence/postgres/schema.hpp"

namespace weft::persistence::postgres {

namespace {

std::uint64_t hash_of(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

std::string host_and_pid() {
  std::array<char, 256> host = {};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  return std::string(host.data()) + " (pid " + std::to_string(::getpid()) + ")";
}

// The table's own number is the second half: stores in different schemas of one database differ.
std::string lock_sql() {
  return "SELECT pg_try_advisory_lock(" + std::to_string(kLockClass) +
         ", hashtext('weft_owners'::regclass::oid::text))";
}

std::string holder_of(pqxx::transaction_base& transaction) {
  const auto rows = transaction.exec("SELECT holder FROM weft_owners WHERE NOT ended");
  return rows.empty() ? "another server" : "another server, " + rows[0][0].as<std::string>();
}

}  // namespace

std::uint64_t Staleness::losses() const {
  const std::lock_guard guard(mutex_);
  return losses_;
}

void Staleness::lost() {
  const std::lock_guard guard(mutex_);
  ++losses_;
  stale_.merge(loaded_);
  loaded_.clear();
}

void Staleness::loaded(std::string_view name, std::uint64_t losses) {
  const std::lock_guard guard(mutex_);
  if (losses != losses_) {
    stale_.insert(hash_of(name));
    return;
  }
  stale_.erase(hash_of(name));
  loaded_.insert(hash_of(name));
}

bool Staleness::is_stale(std::string_view name) const {
  const std::lock_guard guard(mutex_);
  return stale_.contains(hash_of(name));
}

// A session of our own that the network has cut off may hold the lock until the database notices;
// it is ended. What it had begun to commit is then decided.
StoreResult<bool> Ownership::lock(Connection& connection) {
  return connection.attempt([this](pqxx::connection& session) {
    pqxx::nontransaction direct(session);
    if (direct.exec1(lock_sql())[0].as<bool>()) return true;
    const auto ended = direct.exec_params(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1"
        " AND datname = current_database() AND pid <> pg_backend_pid()",
        session_);
    return !ended.empty() && direct.exec1(lock_sql())[0].as<bool>();
  });
}

StoreResult<void> Ownership::claim(Connection& connection) {
  const auto locked = lock(connection);
  if (!locked) return std::unexpected(locked.error());
  const bool known = epoch_ != 0;
  auto claimed = connection.attempt([&](pqxx::connection& session) -> StoreResult<bool> {
    pqxx::work work(session);
    if (!*locked)
      return std::unexpected(
          StoreError{StoreErrc::locked, connection.shown() + " is in use by " + holder_of(work)});
    const auto own =
        work.exec_params("SELECT FROM weft_owners WHERE epoch = $1 AND NOT ended", epoch_);
    if (!own.empty()) return true;
    // Waits for a transaction of the former owner that is still under way.
    work.exec("UPDATE weft_owners SET ended = true WHERE NOT ended");
    const auto taken = work.exec_params1(
        "INSERT INTO weft_owners SELECT coalesce(max(epoch), 0) + 1, 0, false, $1, now()"
        " FROM weft_owners RETURNING epoch",
        host_and_pid());
    const std::int64_t epoch = integer(taken[0]);
    work.exec_params("DELETE FROM weft_owners WHERE epoch < $1", epoch - 1000);
    work.commit();
    epoch_ = epoch;
    batch_ = 0;
    return false;
  });
  if (!claimed) return std::unexpected(std::move(claimed.error()));
  if (!*claimed) return std::unexpected(std::move(claimed->error()));
  if (!**claimed && known) staleness_->lost();
  return {};
}

StoreResult<bool> Ownership::is_durable(Connection& connection, std::int64_t epoch,
                                        std::int64_t batch) {
  return connection.attempt([&](pqxx::connection& session) {
    pqxx::nontransaction direct(session);
    const auto row = direct.exec_params("SELECT batch FROM weft_owners WHERE epoch = $1", epoch);
    return !row.empty() && integer(row[0][0]) >= batch;
  });
}

}  // namespace weft::persistence::postgres
