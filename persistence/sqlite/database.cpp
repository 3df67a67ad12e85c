// SQLite calls and what their failures mean.
#include "persistence/sqlite/database.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

namespace weft::persistence::sqlite {

namespace {

StoreError error_of(sqlite3* handle, const std::string& file) {
  const int code = sqlite3_extended_errcode(handle);
  const int system_error = sqlite3_system_errno(handle);
  // SQLite reports a full disk as an I/O error where it grows its shared memory or syncs.
  const bool full = (code & 0xff) == SQLITE_FULL ||
                    ((code & 0xff) == SQLITE_IOERR &&
                     (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG));
  if (full) return {StoreErrc::disk_full, "no space left to write " + file};
  const StoreErrc errc = errc_of(code);
  if (errc == StoreErrc::locked) return {errc, file + " is locked by another process"};
  std::string message = file + ": " + sqlite3_errmsg(handle);
  const bool from_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  if (from_system && system_error != 0)
    message += std::string(" (") + std::strerror(system_error) + ")";
  return {errc, std::move(message)};
}

std::string in_quotes(const std::string& file) { return "\"" + file + "\""; }

StoreError error_of(sqlite3* handle) {
  const char* name = sqlite3_db_filename(handle, "main");
  return error_of(handle, name != nullptr ? in_quotes(name) : std::string("the database"));
}

}  // namespace

StoreErrc errc_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return StoreErrc::disk_full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StoreErrc::locked;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return StoreErrc::corrupt;
    case SQLITE_TOOBIG:
      return StoreErrc::too_large;
    default:
      return StoreErrc::unavailable;
  }
}

Run::~Run() {
  // The code repeats the last step's error, which step has returned already.
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

Run& Run::bind(int parameter, std::int64_t value) {
  const int code = sqlite3_bind_int64(handle_, parameter, value);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

Run& Run::bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.empty() ? "" : text.data();
  const int code =
      sqlite3_bind_text64(handle_, parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

Run& Run::bind(int parameter, ByteView bytes) {
  const int code = bytes.empty() ? sqlite3_bind_zeroblob(handle_, parameter, 0)
                                 : sqlite3_bind_blob64(handle_, parameter, bytes.data(),
                                                       bytes.size(), SQLITE_STATIC);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

StoreResult<bool> Run::step() {
  if (bind_code_ != SQLITE_OK)
    return std::unexpected(StoreError{errc_of(bind_code_), sqlite3_errstr(bind_code_)});
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(error_of(sqlite3_db_handle(handle_)));
}

StoreResult<void> Run::finish() {
  auto row = step();
  if (!row) return std::unexpected(std::move(row.error()));
  return {};
}

std::string_view Run::text(int column) const {
  const ByteView view = bytes(column);
  return as_text(view);
}

ByteView Run::bytes(int column) const {
  // The pointer before the size: the first call settles the value's form.
  const void* data = sqlite3_column_blob(handle_, column);
  const int size = sqlite3_column_bytes(handle_, column);
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

StoreResult<Database> Database::open(const std::filesystem::path& file,
                                     std::chrono::milliseconds busy_timeout) {
  sqlite3* handle = nullptr;
  // NOMUTEX: a connection belongs to one thread here.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  Database database(handle);  // also a failed open must be closed
  if (handle == nullptr)
    return std::unexpected(StoreError{StoreErrc::unavailable, "out of memory"});
  // A connection that failed to open does not know its file.
  if (code != SQLITE_OK) return std::unexpected(error_of(handle, in_quotes(file.native())));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout.count()));
  return database;
}

StoreResult<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(handle_.get()));
  return Statement(statement);
}

StoreResult<void> Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return std::unexpected(error_of(handle_.get()));
  return {};
}

// A pragma answers first and changes then: it has done so when it has ended.
StoreResult<std::int64_t> Database::query_integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  Run run(*statement);
  auto row = run.step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return 0;
  const std::int64_t found = run.integer(0);
  if (auto done = run.finish(); !done) return std::unexpected(std::move(done.error()));
  return found;
}

StoreResult<std::string> Database::query_text(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  Run run(*statement);
  auto row = run.step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return std::string();
  std::string found(run.text(0));
  if (auto done = run.finish(); !done) return std::unexpected(std::move(done.error()));
  return found;
}

StoreResult<void> Database::sync_log() {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER,
                       static_cast<void*>(&file));
  if (file == nullptr || file->pMethods == nullptr) return {};
  const int code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
  if (code == SQLITE_OK) return {};
  return std::unexpected(StoreError{errc_of(code), sqlite3_errstr(code)});
}

StoreResult<std::vector<Statement>> prepare_all(Database& database,
                                                std::span<const char* const> sql) {
  std::vector<Statement> statements;
  statements.reserve(sql.size());
  for (const char* text : sql) {
    auto statement = database.prepare(text);
    if (!statement) return std::unexpected(std::move(statement.error()));
    statements.push_back(std::move(*statement));
  }
  return statements;
}

void Database::rollback() {
  if (in_transaction()) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace weft::persistence::sqlite
