// One session with the database. Nothing that libpqxx throws leaves `attempt`.
//
// Only the files of this folder include it. A Connection belongs to one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <pqxx/pqxx>

#include "persistence/postgres/conninfo.hpp"
#include "persistence/store.hpp"

namespace weft::persistence::postgres {

/// What an SQLSTATE means to a caller of the store.
StoreErrc errc_of(const std::string& sqlstate);

struct SessionOptions {
  /// How long a statement waits for a foreign lock, and how long it may take in all.
  std::chrono::milliseconds lock_timeout{10'000};
  std::chrono::milliseconds statement_timeout{120'000};
};

class Connection {
 public:
  Connection(ConnectionInfo info, SessionOptions options)
      : info_(std::move(info)), options_(options) {}

  const std::string& shown() const { return info_.shown; }
  bool open() const { return session_ && session_->is_open(); }
  /// Opens a session where there is none: connects, and sets what durability needs.
  StoreResult<void> connect();
  void drop() {
    silence_.reset();
    session_.reset();
  }

  /// Calls `work` with the session. Whatever it throws becomes the error.
  /// REQUIRES: connect() has succeeded since the last drop().
  template <typename Work>
  auto attempt(Work work) -> StoreResult<std::invoke_result_t<Work, pqxx::connection&>> {
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<Work, pqxx::connection&>>) {
        work(*session_);
        return {};
      } else {
        return work(*session_);
      }
    } catch (...) {
      return std::unexpected(caught());
    }
  }

 private:
  /// REQUIRES: called from a catch block.
  StoreError caught() const;

  ConnectionInfo info_;
  SessionOptions options_;
  std::unique_ptr<pqxx::connection> session_;
  std::unique_ptr<pqxx::quiet_errorhandler> silence_;  // its notices; after the session
};

/// Bytes as a parameter for a bytea, and back. The view lives as long as `held`.
inline pqxx::binarystring parameter(ByteView bytes) { return {bytes.data(), bytes.size()}; }
inline pqxx::binarystring parameter(std::string_view text) { return {text.data(), text.size()}; }
inline ByteView view(const pqxx::binarystring& held) { return {held.data(), held.size()}; }

inline std::int64_t integer(const pqxx::field& field) { return field.as<long long>(); }
inline std::uint64_t unsigned_integer(const pqxx::field& field) {
  return static_cast<std::uint64_t>(integer(field));
}

}  // namespace weft::persistence::postgres
