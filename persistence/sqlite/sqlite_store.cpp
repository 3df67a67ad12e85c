// The queue in front of a DocumentLog and the thread behind it.
//
// Invariants:
//  1. Only the thread touches log_ from the constructor's end until it is joined.
//  2. mutex_ is never held while SQLite or a completion runs.
//  3. An operation is in queue_ or in the thread's batch until it completes, exactly once.
#include "persistence/sqlite/sqlite_store.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <span>
#include <thread>
#include <utility>

#include "persistence/operation.hpp"
#include "persistence/sqlite/document_log.hpp"
#include "persistence/sqlite/folder_lock.hpp"
#include "persistence/sqlite/schema.hpp"

namespace weft::persistence {

namespace {

using sqlite::DocumentLog;
using sqlite::FolderLock;

// Bounds what a caller may ask close to wait, so that no clock arithmetic overflows.
constexpr std::chrono::milliseconds kDeadlineMax = std::chrono::hours(24);

class SqliteStore final : public DocumentStore {
 public:
  SqliteStore(FolderLock lock, DocumentLog log, const StoreLimits& limits)
      : limits_(limits), lock_(std::move(lock)), log_(std::move(log)), backlog_(limits) {
    thread_ = std::thread([this] { run(); });
  }
  ~SqliteStore() override { static_cast<void>(close(std::chrono::milliseconds(0))); }
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  Queued load(std::string name, Done<LoadedDocument> done) override {
    return enqueue(LoadOperation{std::move(name), std::move(done)});
  }
  Queued append(std::string name, Update update, Done<Sequence> done) override {
    return enqueue(AppendOperation{std::move(name), std::move(update), std::move(done)});
  }
  Queued checkpoint(std::string name, Checkpoint checkpoint, Done<Sequence> done) override {
    return enqueue(CheckpointOperation{std::move(name), std::move(checkpoint), std::move(done)});
  }
  Queued remove(std::string name, Done<Sequence> done) override {
    return enqueue(RemoveOperation{std::move(name), std::move(done)});
  }
  Queued list(ListRequest request, Done<DocumentPage> done) override {
    return enqueue(ListOperation{std::move(request), std::move(done)});
  }
  Queued flush(Done<void> done) override { return enqueue(FlushOperation{std::move(done)}); }

  StoreResult<void> close(std::chrono::milliseconds deadline) override;
  StoreStats stats() const override;

 private:
  Queued enqueue(Operation operation);

  // On the thread.
  void run() noexcept;
  std::vector<Operation> take();
  void write(std::span<Operation> group);
  void read(Operation& operation);
  void release(std::span<const Operation> operations);
  void give_up(std::span<Operation> operations);

  StoreLimits limits_;
  std::optional<FolderLock> lock_;
  std::optional<DocumentLog> log_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;      // the thread: something is queued, or closed_
  std::condition_variable finished_;  // close: the thread is done
  std::vector<Operation> queue_;
  Backlog backlog_;
  StoreStats counters_;
  std::size_t given_up_ = 0;
  bool closed_ = false;
  bool done_ = false;
  std::atomic<bool> deadline_passed_ = false;

