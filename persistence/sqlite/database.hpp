// One SQLite connection and its prepared statements, with errors as values.
//
// The only header that knows sqlite3.h. A Database and its statements belong to one thread at a
// time, and statements must be destroyed before their Database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

#include "persistence/store.hpp"

namespace weft::persistence::sqlite {

/// What `code` (an extended SQLite result code) means to a caller of the store.
StoreErrc errc_of(int code);

class Statement {
 public:
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  sqlite3_stmt* handle() const { return handle_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// One execution of a statement: bind, step, read. Leaves the statement ready for the next one.
class Run {
 public:
  explicit Run(const Statement& statement) : handle_(statement.handle()) {}
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Parameters count from 1. What is bound must stay alive and unchanged until the Run ends.
  Run& bind(int parameter, std::int64_t value);
  Run& bind(int parameter, std::uint64_t value) {
    return bind(parameter, static_cast<std::int64_t>(value));
  }
  Run& bind(int parameter, std::string_view text);
  Run& bind(int parameter, ByteView bytes);

  /// True: a row is there to read. False: done. Errors include those of bind.
  StoreResult<bool> step();
  /// For statements without rows.
  StoreResult<void> finish();

  /// Columns count from 0. Views live until the next step.
  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }
  std::uint64_t unsigned_integer(int column) const {
    return static_cast<std::uint64_t>(integer(column));
  }
  bool is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
  std::string_view text(int column) const;
  ByteView bytes(int column) const;

 private:
  sqlite3_stmt* handle_;
  int bind_code_ = SQLITE_OK;
};

class Database {
 public:
  /// Opens or creates the file. `busy_timeout` bounds the wait for another process's lock.
  static StoreResult<Database> open(const std::filesystem::path& file,
                                    std::chrono::milliseconds busy_timeout);

  StoreResult<Statement> prepare(std::string_view sql);
  /// Executes statements and ignores their rows.
  StoreResult<void> execute(const char* sql);
  /// The first column of the first row: for pragmas and counts. 0 where there is no row.
  StoreResult<std::int64_t> query_integer(std::string_view sql);
  StoreResult<std::string> query_text(std::string_view sql);

  /// Returns once all that can be read is on disk: a process that was killed may have written to
  /// the write-ahead log what was not synced, and SQLite takes it for committed.
  /// REQUIRES: WAL mode, and something was read.
  StoreResult<void> sync_log();

  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  /// Undoes the open transaction, if SQLite has not done so by itself.
  void rollback();

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  std::unique_ptr<sqlite3, Close> handle_;
};

/// One statement for each text, in their order.
StoreResult<std::vector<Statement>> prepare_all(Database& database,
                                                std::span<const char* const> sql);

}  // namespace weft::persistence::sqlite
