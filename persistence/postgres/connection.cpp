// Connecting, and what errors mean.
#include "persistence/postgres/connection.hpp"

#include <exception>
#include <string_view>

namespace weft::persistence::postgres {

namespace {

// libpq's messages have several lines and end with one.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      if (!out.empty() && out.back() != ' ') out.push_back(' ');
    } else {
      out.push_back(c);
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string milliseconds(std::chrono::milliseconds time) {
  return "'" + std::to_string(time.count()) + "ms'";
}

// - A commit must wait for its disk sync, whatever the database's default is.
// - The database should find out within half a minute that this server is gone: its session holds
//   the lock that says who owns the store.
std::string session_sql(const SessionOptions& options) {
  return "SELECT set_config('synchronous_commit', 'on', false)"
         " WHERE current_setting('synchronous_commit') = 'off';"
         "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;"
         "SET tcp_keepalives_count = 3; SET idle_in_transaction_session_timeout = '60s';"
         "SET lock_timeout = " +
         milliseconds(options.lock_timeout) +
         "; SET statement_timeout = " + milliseconds(options.statement_timeout);
}

// A session that is lost must be noticed: libpqxx would open another one in silence, without what
// was set here and without the lock.
void forbid_reconnecting(pqxx::connection& session) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  session.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

}  // namespace

StoreErrc errc_of(const std::string& sqlstate) {
  const std::string_view kind = std::string_view(sqlstate).substr(0, 2);
  if (sqlstate == "53100") return StoreErrc::disk_full;
  if (sqlstate == "55P03" || sqlstate == "40P01") return StoreErrc::locked;
  if (sqlstate == "XX001" || sqlstate == "XX002") return StoreErrc::corrupt;
  if (sqlstate == "54000") return StoreErrc::too_large;
  // Tables that are not as the migrations made them.
  if (kind == "42" && sqlstate != "42501") return StoreErrc::incompatible;
  return StoreErrc::unavailable;
}

StoreResult<void> Connection::connect() {
  if (open()) return {};
  drop();
  try {
    session_ = std::make_unique<pqxx::connection>(info_.parameters);
    silence_ = std::make_unique<pqxx::quiet_errorhandler>(*session_);
    forbid_reconnecting(*session_);
    pqxx::nontransaction setting(*session_);
    setting.exec(session_sql(options_));
    return {};
  } catch (...) {
    StoreError error = caught();
    drop();
    return std::unexpected(std::move(error));
  }
}

StoreError Connection::caught() const {
  const auto say = [this](const char* what) { return info_.shown + ": " + one_line(what); };
  try {
    throw;
  } catch (const pqxx::sql_error& error) {
    if (errc_of(error.sqlstate()) == StoreErrc::disk_full)
      return {StoreErrc::disk_full, "no space left in " + say(error.what())};
    return {errc_of(error.sqlstate()), say(error.what())};
  } catch (const pqxx::deadlock_detected& error) {
    return {StoreErrc::locked, say(error.what())};
  } catch (const std::exception& error) {
    return {StoreErrc::unavailable, say(error.what())};
  } catch (...) {
    return {StoreErrc::unavailable, info_.shown + ": an unknown failure"};
  }
}

}  // namespace weft::persistence::postgres