  std::thread thread_;
};

DocumentStore::Queued SqliteStore::enqueue(Operation operation) {
  if (auto checked = check_operation(operation, limits_); !checked) return checked;
  const std::lock_guard guard(mutex_);
  if (closed_) return std::unexpected(closed_error());
  if (auto admitted = backlog_.admit(payload_bytes(operation)); !admitted) return admitted;
  queue_.push_back(std::move(operation));
  // The thread sleeps only on an empty queue.
  if (queue_.size() == 1) wake_.notify_one();
  return {};
}

// A completion that throws ends the process: the contract forbids it, and no state of the store
// would be right afterwards.
void SqliteStore::run() noexcept {
  for (;;) {
    std::vector<Operation> batch = take();
    if (batch.empty()) break;
    // Reads last: each still sees every write called before it, and all writes share one commit.
    std::vector<Operation> reads;
    for (Operation& each : batch) {
      if (is_read(each)) reads.push_back(std::move(each));
    }
    std::erase_if(batch, is_read);
    if (deadline_passed_) {
      give_up(batch);
    } else {
      write(batch);
    }
    for (Operation& operation : reads) {
      if (deadline_passed_) {
        give_up({&operation, 1});
      } else {
        read(operation);
      }
    }
  }
  const std::lock_guard guard(mutex_);
  done_ = true;
  finished_.notify_all();
}

// Empty: closed, and nothing is left.
std::vector<Operation> SqliteStore::take() {
  std::unique_lock guard(mutex_);
  wake_.wait(guard, [this] { return !queue_.empty() || closed_; });
  return std::exchange(queue_, {});
}

void SqliteStore::write(std::span<Operation> group) {
  if (group.empty()) return;
  DocumentLog::Outcome outcome = log_->commit(group);
  {
    const std::lock_guard guard(mutex_);
    counters_.commits += outcome.commits;
    counters_.commits_failed += outcome.commits_failed;
    for (std::size_t i = 0; i < group.size(); ++i) {
      backlog_.release(payload_bytes(group[i]));
      if (!outcome.results[i]) continue;
      if (const auto* append = std::get_if<AppendOperation>(&group[i])) {
        ++counters_.appends;
        counters_.append_bytes += append->update.bytes->size();
      }
      if (std::holds_alternative<CheckpointOperation>(group[i])) ++counters_.checkpoints;
    }
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    complete_write(group[i], std::move(outcome.results[i]));
  }
}

void SqliteStore::read(Operation& operation) {
  if (auto* load = std::get_if<LoadOperation>(&operation)) {
    auto document = log_->load(load->name);
    release({&operation, 1});
    load->done(std::move(document));
  } else if (auto* list = std::get_if<ListOperation>(&operation)) {
    auto page = log_->list(list->request);
    release({&operation, 1});
    list->done(std::move(page));
  }
}

void SqliteStore::release(std::span<const Operation> operations) {
  const std::lock_guard guard(mutex_);
  for (const Operation& each : operations) backlog_.release(payload_bytes(each));
}

void SqliteStore::give_up(std::span<Operation> operations) {
  release(operations);
  {
    const std::lock_guard guard(mutex_);
    given_up_ += operations.size();
  }
  for (Operation& each : operations) fail(each, closed_error());
}

StoreResult<void> SqliteStore::close(std::chrono::milliseconds deadline) {
  assert(std::this_thread::get_id() != thread_.get_id() && "close from a completion");
  {
    std::unique_lock guard(mutex_);
    if (closed_) return {};
    closed_ = true;
    if (deadline.count() <= 0) deadline_passed_ = true;
    wake_.notify_one();
    finished_.wait_for(guard, std::min(deadline, kDeadlineMax), [this] { return done_; });
    deadline_passed_ = true;
  }
  thread_.join();
  // The database before the lock: closing writes its log back into it.
  log_.reset();
  lock_.reset();
  if (given_up_ == 0) return {};
  return std::unexpected(given_up_error(given_up_));
}

StoreStats SqliteStore::stats() const {
  const std::lock_guard guard(mutex_);
  StoreStats stats = counters_;
  stats.queued_count = backlog_.count();
  stats.queued_bytes = backlog_.bytes();
  return stats;
}

}  // namespace

StoreResult<std::unique_ptr<DocumentStore>> open_sqlite_store(const std::filesystem::path& folder) {
  SqliteOptions options;
  options.folder = folder;
  options.now_ms = [] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  };
  return open_sqlite_store(std::move(options));
}

StoreResult<std::unique_ptr<DocumentStore>> open_sqlite_store(SqliteOptions options) {
  assert(options.now_ms && "a store without a clock");
  auto lock = FolderLock::take(options.folder);
  if (!lock) return std::unexpected(std::move(lock.error()));
  auto database =
      sqlite::open_database(options.folder / kSqliteFileName,
                            {options.busy_timeout, options.database_bytes_max, options.now_ms()});
  if (!database) return std::unexpected(std::move(database.error()));
  auto log = DocumentLog::create(std::move(*database), std::move(options.now_ms));
  if (!log) return std::unexpected(std::move(log.error()));
  return std::make_unique<SqliteStore>(std::move(*lock), std::move(*log), options.limits);
}

}  // namespace weft::persistence
